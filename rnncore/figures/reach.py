"""Pictures of the gradient's way back through time: across sequence lengths, within one sequence, and both at once.

All values are logarithms to base 10, so that nothing is too small to be drawn; axes and hovers show the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.layout import AXIS, layout

Label = Callable[..., str]
# A cell has the colour of the gate that keeps its state; the plain one has none.
CELLS = {"rnn": ("target", "dot"), "gru": ("update", "dash"), "lstm": ("forget", "solid")}
THEORY = {
    "bound": ("target", "dash", 1.8),
    "radius": ("state", "dot", 2.0),
    "gates": ("forget", "dash", 2.0),
    "lyapunov": ("output", "dashdot", 1.6),
    "hidden": ("gradient", "dot", 1.6),
}
SINGLE = -44.85  # log10 of the smallest number above 0 in single precision, 1.4e-45
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Band(NamedTuple):
    """Several draws of the weights: middle (their geometric mean), lowest and highest at each x, log10."""

    x: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray


def written(log10: float, digits: int = 2) -> str:
    """10 to the given power as people write it, also where no float64 holds it: 0.38, 3.8 × 10⁻³, 3.2 × 10⁻⁴⁰¹."""
    if not np.isfinite(log10):
        return "0" if log10 < 0 else "∞"
    if -2 <= log10 < 4:
        return f"{10**log10:.{digits}g}" if log10 < digits else f"{10**log10:,.0f}"
    exponent = int(np.floor(log10))
    shown = f"{10 ** (log10 - exponent):.{digits - 1}f}"
    if float(shown) == 10:
        shown, exponent = f"{1:.{digits - 1}f}", exponent + 1
    return f"{shown} × 10{_raised(exponent)}"


def _raised(exponent: int) -> str:
    return str(exponent).translate(_SUPERSCRIPTS)


def powers(low: float, high: float) -> dict:
    """An axis for logarithms: even steps, written as powers of ten, at most eight of them; 1, 2, 5 within two decades."""
    if high - low < 2:
        between = [power + np.log10(digit) for power in range(int(np.floor(low)), int(high) + 1) for digit in (1, 2, 5)]
        return {**AXIS, "range": [low, high], "tickvals": between, "ticktext": [written(tick) for tick in between]}
    step = next(step for step in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if (high - low) / step <= 8)
    ticks = range(int(np.ceil(low / step)) * step, int(high) + 1, step)
    texts = ["1" if tick == 0 else "10" if tick == 1 else f"10{_raised(tick)}" for tick in ticks]
    return {**AXIS, "range": [low, high], "tickvals": list(ticks), "ticktext": texts}


def across_lengths(cells: Mapping[str, Band], floor: float, label: Label) -> go.Figure:
    """The gradient of the first step against the sequence's length, all cells together.

    cells: rnn, gru, lstm -> share of what it is at the last step. floor: where the axis ends at the latest, log10. `label`:
    `length`, `share`, names of the cells, `told_length` (cell, length, value), `single`.
    """
    traces = []
    for name, band in cells.items():
        quantity, dash = CELLS[name]
        said = [label("told_length", cell=label(name), length=int(x), value=written(y)) for x, y in zip(*band[:2], strict=True)]
        traces += _banded(band, label(name), QUANTITIES[quantity], dash, said, markers=True)
    drawn = layout(400, y=label("share"), hovermode="x", xaxis=_lengths(label("length")))
    drawn["yaxis"] |= _fitted(cells.values(), floor)
    if drawn["yaxis"]["range"][0] < SINGLE + 1:
        drawn |= _edge_of_single(drawn["yaxis"]["range"][0], label("single"))
    return go.Figure(traces, drawn)


def _lengths(title: str) -> dict:
    ticks = [5, 10, 20, 50, 100, 200, 500, 1000]
    return {**AXIS, "type": "log", "range": [0.66, 3.04], "tickvals": ticks, "title": {"text": title}}


def _fitted(bands: Sequence[Band], floor: float) -> dict:
    values = np.concatenate([part[np.isfinite(part)] for band in bands for part in (band.low, band.high)] or [np.zeros(1)])
    low, high = max(values.min(initial=-1), floor), values.max(initial=0)
    room = 0.04 * (high - low) + 0.1
    return powers(low - room, high + room)


def _edge_of_single(low: float, words: str) -> dict:
    """Shades what single precision shows as 0."""
    area = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": low, "y1": SINGLE, "line": {"width": 0}}
    place = {"x": 1, "xref": "paper", "xanchor": "right", "y": SINGLE, "yanchor": "top", "showarrow": False}
    return {"shapes": [{**area, "fillcolor": "rgba(128,128,128,0.13)"}], "annotations": [{**place, "text": words}]}


def _banded(band: Band, name: str, colour: str, dash: str, said: Sequence[str], markers: bool = False) -> list[dict]:
    """A line of means, and around it the area from the lowest to the highest draw."""
    line = {"type": "scatter", "mode": "lines+markers" if markers else "lines", "x": band.x, "y": band.middle, "name": name}
    look = {"line": {"color": colour, "dash": dash, "width": 2.6}, "marker": {"size": 6, "color": colour}}
    shown = {**line, **look, "customdata": said, "hovertemplate": "%{customdata}<extra></extra>"}
    if np.array_equal(band.low, band.high):
        return [shown]
    edge = {"type": "scatter", "mode": "lines", "x": band.x, "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    area = {"fill": "tonexty", "fillcolor": faded(colour, 0.18)}
    return [{**edge, "y": band.low}, {**edge, "y": band.high, **area}, shown]


def by_lag(
    measured: Band, theory: Mapping[str, np.ndarray], floor: float, label: Label, largest: Band | None = None
) -> go.Figure:
    """The gradient against the lag within one sequence, with what was known beforehand drawn over it.

    measured: the whole state's gradient, as a share of that at lag 0; theory: `bound`, `radius`, `gates`, `lyapunov`, and
    `hidden` (measured by h alone), log10 by lag; largest: the norm of the Jacobian product at some lags. `label`: their names
    (`jacobian` for the last), `measured`, `lag`, `share`, `told_lag` (lag, value), `told_theory` (name, lag, value).
    """
    said = [label("told_lag", lag=int(x), value=written(y)) for x, y in zip(measured.x, measured.middle, strict=True)]
    traces = _banded(measured, label("measured"), QUANTITIES["gradient"], "solid", said)
    if largest is not None:
        name, points = label("jacobian"), zip(largest.x, largest.middle, strict=True)
        said = [label("told_theory", name=name, lag=int(x), value=written(y)) for x, y in points]
        traces += _banded(largest, name, QUANTITIES["gradient"], "dash", said, markers=True)
    for name, log10 in theory.items():
        quantity, dash, width = THEORY[name]
        told = [label("told_theory", name=label(name), lag=lag, value=written(value)) for lag, value in enumerate(log10)]
        line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
        shown = {"x": np.arange(len(log10)), "y": log10, "name": label(name), "line": line, "customdata": told}
        traces.append({"type": "scatter", "mode": "lines", **shown, "hovertemplate": "%{customdata}<extra></extra>"})
    drawn = layout(420, x=label("lag"), y=label("share"), hovermode="closest")
    drawn["yaxis"] |= _fitted([measured] if largest is None else [measured, largest], floor)
    low, high = drawn["yaxis"]["range"]
    above = max((min(float(np.max(log10)), high + 3) for log10 in theory.values()), default=high)
    drawn["yaxis"] |= powers(low, max(high, above + 0.1))
    return go.Figure(traces, drawn)


def reach_map(lengths: np.ndarray, shares: Sequence[np.ndarray], label: Label) -> go.Figure:
    """Every lag (across) of every sequence length (up): strong where the gradient arrives, clear where it is a millionth.

    shares: log10 by lag, one for each of `lengths`. `label`: `lag`, `length`, `share`, `told_map` (length, lag, value).
    """
    cells = np.full((len(lengths), int(lengths[-1])), np.nan)
    for row, log10 in zip(cells, shares, strict=True):
        row[: len(log10)] = np.round(np.clip(log10, -320, 320), 2)
    colour = QUANTITIES["gradient"]
    steps = [[0, faded(colour, 0.03)], [0.3, faded(colour, 0.3)], [2 / 3, colour], [1, QUANTITIES["forecast"]]]
    told = label("told_map", length="%{y}", lag="%{x}", value="10<sup>%{z:.1f}</sup>")
    scale = {"tickvals": [-6, -4, -2, 0, 2], "ticktext": ["≤ 10⁻⁶", "10⁻⁴", "10⁻²", "1", "10²"], "thickness": 12, "len": 0.9}
    heat = {
        "type": "heatmap",
        "x": np.arange(cells.shape[1]),
        "y": lengths,
        "z": cells.astype(np.float32),
        "zmin": -6,
        "zmax": 3,
        "colorscale": steps,
        "colorbar": {**scale, "title": {"text": label("share_short"), "side": "top"}},
        "hoverongaps": False,
        "hovertemplate": f"{told}<extra></extra>",
    }
    drawn = layout(420, x=label("lag"), y=label("length"), legend=False, hovermode="closest")
    drawn["xaxis"] |= {"showgrid": False}
    drawn["yaxis"] |= {"showgrid": False}
    return go.Figure(heat, drawn)


def failures(double: np.ndarray, single: np.ndarray) -> np.ndarray:
    """The lags at which single precision is off by more than a factor of two, or says 0 where there is a gradient."""
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(np.isfinite(double) & ~(np.abs(single - double) < np.log10(2)))


def precisions(double: np.ndarray, single: np.ndarray, label: Label) -> go.Figure:
    """The same gradient in double and in single precision, by lag, log10; a cross where single precision first fails.

    `label`: `double`, `single_precision`, `lag`, `share`, `told_lag`, `single`.
    """
    held, failed = np.isfinite(single), failures(double, single)
    lags = np.arange(len(double))
    said = [label("told_lag", lag=int(k), value=written(y)) for k, y in zip(lags, double, strict=True)]
    exact = Band(lags, double, double, double)
    traces = _banded(exact, label("double"), QUANTITIES["gradient"], "solid", said)
    line = {"color": QUANTITIES["output"], "width": 4, "dash": "dot"}
    rough = {"type": "scatter", "mode": "lines", "x": lags[held], "y": single[held], "line": line, "hoverinfo": "skip"}
    traces.append({**rough, "name": label("single_precision")})
    if len(failed):
        lag, mark = int(failed[0]), {"symbol": "x", "size": 11, "color": QUANTITIES["output"]}
        cross = {"type": "scatter", "mode": "markers", "x": [lag], "y": [double[lag]], "marker": mark, "showlegend": False}
        told = label("told_theory", name=label("single_precision"), lag=lag, value=written(single[lag]))
        traces.append({**cross, "hovertemplate": f"{told}<extra></extra>"})
    drawn = layout(360, x=label("lag"), y=label("share"), hovermode="closest")
    drawn["yaxis"] |= _fitted([exact], -320)
    low = drawn["yaxis"]["range"][0]
    return go.Figure(traces, drawn | (_edge_of_single(low, label("single")) if low < SINGLE else {}))
