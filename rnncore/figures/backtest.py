"""Pictures of a backtest: errors by step and by origin, forecasts over what came, cost beside error, and what is left over.

`label` gives the words for a key in the reader's language; `name` those for a method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnncore.figures.colours import METHODS, QUANTITIES, faded
from rnncore.figures.layout import AXIS, layout, logarithmic
from rnncore.figures.points import axis_values, plain
from rnncore.forecasting.tally import Outcome, Residuals, Track

Label = Callable[[str], str]
OURS = ("forecast", "input", "gradient", "state", "forget", "output")  # contenders, in turn
POOLS = {"combined": ("solid", "circle"), "network": ("dash", "diamond")}
JUDGED = {
    "naive": "x",
    "seasonal_naive": "square",
    "drift": "triangle-up",
    "mean": "cross",
    "ets": "triangle-down",
    "theta": "star",
}
BINS = 30


def look(method: str, contenders: Sequence[str]) -> tuple[str, str, str]:
    """(colour, dash, symbol), the same in every picture."""
    if method in JUDGED:
        quantity, dash = METHODS[method]
        return QUANTITIES[quantity], dash, JUDGED[method]
    pool, _, contender = method.partition(":")
    place = contenders.index(contender) if contender else 0
    # By themselves, the networks of the only contender have the colour of what a network says.
    quantity = "output" if pool == "network" and not contender else OURS[place % len(OURS)]
    return QUANTITIES[quantity], *POOLS[pool]


def by_step(outcome: Outcome, methods: Sequence[str], score: str, label: Label, name: Label) -> go.Figure:
    """Error of each method against the step of the forecast, the mean over all origins."""
    steps = list(range(1, outcome.horizon + 1))
    drawn = layout(340, x=label("step"), y=label(score))
    drawn["yaxis"] |= {"rangemode": "tozero"}
    return go.Figure(_courses(outcome, methods, score, "by_step", steps, name), drawn)


def by_origin(outcome: Outcome, methods: Sequence[str], score: str, label: Label, name: Label) -> go.Figure:
    """Error of each method against the origin, the mean over all steps."""
    origins = _times(outcome.origins)
    drawn = layout(340, x=label("origin"), y=label(score), times=origins)
    drawn["yaxis"] |= {"rangemode": "tozero"}
    return go.Figure(_courses(outcome, methods, score, "by_origin", origins, name), drawn)


def _courses(outcome: Outcome, methods: Sequence[str], score: str, over: str, x, name: Label) -> list[dict]:
    traces = []
    for method in methods:
        colour, dash, symbol = look(method, _contenders(outcome))
        line = {"color": colour, "dash": dash, "width": 2.4 if method == outcome.best else 1.6}
        marks = {"mode": "lines+markers", "marker": {"symbol": symbol, "size": 6, "color": colour}} if len(x) <= 60 else {}
        values = [one[score] for one in outcome.methods[method][over]]
        told = {"name": _named(method, name), "hovertemplate": "%{y:.4~g}"}
        traces.append({"type": "scatter", "mode": "lines", "x": x, "y": values, "line": line, **marks, **told})
    return traces


def _named(method: str, name: Label) -> str:
    """Titles of runs may come from a user."""
    return plain(name(method), 60)


def _contenders(outcome: Outcome) -> list[str]:
    return [one["name"] for one in outcome.contenders]


def _times(labels: Sequence) -> np.ndarray | list:
    """Stamps in their own zone as plotly takes them, or row numbers."""
    if labels and isinstance(labels[0], str):
        return axis_values(pd.DatetimeIndex([pd.Timestamp(one).replace(tzinfo=None) for one in labels]))
    return list(labels)


def overlaid(track: Track, methods: Sequence[str], outcome: Outcome, label: Label, name: Label) -> go.Figure:
    """What came, and over it what each method said from every origin; the widest band is that of the first of them."""
    times = _times(track.time)
    actual = {"color": QUANTITIES["target"], "width": 2.2}
    base = {"type": "scatter", "mode": "lines", "hovertemplate": "%{y:,.5~g}"}
    traces = []
    if methods and track.lower[methods[0]]:
        traces += _bands(track, methods[0], times, look(methods[0], _contenders(outcome))[0])
    traces.append({**base, "x": times, "y": track.actual, "line": actual, "name": label("observed")})
    for method in methods:
        colour, dash, _ = look(method, _contenders(outcome))
        x, y = _pieces(times, track.starts, track.forecasts[method])
        line = {"color": colour, "dash": dash, "width": 1.8}
        traces.append({**base, "x": x, "y": y, "line": line, "name": _named(method, name)})
    drawn = layout(420, times=times)
    drawn["shapes"] = [_mark(times[start]) for start in track.starts]
    return go.Figure(traces, drawn)


def _mark(x) -> dict:
    line = {"color": "rgba(128,128,128,0.5)", "width": 1, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}


def _pieces(times, starts: Sequence[int], forecasts: Sequence[Sequence[float]]) -> tuple[list, list]:
    """Forecast after forecast, with a gap between them."""
    x, y = [], []
    for start, said in zip(starts, forecasts, strict=True):
        x += [*times[start : start + len(said)], None]
        y += [*said, None]
    return x, y


def _bands(track: Track, method: str, times, colour: str) -> list[dict]:
    """One closed outline an origin and level, the widest below."""
    traces = []
    for level in sorted(track.lower[method], key=float, reverse=True):
        x, y = [], []
        for start, low, high in zip(track.starts, track.lower[method][level], track.upper[method][level], strict=True):
            place = list(times[start : start + len(low)])
            x += [*place, *place[::-1], None]
            y += [*high, *low[::-1], None]
        fill = {"fill": "toself", "fillcolor": faded(colour, 0.14), "line": {"width": 0}, "hoverinfo": "skip"}
        traces.append({"type": "scatter", "mode": "lines", "x": x, "y": y, "name": f"{float(level):g} %", **fill})
    return traces


def cost(points: Mapping[str, tuple[float, float, str]], looks: Mapping[str, tuple], x: str, y: str, name: Label) -> go.Figure:
    """Seconds against error, by method: (seconds, error, more to be told); looks: (colour, dash, symbol) of each."""
    traces = []
    for method, (seconds, error, told) in points.items():
        colour, _, symbol = looks[method]
        marker = {"color": colour, "symbol": symbol, "size": 12}
        hover = f"{_named(method, name)}<br>%{{x:.3~g}} · %{{y:.4~g}}<br>{told}<extra></extra>"
        place = {"x": [max(seconds, 1e-6)], "y": [error], "name": _named(method, name), "hovertemplate": hover}
        traces.append({"type": "scatter", "mode": "markers", "marker": marker, **place})
    drawn = layout(460, x=x, y=y, hovermode="closest")
    seconds = [max(one, 1e-6) for one, _, _ in points.values()]
    near = max(seconds) < 1000 * min(seconds)
    drawn["xaxis"] |= logarithmic(seconds) if near else {"type": "log", "exponentformat": "power", "dtick": 1}
    errors = [error for _, error, _ in points.values()]
    if min(errors) > 0:
        drawn["yaxis"] |= logarithmic(errors, 8)
    return go.Figure(traces, drawn)


def left_over(found: Residuals, colour: str, label: Label) -> go.Figure:
    """Residuals over time, and how often each size occurs."""
    counts, edges = np.histogram(found.values, bins=min(BINS, max(5, len(found.values) // 4)))
    middles = (edges[1:] + edges[:-1]) / 2
    bars = {"type": "bar", "marker": {"color": colour}}
    times = _times(found.time)
    over_time = {**bars, "x": times, "y": found.values, "hovertemplate": "%{y:,.4~g}<extra></extra>"}
    often = {**bars, "x": counts, "y": middles, "orientation": "h", "xaxis": "x2", "yaxis": "y2"}
    often |= {"hovertemplate": f"%{{y:,.4~g}}: %{{x}} {label('rows')}<extra></extra>"}
    drawn = layout(300, legend=False, times=times, hovermode="closest", bargap=0.08)
    drawn["xaxis"] |= {"domain": [0, 0.7]}
    drawn["yaxis"] |= {"title": {"text": label("residual")}, "zeroline": True, "zerolinewidth": 1}
    drawn["xaxis2"] = {**AXIS, "domain": [0.76, 1], "title": {"text": label("rows")}, "anchor": "y2"}
    drawn["yaxis2"] = {**AXIS, "matches": "y", "showticklabels": False, "anchor": "x2"}
    return go.Figure([over_time, often], drawn)


def correlation(found: Residuals, colour: str, label: Label) -> go.Figure:
    """Autocorrelation of residuals by lag; beyond the dotted lines it is rare by chance."""
    lags = np.arange(1, len(found.autocorrelation) + 1)
    bars = {"type": "bar", "x": lags, "y": found.autocorrelation, "marker": {"color": colour}, "width": 0.3}
    told = f"{label('lag')} %{{x}}: %{{y:.2f}}<extra></extra>"
    line = {"color": QUANTITIES["target"], "width": 1, "dash": "dot"}
    edges = [
        {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": side * found.rare, "y1": side * found.rare, "line": line}
        for side in (-1, 1)
    ]
    drawn = layout(240, x=label("lag"), y=label("autocorrelation"), legend=False, hovermode="closest", shapes=edges)
    drawn["yaxis"] |= {"range": [-1, 1], "zeroline": True, "zerolinewidth": 1}
    return go.Figure([{**bars, "hovertemplate": told}], drawn)


def beside(
    time: Sequence, actual: Sequence[float], lines: Mapping[str, Sequence[float]], label: Label, name: Label
) -> go.Figure:
    """What several runs said of the same rows, over what came."""
    times = _times(time)
    base = {"type": "scatter", "mode": "lines", "hovertemplate": "%{y:,.5~g}", "x": times}
    traces = [{**base, "y": actual, "name": label("observed"), "line": {"color": QUANTITIES["target"], "width": 2.5}}]
    for number, (method, values) in enumerate(lines.items()):
        line = {"color": _turn(number), "width": 1.8, "dash": _dash(number)}
        traces.append({**base, "y": values, "name": _named(method, name), "line": line})
    return go.Figure(traces, layout(380, times=times))


def _turn(number: int) -> str:
    return QUANTITIES[OURS[number % len(OURS)]]


def _dash(number: int) -> str:
    return ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")[number % 6]


def turns(names: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Looks for things that have none of their own, in their order."""
    symbols = ("circle", "square", "diamond", "triangle-up", "star", "cross")
    return {name: (_turn(number), _dash(number), symbols[number % 6]) for number, name in enumerate(names)}
