"""How every chart looks: no title, thin grid, one line of legend above the plot, hover for the whole x.

Charts are put together as plain traces and one layout, and made a Figure once: plotly checks every later change anew, which
takes ten times as long.
"""

from __future__ import annotations

import numpy as np

from rnncore.figures.colours import GRID

AXIS = {"gridcolor": GRID, "zeroline": False, "automargin": True}
_DAY = 86_400_000  # milliseconds, as plotly counts
# Dates in figures, as the pages write them: plotly knows the names of months in English only.
_DATES = (
    (None, 60_000, "%H:%M:%S\n%Y-%m-%d"),
    (60_000, _DAY, "%H:%M\n%Y-%m-%d"),
    (_DAY, "M1", "%m-%d\n%Y"),
    ("M1", "M12", "%Y-%m"),
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
    stops = [{"dtickrange": [least, most], "value": value} for least, most, value in _DATES]
    return {"tickformatstops": stops, "hoverformat": next(said for unit, said in _HOVER if _whole(times, unit))}


def _whole(times: np.ndarray, unit: str) -> bool:
    return bool((times == times.astype(f"datetime64[{unit}]")).all())
