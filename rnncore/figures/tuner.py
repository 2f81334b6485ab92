"""Picture of a search: the error of every candidate over time, and the simple methods as horizontal lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go

from rnncore.figures.colours import METHODS, QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout

REACH = 1.8  # times the lowest error: judges beyond it would squeeze what matters
LOOKS = {
    "first": {"symbol": "diamond", "size": 11, "color": QUANTITIES["state"]},
    "judged": {"symbol": "circle", "size": 9, "color": QUANTITIES["output"]},
    "cut": {"symbol": "x-thin", "size": 8, "line": {"width": 1.5, "color": QUANTITIES["target"]}},
}


def attempts(
    candidates: Sequence[Mapping], judges: Mapping[str, float], label: Label, describe: Callable[[Mapping], str], name: Label
) -> go.Figure:
    """candidates: with number, state, error, at (seconds); judges: errors by name; describe: words for a candidate."""
    known = sorted((one for one in candidates if one["error"] is not None), key=lambda one: one["at"])
    errors = [one["error"] for one in known] + list(judges.values())
    lowest = min(errors, default=1.0)
    near = {method: error for method, error in judges.items() if error <= REACH * lowest}
    traces = [_best(known, label)] if known else []
    for kind, look in LOOKS.items():
        shown = [one for one in known if _kind(one) == kind]
        if shown:
            traces.append(_points(shown, look, label(kind), describe))
    lines = [_level(error, method) for method, error in near.items()]
    drawn = layout(340, x=label("seconds"), y=label("error"), hovermode="closest", uirevision="live", shapes=lines)
    drawn["annotations"] = _labels(near, name)
    drawn["margin"] |= {"r": 110 if near else 8}
    drawn["xaxis"] |= {"rangemode": "tozero"}
    drawn["yaxis"] |= {**AXIS, "nticks": 6}
    if lowest > 0:
        drawn["yaxis"]["range"] = [0.94 * lowest, 1.04 * max([*near.values(), *_usual(known)], default=1.0)]
    return go.Figure(traces, drawn)


def _usual(known: Sequence[Mapping]) -> list[float]:
    """Errors that the axis reaches up to: those of candidates that are not far off all others."""
    errors = [one["error"] for one in known]
    return [error for error in errors if error <= REACH * min(errors)]


def _kind(one: Mapping) -> str:
    return "first" if one["number"] == 0 else "cut" if one["state"] == "cut" else "judged"


def _best(known: Sequence[Mapping], label: Label) -> dict:
    """The lowest error so far of those that were judged, as steps."""
    x, y = [], []
    for one in known:
        if one["state"] == "judged" and (not y or one["error"] < y[-1]):
            x.append(one["at"])
            y.append(one["error"])
    if y:
        x.append(known[-1]["at"])
        y.append(y[-1])
    line = {"color": QUANTITIES["forecast"], "width": 2, "shape": "hv"}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "name": label("best"), "hoverinfo": "skip"}


def _points(shown: Sequence[Mapping], look: Mapping, name: str, describe: Callable[[Mapping], str]) -> dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one["at"] for one in shown],
        "y": [one["error"] for one in shown],
        "marker": dict(look),
        "name": name,
        "text": [describe(one) for one in shown],
        "hovertemplate": "%{text}<br>%{y:.4~g}<extra></extra>",
    }


def _level(error: float, method: str) -> dict:
    line = {"color": QUANTITIES[METHODS[method][0]], "width": 1.2, "dash": "dot"}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": error, "y1": error, "line": line, "layer": "below"}


def _labels(near: Mapping[str, float], name: Label) -> list[dict]:
    """Names at the right end of the lines; those that would overlap are left to the table."""
    labels, last = [], None
    span = max(near.values(), default=1.0)
    for method, error in sorted(near.items(), key=lambda item: item[1]):
        if last is None or error - last > 0.05 * span:
            place = {"x": 1.01, "xref": "paper", "y": error, "xanchor": "left", "yanchor": "middle"}
            labels.append({**place, "text": name(method), "showarrow": False, "font": {"size": 11}})
            last = error
    return labels
