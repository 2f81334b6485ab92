"""Pictures of gates: the dial of one, all of them over time, one held by hand, and the gradient on its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.layout import AXIS, layout

Label = Callable[[str], str]
LETTERS = {
    "x": "input", "f": "forget", "i": "update", "g": "candidate", "o": "reveal", "r": "forget", "z": "update",
    "n": "candidate", "c": "state", "h": "state",
}  # fmt: skip
SIGNED = "xgnch"


def dial(sums: np.ndarray, opening: np.ndarray, at: tuple[float, float], left: np.ndarray, label: Label) -> go.Figure:
    """Left, the sigmoid with the gate at its present sum; right, what is left of a number after k steps.

    sums, opening: the curve; at: (sum, gate); left: (K + 1,) from k = 0. `label`: `sum`, `gate`, `steps`, `left`.
    """
    colour = QUANTITIES["forget"]
    curve = {"type": "scatter", "mode": "lines", "line": {"color": colour, "width": 2.5}}
    dot = {"type": "scatter", "mode": "markers", "marker": {"color": colour, "size": 13}, "x": [at[0]], "y": [at[1]]}
    decay = {**curve, "x": np.arange(len(left)), "y": left, "fill": "tozeroy", "fillcolor": faded(colour, 0.18)}
    traces = [
        {**curve, "x": sums, "y": opening, "hovertemplate": "σ(%{x:.2f}) = %{y:.4f}<extra></extra>"},
        {**dot, "hovertemplate": "f = %{y:.4f}<extra></extra>"},
        {**decay, "xaxis": "x2", "yaxis": "y2", "hovertemplate": f"{label('steps')} %{{x}}: %{{y:.3~p}}<extra></extra>"},
    ]
    drawn = layout(300, x=label("sum"), y=label("gate"), legend=False, hovermode="closest")
    drawn["xaxis"] |= {"domain": [0, 0.38]}
    drawn["yaxis"] |= {"range": [-0.03, 1.05]}
    drawn["xaxis2"] = {**AXIS, "domain": [0.62, 1], "nticks": 4, "anchor": "y2", "title": {"text": label("steps")}}
    drawn["yaxis2"] = {**AXIS, "anchor": "x2", "range": [0, 1.05], "tickformat": ".0%", "title": {"text": label("left")}}
    return go.Figure(traces, drawn)


def gate_map(values: Mapping[str, np.ndarray], now: int, label: Label, height: int = 62) -> go.Figure:
    """One strip a letter: rows are units, columns time steps. Gates run from clear (0) to full colour (1); values with a sign
    from grey (-1) over clear (0) to full colour (1).

    values: letter -> (T, units); now: the step to mark, counted from 1. `label`: a name for each letter, `step`, `unit`.
    """
    sizes = np.array([values[name].shape[1] + 1.2 for name in values])
    edges = 1 - np.concatenate([[0], np.cumsum(sizes)]) / sizes.sum()
    gap = 0.7 / sizes.sum()
    drawn = layout(int(sizes.sum() * height / 3.2) + 60, legend=False, hovermode="closest", annotations=[])
    drawn["margin"]["l"] = 140
    traces = []
    for row, (name, strip) in enumerate(values.items(), 1):
        axis = "" if row == 1 else str(row)
        top, foot = edges[row - 1] - gap / 4, edges[row] + gap
        units = list(range(1, strip.shape[1] + 1))
        drawn[f"yaxis{axis}"] = _units(units, [foot, top])
        title = {
            "text": f"{label(name)}  <b><i>{name}</i></b>",
            "x": 0,
            "xshift": -30,
            "xanchor": "right",
            "y": (top + foot) / 2,
        }
        drawn["annotations"].append({**title, "xref": "paper", "yref": "paper", "showarrow": False, "align": "right"})
        traces.append(_strip(name, strip, units, axis, label))
    drawn["xaxis"] |= {"anchor": f"y{len(values)}", "title": {"text": label("step")}, "showgrid": False, "nticks": 13}
    edge = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": now - 0.5, "x1": now + 0.5}
    return go.Figure(traces, {**drawn, "shapes": [{**edge, "line": {"width": 1.5, "color": QUANTITIES["forecast"]}}]})


_BESIDE = {"x": 0, "xshift": -30, "xanchor": "right", "xref": "paper", "yref": "paper", "showarrow": False}


def _units(units: list[int], domain: list[float]) -> dict:
    ticks = {"tickvals": units if len(units) > 1 else [], "showgrid": False, "range": [len(units) + 0.5, 0.5]}
    return {**AXIS, "domain": domain, **ticks}


def _strip(name: str, values: np.ndarray, units: list[int], axis: str, label: Label) -> dict:
    colour, signed = QUANTITIES[LETTERS[name]], name in SIGNED
    below = [[0, QUANTITIES["target"]], [0.5, faded(colour, 0.0)]] if signed else [[0, faded(colour, 0.05)]]
    return {
        "type": "heatmap",
        "x": np.arange(1, len(values) + 1),
        "y": units,
        "z": values.T,
        "yaxis": f"y{axis}",
        "zmin": -1 if signed else 0,
        "zmax": 1,
        "colorscale": [*below, [1, colour]],
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": f"{label('step')} %{{x}}, {label('unit')} %{{y}}: {name} = %{{z:.3f}}<extra></extra>",
    }


def held(free: Mapping[str, np.ndarray], by_hand: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """The same unit with its own gates (thin, dashed) and with one set by hand: a panel for each letter, each (T,).

    `label`: a name for each letter, `step`, `free`, `by_hand`.
    """
    names, traces = list(free), []
    drawn = layout(100 * len(names) + 70, hovermode="closest")
    for row, name in enumerate(names, 1):
        axis = "" if row == 1 else str(row)
        domain = [1 - row / len(names) + 0.05, 1 - (row - 1) / len(names) - 0.03]
        drawn[f"yaxis{axis}"] = {**AXIS, "domain": domain, "nticks": 4, "title": {"text": name}}
        traces += [_course(run[name], name, kind, axis, label) for kind, run in (("free", free), ("by_hand", by_hand))]
    drawn["xaxis"] |= {"anchor": f"y{len(names)}", "title": {"text": label("step")}}
    return go.Figure(traces, drawn)


def _course(values: np.ndarray, name: str, kind: str, axis: str, label: Label) -> dict:
    free = kind == "free"
    line = {"color": QUANTITIES["target" if free else LETTERS[name]], "dash": "dash" if free else "solid"}
    return {
        "type": "scatter",
        "x": np.arange(1, len(values) + 1),
        "y": values,
        "yaxis": f"y{axis}",
        "mode": "lines",
        "line": {**line, "width": 1.6 if free else 2.6, "shape": "linear" if name in "ch" else "hvh"},
        "name": label(kind),
        "legendgroup": kind,
        "showlegend": name == "c",
        "hovertemplate": f"{label(kind)}, {label('step')} %{{x}}: {name} = %{{y:.3f}}<extra></extra>",
    }


def gradient_back(lines: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """The gradient's size on its way back through time, on a logarithmic axis.

    lines: `state` (measured), `gates` (the product of the forget gates alone) -> log10 by lag (T,). `label`: their names,
    `lag`, `gradient`.
    """
    looks = {"state": ("gradient", "solid", 2.6), "gates": ("forget", "dash", 1.8)}
    traces = []
    for name, log10 in lines.items():
        quantity, dash, width = looks[name]
        told = {"hovertemplate": f"{label(name)}, {label('lag')} %{{x}}: %{{customdata:.2e}}<extra></extra>"}
        values = 10.0 ** np.clip(log10, -30, 30)
        line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
        shown = {"x": np.arange(len(values)), "y": values, "customdata": values, "name": label(name), "line": line}
        traces.append({"type": "scatter", "mode": "lines", **shown, **told})
    drawn = layout(360, x=label("lag"), y=label("gradient"), hovermode="closest")
    drawn["yaxis"] |= {"type": "log", "exponentformat": "power", "nticks": 8}
    return go.Figure(traces, drawn)


def states_of_cells(states: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """The hidden states of several cells, one strip each, on one scale: name of the cell -> (T, H). `label`: `step`, `unit`."""
    peak = max(float(np.abs(values).max()) for values in states.values()) or 1.0
    drawn = layout(90 * len(states) + 50, legend=False, hovermode="closest", annotations=[])
    drawn["margin"]["l"] = 64
    traces = []
    for row, (name, values) in enumerate(states.items(), 1):
        axis = "" if row == 1 else str(row)
        foot, top = 1 - row / len(states) + 0.05, 1 - (row - 1) / len(states) - 0.01
        drawn[f"yaxis{axis}"] = {**_units(list(range(1, values.shape[1] + 1)), [foot, top]), "tickvals": []}
        title = {"text": f"<b>{name.upper()}</b>", "x": -0.01, "xanchor": "right", "y": (top + foot) / 2}
        drawn["annotations"].append({**title, "xref": "paper", "yref": "paper", "showarrow": False})
        strip = _strip("h", values, list(range(1, values.shape[1] + 1)), axis, label)
        traces.append({**strip, "zmin": -peak, "zmax": peak, "xgap": 0, "ygap": 0})
    drawn["xaxis"] |= {"anchor": f"y{len(states)}", "title": {"text": label("step")}, "showgrid": False}
    return go.Figure(traces, drawn)
