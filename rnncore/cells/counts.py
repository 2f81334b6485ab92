"""Recurrent layers in numbers, without torch: parameters of a cell, shapes of a network.

Notation: F inputs per step, H units, T steps, K outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rnncore.config import Layer

GATES = {"rnn": 1, "gru": 3, "lstm": 4}

Counting = Literal["torch", "keras"]


class Row(NamedTuple):
    """One line of a network's summary: `shape` is that of the output, without the batch."""

    name: str
    shape: tuple[int, ...]
    parameters: int


def parameter_count(layer: Layer, inputs: int, counting: Counting = "torch") -> int:
    """Weights and biases of one recurrent layer that reads `inputs` features a step.

    torch keeps two biases for every gate; Keras keeps one, except in a GRU, which has two in both.
    """
    gates = GATES[layer.cell]
    biases = 2 if counting == "torch" or layer.cell == "gru" else 1
    return gates * layer.units * (inputs + layer.units + biases)


def summary(layers: Sequence[Layer], window: int, features: int, horizon: int, counting: Counting = "torch") -> list[Row]:
    """The network layer by layer, the dense head last.

    window: steps the network takes (T); features: values it reads a step (F); horizon: values it puts out (K).
    The last recurrent layer hands on its final state only, so its shape is (H,).
    """
    rows, inputs = [], features
    for number, layer in enumerate(layers, 1):
        shape = (layer.units,) if number == len(layers) else (window, layer.units)
        rows.append(Row(layer.cell, shape, parameter_count(layer, inputs, counting)))
        if layer.dropout:
            rows.append(Row("dropout", shape, 0))
        inputs = layer.units
    rows.append(Row("dense", (horizon,), horizon * (inputs + 1)))
    return rows
