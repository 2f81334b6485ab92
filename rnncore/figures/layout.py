"""How every chart looks: no title, thin grid, one line of legend above the plot, hover for the whole x.

Charts are put together as plain traces and one layout, and made a Figure once: plotly checks every later change anew, which
takes ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rnncore.figures.colours import GRID

AXIS = {"gridcolor": GRID, "zeroline": False, "automargin": True}
_DAY = 86_400_000  # milliseconds, as plotly counts
# Dates in figures, as the pages write them: plotly knows the names of months in English only.
_DATES = (  # both ends of a range count
    (None, 59_999, "%H:%M:%S\n%Y-%m-%d"),
    (60_000, _DAY - 1, "%H:%M\n%Y-%m-%d"),
    (_DAY, 27 * _DAY, "%m-%d\n%Y"),
    ("M1", "M11", "%Y-%m"),
    ("M12", None, "%Y"),
)
_HOVER = (("D", "%Y-%m-%d"), ("m", "%Y-%m-%d %H:%M"), ("ms", "%Y-%m-%d %H:%M:%S"))  # the first that loses nothing


def layout(height: int = 320, *, x: str = "", y: str = "", legend: bool = True, times=(), **more) -> dict:
    """The layout of the house; `x` and `y` are axis titles with their units, `times` what the x axis shows where that may be
    dates, `more` goes in as it is."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
        "xaxis": {**AXIS, **_dated(times), "title": {"text": x or None}},
        "yaxis": {**AXIS, "title": {"text": y or None}},
        **more,
    }


def _dated(times) -> dict:
    """Formats of an axis of dates; nothing for other values."""
    times = np.asarray(times)
    if not np.issubdtype(times.dtype, np.datetime64):
        return {}
    told = next(said for unit, said in _HOVER if _whole(times, unit))
    if len(times) == 1:  # around a single time plotly would count milliseconds
        only, day = times[0].astype("datetime64[s]"), np.timedelta64(1, "D")
        span = {"range": [only - day, only + day], "tickvals": [only], "ticktext": [only.item().strftime(told)]}
        return span | {"hoverformat": told}
    stops = [{"dtickrange": [least, most], "value": value} for least, most, value in _DATES]
    return {"tickformatstops": stops, "hoverformat": told}


def _whole(times: np.ndarray, unit: str) -> bool:
    return bool((times == times.astype(f"datetime64[{unit}]")).all())


def logarithmic(values: Sequence[float | None], most: int = 5) -> dict:
    """A logarithmic axis with at most so many whole labels: left to itself, plotly writes 5 between 10 and 100 where 50 is
    meant."""
    axis = {**AXIS, "type": "log"}
    known = [value for value in values if value and value > 0]
    if not known:
        return axis
    low, high = math.log10(min(known)), math.log10(max(known))
    edge = max(0.06 * (high - low), 0.01)
    marks = _marks(low - edge, high + edge, most)
    if len(marks) < 3:
        marks = _steps(min(known), max(known), most) or [max(known)]
    texts = [f"{float(f'{mark:.3g}'):,.10g}" for mark in marks]
    return {**axis, "range": [low - edge, high + edge], "tickvals": marks, "ticktext": texts}


def _marks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two powers of ten, as many of them as have room."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        marks = [digit * 10.0**decade for decade in decades for digit in digits]
        marks = [mark for mark in marks if low <= math.log10(mark) <= high]
        if len(marks) <= most:
            break
    return marks[:: max(1, -(-len(marks) // most))]


def _steps(low: float, high: float, most: int) -> list[float]:
    """Round numbers at even distances, for a reach that holds hardly one of `_marks`; none where it is empty."""
    if high <= low * (1 + 1e-3):
        return []
    rough = (high - low) / (most - 1)
    decade = 10.0 ** math.floor(math.log10(rough))
    step = decade * next(digit for digit in (1, 2, 5, 10) if digit * decade >= rough)
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]
