"""Pictures of a series and its forecast: the split, the fan, the held-out end.

Every function takes values and `label`, which gives the words for a key in the reader's language, and returns a Figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, SHADE, faded
from rnncore.figures.layout import blank
from rnncore.figures.points import axis_values, outline, plain
from rnncore.forecasting.result import Forecast, HeldOut
from rnncore.series import Series

Label = Callable[[str], str]
METHODS = {"network": "solid", "naive": "dot", "seasonal_naive": "dash", "drift": "dashdot"}


def split(series: Series, train_end: int, validation_end: int, label: Label) -> go.Figure:
    """The whole series, with the part that validates and the held-out end shaded.

    Rows before `train_end` train, rows before `validation_end` choose, the rest is held out.
    """
    figure = blank(300, y=plain(series.name), legend=False)
    _draw_history(figure, series, label("observed"), 0)
    x = axis_values(series.index)
    last = len(series) - 1
    _label(figure, x[min(train_end, last) // 2], label("train"), "center", 1.0)
    if train_end < validation_end:
        _shade(figure, x[train_end], x[min(validation_end, last)], SHADE)
        _label(figure, x[min(validation_end, last)], label("validation"), "right", 1.0)
    if validation_end < len(series):
        _shade(figure, x[validation_end], x[last], faded(QUANTITIES["forecast"], 0.16))
        _label(figure, x[last], label("held_out"), "right", 1.08)
    figure.update_layout(margin_t=44)
    return figure


def _shade(figure: go.Figure, left, right, colour: str) -> None:
    figure.add_shape(type="rect", x0=left, x1=right, y0=0, y1=1, yref="paper", fillcolor=colour, line_width=0, layer="below")


def _label(figure: go.Figure, x, text: str, anchor: str, y: float) -> None:
    figure.add_annotation(x=x, y=y, yref="paper", xanchor=anchor, yanchor="bottom", text=text, showarrow=False, font_size=12)


def fan(series: Series, forecast: Forecast, label: Label, history: int, held_out: HeldOut) -> go.Figure:
    """The last `history` rows, the forecast with its bands, and what the network said of the held-out end."""
    figure = blank(420, y=plain(series.name))
    start = max(0, len(series) - history)
    _draw_history(figure, series, label("observed"), start)
    tested = _stamps(series, held_out.time)
    _draw_line(figure, tested, held_out.network, label("tested"), "forecast", dash="dot", width=1.5)
    times = _stamps(series, forecast.time)
    origin, value = axis_values(series.index)[-1:], float(series.values[-1])
    times = np.concatenate([origin, times])
    for level in sorted(forecast.lower, key=float, reverse=True):
        lower, upper = ([value, *side[level]] for side in (forecast.lower, forecast.upper))
        _draw_band(figure, times, lower, upper, f"{float(level):g} %")
    _draw_line(figure, times, [value, *forecast.forecast], label("forecast"), "forecast", width=2.5)
    return figure


def held_out(entry: HeldOut, series: Series, label: Label) -> go.Figure:
    """The held-out end: what came, and what each method had said."""
    figure = blank(340, y=plain(series.name))
    times = _stamps(series, entry.time)
    _draw_line(figure, times, entry.actual, label("observed"), "target", width=2.5)
    for method, dash in METHODS.items():
        colour = "forecast" if method == "network" else method
        _draw_line(
            figure, times, getattr(entry, method), label(method), colour, dash=dash, width=2 if method == "network" else 1.5
        )
    return figure


def check(series: Series, start: int, preview: Sequence[float], label: Label) -> go.Figure:
    """While training: the validation window from row `start` on, and what the network says of it by now."""
    figure = blank(280, y=plain(series.name))
    before = max(0, start - 2 * len(preview))
    shown = series.head(min(len(series), start + len(preview)))
    _draw_history(figure, shown, label("observed"), before)
    times = axis_values(series.index)[start : start + len(preview)]
    _draw_line(figure, times, list(preview)[: len(times)], label("network"), "forecast", width=2.5)
    figure.update_layout(uirevision="live")
    return figure


def _draw_history(figure: go.Figure, series: Series, name: str, start: int) -> None:
    rows = outline(series.values[start:]) + start
    _draw_line(figure, axis_values(series.index)[rows], series.values[rows], name, "target", width=1.5)
    filled = np.flatnonzero(~series.observed[start:]) + start
    if 0 < len(filled) <= 500:
        marker = {"color": QUANTITIES["input"], "size": 4, "symbol": "circle-open"}
        x = axis_values(series.index)[filled]
        figure.add_scatter(
            x=x, y=_light(series.values[filled]), mode="markers", marker=marker, showlegend=False, hoverinfo="skip"
        )


def _draw_line(figure, x, y, name: str, quantity: str, *, dash: str = "solid", width: float = 2) -> None:
    line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
    figure.add_scatter(x=x, y=_light(y), mode="lines", name=name, line=line, hovertemplate="%{y:,.5~g}")


def _draw_band(figure: go.Figure, x, lower, upper, name: str) -> None:
    fill = faded(QUANTITIES["forecast"], 0.16)
    edge = {"mode": "lines", "line_width": 0, "legendgroup": name, "hovertemplate": "%{y:,.5~g}"}
    figure.add_scatter(x=x, y=_light(lower), name=f"{name} ↓", showlegend=False, **edge)
    figure.add_scatter(x=x, y=_light(upper), name=name, fill="tonexty", fillcolor=fill, **edge)


def _light(values) -> np.ndarray:
    """Half the bytes where single precision shows the same picture."""
    values = np.asarray(values, dtype=np.float64)
    span = np.ptp(values) if len(values) else 0
    exact = not len(values) or (np.abs(values).max() < 1e30 and span > 1e-4 * np.abs(values).max())
    return values.astype(np.float32) if exact else values


def _stamps(series: Series, times: Sequence) -> np.ndarray:
    """Stamps of a result (ISO text, or row numbers) as plotly takes them."""
    if series.stamps is None:
        return np.asarray(times)
    stamps = pd.to_datetime(list(times), utc=series.stamps.tz is not None, format="ISO8601")
    return axis_values(stamps.tz_convert(series.stamps.tz) if series.stamps.tz is not None else stamps)
