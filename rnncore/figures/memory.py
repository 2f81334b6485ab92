"""Pictures of the memory tasks: a sequence of each, training on them, and success beside the gradient's reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, SHADE, faded
from rnncore.figures.layout import layout

Label = Callable[[str], str]
FLOOR = -24  # log10 of the least gradient that still has a place in the picture by length
DASHES = {"rnn": "dot", "irnn": "dashdot", "gru": "dash", "lstm": "longdash", "chrono": "solid"}
COLOURS = {"rnn": "target", "irnn": "input", "gru": "forget", "lstm": "output", "chrono": "state"}
SYMBOLS = {"rnn": "circle", "irnn": "square", "gru": "diamond", "lstm": "triangle-up", "chrono": "star"}


def adding(values: np.ndarray, marked: np.ndarray, total: float, label: Label) -> go.Figure:
    """Numbers by step, the two marked ones in full colour, and the sum that is asked at the end. values (T,), marked (T,) bool.

    `label`: `step`, `value`, `sum`.
    """
    colours = [QUANTITIES["input"] if on else faded(QUANTITIES["input"], 0.25) for on in marked]
    steps = np.arange(1, len(values) + 1)
    bars = {"type": "bar", "x": steps, "y": values, "marker": {"color": colours}}
    asked = {
        "type": "scatter", "mode": "markers+text", "x": [len(values) + 1.5], "y": [total], "text": [f"{total:.2f}"],
        "textposition": "top center", "marker": {"color": QUANTITIES["target"], "size": 12, "symbol": "diamond"},
        "hovertemplate": f"{label('sum')}: %{{y:.3f}}<extra></extra>", "cliponaxis": False,
    }  # fmt: skip
    told = {**bars, "hovertemplate": f"{label('step')} %{{x}}: %{{y:.3f}}<extra></extra>"}
    drawn = layout(300, x=label("step"), y=label("value"), legend=False, hovermode="closest", bargap=0.15)
    drawn["yaxis"] |= {"range": [0, 2.15]}
    return go.Figure([told, asked], drawn)


def strips(read: Sequence[str], asked: Sequence[str], quantity: np.ndarray, due: np.ndarray, label: Label) -> go.Figure:
    """Two rows of cells: what the network reads, what it is to say. quantity, due: (T,) size of the colour, 0 for none.

    `label`: `step`, `reads`, `says`.
    """
    traces, size = [], float(np.clip(900 / len(read), 5, 24))
    for row, (texts, sizes, colour) in enumerate(((read, quantity, "input"), (asked, due, "target"))):
        squares = {"symbol": "square", "size": size, "color": [faded(QUANTITIES[colour], 0.05 + 0.4 * one) for one in sizes]}
        marks = {"type": "scatter", "mode": "markers+text" if size > 12 else "markers", "marker": squares, "text": list(texts)}
        place = {"x": np.arange(1, len(texts) + 1), "y": np.full(len(texts), -row), "textfont": {"size": 11}}
        traces.append({**marks, **place, "hovertemplate": f"{label('step')} %{{x}}: %{{text}}<extra></extra>"})
    drawn = layout(190, x=label("step"), legend=False, hovermode="closest")
    named = {"tickvals": [0, -1], "ticktext": [label("reads"), label("says")]}
    drawn["yaxis"] |= {**named, "range": [-1.6, 0.6], "showgrid": False}
    drawn["xaxis"] |= {"showgrid": False, "range": [0, len(read) + 1]}
    return go.Figure(traces, drawn)


class Curve(NamedTuple):
    """One training: its error as a share of guessing, by sequences seen. Curves of one name share a line in the legend."""

    name: str
    cell: str
    sequences: Sequence[int]
    shares: Sequence[float]
    ours: bool


def curves(lines: Sequence[Curve], label: Label) -> go.Figure:
    """What ships is faint. `label`: `sequences`, `share`, `guessing`, `solved`."""
    traces, named = [], set()
    for name, cell, sequences, shares, ours in lines:
        colour = QUANTITIES[COLOURS[cell]]
        line = {"color": colour if ours else faded(colour, 0.6), "dash": DASHES[cell], "width": 2.8 if ours else 1.4}
        shown = {"x": list(sequences), "y": np.clip(shares, 1e-3, 20), "line": line, "hovertemplate": "%{y:.3f}"}
        told = {"name": name, "legendgroup": name, "showlegend": name not in named}
        traces.append({"type": "scatter", "mode": "lines+markers" if len(shown["x"]) == 1 else "lines", **shown, **told})
        named.add(name)
    drawn = layout(420, x=label("sequences"), y=label("share"), shapes=_marks(), uirevision="live")
    drawn["yaxis"] |= {"type": "log", "range": [-1.9, 0.5], "dtick": 1}
    drawn["xaxis"] |= {"rangemode": "tozero"}
    drawn["annotations"] = _names(label)
    return go.Figure(traces, drawn)


def _marks() -> list[dict]:
    line = {"width": 1.2, "color": QUANTITIES["target"]}
    place = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    return [{**place, "y0": y, "y1": y, "line": {**line, "dash": dash}} for y, dash in ((1, "solid"), (0.1, "dot"))]


def _names(label: Label) -> list[dict]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "showarrow": False, "yanchor": "bottom", "font": {"size": 12}}
    return [{**place, "y": y, "text": label(name)} for y, name in ((0, "guessing"), (-1, "solved"))]


class Trained(NamedTuple):
    """One training in the picture by length. reached: log10 of the gradient that arrives beforehand; needed: sequences until
    the task was solved, or None."""

    length: int
    units: int
    seed: int
    reached: float
    needed: int | None


def by_length(trainings: Mapping[str, Sequence[Trained]], label: Label) -> go.Figure:
    """Cause above effect, over the same lengths: the gradient that arrives before training, what was not solved, and how many
    sequences the others needed. A mark is one training; lines join the medians over the seeds of a length.

    `label`: `length`, `gradient`, `needed_axis`, `unsolved`, `hidden`, `seed`, and a name for each cell.
    """
    traces = []
    for row, (cell, ones) in enumerate(trainings.items()):
        solved, failed = ([one for one in ones if (one.needed is None) is missed] for missed in (False, True))
        traces += [
            _median(cell, ones, _arriving, "y3", label) | {"showlegend": True},
            _marks_of(cell, ones, [_arriving(one) for one in ones], "y3", label, "%{y:.2~e}"),
            _median(cell, ones, lambda one: one.needed or math.inf, "y", label),
            _marks_of(cell, solved, [one.needed for one in solved], "y", label, "%{y:,d}"),
            _crosses(cell, failed, row, label),
        ]
    return go.Figure(traces, _three_panels([one for ones in trainings.values() for one in ones], len(trainings), label))


def _arriving(one: Trained) -> float:
    return 10.0 ** float(np.clip(one.reached, -300, 3))


def _at(cell: str, axis: str) -> dict:
    return {"type": "scatter", "yaxis": axis, "legendgroup": cell, "showlegend": False}


def _median(cell: str, ones: Sequence[Trained], of: Callable[[Trained], float], axis: str, label: Label) -> dict:
    """Broken where the median training solved nothing."""
    lengths = sorted({one.length for one in ones})
    medians = [float(np.median([of(one) for one in ones if one.length == length])) for length in lengths]
    line = {"color": QUANTITIES[COLOURS[cell]], "dash": DASHES[cell], "width": 2}
    drawn = {"mode": "lines", "x": lengths, "y": [one if math.isfinite(one) else None for one in medians], "line": line}
    return _at(cell, axis) | drawn | {"name": label(cell), "hoverinfo": "skip"}


def _marks_of(cell: str, ones: Sequence[Trained], values: Sequence[float], axis: str, label: Label, told: str) -> dict:
    marker = {"symbol": SYMBOLS[cell], "size": 8, "color": QUANTITIES[COLOURS[cell]], "opacity": 0.8}
    drawn = {"mode": "markers", "x": [one.length for one in ones], "y": list(values), "marker": marker, "name": label(cell)}
    facts = f"{label('hidden')} %{{customdata[0]}}, {label('seed')} %{{customdata[1]}}, {label('length')} %{{customdata[2]}}"
    hover = f"{label(cell)}<br>{facts}<br>{told}<extra></extra>"
    return _at(cell, axis) | drawn | {"customdata": [[one.units, one.seed, one.length] for one in ones], "hovertemplate": hover}


def _crosses(cell: str, failed: Sequence[Trained], row: int, label: Label) -> dict:
    """One beside the other where several seeds failed at one length."""
    before = [sum(other.length == one.length for other in failed[:place]) for place, one in enumerate(failed)]
    marks = _marks_of(cell, failed, [-row] * len(failed), "y2", label, label("unsolved"))
    marks["marker"] |= {"symbol": "x-thin", "line": {"width": 2, "color": QUANTITIES[COLOURS[cell]]}, "opacity": 1}
    return marks | {"x": [one.length * 1.045**place for one, place in zip(failed, before, strict=True)]}


def _three_panels(ones: Sequence[Trained], rows: int, label: Label) -> dict:
    lengths = sorted({one.length for one in ones})
    drawn = layout(600, x=label("length"), y=label("needed_axis"), hovermode="closest")
    drawn["margin"]["t"] = 84  # the legend's lines on a narrow screen
    drawn["xaxis"] |= {"type": "log", "tickvals": lengths, "ticktext": _apart(lengths), "anchor": "y"}
    drawn["xaxis"]["range"] = [math.log10(lengths[0] * 0.88), math.log10(lengths[-1] * 1.18)]
    least = min(one.reached for one in ones)
    gradient = {"type": "log", "exponentformat": "power", "nticks": 6, "domain": [0.6, 1], "range": [max(least - 1, FLOOR), 1]}
    drawn["yaxis3"] = drawn["yaxis"] | {**gradient, "title": {"text": label("gradient")}}
    drawn["yaxis2"] = {"domain": [0.41, 0.57], "range": [0.7 - rows, 0.3], "showgrid": False, "zeroline": False}
    drawn["yaxis2"] |= {"tickvals": [-(rows - 1) / 2], "ticktext": [label("unsolved")], "automargin": True}
    drawn["yaxis"] |= {"domain": [0, 0.4], **_sequences([one.needed for one in ones if one.needed])}
    place = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "y0": 0.41, "y1": 0.57, "line": {"width": 0}}
    drawn["shapes"] = [{**place, "fillcolor": SHADE, "layer": "below"}]
    return drawn


def _sequences(needed: Sequence[int]) -> dict:
    """An axis over a decade at least, so that there is always a number on it."""
    least, most = (math.log10(end) for end in (min(needed, default=10_000), max(needed, default=10_000)))
    ticks = [head * 10**power for power in range(3, 7) for head in (1, 3)]
    span = [least - 0.2, max(most + 0.2, least + 1)]
    return {"type": "log", "tickvals": ticks, "tickformat": "~s", "range": span}


def _apart(lengths: Sequence[int]) -> list[str]:
    """Names of the lengths, without those that would run into the one before."""
    told, last = [], 0.0
    for length in lengths:
        near = length < 1.3 * last
        told.append("" if near else str(length))
        last = last if near else length
    return told


def reach(lines: Mapping[str, np.ndarray], needed: int, label: Label) -> go.Figure:
    """The untrained cells' gradient by lag, log10 relative to lag 0, down to what float64 tells from nothing beside 1, and how
    far back the task lies. `label`: `lag`, `gradient`, `needed`, and a name for each cell."""
    traces = []
    for cell, log10 in lines.items():
        look = {"color": QUANTITIES[COLOURS[cell]], "dash": DASHES[cell], "width": 2.2}
        there = np.where(log10 < -16, np.nan, 10.0 ** np.clip(log10, -16, 3))
        shown = {"x": np.arange(len(log10)), "y": there, "name": label(cell), "line": look}
        traces.append({"type": "scatter", "mode": "lines", **shown, "hovertemplate": "%{y:.2e}"})
    drawn = layout(380, x=label("lag"), y=label("gradient"))
    drawn["yaxis"] |= {"type": "log", "exponentformat": "power", "nticks": 8}
    edge = {"color": QUANTITIES["gradient"], "width": 1.5, "dash": "dash"}
    drawn["shapes"] = [{"type": "line", "x0": needed, "x1": needed, "yref": "paper", "y0": 0, "y1": 1, "line": edge}]
    side = "right" if needed > 0.5 * max(map(len, lines.values())) else "left"
    place = {"x": needed, "y": 0.02, "yref": "paper", "xanchor": side, "yanchor": "bottom", "showarrow": False}
    drawn["annotations"] = [{**place, "text": f" {label('needed')} "}]
    return go.Figure(traces, drawn)
