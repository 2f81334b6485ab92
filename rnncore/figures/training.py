"""Pictures of a training: how error and loss fall."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnncore.figures.colours import GRID, QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import blank
from rnncore.messages import Epoch

_DASHES = {"candidate": "dot", "member": "solid", "refit": "dash"}


def loss_curve(epochs: Sequence[Epoch], label: Label, name: Label) -> go.Figure:
    """Validation error in the file's units above, training loss below; every training is a line of its own.

    `name` gives the words for what was trained; the trainings of a run follow each other from left to right.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    figure.update_layout(blank(280, legend=False).layout)
    for axis in ("xaxis", "xaxis2", "yaxis", "yaxis2"):
        figure.update_layout({axis: {"gridcolor": GRID, "zeroline": False, "automargin": True}})
    for first, training in _trainings(epochs):
        x = list(range(first, first + len(training)))
        head = training[0]
        dash = _DASHES.get(head.stage, "solid")
        words = f"{label(head.stage)}: {name(head.trained)}, {label('seed')} {head.seed}"
        for row, values, colour in (
            (1, [e.validation for e in training], "forecast"),
            (2, [e.loss for e in training], "output"),
        ):
            if any(v is not None for v in values):
                line = {"color": QUANTITIES[colour], "dash": dash, "width": 1.8}
                figure.add_scatter(
                    x=x, y=values, row=row, col=1, mode="lines", line=line, name=words, hovertemplate="%{y:.4~g}"
                )
    figure.update_yaxes(title_text=label("validation_error"), type="log", nticks=4, row=1, col=1)
    figure.update_yaxes(title_text=label("training_loss"), type="log", nticks=4, row=2, col=1)
    figure.update_xaxes(title_text=label("epoch"), row=2, col=1)
    figure.update_layout(uirevision="live", hovermode="x")
    return figure


def _trainings(epochs: Sequence[Epoch]):
    """Cut the epochs of a run where a new training begins: pairs of (number of the first epoch, its epochs)."""
    start = 0
    for number in range(1, len(epochs) + 1):
        if number == len(epochs) or _identity(epochs[number]) != _identity(epochs[start]):
            yield start + 1, epochs[start:number]
            start = number


def _identity(epoch: Epoch) -> tuple:
    return epoch.stage, epoch.trained, epoch.seed
