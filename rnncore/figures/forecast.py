"""Pictures of a series and its forecast: the split, the fan, the held-out end.

Every function takes values and `label`, which gives the words for a key in the reader's language, and returns a Figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnncore.figures.colours import METHODS, QUANTITIES, SHADE, faded
from rnncore.figures.layout import layout
from rnncore.figures.points import MOST, axis_values, outline, plain, within
from rnncore.forecasting.result import Forecast, HeldOut
from rnncore.series import Series

Label = Callable[[str], str]


def split(series: Series, train_end: int, validation_end: int, label: Label, span: tuple | None = None) -> go.Figure:
    """The whole series, with the part that validates and the held-out end shaded.

    Rows before `train_end` train, rows before `validation_end` choose, the rest is held out. Where there is a `span`, only
    what lies between its ends is shown, and drawn in its own detail.
    """
    x, last = axis_values(series.index), len(series) - 1
    shades = []
    labels = [_label(x[min(train_end, last) // 2], label("train"), "center", 1.0)]
    if train_end < validation_end:
        shades.append(_shade(x[train_end], x[min(validation_end, last)], SHADE))
        labels.append(_label(x[min(validation_end, last)], label("validation"), "right", 1.0))
    if validation_end < len(series):
        shades.append(_shade(x[validation_end], x[last], faded(QUANTITIES["forecast"], 0.16)))
        labels.append(_label(x[last], label("held_out"), "right", 1.08))
    drawn = layout(300, y=plain(series.name), legend=False, times=x, shapes=shades, annotations=labels)
    drawn["margin"]["t"] = 44
    seen = within(x, span)
    if len(series) > MOST:
        drawn["yaxis"]["fixedrange"] = True  # only a part of the time can be asked for
    if seen != within(x, None):
        drawn["xaxis"]["range"] = list(span)
    return go.Figure(_history(series, label("observed"), seen), drawn)


def fan(series: Series, forecast: Forecast, label: Label, history: int, held_out: HeldOut) -> go.Figure:
    """The last `history` rows, the forecast with its bands, and what it said of the held-out end."""
    traces = _history(series, label("observed"), slice(max(0, len(series) - history), None))
    tested = _stamps(series, held_out.time)
    leading = next(iter(held_out.methods.values()))
    traces.append(_line(tested, leading, label("tested"), "forecast", dash="dot", width=1.5))
    origin, value = axis_values(series.index)[-1:], float(series.values[-1])
    times = np.concatenate([origin, _stamps(series, forecast.time)])
    for level in sorted(forecast.lower, key=float, reverse=True):
        lower, upper = ([value, *side[level]] for side in (forecast.lower, forecast.upper))
        traces += _band(times, lower, upper, f"{float(level):g} %")
    traces.append(_line(times, [value, *forecast.forecast], label("forecast"), "forecast", width=2.5))
    return go.Figure(traces, layout(420, y=plain(series.name), times=times))


def held_out(entry: HeldOut, series: Series, label: Label, best: str) -> go.Figure:
    """The held-out end: what came, what the first method had said with its bands, and the judge `best`. All other methods wait
    in the legend to be asked for."""
    times, leading = _stamps(series, entry.time), next(iter(entry.methods))
    traces = []
    for level in sorted(entry.lower, key=float, reverse=True):
        traces += _band(times, entry.lower[level], entry.upper[level], f"{float(level):g} %")
    traces.append(_line(times, entry.actual, label("observed"), "target", width=2.5))
    for method, said in entry.methods.items():
        colour, dash = METHODS["combined" if method == leading else method]
        line = _line(times, said, label(method), colour, dash=dash, width=2.5 if method == leading else 1.8)
        traces.append(line if method in (leading, best) else {**line, "visible": "legendonly"})
    return go.Figure(traces, layout(340, y=plain(series.name), times=times))


def check(series: Series, start: int, preview: Sequence[float], label: Label) -> go.Figure:
    """While training: the validation window from row `start` on, and what the network says of it by now."""
    shown = series.head(min(len(series), start + len(preview)))
    traces = _history(shown, label("observed"), slice(max(0, start - 2 * len(preview)), None))
    times = axis_values(series.index)[start : start + len(preview)]
    traces.append(_line(times, list(preview)[: len(times)], label("network"), "forecast", width=2.5))
    return go.Figure(traces, layout(280, y=plain(series.name), times=times, uirevision="live"))


def _history(series: Series, name: str, shown: slice) -> list[dict]:
    """The rows of `shown`, and small rings where gaps were filled."""
    x, start = axis_values(series.index), shown.start
    rows = outline(series.values[shown]) + start
    traces = [_line(x[rows], series.values[rows], name, "target", width=1.5)]
    filled = np.flatnonzero(~series.observed[shown]) + start
    if 0 < len(filled) <= 500:
        marker = {"color": QUANTITIES["input"], "size": 4, "symbol": "circle-open"}
        rings = {"type": "scatter", "mode": "markers", "marker": marker, "showlegend": False, "hoverinfo": "skip"}
        traces.append({**rings, "x": x[filled], "y": _light(series.values[filled])})
    return traces


def _line(x, y, name: str, quantity: str, *, dash: str = "solid", width: float = 2) -> dict:
    line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
    mode = "lines" if len(x) > 1 else "markers"
    drawn = {"type": "scatter", "mode": mode, "line": line, "name": name, "hovertemplate": "%{y:,.5~g}"}
    return {**drawn, "x": x, "y": _light(y)}


def _band(x, lower, upper, name: str) -> list[dict]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0},
        "legendgroup": name,
        "hovertemplate": "%{y:,.5~g}",
        "x": x,
    }
    fill = {"fill": "tonexty", "fillcolor": faded(QUANTITIES["forecast"], 0.16)}
    return [
        {**edge, "y": _light(lower), "name": f"{name} ↓", "showlegend": False},
        {**edge, **fill, "y": _light(upper), "name": name},
    ]


def _shade(left, right, colour: str) -> dict:
    place = {"x0": left, "x1": right, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "rect", **place, "fillcolor": colour, "line": {"width": 0}, "layer": "below"}


def _label(x, text: str, anchor: str, y: float) -> dict:
    place = {"x": x, "y": y, "yref": "paper", "xanchor": anchor, "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False, "font": {"size": 12}}


def _light(values) -> np.ndarray:
    """Half the bytes where single precision shows the same picture."""
    values = np.asarray(values, dtype=np.float64)
    if not len(values):
        return values
    largest = np.abs(values).max()
    same_picture = largest < 1e30 and np.ptp(values) > 1e-4 * largest
    return values.astype(np.float32) if same_picture else values


def _stamps(series: Series, times: Sequence) -> np.ndarray:
    """Stamps of a result (ISO text, or row numbers) as plotly takes them."""
    if series.stamps is None:
        return np.asarray(times)
    stamps = pd.to_datetime(list(times), utc=series.stamps.tz is not None, format="ISO8601")
    return axis_values(stamps.tz_convert(series.stamps.tz) if series.stamps.tz is not None else stamps)
