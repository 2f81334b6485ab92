"""Drawings of nerve cells and of the nervous system; what receives is drawn as input, what sends as output."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.strokes import HALO, box, canvas, circle, leader, line, path, traveller, words

IN, BODY, OUT = (QUANTITIES[name] for name in ("input", "state", "output"))
MESSENGER = QUANTITIES["gradient"]
CYCLE = 5.0  # seconds from one spike of a drawing to the next


def neuron(label: Label) -> str:
    """A nerve cell from its dendrites to its synapses, with signals that run through it."""
    random = np.random.default_rng(5)
    roots = [(math.radians(angle), reach) for angle, reach in ((128, 66), (162, 74), (196, 72), (232, 66), (82, 52), (276, 54))]
    dendrites = "".join(
        "".join(_branch(random, 170 + 30 * math.cos(angle), 180 - 30 * math.sin(angle), angle, reach, 8, 3))
        for angle, reach in roots
    )
    axon = "M200,180 C260,180 280,196 330,196 S480,172 560,180"
    endings = ["M560,180 C590,172 606,140 640,130", "M560,180 C596,182 612,184 648,186", "M560,180 C590,192 604,226 636,242"]
    body = (
        "M140,182 C138,160 150,146 170,146 C192,146 200,162 214,172 C224,179 224,184 214,189 "
        "C200,198 192,216 168,216 C150,214 141,202 140,182Z"
    )
    parts = [
        f"<g>{dendrites}</g>",
        path(axon, stroke=OUT, width=6),
        *(path(_segment(t), stroke=faded(OUT, 0.28), width=20) for t in (0.24, 0.42, 0.6, 0.78)),
        *(path(d, stroke=OUT, width=4) for d in endings),
        *(circle(x, y, 8, fill=OUT) for x, y in ((640, 130), (648, 186), (636, 242))),
        path(body, stroke=BODY, width=3, fill=HALO),
        path(body, stroke="none", fill=faded(BODY, 0.25)),
        circle(172, 181, 13, fill=faded(BODY, 0.55)),
        *_next_cell(),
        *(
            traveller(d, fill=IN, r=5, start=0.2 * n, end=1.1 + 0.1 * n, cycle=CYCLE)
            for n, d in enumerate(("M60,72 Q110,128 160,172", "M36,176 Q100,180 158,181", "M74,292 Q120,232 162,192"))
        ),
        traveller(axon, fill=OUT, r=9, start=1.4, end=3.0, cycle=CYCLE),
        *(traveller(d, fill=OUT, r=6, start=3.0, end=3.6, cycle=CYCLE) for d in endings),
        *(
            traveller(f"M{x},{y} L{x + 22},{y}", fill=MESSENGER, r=4, start=3.6, end=4.3, cycle=CYCLE)
            for x, y in ((648, 131), (656, 186), (644, 243))
        ),
    ]
    return canvas(790, 370, [*parts, *_names_of_neuron(label)], left=-24)


def _branch(
    random: np.random.Generator, x: float, y: float, angle: float, reach: float, width: float, forks: int
) -> Iterator[str]:
    """A dendrite and its twigs: each fork thinner and shorter than what it springs from."""
    bend = angle + random.uniform(-0.25, 0.25)
    middle = x + reach / 2 * math.cos(bend), y - reach / 2 * math.sin(bend)
    end = x + reach * math.cos(angle), y - reach * math.sin(angle)
    d = f"M{x:.1f},{y:.1f} Q{middle[0]:.1f},{middle[1]:.1f} {end[0]:.1f},{end[1]:.1f}"
    yield path(d, stroke=IN, width=width)
    if forks > 1:
        for side in (-1, 1):
            turn = angle + side * random.uniform(0.3, 0.55)
            yield from _branch(random, *end, turn, reach * random.uniform(0.6, 0.78), width * 0.6, forks - 1)


def _segment(t: float) -> str:
    """A stretch of the axon's sheath around the place `t` of its way."""
    x = 200 + 360 * t
    y = 188 + 8 * math.sin((t - 0.08) * 2 * math.pi * 0.9)
    slope = 8 * 2 * math.pi * 0.9 * math.cos((t - 0.08) * 2 * math.pi * 0.9) / 360
    return f"M{x - 22:.1f},{y - 22 * slope:.1f} L{x + 22:.1f},{y + 22 * slope:.1f}"


def _next_cell() -> Iterator[str]:
    """Dendrites of the cell that listens, at the right edge."""
    yield path("M760,186 C736,186 720,188 696,186 S684,186 678,186", stroke=faded(IN, 0.8), width=11)
    yield path("M716,187 C694,176 686,150 670,124 M678,140 C676,126 684,112 682,102", stroke=faded(IN, 0.8), width=6)
    yield path("M722,187 C700,200 688,226 666,248 M684,222 C684,240 692,252 692,264", stroke=faded(IN, 0.8), width=6)


def _names_of_neuron(label: Label) -> Iterator[str]:
    named = (
        ("dendrites", 26, 22, 76, 78, IN),
        ("body", 262, 110, 204, 160, BODY),
        ("axon", 400, 126, 400, 180, OUT),
        ("synapse", 600, 66, 656, 122, "currentColor"),
        ("next", 718, 300, 724, 200, IN),
    )
    for key, x, y, to_x, to_y, colour in named:
        yield leader(x, y + (12 if to_y > y else -12), to_x, to_y)
        yield words(x, y, label(key), size=16, fill=colour, font_weight=600)
    yield path("M300,262 L500,262 M490,255 L500,262 L490,269", width=1.4, opacity=0.6)
    yield words(400, 284, label("direction"), size=14, opacity=0.8)


def synapse(label: Label) -> str:
    """The gap between an axon's ending and the next cell, with what crosses it."""
    bulb = (
        "M0,126 C120,126 150,120 190,84 C240,44 330,52 344,100 "
        "C354,136 354,184 344,220 C330,268 240,276 190,236 C150,200 120,194 0,194Z"
    )
    far = (
        "M760,112 C640,112 560,112 500,66 C460,36 420,50 414,92 C408,136 408,184 414,228 "
        "C420,270 460,284 500,254 C560,208 640,208 760,208Z"
    )
    vesicles = [(250, 104), (286, 134), (242, 158), (292, 186), (252, 216), (316, 160), (208, 132), (206, 190)]
    crossings = [(346, 112), (349, 140), (350, 168), (346, 204)]
    parts = [
        path(bulb, stroke=OUT, width=2.5, fill=faded(OUT, 0.16)),
        path(far, stroke=IN, width=2.5, fill=faded(IN, 0.14)),
        *(circle(x, y, 13, fill=faded(OUT, 0.12), stroke=OUT, width=1.2) for x, y in vesicles),
        *(circle(x + dx, y + dy, 2.6, fill=MESSENGER) for x, y in vesicles for dx, dy in ((-4, -3), (4, -2), (0, 5))),
        *(box(404, y - 9, 14, 18, fill=IN, radius=4) for y in (112, 140, 168, 204)),
        traveller("M0,160 L196,160", fill=OUT, r=11, start=0.2, end=1.4, cycle=CYCLE),
        *(
            traveller(f"M{x},{y} L406,{y + dy}", fill=MESSENGER, r=3.6, start=1.5 + 0.12 * n, end=2.9 + 0.12 * n, cycle=CYCLE)
            for n, (x, y) in enumerate(crossings)
            for dy in (-4, 3)
        ),
        traveller("M430,160 L750,160", fill=IN, r=9, start=3.2, end=4.6, cycle=CYCLE),
    ]
    return canvas(760, 350, [*parts, *_names_of_synapse(label)])


def _names_of_synapse(label: Label) -> Iterator[str]:
    named = (
        ("ending", 90, 70, 150, 118, OUT),
        ("vesicles", 262, 20, 252, 90, "currentColor"),
        ("cleft", 380, 44, 380, 96, "currentColor"),
        ("receptors", 520, 20, 416, 104, "currentColor"),
        ("next", 650, 70, 620, 108, IN),
    )
    for key, x, y, to_x, to_y, colour in named:
        yield leader(x, y + 12, to_x, to_y)
        yield words(x, y, label(key), size=15, fill=colour, font_weight=600)
    for key, left, right in (("electrical", 4, 340), ("chemical", 346, 412), ("electrical", 418, 756)):
        yield path(f"M{left},304 L{left},312 L{right},312 L{right},304", width=1.2, opacity=0.55)
        yield words((left + right) / 2, 330, label(key), size=14)


def unit(label: Label) -> str:
    """An artificial unit in the colours of the neuron: what each part of it was taken from stands below."""
    inputs = [(58, y, n) for n, y in enumerate((44, 104, 164), 1)]
    parts = []
    for x, y, n in inputs:
        parts.append(path(f"M{x + 20},{y} L{194},{104 + (y - 104) * 0.24:.0f}", stroke=IN, width=2 + 1.5 * (n != 2)))
        parts.append(circle(x, y, 20, fill=HALO) + circle(x, y, 20, fill=faded(IN, 0.2), stroke=IN, width=2))
        parts.append(words(x, y, f"x{'₁₂₃'[n - 1]}", size=15, bare=True))
        parts.append(words(x + 68, y + (104 - y) * 0.38, f"w{'₁₂₃'[n - 1]}", size=15, fill=IN, font_weight=600))
    parts += [
        path("M222,36 L222,72 M216,65 L222,73 L228,65", width=1.8),
        words(222, 24, "b", size=15, font_weight=600),
        circle(222, 104, 30, fill=HALO) + circle(222, 104, 30, fill=faded(BODY, 0.25), stroke=BODY, width=2.5),
        words(222, 104, "Σ", size=22, bare=True),
        path("M252,104 L284,104 M277,98 L284,104 L277,110", stroke=BODY, width=2.5),
        box(286, 76, 62, 56, fill=HALO) + box(286, 76, 62, 56, fill=faded(BODY, 0.25), stroke=BODY, stroke_width=2.5),
        path("M296,120 C316,120 316,88 338,88", stroke=BODY, width=2.5),
        words(317, 64, "f", size=15, font_style="italic", font_weight=600),
        path("M348,104 L404,104 M397,98 L404,104 L397,110", stroke=OUT, width=3.5),
        words(418, 104, "y", size=16, fill=OUT, font_weight=700),
    ]
    for key, left, right, colour in (
        ("from_synapses", 36, 186, IN),
        ("from_body", 196, 350, BODY),
        ("from_axon", 358, 436, OUT),
    ):
        parts.append(path(f"M{left},196 L{left},202 L{right},202 L{right},196", stroke=colour, width=1.4))
        parts.append(words((left + right) / 2, 220, label(key), size=13, fill=colour, font_weight=600))
    return canvas(450, 234, parts)


NAMED = ("cortex", "hypothalamus", "spinal_cord")  # the three that the article names


def nervous_system(label: Label) -> str:
    """The brain cut in the middle, seen from the side, and the parts as a tree."""
    return canvas(800, 470, [*_brain(), *_names_of_brain(label), *_tree(label)])


def _brain() -> Iterator[str]:
    grey, soft = "rgba(128,128,128,0.16)", "rgba(128,128,128,0.30)"
    cerebrum = (
        "M62,214 C40,176 52,122 92,92 C122,56 182,38 236,50 C292,52 342,90 354,142 C366,178 356,214 330,232 "
        "C306,246 280,240 262,228 C244,216 214,214 196,222 C176,236 150,262 118,252 C88,252 70,236 62,214Z"
    )
    folds = (
        "M92,92 C104,110 98,124 86,134",
        "M136,62 C140,84 128,96 134,112",
        "M186,47 C182,70 196,80 188,98",
        "M236,50 C232,74 246,82 240,104",
        "M288,68 C276,88 288,98 280,114",
        "M330,102 C312,112 318,126 304,134",
        "M356,160 C336,160 334,172 318,172",
        "M344,214 C330,206 322,208 312,200",
        "M56,168 C74,166 80,176 94,174",
        "M74,226 C88,218 98,222 106,212",
        "M112,134 C122,146 114,156 122,168",
        "M160,84 C154,100 164,106 160,120",
    )
    yield f'<clipPath id="cerebrum"><path d="{cerebrum}"/></clipPath>'
    yield path(cerebrum, stroke="none", fill=grey)
    yield path(cerebrum, stroke=faded(BODY, 0.45), width=26, clip_path="url(#cerebrum)")
    yield path(cerebrum, width=2.2)
    for fold in folds:
        yield path(fold, width=1.5, opacity=0.55)
    yield path(
        "M132,182 C150,142 226,128 272,160 C286,170 284,188 272,190 C250,166 186,160 150,188 C140,196 130,192 132,182Z",
        fill=soft,
        width=1.2,
    )
    thalamus = "M176,196 C192,178 232,178 244,198 C248,214 226,220 210,220 C192,222 174,214 176,196Z"
    yield path(thalamus, stroke="none", fill=HALO)
    yield path(thalamus, width=1.6, fill=soft)
    yield path(
        "M176,216 C186,214 200,220 204,228 C200,240 188,246 178,240 C168,232 166,222 176,216Z", width=2, fill=faded(BODY, 0.45)
    )
    yield path(
        "M206,222 C226,216 246,214 256,226 C262,246 250,262 252,286 C254,310 262,326 264,346 L236,346 C232,326 216,312 204,294 "
        "C194,276 200,250 206,222Z",
        width=1.8,
        fill=grey,
    )
    yield path(
        "M262,242 C292,234 334,242 346,264 C352,290 322,312 290,306 C268,302 256,286 258,264 C258,254 258,248 262,242Z",
        width=1.8,
        fill=soft,
    )
    for bow in ("M266,254 C296,250 320,254 338,268", "M264,270 C292,266 316,272 334,284", "M268,286 C290,284 306,288 318,298"):
        yield path(bow, width=1.1, opacity=0.6)
    yield path("M236,346 C238,386 242,420 244,456 L262,456 C264,420 264,386 264,346Z", width=1.8, fill=faded(BODY, 0.25))
    for y in (372, 398, 424, 448):
        yield path(
            f"M240,{y} C226,{y + 4} 214,{y + 12} 200,{y + 14} M263,{y} C278,{y + 4} 290,{y + 12} 304,{y + 14}",
            width=1.1,
            opacity=0.55,
        )


def _names_of_brain(label: Label) -> Iterator[str]:
    named = (
        ("cortex", 8, 34, "start", (60, 46, 98, 88)),
        ("hypothalamus", 104, 324, "end", (110, 322, 182, 236)),
        ("brainstem", 104, 358, "end", (110, 356, 216, 294)),
        ("cerebellum", 362, 346, "middle", (352, 334, 322, 300)),
        ("spinal_cord", 150, 430, "end", (156, 428, 242, 412)),
        ("nerves", 330, 446, "start", (324, 446, 300, 440)),
    )
    for key, x, y, anchor, to in named:
        yield leader(*to)
        yield words(x, y, label(key), anchor=anchor, size=14, font_weight=700 if key in NAMED else 400)
    yield words(210, 203, label("thalamus"), size=13, bare=True)


TREE = (
    (0, "system"),
    (1, "central"),
    (2, "brain"),
    (3, "cerebrum"),
    (4, "cortex"),
    (3, "diencephalon"),
    (4, "thalamus"),
    (4, "hypothalamus"),
    (3, "brainstem"),
    (3, "cerebellum"),
    (2, "spinal_cord"),
    (1, "peripheral"),
    (2, "nerves"),
)


def _tree(label: Label) -> Iterator[str]:
    left, top, row, indent = 470, 44, 29, 26
    for number, (depth, key) in enumerate(TREE):
        x, y = left + indent * depth, top + row * number
        if depth:
            parent = max(n for n in range(number) if TREE[n][0] == depth - 1)
            yield path(f"M{x - indent},{top + row * parent + 7} L{x - indent},{y} L{x - 8},{y}", width=1.1, opacity=0.4)
        named = key in NAMED
        yield circle(x, y, 5, fill=BODY if named else HALO, stroke=BODY if named else "currentColor", width=1.4)
        yield words(x + 14, y, label(key), anchor="start", size=15, font_weight=700 if named else 400)
    y = top + row * len(TREE) + 16
    yield circle(left, y, 5, fill=BODY, stroke=BODY)
    yield words(left + 14, y, label("named"), anchor="start", size=13, opacity=0.8)
    yield line(436, 24, 436, 440, width=1, opacity=0.15)
