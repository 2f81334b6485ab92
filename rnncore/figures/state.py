"""Pictures of a recurrent network's state over time: what f makes of it, and how long it tells two pasts apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.layout import AXIS, layout

Label = Callable[[str], str]
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
NOTHING = 1e-8  # the floor of a logarithmic axis: what is below it, zero included, lies on it


def under_each_function(states: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """One panel for each f: the units' states over time. states: name of f -> (T, H). `label`: `f_tanh` ..., `step`, `unit`."""
    names, traces = list(states), []
    drawn = layout(150 * len(names) + 40, legend=False, hovermode="closest", annotations=[])
    for row, (name, values) in enumerate(states.items(), 1):
        top, foot = 1 - (row - 1) / len(names), 1 - row / len(names)
        axis = "" if row == 1 else str(row)
        drawn[f"yaxis{axis}"] = {**AXIS, "domain": [foot + 0.045, top - 0.055], "nticks": 4, "title": {"text": "h"}}
        drawn["annotations"].append(
            {"text": f"<b>{label('f_' + name)}</b>", "x": 0, "y": top - 0.05, "yanchor": "bottom", **_CORNER}
        )
        traces += [_unit(values[:, n], n, axis, label) for n in range(values.shape[1])]
    drawn["xaxis"] |= {"anchor": f"y{len(names)}", "title": {"text": label("step")}}
    return go.Figure(traces, drawn)


_CORNER = {"x": 0, "yanchor": "bottom", "xref": "paper", "yref": "paper", "xanchor": "left", "showarrow": False}


def _unit(values: np.ndarray, number: int, axis: str, label: Label) -> dict:
    return {
        "type": "scatter",
        "x": np.arange(1, len(values) + 1),
        "y": values,
        "yaxis": f"y{axis}",
        "mode": "lines",
        "line": {"color": QUANTITIES["state"], "dash": DASHES[number % len(DASHES)], "width": 2},
        "hovertemplate": f"{label('step')} %{{x}}, {label('unit')} {number + 1}: %{{y:.4~g}}<extra></extra>",
    }


def two_pasts(inputs: np.ndarray, distances: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """Above, the two sequences; below, how far the states lie apart, on a logarithmic axis.

    inputs: (T, 2, 1); distances: a name for each line (shown if there are several) -> (T,). `label`: `step`, `input`,
    `apart`, `first`, `second`.
    """
    steps = np.arange(1, len(inputs) + 1)
    traces = [
        _input(steps, inputs[:, n, 0], label(name), dash, width)
        for n, name, dash, width in ((1, "second", "dash", 3), (0, "first", "solid", 1.6))
    ]
    several = len(distances) > 1
    for n, (name, values) in enumerate(distances.items()):
        traces.append(_distance(steps, values, name if several else "", DASHES[n], label))
    drawn = layout(400, x=label("step"), hovermode="closest")
    drawn["yaxis"] |= {"domain": [0.7, 1], "title": {"text": label("input")}, "nticks": 4}
    drawn["yaxis2"] = {**_LOGARITHMIC, "domain": [0, 0.58], "title": {"text": label("apart")}}
    drawn["xaxis"] |= {"anchor": "y2", "range": [0.5, len(inputs) + 0.5]}
    return go.Figure(traces, drawn)


_DECADES = {"tickvals": [1e-8, 1e-6, 1e-4, 1e-2, 1], "ticktext": ["≤ 10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "1"]}
_LOGARITHMIC = {**AXIS, **_DECADES, "type": "log", "range": [np.log10(NOTHING) - 0.2, 1]}


def _input(steps: np.ndarray, values: np.ndarray, name: str, dash: str, width: float) -> dict:
    line = {"color": QUANTITIES["input"], "dash": dash, "width": width}
    return {
        "type": "scatter",
        "x": steps,
        "y": values,
        "mode": "lines",
        "line": line,
        "name": name,
        "hovertemplate": "%{y:.3f}",
    }


def _distance(steps: np.ndarray, values: np.ndarray, name: str, dash: str, label: Label) -> dict:
    return {
        "type": "scatter",
        "x": steps,
        "y": np.clip(values, NOTHING, 10.0),
        "customdata": values,
        "yaxis": "y2",
        "mode": "lines" if name else "lines+markers",
        "marker": {"size": 5},
        "line": {"color": QUANTITIES["state"], "dash": dash, "width": 2.2},
        "name": name,
        "showlegend": bool(name),
        "hovertemplate": f"{name} {label('step')} %{{x}}: d = %{{customdata:.2~e}}<extra></extra>",
    }


def weights_by_length(lengths: np.ndarray, recurrent: np.ndarray, dense: np.ndarray, chosen: int, label: Label) -> go.Figure:
    """Weights against the length of the sequence. `label`: `length`, `weights`, `recurrent`, `dense`."""
    traces = [
        {
            "type": "scatter",
            "x": lengths,
            "y": values,
            "mode": "lines+text",
            "text": ["" for _ in lengths[:-1]] + [label(name)],
            "textposition": "top left",
            "line": {"color": QUANTITIES[quantity], "dash": dash, "width": 2.4},
            "hovertemplate": f"{label(name)}, {label('length')} %{{x}}: %{{y:,}}<extra></extra>",
        }
        for name, values, quantity, dash in (("recurrent", recurrent, "state", "solid"), ("dense", dense, "target", "dash"))
    ]
    at = np.searchsorted(lengths, chosen)
    marks = {"color": [QUANTITIES["state"], QUANTITIES["target"]], "size": 10}
    dots = {"type": "scatter", "x": [chosen] * 2, "y": [recurrent[at], dense[at]], "mode": "markers", "marker": marks}
    drawn = layout(320, x=label("length"), y=label("weights"), legend=False, hovermode="closest")
    drawn["yaxis"] |= {"range": [0, 1.12 * max(recurrent[-1], dense[-1])]}
    return go.Figure([*traces, {**dots, "hoverinfo": "skip"}], drawn)
