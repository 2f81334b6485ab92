"""Pictures of a training: how error and loss fall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout
from rnncore.messages import Epoch

_DASHES = {"candidate": "dot", "member": "solid", "refit": "dash"}
_FALLING = {**AXIS, "type": "log", "nticks": 4}


def loss_curve(epochs: Sequence[Epoch], label: Label, name: Label) -> go.Figure:
    """Validation error in the file's units above, training loss below; every training is a line of its own.

    `name` gives the words for what was trained; the trainings of a run follow each other from left to right.
    """
    traces = []
    for first, training in _trainings(epochs):
        head = training[0]
        line = {
            "type": "scatter",
            "mode": "lines",
            "name": f"{label(head.stage)}: {name(head.trained)}, {label('seed')} {head.seed}",
            "x": list(range(first, first + len(training))),
            "hovertemplate": "%{y:.4~g}",
        }
        for axis, values, colour in (
            ("y", [epoch.validation for epoch in training], "forecast"),
            ("y2", [epoch.loss for epoch in training], "output"),
        ):
            if any(value is not None for value in values):
                look = {"color": QUANTITIES[colour], "dash": _DASHES.get(head.stage, "solid"), "width": 1.8}
                traces.append({**line, "y": values, "yaxis": axis, "line": look})
    drawn = layout(280, x=label("epoch"), legend=False, hovermode="x", uirevision="live")
    drawn["yaxis"] = {**_FALLING, "domain": [0.55, 1], "title": {"text": label("validation_error")}}
    drawn["yaxis2"] = {**_FALLING, "domain": [0, 0.45], "title": {"text": label("training_loss")}}
    drawn["xaxis"] |= {"anchor": "y2"}
    return go.Figure(traces, drawn)


def _trainings(epochs: Sequence[Epoch]) -> Iterator[tuple[int, Sequence[Epoch]]]:
    """Cut the epochs of a run where a new training begins: pairs of (number of the first epoch, its epochs)."""
    start = 0
    for number in range(1, len(epochs) + 1):
        if number == len(epochs) or _identity(epochs[number]) != _identity(epochs[start]):
            yield start + 1, epochs[start:number]
            start = number


def _identity(epoch: Epoch) -> tuple:
    return epoch.stage, epoch.trained, epoch.seed
