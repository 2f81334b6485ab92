"""Pictures of a training whose gradients explode, and of what training did to the gradient's reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.layout import AXIS, layout
from rnncore.figures.reach import powers, written

Label = Callable[..., str]
LOOKS = {"clipped": ("solid", 1.8), "free": ("dot", 2.2)}
PANELS = {"loss": "target", "norm": "gradient", "radius": "state"}
STAGES = {"before": ("target", "dot"), "clipped": ("gradient", "solid"), "free": ("forecast", "dash")}


def courses(
    runs: Mapping[str, Mapping[str, Sequence[float]]], collapsed: Sequence[str], updates: int, label: Label
) -> go.Figure:
    """Loss, gradient norm and spectral radius at each update, a panel each; a cross where a run broke down.

    runs: `clipped`, `free` -> `loss`, `norm`, `radius` (n,); collapsed: those that did not live to the end; updates: the axis.
    `label`: names of runs and panels, `update`, `guessing`, `told_update` (run, update, panel, value).
    """
    drawn, traces = layout(560, hovermode="closest", shapes=[], annotations=[]), []
    for row, (panel, quantity) in enumerate(PANELS.items()):
        axis = "" if row == 0 else str(row + 1)
        logs = {name: _log10(run[panel]) for name, run in runs.items()}
        found = np.concatenate([values[np.isfinite(values)] for values in logs.values()] or [np.zeros(0)])
        low, high = found.min(initial=0.0 if panel == "radius" else -1.0), found.max(initial=0.3)
        drawn[f"yaxis{axis}"] = powers(low - 0.15, high + 0.25) | {
            "domain": [1 - (row + 1) / 3 + 0.05, 1 - row / 3 - 0.015],
            "title": {"text": label(panel)},
        }
        for name, values in logs.items():
            traces += _course(name, panel, values, f"y{axis}", QUANTITIES[quantity], name in collapsed, label)
    drawn["shapes"].append(_level(np.log10(1 / 3), "y"))
    drawn["annotations"].append({**_NOTE, "y": np.log10(1 / 3), "text": label("guessing")})
    drawn["xaxis"] |= {"anchor": "y3", "range": [0, updates], "title": {"text": label("update")}}
    return go.Figure(traces, drawn)


_NOTE = {"x": 1, "xref": "paper", "xanchor": "right", "yref": "y", "yanchor": "bottom", "showarrow": False}


def _level(y: float, axis: str) -> dict:
    line = {"width": 1, "dash": "dash", "color": QUANTITIES["naive"]}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": y, "y1": y, "line": line}


def _log10(values: Sequence[float]) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(np.asarray(values, float))


def _course(name: str, panel: str, values: np.ndarray, axis: str, colour: str, collapsed: bool, label: Label) -> list[dict]:
    dash, width = LOOKS[name]
    x = np.arange(1, len(values) + 1)
    facts = {"run": label(name), "panel": label(panel)}
    said = [label("told_update", update=int(n), value=written(y), **facts) for n, y in zip(x, values, strict=True)]
    place = {"type": "scatter", "yaxis": axis, "hovertemplate": "%{customdata}<extra></extra>", "legendgroup": name}
    line = {**place, "mode": "lines", "x": x, "y": values, "customdata": said, "name": label(name)}
    drawn = [{**line, "line": {"color": colour, "dash": dash, "width": width}, "showlegend": panel == "norm"}]
    last = np.flatnonzero(np.isfinite(values))
    if collapsed and len(last):
        end = {"x": [x[last[-1]]], "y": [values[last[-1]]], "customdata": [said[last[-1]]], "showlegend": False}
        drawn.append({**place, **end, "mode": "markers", "marker": {"symbol": "x", "size": 11, "color": colour}})
    return drawn


def before_and_after(stages: Mapping[str, np.ndarray], wanted: int, label: Label) -> go.Figure:
    """The gradient's share by lag before training and after it, log10.

    stages: `before`, `clipped`, `free`; wanted: the lag at which the number to be repeated stands. `label`: their names (as
    `reach_before` ...), `lag`, `share`, `told_lag`, `wanted`.
    """
    traces = []
    for name, log10 in stages.items():
        quantity, dash = STAGES[name]
        named = label(f"reach_{name}")
        said = [f"{named}<br>" + label("told_lag", lag=lag, value=written(y)) for lag, y in enumerate(log10)]
        line = {"color": QUANTITIES[quantity], "dash": dash, "width": 2.6}
        shown = {"x": np.arange(len(log10)), "y": log10, "line": line, "name": named, "customdata": said}
        traces.append({"type": "scatter", "mode": "lines", **shown, "hovertemplate": "%{customdata}<extra></extra>"})
    kept = np.concatenate([log10[np.isfinite(log10)] for name, log10 in stages.items() if name != "free"])
    low, high = max(kept.min(initial=-4), -15), min(kept.max(initial=0), 15)  # a network in ruins would take all the room
    mark = {"type": "line", "x0": wanted, "x1": wanted, "yref": "paper", "y0": 0, "y1": 1}
    drawn = layout(380, x=label("lag"), hovermode="closest", shapes=[{**mark, "line": {"width": 1.2, "dash": "dot"}}])
    drawn["annotations"] = [{"x": wanted, "xanchor": "left", "xshift": 5, "y": 1, "yref": "paper", "yanchor": "top"}]
    drawn["annotations"][0] |= {"text": label("wanted"), "showarrow": False}
    drawn["shapes"][0]["line"]["color"] = QUANTITIES["input"]
    drawn["yaxis"] = {**AXIS, **powers(low - 0.3, high + 0.5), "title": {"text": label("share")}}
    return go.Figure(traces, drawn)
