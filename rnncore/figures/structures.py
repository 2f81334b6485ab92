"""Drawings of what a recurrent network can become: stacked, bidirectional, with attention, a scan, on a tree, on an image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.strokes import HALO, box, canvas, circle, line, path, words

_GAP, _LEFT = 92, 120
_INPUT, _STATE, _OUTPUT = (QUANTITIES[name] for name in ("input", "state", "output"))


def stacked(steps: int, layers: int, at: int, label: Label) -> str:
    """`layers` rows of cells over `steps` inputs; what the output of step `at` (from 1) can see is in colour.

    `label`: `inputs`, `layer_1` ..., `output`.
    """
    rows = [label(f"layer_{n + 1}") for n in range(layers)]
    seen = [[step < at for step in range(steps)] for _ in rows]
    return _net(steps, rows, seen, at, [1] * layers, label, chained=True)


def bidirectional(steps: int, at: int, label: Label) -> str:
    """One row of cells that reads forwards, one that reads backwards. `label`: `inputs`, `forwards`, `backwards`, `output`."""
    seen = [[step < at for step in range(steps)], [step >= at - 1 for step in range(steps)]]
    return _net(steps, [label("forwards"), label("backwards")], seen, at, [1, -1], label, chained=False)


def _net(
    steps: int,
    rows: Sequence[str],
    seen: Sequence[Sequence[bool]],
    at: int,
    ways: Sequence[int],
    label: Label,
    *,
    chained: bool,
) -> str:
    """Rows of cells from the inputs (foot) to the output (top); each row runs forwards (1) or backwards (-1)."""
    height = 150 + 82 * len(rows)
    foot, parts = height - 34, []
    heights = [foot - 82 * (n + 1) for n in range(len(rows))]
    every = [any(row[step] for row in seen) for step in range(steps)]
    out = _at(at - 1)
    for n, y in enumerate(heights):
        parts.append(words(_LEFT - 52, y, rows[n], anchor="end", size=14, bare=True))
        for step in range(steps):
            parts += _along(step, steps, y, ways[n], seen[n])
            below = heights[n - 1] - 24 if chained and n else foot - 20
            bend = 0 if chained or n == 0 else 30
            parts.append(_up(_at(step), below, y + 24, bend, lit=seen[n][step] and every[step]))
            parts += _cell(_at(step), y, lit=seen[n][step])
    parts.append(words(_LEFT - 52, foot, label("inputs"), anchor="end", size=14, bare=True))
    for step in range(steps):
        parts += _disc(_at(step), foot, f"x{_index(step + 1)}", _INPUT, lit=every[step])
    top = heights[-1] - 76
    for n in range(0 if not chained else len(rows) - 1, len(rows)):
        parts.append(_up(out, heights[n] - 24, top + 20, 0 if n == len(rows) - 1 else -30, lit=True))
    parts += _disc(out, top, f"y{_index(at)}", _OUTPUT, lit=True)
    parts.append(words(_LEFT - 52, top, label("output"), anchor="end", size=14, bare=True))
    return canvas(_LEFT + _GAP * (steps - 1) + 60, height, parts)


def attention(weights: Sequence[float], label: Label) -> str:
    """States of every step, and how much of each goes into what the output is given. `label`: `inputs`, `states`, `context`."""
    steps, parts, width = len(weights), [], _LEFT + _GAP * (len(weights) - 1) + 60
    context, y, foot = _at((steps - 1) / 2), 190, 284
    for step, weight in enumerate(weights):
        curve = f"M{_at(step):.1f},{y - 24} C{_at(step):.1f},110 {context:.1f},130 {context:.1f},62"
        parts.append(path(curve, stroke=_STATE, width=0.8 + 16 * weight, opacity=round(0.25 + 0.75 * weight, 3)))
    for step, weight in enumerate(weights):
        parts += _along(step, steps, y, 1, [True] * steps)
        parts.append(_up(_at(step), foot - 20, y + 24, 0, lit=True))
        parts += _cell(_at(step), y, lit=True, share=weight)
        parts += _disc(_at(step), foot, f"x{_index(step + 1)}", _INPUT, lit=True)
        parts.append(words(_at(step), y - 38, f"{weight:.0%}", size=14))
    parts += _disc(context, 42, "c", _OUTPUT, lit=True)
    for place, name in ((42, "context"), (y, "states"), (foot, "inputs")):
        parts.append(words(_LEFT - 52, place, label(name), anchor="end", size=14, bare=True))
    return canvas(width, 316, parts)


def _at(step: float) -> float:
    return _LEFT + _GAP * step


def _index(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _cell(x: float, y: float, *, lit: bool, share: float = 0.3) -> Iterator[str]:
    yield box(x - 28, y - 22, 56, 44, fill=HALO, stroke="none")
    look = {"fill": faded(_STATE, 0.12 + 0.5 * share), "stroke": _STATE} if lit else {"fill": "none", "stroke": "currentColor"}
    yield box(x - 28, y - 22, 56, 44, **look, stroke_width=1.8, opacity=1 if lit else 0.3)


def _disc(x: float, y: float, name: str, colour: str, *, lit: bool) -> Iterator[str]:
    yield circle(x, y, 19, fill=HALO)
    yield circle(x, y, 19, fill=faded(colour, 0.2), stroke=colour, width=1.8, opacity=1 if lit else 0.3)
    yield words(x, y, name, size=15, bare=True, opacity=1 if lit else 0.5)


def _along(step: int, steps: int, y: float, way: int, seen: Sequence[bool]) -> Iterator[str]:
    """The arrow from the cell of `step` to the next one in its direction."""
    if not 0 <= step + way < steps:
        return
    lit = seen[step] and seen[step + way]
    start, end = _at(step) + 28 * way, _at(step + way) - 31 * way
    look = {"stroke": _STATE if lit else "currentColor", "width": 2.2, "opacity": 1 if lit else 0.3}
    yield path(
        f"M{start:.1f},{y} L{end:.1f},{y} M{end - 7 * way:.1f},{y - 5} L{end:.1f},{y} L{end - 7 * way:.1f},{y + 5}", **look
    )


def _up(x: float, start: float, end: float, bend: float, *, lit: bool) -> str:
    """An arrow upwards from height `start` to `end`; with a bend it passes a cell that stands in its way."""
    d = f"M{x:.1f},{start} L{x:.1f},{end + 2}"
    if bend:
        d = f"M{x:.1f},{start} C{x + bend * 2:.1f},{start - 18} {x + bend * 2:.1f},{end + 18} {x:.1f},{end + 2}"
    return path(f"{d} M{x - 5:.1f},{end + 9} L{x:.1f},{end + 2} L{x + 5:.1f},{end + 9}", width=1.8, opacity=1 if lit else 0.3)


def scan(combined: Sequence[int], steps: int, label: Label) -> str:
    """Left, a chain in which each step waits for the one before; right, a scan by doubling. From top to bottom time passes.

    combined: pairs that each round of the scan combines. `label`: `chain`, `scan`, `rounds`.
    """
    gap, row = 24, 26
    rounds, half = max(steps, len(combined) + 1), gap * steps + 60
    parts = [words(30 + gap * steps / 2, 16, label("chain"), size=14, font_weight=600, bare=True)]
    parts.append(words(half + 30 + gap * steps / 2, 16, label("scan"), size=14, font_weight=600, bare=True))
    for t in range(steps):
        for turn in range(steps):
            x, y = 40 + gap * t, 48 + row * turn
            if turn and turn == t:
                parts.append(line(x - gap, y - row, x, y, width=1.6, stroke=_STATE))
            parts.append(_node(x, y, done=turn >= t))
    reach = 1
    for turn in range(len(combined) + 1):
        parts += [_node(half + 40 + gap * t, 48 + row * turn, done=t < reach) for t in range(steps)]
        if turn < len(combined):
            for t in range(reach, steps):
                end = half + 40 + gap * t
                parts.insert(
                    2,
                    line(end - gap * reach, 48 + row * turn, end, 48 + row * (turn + 1), width=1.1, stroke=_STATE, opacity=0.7),
                )
        reach *= 2
    return canvas(2 * half + 8, 48 + row * rounds, parts)


def _node(x: float, y: float, *, done: bool) -> str:
    return circle(
        x,
        y,
        6.5,
        fill=_STATE if done else HALO,
        stroke=_STATE if done else "currentColor",
        width=1.3,
        opacity=1 if done else 0.55,
    )


def chain() -> str:
    """A recurrent network on four inputs."""
    parts, y = [], 120
    for step in range(4):
        parts += _along(step, 4, y, 1, [True] * 4)
        parts.append(_up(_at(step), 194, y + 24, 0, lit=True))
        parts += _cell(_at(step), y, lit=True)
        parts += _disc(_at(step), 214, f"x{_index(step + 1)}", _INPUT, lit=True)
    parts.append(_up(_at(3), y - 24, 62, 0, lit=True))
    parts += _disc(_at(3), 42, "y", _OUTPUT, lit=True)
    return canvas(_LEFT + 3 * _GAP + 60, 250, parts, left=40)


def tree() -> str:
    """A recursive network on four inputs: the same cell joins two parts to one."""
    leaves = [_at(n) for n in range(4)]
    joints = [((leaves[0] + leaves[1]) / 2, 160), ((leaves[2] + leaves[3]) / 2, 160), (sum(leaves) / 4, 92)]
    links = [(leaves[n], 240, *joints[n // 2]) for n in range(4)] + [(*joints[n], *joints[2]) for n in (0, 1)]
    parts = [line(x0, y0, x1, y1, width=2, stroke=_STATE) for x0, y0, x1, y1 in links]
    for x, y in joints:
        parts += _cell(x, y, lit=True)
    for n, x in enumerate(leaves):
        parts += _disc(x, 240, f"x{_index(n + 1)}", _INPUT, lit=True)
    parts.append(_up(joints[2][0], 68, 48, 0, lit=True))
    parts += _disc(joints[2][0], 28, "y", _OUTPUT, lit=True)
    return canvas(_LEFT + 3 * _GAP + 60, 276, parts, left=40)


def image(pixels: np.ndarray, by: str, at: int, label: Label) -> str:
    """A picture (rows, columns) of 0 to 1, read row by row (`by="rows"`) or pixel by pixel; step `at` (from 1) is framed.

    `label`: `step`.
    """
    rows, columns = pixels.shape
    size, left, top, parts = 26, 60, 30, []
    for r in range(rows):
        for c in range(columns):
            read = (r if by == "rows" else r * columns + c) < at
            place = (left + size * c, top + size * r, size - 1, size - 1)
            parts.append(box(*place, fill="currentColor", opacity=round(0.06 + 0.8 * float(pixels[r, c]), 2), radius=2))
            if read:
                parts.append(box(*place, fill=faded(_INPUT, 0.3), radius=2))
    row, column = (at - 1, 0) if by == "rows" else divmod(at - 1, columns)
    wide = columns if by == "rows" else 1
    frame = (left + size * column - 1, top + size * row - 1, size * wide + 1, size + 1)
    parts.append(box(*frame, fill="none", stroke=_INPUT, stroke_width=3, radius=3))
    y, x = top + size * (row + 0.5), left + size * columns + 100
    parts.append(
        path(
            f"M{left + size * columns + 8},{y} C{x - 30},{y} {x - 60},{top + 104} {x - 4},{top + 104}", stroke=_INPUT, width=2.2
        )
    )
    parts += _cell(x + 28, top + 104, lit=True)
    parts.append(
        path(f"M{x + 56},{top + 92} C{x + 110},{top + 60} {x + 110},{top + 148} {x + 60},{top + 116}", stroke=_STATE, width=2.2)
    )
    parts.append(path(f"M{x + 70},{top + 116} L{x + 59},{top + 116} L{x + 65},{top + 126}", stroke=_STATE, width=2.2))
    parts.append(words(x + 28, top + 156, f"{label('step')} {at}", size=14, bare=True))
    return canvas(x + 130, top + size * rows + 16, parts)
