"""The strokes of the house's drawings: SVG as strings, words and lines in the theme's own colour."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

HALO = "var(--st-background-color, transparent)"


def canvas(width: float, height: float, parts: Iterable[str], left: float = 0) -> str:
    """A drawing of this size; on a page it is as wide as its place, as long as its words can be read."""
    size = f'viewBox="{left:g} 0 {width:g} {height:g}" style="min-width:{0.64 * width:.0f}px;max-width:{1.15 * width:.0f}px"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def words(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "middle",
    size: float = 14,
    fill: str = "currentColor",
    bare: bool = False,
    **more,
) -> str:
    """One line of text; unless `bare`, with an edge in the colour of the page so that lines may pass beneath it."""
    look = f'text-anchor="{anchor}" font-size="{size:g}" fill="{fill}" dominant-baseline="central"{_attributes(more)}'
    edge = "" if bare else f' stroke="{HALO}" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}{edge}>{escape(text)}</text>'


def path(d: str, *, stroke: str = "currentColor", width: float = 1.5, fill: str = "none", **more) -> str:
    round_ends = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{d}" stroke="{stroke}" stroke-width="{width:.2f}" fill="{fill}" {round_ends}{_attributes(more)}/>'


def line(x1: float, y1: float, x2: float, y2: float, **look) -> str:
    return path(f"M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}", **look)


def circle(
    x: float, y: float, r: float, *, fill: str, stroke: str = "none", width: float = 1.5, inside: str = "", **more
) -> str:
    look = f'r="{r:g}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}"{_attributes(more)}'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" {look}>{inside}</circle>'


def box(x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none", radius: float = 8, **more) -> str:
    """A rounded rectangle by its upper left corner."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}"'
    return f'<rect {place} fill="{fill}" stroke="{stroke}"{_attributes(more)}/>'


def leader(x1: float, y1: float, x2: float, y2: float) -> str:
    """The thin line from a label to what it names."""
    return line(x1, y1, x2, y2, width=1, opacity=0.45)


def traveller(d: str, *, fill: str, r: float, start: float, end: float, cycle: float) -> str:
    """A dot that runs along the path `d` once in every cycle, from `start` to `end` seconds, and is hidden otherwise."""
    first, last = start / cycle, end / cycle
    times = f"0;{first:.4f};{last:.4f};1"
    move = f'path="{d}" keyPoints="0;0;1;1" keyTimes="{times}" calcMode="linear"'
    seen = f'attributeName="opacity" values="0;1;0;0" keyTimes="{times}" calcMode="discrete"'
    clock = f'dur="{cycle:g}s" repeatCount="indefinite"'
    return circle(0, 0, r, fill=fill, opacity=0, inside=f"<animateMotion {move} {clock}/><animate {seen} {clock}/>")


def number(value: float, digits: int = 2) -> str:
    """A number with a real minus sign, and no minus before a zero."""
    shown = f"{value:.{digits}f}"
    return shown.replace("-", "−") if float(shown) else f"{0:.{digits}f}"


def power(value: float) -> str:
    """A small number as people write it: 0.034, 8.6 × 10⁻⁸."""
    if value == 0 or abs(value) >= 0.001:
        return f"{value:.3g}".replace("-", "−")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa.replace('-', '−')} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _attributes(more: dict) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
