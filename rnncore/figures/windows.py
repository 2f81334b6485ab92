"""A series cut into samples: one row for each place in which the window can stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.strokes import box, canvas, words

_LEFT, _TOP, _CELL, _ROW = 96, 66, 56, 42


def staircase(series: Sequence[str], window: int, horizon: int, label: Label) -> str:
    """The numbers of a series on top; below, sample by sample, what the model reads and what it is to answer.

    `label`: `series`, `sample`, `reads`, `answers`.
    """
    samples = len(series) - window - horizon + 1
    width, height = _LEFT + _CELL * len(series) + 8, _TOP + _ROW * samples + 44
    return canvas(width, height, _parts(series, window, horizon, samples, height - 22, label))


def _parts(series: Sequence[str], window: int, horizon: int, samples: int, foot: float, label: Label) -> Iterator[str]:
    yield words(_LEFT - 14, 26, label("series"), anchor="end", size=14, bare=True)
    for column, number in enumerate(series):
        yield from _cell(column, 8, number, "currentColor", "none", "1")
    for sample in range(samples):
        y = _TOP + _ROW * sample
        yield words(_LEFT - 14, y + 18, f"{label('sample')} {sample + 1}", anchor="end", size=14, bare=True)
        for step in range(window):
            colour = QUANTITIES["input"]
            yield from _cell(sample + step, y, series[sample + step], colour, faded(colour, 0.2), "none")
        for step in range(window, window + horizon):
            colour = QUANTITIES["target"]
            yield from _cell(sample + step, y, series[sample + step], colour, faded(colour, 0.14), "4 3")
    yield from _key(_LEFT, foot, "input", "none", label("reads"))
    yield from _key(_LEFT + 210, foot, "target", "4 3", label("answers"))


def _cell(column: int, y: float, number: str, colour: str, fill: str, dash: str) -> Iterator[str]:
    x = _LEFT + _CELL * column
    if fill != "none":
        yield box(x + 3, y, _CELL - 6, 36, fill=fill, stroke=colour, radius=6, stroke_width=1.6, stroke_dasharray=dash)
    yield words(x + _CELL / 2, y + 18, number, size=15 if len(number) < 6 else 12, bare=True)


def _key(x: float, y: float, quantity: str, dash: str, text: str) -> Iterator[str]:
    colour = QUANTITIES[quantity]
    yield box(x + 3, y - 8, 22, 16, fill=faded(colour, 0.2), stroke=colour, radius=4, stroke_width=1.6, stroke_dasharray=dash)
    yield words(x + 34, y, text, anchor="start", size=14, bare=True)
