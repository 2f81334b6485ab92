"""How every chart looks: no title, thin grid, one line of legend above the plot, hover for the whole x."""

from __future__ import annotations

import plotly.graph_objects as go

from rnncore.figures.colours import GRID


def blank(height: int = 320, *, x: str = "", y: str = "", legend: bool = True) -> go.Figure:
    """An empty figure with the layout of the house; `x` and `y` are axis titles with their units."""
    figure = go.Figure()
    axis = {"gridcolor": GRID, "zeroline": False, "automargin": True}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28 if legend else 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        hovermode="x unified",
        xaxis={**axis, "title": {"text": x or None}},
        yaxis={**axis, "title": {"text": y or None}},
    )
    return figure
