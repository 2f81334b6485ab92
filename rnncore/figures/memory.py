"""Pictures of the memory tasks: a sequence of each, training on them, and success beside the gradient's reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.layout import layout

Label = Callable[[str], str]
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


def curves(lines: Mapping[str, tuple[str, Sequence[int], Sequence[float], bool]], label: Label) -> go.Figure:
    """Error as a share of guessing against sequences seen: name -> (cell, sequences, shares, ours). What ships is faint.

    `label`: `sequences`, `share`, `guessing`, `solved`.
    """
    traces = []
    for name, (cell, sequences, shares, ours) in lines.items():
        colour = QUANTITIES[COLOURS[cell]]
        line = {"color": colour if ours else faded(colour, 0.4), "dash": DASHES[cell], "width": 2.6 if ours else 1.8}
        shown = np.clip(shares, 1e-3, 20)
        traces.append({"type": "scatter", "mode": "lines", "x": list(sequences), "y": shown, "name": name, "line": line})
        traces[-1]["hovertemplate"] = "%{y:.3f}"
    drawn = layout(380, x=label("sequences"), y=label("share"), shapes=_marks(), uirevision="live")
    drawn["yaxis"] |= {"type": "log", "range": [-2, 0.7], "dtick": 1}
    drawn["annotations"] = _names(label)
    return go.Figure(traces, drawn)


def _marks() -> list[dict]:
    line = {"width": 1.2, "color": QUANTITIES["target"]}
    place = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    return [{**place, "y0": y, "y1": y, "line": {**line, "dash": dash}} for y, dash in ((1, "solid"), (0.1, "dot"))]


def _names(label: Label) -> list[dict]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "showarrow": False, "yanchor": "bottom", "font": {"size": 12}}
    return [{**place, "y": y, "text": label(name)} for y, name in ((0, "guessing"), (-1, "solved"))]


def success(lengths: Sequence[int], needed: Mapping[str, Sequence[int | None]], most: int, label: Label) -> go.Figure:
    """The sequences that each cell needed, by length; a cross at `most` where that was not enough. `label`: `length`,
    `needed_axis`, `unsolved`, and a name for each cell."""
    traces = []
    for cell, found in needed.items():
        marks = ["x-open" if one is None else SYMBOLS[cell] for one in found]
        told = [label("unsolved") if one is None else f"{one:,}" for one in found]
        shown = [most if one is None else one for one in found]
        traces.append(_by_length(cell, lengths, shown, marks, label) | {"customdata": told, "hovertemplate": "%{customdata}"})
    drawn = _over_lengths(lengths, label("needed_axis"), label)
    drawn["yaxis"] |= {"range": [3.4, np.log10(most) + 0.15], "nticks": 6}
    return go.Figure(traces, drawn)


def arriving(lengths: Sequence[int], reached: Mapping[str, Sequence[float]], label: Label) -> go.Figure:
    """log10 of the gradient that reaches what is to be remembered before training, by length and cell. `label`: `length`,
    `gradient`, and a name for each cell."""
    traces = [
        _by_length(cell, lengths, 10.0 ** np.clip(values, -40, 3), SYMBOLS[cell], label) | {"hovertemplate": "%{y:.2~e}"}
        for cell, values in reached.items()
    ]
    drawn = _over_lengths(lengths, label("gradient"), label)
    drawn["yaxis"] |= {"exponentformat": "power", "nticks": 7}
    return go.Figure(traces, drawn)


def _over_lengths(lengths: Sequence[int], axis: str, label: Label) -> dict:
    """Room for the legend's lines, the same in both pictures, so that they stand level."""
    drawn = layout(440, x=label("length"), y=axis)
    drawn["margin"]["t"] = 84
    drawn["xaxis"] |= {"type": "log", "tickvals": list(lengths), "ticktext": [str(length) for length in lengths]}
    drawn["yaxis"] |= {"type": "log"}
    return drawn


def _by_length(cell: str, lengths: Sequence[int], values, marks, label: Label) -> dict:
    look = {"color": QUANTITIES[COLOURS[cell]], "dash": DASHES[cell], "width": 2.2}
    line = {"type": "scatter", "mode": "lines+markers", "x": list(lengths), "y": values, "line": look}
    return {**line, "name": label(cell), "marker": {"symbol": marks, "size": 9}}


def reach(lines: Mapping[str, np.ndarray], needed: int, label: Label) -> go.Figure:
    """The untrained cells' gradient by lag, log10 relative to lag 0, and how far back the task lies. `label`: `lag`,
    `gradient`, `needed`, and a name for each cell."""
    traces = []
    for cell, log10 in lines.items():
        look = {"color": QUANTITIES[COLOURS[cell]], "dash": DASHES[cell], "width": 2.2}
        shown = {"x": np.arange(len(log10)), "y": 10.0 ** np.clip(log10, -16, 3), "name": label(cell), "line": look}
        traces.append({"type": "scatter", "mode": "lines", **shown, "hovertemplate": "%{y:.2e}"})
    drawn = layout(380, x=label("lag"), y=label("gradient"))
    drawn["yaxis"] |= {"type": "log", "exponentformat": "power", "nticks": 8}
    edge = {"color": QUANTITIES["gradient"], "width": 1.5, "dash": "dash"}
    drawn["shapes"] = [{"type": "line", "x0": needed, "x1": needed, "yref": "paper", "y0": 0, "y1": 1, "line": edge}]
    side = "right" if needed > 0.5 * max(map(len, lines.values())) else "left"
    place = {"x": needed, "y": 0.02, "yref": "paper", "xanchor": side, "yanchor": "bottom", "showarrow": False}
    drawn["annotations"] = [{**place, "text": f" {label('needed')} "}]
    return go.Figure(traces, drawn)
