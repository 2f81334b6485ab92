"""What recurrent layers cost: counted as they grow, measured with a clock; and which input an answer goes back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout

LOOKS = {
    "rnn": ("target", "dot", "circle"),
    "gru": ("update", "dash", "square"),
    "lstm": ("state", "solid", "diamond"),
    "sequential": ("forecast", "dashdot", "triangle-up"),
    "doubling": ("gradient", "longdash", "triangle-down"),
    "logarithms": ("output", "longdashdot", "x"),
}
_LOG = {**AXIS, "type": "log", "exponentformat": "power", "dtick": 1}
_SERIES = {"type": "scatter"}


def growth(counts: Mapping[str, tuple[Sequence, Sequence, Sequence]], at: int, label: Label) -> go.Figure:
    """By cell: units, parameters and multiply-adds, side by side on logarithmic axes; `at` units are marked.

    `label`: a name for each cell, `units`, `parameters`, `multiply_adds`.
    """
    traces = []
    for cell, (units, parameters, products) in counts.items():
        for axis, values in (("", parameters), ("2", products)):
            place = {"xaxis": f"x{axis}", "yaxis": f"y{axis}", "showlegend": not axis}
            told = f"{label(cell)}: %{{y:,.3~s}}<extra></extra>"
            look = {"mode": "lines", "line": _line(cell), "name": label(cell), "hovertemplate": told}
            traces.append({**_SERIES, **look, **place, "x": units, "y": values})
    drawn = layout(390, annotations=[])
    drawn["margin"]["t"], drawn["legend"]["y"] = 64, 1.1
    for axis, domain, title in (("", [0, 0.43], "parameters"), ("2", [0.57, 1], "multiply_adds")):
        shared = {"title": {"text": label("units")}, "domain": domain, "anchor": f"y{axis}"}
        drawn[f"xaxis{axis}"] = {**AXIS, **shared, "type": "log", "tickvals": [4, 16, 64, 256]}
        drawn[f"yaxis{axis}"] = {**_LOG, "anchor": f"x{axis}"}
        heading = {"text": label(title), "x": domain[0], "xref": "paper", "y": 1.01, "yref": "paper"}
        drawn["annotations"].append({**heading, "xanchor": "left", "yanchor": "bottom", "showarrow": False})
    drawn["shapes"] = [_mark(at, "x", "y domain"), _mark(at, "x2", "y2 domain")]
    return go.Figure(traces, drawn)


def _line(name: str) -> dict:
    colour, dash, _ = LOOKS[name]
    return {"color": QUANTITIES[colour], "dash": dash, "width": 2.2}


def _mark(x: float, xref: str, yref: str) -> dict:
    line = {"color": QUANTITIES["input"], "width": 1.5}
    return {"type": "line", "xref": xref, "yref": yref, "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line}


def measured(
    lines: Mapping[str, tuple[Sequence, Sequence]], here: Mapping[str, tuple[float, float]], axis: str, value: str, label: Label
) -> go.Figure:
    """What was measured, by name of a cell or a way: (sizes, values); `here`: one point each, measured just now.

    Logarithmic axes. `label`: every name, `here`, and the titles `axis` and `value`.
    """
    traces = []
    for name, (sizes, values) in lines.items():
        colour, _, symbol = LOOKS[name]
        marker = {"symbol": symbol, "size": 8, "color": QUANTITIES[colour]}
        look = {"mode": "lines+markers", "line": _line(name), "marker": marker, "name": label(name)}
        traces.append({**_SERIES, **look, "x": sizes, "y": values, "hovertemplate": "%{y:.3~g}"})
    if here:
        marker = {"symbol": "star", "size": 15, "color": [QUANTITIES[LOOKS[name][0]] for name in here]}
        points = {
            "x": [x for x, _ in here.values()],
            "y": [y for _, y in here.values()],
            "text": [label(name) for name in here],
        }
        told = "%{text}: %{y:.3~g}"
        traces.append({**_SERIES, **points, "mode": "markers", "marker": marker, "name": label("here"), "hovertemplate": told})
    sizes = next(iter(lines.values()))[0]
    drawn = layout(400, x=label(axis), y=label(value))
    drawn["xaxis"] |= {"type": "log", "tickvals": list(sizes)}
    drawn["yaxis"] |= {"type": "log", "exponentformat": "none", "dtick": 1}
    return go.Figure(traces, drawn)


def credit(x: np.ndarray, slope: np.ndarray, absence: np.ndarray, label: Label) -> go.Figure:
    """The sequence (T,), and under each step how much of the answer goes back to it, in two ways.

    `label`: `step`, `input`, `slope`, `absence`.
    """
    rows = ((x, "input", "input"), (slope, "gradient", "slope"), (absence, "state", "absence"))
    steps, traces = np.arange(1, len(x) + 1), []
    drawn = layout(470, legend=False, hovermode="closest")
    for number, (values, colour, title) in enumerate(rows):
        axis, top = "" if number == 0 else str(number + 1), 1 - number / 3
        told = f"{label('step')} %{{x}}: %{{y:.3f}}<extra></extra>"
        bars = {"type": "bar", "x": steps, "y": values, "yaxis": f"y{axis}", "hovertemplate": told}
        traces.append({**bars, "marker": {"color": QUANTITIES[colour]}})
        limit = max(float(np.abs(values).max()) * 1.15, 0.1)
        shared = {"domain": [top - 0.28, top], "range": [-limit, limit], "nticks": 4}
        drawn[f"yaxis{axis}"] = {**AXIS, **shared, "title": {"text": label(title)}, "zeroline": True, "zerolinewidth": 1}
    drawn["xaxis"] |= {"anchor": "y3", "title": {"text": label("step")}, "showgrid": False}
    return go.Figure(traces, drawn)
