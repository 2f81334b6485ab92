"""Pictures of a training: how error and loss fall."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import layout, logarithmic
from rnncore.messages import Epoch


def loss_curve(epochs: Sequence[Epoch], label: Label, name: Label) -> go.Figure:
    """Validation error in the file's units above, training loss below; every network is a line of its own.

    `name` gives the words for what was trained. All begin at the left; the newest is drawn strongest.
    """
    traces, trainings = [], _trainings(epochs)
    for number, training in enumerate(trainings):
        head = training[0]
        line = {
            "type": "scatter",
            "mode": "lines",
            "name": f"{name(head.trained)}, {label('seed')} {head.seed}",
            "x": list(range(1, 1 + len(training))),
            "opacity": 1.0 if number == len(trainings) - 1 else 0.45,
            "hovertemplate": "%{y:.4~g}",
        }
        for axis, values, colour in (
            ("y", [epoch.validation for epoch in training], "forecast"),
            ("y2", [epoch.loss for epoch in training], "output"),
        ):
            if any(value is not None for value in values):
                look = {"color": QUANTITIES[colour], "width": 1.8}
                traces.append({**line, "y": values, "yaxis": axis, "line": look})
    drawn = layout(280, x=label("epoch"), legend=False, hovermode="x", uirevision="live")
    upper, lower = (
        logarithmic([value for line in traces if line["yaxis"] == axis for value in line["y"]]) for axis in ("y", "y2")
    )
    drawn["yaxis"] = {**upper, "domain": [0.55, 1], "title": {"text": label("validation_error")}}
    drawn["yaxis2"] = {**lower, "domain": [0, 0.45], "title": {"text": label("training_loss")}}
    drawn["xaxis"] |= {"anchor": "y2"}
    return go.Figure(traces, drawn)


def _trainings(epochs: Sequence[Epoch]) -> list[list[Epoch]]:
    """The epochs of every network by itself, the one that told last at the end: several may train side by side."""
    found: dict[tuple, list[Epoch]] = {}
    for epoch in epochs:
        if epoch.stage == "member":
            key = epoch.trained, epoch.seed
            found[key] = [*found.pop(key, []), epoch]
    return list(found.values())
