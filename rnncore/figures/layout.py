"""How every chart looks: no title, thin grid, one line of legend above the plot, hover for the whole x.

Charts are put together as plain traces and one layout, and made a Figure once: plotly checks every later change anew, which
takes ten times as long.
"""

from __future__ import annotations

from rnncore.figures.colours import GRID

AXIS = {"gridcolor": GRID, "zeroline": False, "automargin": True}


def layout(height: int = 320, *, x: str = "", y: str = "", legend: bool = True, **more) -> dict:
    """The layout of the house; `x` and `y` are axis titles with their units, `more` goes in as it is."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
        "xaxis": {**AXIS, "title": {"text": x or None}},
        "yaxis": {**AXIS, "title": {"text": y or None}},
        **more,
    }
