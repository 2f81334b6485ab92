"""The weight matrices of a stack of layers, all drawn to one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.strokes import box, canvas, line, path, words

_MIDDLE, _TALLEST, _WIDE = 132, 176, 560


class Matrices(NamedTuple):
    """One layer: rows of its matrices, columns that meet inputs and states (0 where there are none), biases, and what it
    puts out."""

    name: str
    rows: int
    inputs: int
    states: int
    biases: int
    parameters: int
    shape: str


def to_scale(layers: Sequence[Matrices], first: str, label: Label) -> str:
    """From left to right, the layers with their matrices and the shape of what runs from one to the next.

    first: the shape of what goes in. `label`: `inputs`, `states`, `biases`, `weights`.
    """
    columns = sum(layer.inputs + layer.states for layer in layers)
    scale = min(_TALLEST / max(layer.rows for layer in layers), _WIDE / max(columns, 1))
    parts, x = [], 8.0
    parts += _arrow(x, first)
    x += 78
    for layer in layers:
        wide = max(_width(layer, scale), 46)
        parts += _layer(layer, x + (wide - _width(layer, scale)) / 2, x + wide / 2, scale)
        x += wide + 14
        parts += _arrow(x, layer.shape)
        x += 78
    parts += _key(label)
    return canvas(max(x, 700), 306, parts)


def _width(layer: Matrices, scale: float) -> float:
    return sum(_column(count, scale) + 3 for count in (layer.inputs, layer.states, layer.biases) if count)


def _column(count: int, scale: float) -> float:
    return max(count * scale, 2.5)


def _layer(layer: Matrices, x: float, middle: float, scale: float) -> Iterator[str]:
    height = max(layer.rows * scale, 3)
    yield words(middle, 20, layer.name, size=15, font_weight=600, bare=True)
    for count, quantity in ((layer.inputs, "input"), (layer.states, "state"), (layer.biases, "target")):
        if count:
            colour, wide = QUANTITIES[quantity], _column(count, scale)
            yield box(x, _MIDDLE - height / 2, wide, height, fill=faded(colour, 0.45), stroke=colour, radius=1.5)
            x += wide + 3
    yield words(middle, _MIDDLE + _TALLEST / 2 + 20, f"{layer.parameters:,}", size=15, bare=True)


def _arrow(x: float, shape: str) -> Iterator[str]:
    yield line(x, _MIDDLE, x + 60, _MIDDLE, width=2)
    yield path(f"M{x + 53},{_MIDDLE - 6} L{x + 60},{_MIDDLE} L{x + 53},{_MIDDLE + 6}", width=2)
    yield words(x + 30, _MIDDLE - 16, shape, size=13.5, bare=True)


def _key(label: Label) -> Iterator[str]:
    x = 8
    for quantity, name in (("input", "inputs"), ("state", "states"), ("target", "biases")):
        colour = QUANTITIES[quantity]
        yield box(x, 276, 14, 14, fill=faded(colour, 0.45), stroke=colour, radius=2)
        yield words(x + 22, 283, label(name), anchor="start", size=13.5, bare=True)
        x += 210
