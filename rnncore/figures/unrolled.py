"""A small recurrent network as a loop, as the same loop laid out in time, and the numbers of one of its steps."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np

from rnncore.figures.colours import QUANTITIES
from rnncore.figures.wiring import letter, picture, tag, wire, words, written

Label = Callable[[str], str]
_X, _H, _Y = 250, 150, 52  # the heights of input, state and output
_STYLE = """
.copy { cursor: pointer; transition: opacity 0.25s; }
.copy.ahead { opacity: 0.3; }
.cell { fill: var(--st-background-color, Canvas); stroke-width: 1.5; }
.copy.now .cell { stroke-width: 3.5; }
@media (prefers-reduced-motion: reduce) { .copy { transition: none; } }
"""


def loop_and_chain(x: np.ndarray, h: np.ndarray, y: np.ndarray, label: Label) -> str:
    """The loop at the left; at the right one copy of the cell for each of a few steps, with its values as numbers and bars.

    x, y: (T,) as numbers; h: (T, H) as bars, relative to the largest. `label`: `folded`, `unrolled`.
    """
    steps, first = len(x), 392
    gap = (966 - 74 - first) / max(steps - 1, 1)
    bars = h / max(0.2, float(np.abs(h).max()))
    chain = [_copy(first + t * gap, gap, t + 1, x[t], bars[t], y[t]) for t in range(steps)]
    return picture(
        966,
        306,
        tag("style", _STYLE),
        _loop(84, label("folded")),
        words(244, _H + 9, "=", font_size=26),
        words((first + 892) / 2, 16, label("unrolled"), "small quiet middle"),
        _start(first - 82, first - 37),
        *chain,
    )


def _loop(x: float, title: str) -> str:
    side = x + 36
    loop = f"M{side} {_H - 12}H{side + 26}Q{side + 44} {_H - 12} {side + 44} {_H}Q{side + 44} {_H + 12} {side + 26} {_H + 12}"
    return "".join(
        [
            words(x, 16, title, "small quiet middle"),
            _arrow(x, _X - 21, x, _H + 28, "input"),
            _arrow(x, _H - 28, x, _Y + 21, "output"),
            wire(f"{loop}H{side + 8}", "state"),
            tag("path", d=_head(side + 1, _H + 12, -1, 0), fill=QUANTITIES["state"]),
            _box(x, "state"),
            _disc(x, _X, "input"),
            _disc(x, _Y, "output"),
            *(letter(x, place + 5, name, "t") for name, place in (("x", _X), ("h", _H), ("y", _Y))),
            letter(x + 24, _X - 42, "W", "xh"),
            letter(side + 66, _H + 5, "W", "hh"),
            letter(x + 24, _H - 44, "W", "hy"),
        ]
    )


def _start(x: float, end: float) -> str:
    ring = tag("circle", cx=x, cy=_H, r=15, class_="bead", stroke=QUANTITIES["state"], stroke_dasharray="3 3")
    return _arrow(x + 15, _H, end, _H, "state") + ring + words(x, _H + 5, "0", "small middle") + letter(x, _H - 24, "h", "0")


def _copy(x: float, gap: float, t: int, x_t: float, bars: np.ndarray, y_t: float) -> str:
    """The cell at step t with its input below, its output above, and the wire to the next copy."""
    onward = _arrow(x + 36, _H, x + max(gap - 37, 60), _H, "state")
    return tag(
        "g",
        _arrow(x, _X - 21, x, _H + 28, "input"),
        _arrow(x, _H - 28, x, _Y + 21, "output"),
        onward,
        _box(x, "state"),
        _state_bars(x, bars),
        _disc(x, _X, "input"),
        _disc(x, _Y, "output"),
        words(x, _X + 4.5, written(x_t), "small middle"),
        words(x, _Y + 4.5, written(y_t), "small middle"),
        words(x, _X + 44, f"t = {t}", "small middle"),
        class_="copy",
        data_t=t,
        data_follow="",
    )


def _state_bars(x: float, h: np.ndarray) -> str:
    """One bar a unit, from the middle line of the box; 1 is the full height."""
    scale, offsets = 22, 18 * (np.arange(len(h)) - (len(h) - 1) / 2)
    path = "".join(f"M{x + offset:.1f} {_H}v{-value * scale:.1f}" for offset, value in zip(offsets, h, strict=True))
    line = tag("path", d=f"M{x - 30} {_H}H{x + 30}", stroke="currentColor", stroke_opacity=0.25)
    return line + tag("path", d=path, stroke=QUANTITIES["state"], stroke_width=11)


def _box(x: float, quantity: str) -> str:
    return tag("rect", x=x - 36, y=_H - 28, width=72, height=56, rx=10, class_="cell", stroke=QUANTITIES[quantity])


def _disc(x: float, y: float, quantity: str) -> str:
    return tag("circle", cx=x, cy=y, r=21, class_="cell", stroke=QUANTITIES[quantity])


def _arrow(x0: float, y0: float, x1: float, y1: float, quantity: str) -> str:
    across, down = np.sign(x1 - x0), np.sign(y1 - y0)
    line = wire(f"M{x0} {y0}L{x1 - 6 * across} {y1 - 6 * down}", quantity)
    return line + tag("path", d=_head(x1, y1, across, down), fill=QUANTITIES[quantity])


def _head(x: float, y: float, across: float, down: float) -> str:
    """The tip of an arrow that ends at (x, y)."""
    back, side = (x - 10 * across, y - 10 * down), (4.5 * down, 4.5 * across)
    return f"M{x} {y}L{back[0] + side[0]} {back[1] + side[1]}L{back[0] - side[0]} {back[1] - side[1]}Z"


_SHEET = """
.sheet { display: grid; gap: 0.35rem; font-variant-numeric: tabular-nums; }
.move { display: grid; grid-template-columns: minmax(11rem, 16rem) 1fr; gap: 0.4rem 1.5rem; align-items: center;
  padding: 0.55rem 0.9rem; border-left: 4px solid transparent; border-radius: 6px; transition: background 0.25s; }
.move.now { border-left-color: var(--st-primary-color); background: var(--st-secondary-background-color); }
.move.ahead .fresh .matrix span { visibility: hidden; }
.about b { display: block; font-weight: 600; } .about { font-size: 0.875rem; line-height: 1.4; }
.terms { display: flex; flex-wrap: wrap; gap: 0.4rem 0.55rem; align-items: center; }
.term { display: inline-grid; justify-items: center; gap: 0.1rem; }
.term > i { font: italic 0.95rem KaTeX_Main, Georgia, serif; } .term sub { font-size: 70%; }
.matrix { display: inline-grid; gap: 2px; padding: 2px 4px; border: solid; border-width: 0 1.5px; border-radius: 6px; }
.matrix span { font-size: 0.8125rem; width: 3.1rem; text-align: center; padding: 0.12rem 0; border-radius: 4px;
  background: color-mix(in srgb, var(--quantity) calc(6% + 34% * var(--a, 0)), transparent); }
.sign { font-size: 1.1rem; margin-bottom: 1.2rem; }
@media (max-width: 700px) { .move { grid-template-columns: 1fr; } }
@media (prefers-reduced-motion: reduce) { .move { transition: none; } }
"""


def sheet(units: int, function: str, label: Label) -> str:
    """The four moves of one time step, each a line of matrices and vectors with live numbers.

    Values by name: `x`, `y`, `b_y`, and for unit n `W_xh.n`, `u.n` (W_xh x), `h_before.n`, `r.n` (W_hh h before), `b.n`,
    `h.n`, `W_hy.n`, `W_hh.n.m`. function: the name of f. `label`: `move_1` ... and `move_1_from` ..., where a number is from.
    """
    rows = range(units)

    def column(name: str) -> list[list[str]]:
        return [[f"{name}.{n}"] for n in rows]

    W_hh = [[f"W_hh.{n}.{m}" for m in rows] for n in rows]
    lines = [
        [_term("W", "xh", column("W_xh"), "target"), "·", _term("x", "t", [["x"]], "input"), "=",
         _term("W x", "", column("u"), "input")],
        [_term("W", "hh", W_hh, "target"), "·", _term("h", "t−1", column("h_before"), "state"), "=",
         _term("W h", "", column("r"), "state")],
        [f"{escape(function)}(", _term("W x", "", column("u"), "input"), "+", _term("W h", "", column("r"), "state"), "+",
         _term("b", "h", column("b"), "target"), ") =", _term("h", "t", column("h"), "state")],
        [_term("W", "hy", [[f"W_hy.{n}" for n in rows]], "target"), "·", _term("h", "t", column("h"), "state"), "+",
         _term("b", "y", [["b_y"]], "target"), "=", _term("y", "t", [["y"]], "output")],
        [_term("h", "t", column("h"), "state"), "→", _term("h", "t−1", column("h"), "state")],
    ]  # fmt: skip
    moves = [(1, lines[0]), (2, lines[1]), (2, lines[2]), (3, lines[3]), (4, lines[4])]
    names = ["move_1", "move_2", "bend", "move_3", "move_4"]
    body = "".join(_move(move, line, name, label) for (move, line), name in zip(moves, names, strict=True))
    return f'<div class="sheet"><style>{_SHEET}</style>{body}</div>'


def _move(move: int, line: list[str], name: str, label: Label) -> str:
    terms = "".join(part if part.startswith("<") else f'<span class="sign">{part}</span>' for part in line)
    about = f"<b>{escape(label(name))}</b>{escape(label(name + '_from'))}"
    return f'<div class="move" data-move="{move}"><div class="about">{about}</div><div class="terms">{terms}</div></div>'


def _term(name: str, index: str, cells: list[list[str]], quantity: str) -> str:
    """A matrix or vector above its name; what is no weight is empty until its move comes."""
    spans = "".join(f'<span data-text="{cell}" data-level="{cell}"></span>' for row in cells for cell in row)
    look = f"grid-template-columns: repeat({len(cells[0])}, auto); --quantity: {QUANTITIES[quantity]}"
    below = f"<sub>{index}</sub>" if index else ""
    fresh = "" if quantity == "target" else " fresh"
    return f'<span class="term{fresh}"><span class="matrix" style="{look}">{spans}</span><i>{name}{below}</i></span>'
