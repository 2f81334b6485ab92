"""What a wiring diagram is made of: wires, operators, meters, and beads that carry a live value.

`rnncore.web.player` puts the values in where a mark names them (`data-text`, `data-level`); lines and words take the theme's
text colour from `currentColor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from rnncore.figures.colours import QUANTITIES

STYLE = """
.paper { fill: var(--st-background-color, Canvas); }
.body { fill: currentColor; fill-opacity: 0.045; stroke: currentColor; stroke-opacity: 0.16; }
.wire { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.live { stroke-opacity: calc(0.22 + 0.78 * var(--a, 1)); transition: stroke-opacity 0.25s; }
.bead { fill: var(--st-background-color, Canvas); stroke-width: 1.5; }
.fill { transform-box: fill-box; transition: transform 0.25s; }
.rise { transform: scaleY(var(--v, 0)); transform-origin: 50% 100%; }
.column { fill: currentColor; fill-opacity: 0; cursor: pointer; }
.column:hover { fill-opacity: 0.06; }
.column.now { fill-opacity: 0.13; }
text { fill: currentColor; font-size: 15.5px; }
.small { font-size: 14px; }
.letter { font: italic 600 18px "KaTeX_Main", "Latin Modern Roman", Georgia, serif; }
.quiet { fill-opacity: 0.72; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
@media (prefers-reduced-motion: reduce) { .live, .fill { transition: none; } }
"""


def written(value: float) -> str:
    """A number as every drawing shows it."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def tag(name: str, *content: str, **attributes) -> str:
    """`tag("line", x1=0, stroke_width=2)`: underscores become hyphens, `class_` becomes class."""
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(content)}</{name}>"


def picture(width: int, height: int, *content: str) -> str:
    return tag("svg", tag("style", STYLE), *content, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}")


def words(x: float, y: float, content: str, class_: str = "middle", **attributes) -> str:
    return tag("text", escape(content), x=x, y=y, class_=class_, **attributes)


def letter(x: float, y: float, name: str, below: str = "", class_: str = "middle", **attributes) -> str:
    """A letter of the literature with its index: h with t - 1 below it."""
    index = tag("tspan", escape(below), dy=5, font_size="70%") if below else ""
    return tag("text", escape(name), index, x=x, y=y, class_=f"letter {class_}", **attributes)


def wire(path: str, quantity: str, *, level: str = "", width: float = 2.5, **attributes) -> str:
    """A wire in the colour of what it carries; it fades as the value of `level` nears zero."""
    live = {"data_level": level, "class_": "wire live"} if level else {"class_": "wire"}
    return tag("path", d=path, stroke=QUANTITIES[quantity], stroke_width=width, **live, **attributes)


def bead(x: float, y: float, name: str, quantity: str, *, width: float = 58) -> str:
    """A value that sits on its wire."""
    body = tag("rect", x=x - width / 2, y=y - 12, width=width, height=24, rx=12, class_="bead", stroke=QUANTITIES[quantity])
    return body + tag("text", x=x, y=y + 5, class_="small middle", data_text=name)


def operator(x: float, y: float, sign: str) -> str:
    """A small circle in which two wires meet, number by number."""
    circle = tag("circle", cx=x, cy=y, r=13, class_="bead", stroke="currentColor")
    return circle + words(x, y + 5.5, sign, "middle", font_size=18)


def meter(x: float, y: float, height: float, level: str, quantity: str, *, signed: bool = False) -> str:
    """A bar that rises with a value: from the foot for 0 to 1, from the middle for -1 to 1."""
    frame = tag("rect", x=x, y=y, width=9, height=height, rx=2, class_="body")
    origin, part = (y + height / 2, height / 2) if signed else (y + height, height)
    shape = {"x": x, "y": origin - part, "width": 9, "height": part, "rx": 2}
    return frame + tag("rect", **shape, class_="fill rise", fill=QUANTITIES[quantity], data_level=level)


def timeline(left: float, right: float, top: float, rows: Sequence[tuple[str, str, np.ndarray]]) -> str:
    """The whole sequence at a glance, with a mark at the step that is shown; a click on a step goes there.

    rows: (letter, quantity, values (T,)), each 34 high, drawn as bars from their own zero line.
    """
    steps = len(rows[0][2])
    width, height = (right - left) / steps, 34
    place = {"y": top, "width": round(width, 1), "height": height * len(rows), "rx": 3}
    columns = [tag("rect", x=round(left + t * width, 1), **place, class_="column", data_t=t + 1) for t in range(steps)]
    drawn = [_bars(left, width, top + height * n, height, *row) for n, row in enumerate(rows)]
    return "".join([*drawn, *columns])


def _bars(left: float, width: float, top: float, height: float, name: str, quantity: str, values: np.ndarray) -> str:
    middle, scale = top + height / 2, (height / 2 - 3) / max(1.0, float(np.abs(values).max()))
    path = "".join(f"M{left + (t + 0.5) * width:.1f} {middle:.1f}v{-v * scale:.2f}" for t, v in enumerate(values))
    line = tag("path", d=f"M{left} {middle}H{left + width * len(values):.1f}", stroke="currentColor", stroke_opacity=0.25)
    bars = tag("path", d=path, stroke=QUANTITIES[quantity], stroke_width=round(min(12, width * 0.5), 1))
    return line + bars + letter(left - 14, middle + 5, name, class_="end")
