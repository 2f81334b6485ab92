"""Layers upon layers: each reads the states of the one below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncore.cells.cell import Cell
from rnncore.cells.trace import Gradients, Trace


def unroll_layers(cells: Sequence[Cell], x: np.ndarray) -> list[Trace]:
    """The traces of all layers over x (T, B, F), the first layer first; every layer starts from zero."""
    traces: list[Trace] = []
    for cell in cells:
        traces.append(cell.unroll(traces[-1].h if traces else x))
    return traces


def backward_layers(traces: Sequence[Trace], dh: np.ndarray) -> list[Gradients]:
    """The gradients in all layers, the first layer first, for what the loss says of the last layer's states directly.

    dh (T, B, H), or (B, H) for the last step only. What a layer says of its inputs is what the one below hears of its outputs.
    """
    found: list[Gradients] = []
    for trace in reversed(traces):
        found.append(trace.cell.backward(trace, found[-1].dx if found else dh))
    return found[::-1]
