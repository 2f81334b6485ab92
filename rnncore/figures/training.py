"""Pictures of a training: how error and loss fall."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout
from rnncore.messages import Epoch

_FALLING = {**AXIS, "type": "log"}
_LABELS = 5  # at most, on a logarithmic axis of this height


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
        _falling([value for line in traces if line["yaxis"] == axis for value in line["y"]]) for axis in ("y", "y2")
    )
    drawn["yaxis"] = {**upper, "domain": [0.55, 1], "title": {"text": label("validation_error")}}
    drawn["yaxis2"] = {**lower, "domain": [0, 0.45], "title": {"text": label("training_loss")}}
    drawn["xaxis"] |= {"anchor": "y2"}
    return go.Figure(traces, drawn)


def _falling(values: Sequence[float | None]) -> dict:
    """A logarithmic axis with a few whole labels: left to itself, plotly writes 5 between 10 and 100 where 50 is meant."""
    known = [value for value in values if value and value > 0]
    if not known:
        return _FALLING
    low, high = math.log10(min(known)), math.log10(max(known))
    edge = max(0.06 * (high - low), 0.01)
    marks = _marks(low - edge, high + edge)
    if len(marks) < 3:
        marks = _steps(min(known), max(known)) or [max(known)]
    texts = [f"{float(f'{mark:.3g}'):,.10g}" for mark in marks]
    return {**_FALLING, "range": [low - edge, high + edge], "tickvals": marks, "ticktext": texts}


def _marks(low: float, high: float) -> list[float]:
    """Round numbers between two powers of ten, as many of them as have room."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        marks = [digit * 10.0**decade for decade in decades for digit in digits]
        marks = [mark for mark in marks if low <= math.log10(mark) <= high]
        if len(marks) <= _LABELS:
            break
    return marks[:: max(1, -(-len(marks) // _LABELS))]


def _steps(low: float, high: float) -> list[float]:
    """Round numbers at even distances, for a reach that holds hardly one of `_marks`; none where it is empty."""
    if high <= low * (1 + 1e-3):
        return []
    rough = (high - low) / (_LABELS - 1)
    decade = 10.0 ** math.floor(math.log10(rough))
    step = decade * next(digit for digit in (1, 2, 5, 10) if digit * decade >= rough)
    return [step * number for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _trainings(epochs: Sequence[Epoch]) -> list[list[Epoch]]:
    """The epochs of every network by itself, the one that told last at the end: several may train side by side."""
    found: dict[tuple, list[Epoch]] = {}
    for epoch in epochs:
        if epoch.stage == "member":
            key = epoch.trained, epoch.seed
            found[key] = [*found.pop(key, []), epoch]
    return list(found.values())
