"""Drawings of two small circuits, one with a way back, alight as their units are active."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.strokes import HALO, canvas, circle, number, path, words

_STATE, _INPUT, _BELOW = (QUANTITIES[name] for name in ("state", "input", "gradient"))
_SECONDS, _FRAMES = 8, 80


def two_circuits(chain: np.ndarray, loop: np.ndarray, weight: float, label: Label) -> str:
    """Rates (T, n) of a chain of units, and of the same chain with a connection of this weight from its end to its start."""
    parts = [*_units(chain, 0, label("chain_name")), *_units(loop, 150, label("loop_name"))]
    if weight:
        dash = {} if weight > 0 else {"stroke_dasharray": "7 6"}
        colour = _STATE if weight > 0 else _BELOW
        parts.append(path("M352,240 C352,318 76,318 76,250", stroke=colour, width=1.5 + 4 * abs(weight), **dash))
        parts.append(path("M69,257 L76,246 L83,257", stroke=colour, width=2.5))
        parts.append(words(214, 299, number(weight), size=14, fill=colour, font_weight=600))
    return canvas(420, 326, parts)


def _units(rates: np.ndarray, top: float, name: str) -> Iterator[str]:
    y = top + 66
    yield words(214, top + 16, name, size=15, font_weight=600)
    for unit in range(rates.shape[1]):
        x = 76 + 92 * unit
        arrow = f"M{x - 64},{y} L{x - 31},{y} M{x - 38},{y - 6} L{x - 31},{y} L{x - 38},{y + 6}"
        yield path(arrow, stroke="currentColor" if unit else _INPUT, width=2.2)
        yield circle(x, y, 25, fill=HALO, stroke="currentColor", width=1.6)
        yield _glow(x, y, rates[:, unit].clip(0), _STATE)
        if (rates[:, unit] < -0.005).any():
            yield _glow(x, y, -rates[:, unit].clip(max=0), _BELOW)
        yield words(x, y, str(unit + 1), size=14, font_weight=600, bare=True)


def _glow(x: float, y: float, shares: np.ndarray, colour: str) -> str:
    """A disc whose opacity follows the rate of its unit, over and over."""
    frames = shares[np.linspace(0, len(shares) - 1, _FRAMES).astype(int)]
    values = ";".join(f"{share:.2f}" for share in frames)
    move = f'<animate attributeName="opacity" values="{values}" dur="{_SECONDS}s" repeatCount="indefinite"/>'
    return circle(x, y, 24, fill=faded(colour, 0.95), opacity=f"{frames[-1]:.2f}", inside=move)
