"""Drawings of a dense network with its numbers, its sums in formulas, and what one step of gradient descent does to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from rnncore.dense import Dense, Pass
from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.forecast import Label
from rnncore.figures.layout import layout
from rnncore.figures.strokes import HALO, box, canvas, circle, number, path, words

_INPUT, _STATE, _OUTPUT, _GRADIENT, _TARGET = (QUANTITIES[name] for name in ("input", "state", "output", "gradient", "target"))
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_SYMBOLS = {"tanh": r"\tanh", "relu": r"\text{ReLU}", "sigmoid": r"\sigma"}
_COLUMNS, _HEIGHT = (70, 430, 760), 436


def layers(widths: Sequence[int], label: Label) -> str:
    """The layers of a network as columns of units, every unit joined to all before it, with the shape of each matrix."""
    columns = [66 + 308 * n / (len(widths) - 1) for n in range(len(widths))]
    places = [[(x, 162 + 40 * (i - (width - 1) / 2)) for i in range(width)] for x, width in zip(columns, widths, strict=True)]
    colours = [_INPUT, *[_STATE] * (len(widths) - 2), _OUTPUT]
    names = ["input_layer", *["hidden_layer"] * (len(widths) - 2), "output_layer"]
    edges = [
        path(f"M{x1:.0f},{y1:.0f} L{x2:.0f},{y2:.0f}", width=1, opacity=0.35)
        for before, after in pairwise(places)
        for x1, y1 in before
        for x2, y2 in after
    ]
    units = [
        circle(x, y, 15, fill=HALO) + circle(x, y, 15, fill=faded(colour, 0.25), stroke=colour, width=2)
        for column, colour in zip(places, colours, strict=True)
        for x, y in column
    ]
    titles = [words(x, 20, label(name), size=14, font_weight=600) for x, name in zip(columns, names, strict=True)]
    shapes = [
        words((x1 + x2) / 2, 300, f"{n} × ({m} + 1) = {n * (m + 1)}", size=15)
        for (x1, m), (x2, n) in pairwise(zip(columns, widths, strict=True))
    ]
    return canvas(440, 318, [*edges, *units, *titles, *shapes])


def forward_pass(network: Dense, seen: Pass, chosen: str, label: Label) -> str:
    """Two inputs, hidden units and one output, with the number on every line and in every unit; the lines into the unit
    `chosen` (h1, h2, ... or y) stand out."""
    parts = [*_lines(network, chosen), *_inputs(seen.x)]
    for unit, (x, y) in enumerate(_places(len(seen.h))):
        rows = [f"b = {number(network.b_h[unit])}", f"z = {number(seen.z[unit])}", f"f(z) = {number(seen.h[unit])}"]
        parts += _unit(x, y, f"h{_SUBSCRIPTS[unit + 1]}", rows, _STATE, chosen == f"h{unit + 1}")
    rows = [f"b = {number(network.b_y[0])}", f"y = {number(seen.y[0])}"]
    parts += _unit(_COLUMNS[2], _HEIGHT / 2, "y", rows, _OUTPUT, chosen == "y")
    titles = zip(_COLUMNS, ("input_layer", "hidden_layer", "output_layer"), strict=True)
    parts += [words(x, 16, label(key), size=14, font_weight=600) for x, key in titles]
    return canvas(840, _HEIGHT, parts)


def step_taken(before: Dense, slope: Dense, rate: float, seen: Pass, target: float, label: Label) -> str:
    """The same network with every weight and bias before and after its step; a thick line moves far, a broken one down."""
    after = before.moved(slope, -rate)
    parts = [*_lines(before, "", after), *_inputs(seen.x)]
    for unit, (x, y) in enumerate(_places(len(seen.h))):
        rows = [f"f(z) = {number(seen.h[unit])}", f"b: {_way(before.b_h[unit], after.b_h[unit], 2)}"]
        parts += _unit(x, y, f"h{_SUBSCRIPTS[unit + 1]}", rows, _STATE, False, last=_GRADIENT)
    rows = [f"y = {number(seen.y[0])}", f"y* = {number(target)}", f"b: {_way(before.b_y[0], after.b_y[0], 2)}"]
    parts += _unit(_COLUMNS[2], _HEIGHT / 2, "y", rows, _OUTPUT, False, last=_GRADIENT)
    parts.append(words(_COLUMNS[2], 16, label("moved"), size=14, fill=_GRADIENT, font_weight=600))
    return canvas(840, _HEIGHT, parts)


def _way(before: float, after: float, digits: int = 3) -> str:
    return f"{number(before, digits)} → {number(after, digits)}"


def _places(units: int) -> list[tuple[float, float]]:
    return [(_COLUMNS[1], 86 + (_HEIGHT - 144) * unit / (units - 1)) for unit in range(units)]


def _sources(inputs: int) -> list[tuple[float, float]]:
    return [(_COLUMNS[0], 140 + 160 * unit / (inputs - 1)) for unit in range(inputs)]


def _lines(network: Dense, chosen: str, after: Dense | None = None) -> Iterator[str]:
    """Every connection with its weight, or with its way to that of the network `after`; thick is large, broken negative."""
    size = network if after is None else after.moved(network, -1)
    scale = max(float(abs(size.W_xh).max()), float(abs(size.W_hy).max()), 1e-9)
    for unit, (x, y) in enumerate(_places(len(network.b_h))):
        for source, start in enumerate(_sources(network.W_xh.shape[1])):
            text = _weight(network.W_xh[unit, source], None if after is None else after.W_xh[unit, source])
            bright = chosen in ("", f"h{unit + 1}")
            yield _line(start, (x - 66, y), 0.7, size.W_xh[unit, source] / scale, text, bright, after is not None)
        text = _weight(network.W_hy[0, unit], None if after is None else after.W_hy[0, unit])
        end = _COLUMNS[2] - 66, _HEIGHT / 2
        yield _line((x + 66, y), end, 0.4, size.W_hy[0, unit] / scale, text, chosen in ("", "y"), after is not None)


def _weight(before: float, after: float | None) -> str:
    return number(before) if after is None else _way(before, after)


def _line(
    start: tuple[float, float], end: tuple[float, float], at: float, share: float, text: str, bright: bool, moving: bool
) -> str:
    colour = _GRADIENT if moving else "currentColor"
    dash = {"stroke_dasharray": "6 5"} if share < 0 else {}
    (x1, y1), (x2, y2) = start, end
    look = {"width": 1 + 4 * abs(share), "opacity": 0.75 if bright else 0.18}
    drawn = path(f"M{x1:.1f},{y1:.1f} L{x2:.1f},{y2:.1f}", stroke=colour, **look, **dash)
    x, y, half = x1 + at * (x2 - x1), y1 + at * (y2 - y1), 5 + 3.9 * len(text)
    ground = box(x - half, y - 9, 2 * half, 18, fill=HALO, radius=4)
    return (
        drawn
        + ground
        + words(x, y, text, size=14, fill=colour, font_weight=600 if bright else 400, opacity=1 if bright else 0.6)
    )


def _inputs(x: np.ndarray) -> Iterator[str]:
    for unit, (left, top) in enumerate(_sources(len(x))):
        yield circle(left, top, 34, fill=HALO) + circle(left, top, 34, fill=faded(_INPUT, 0.18), stroke=_INPUT, width=2)
        yield words(left, top - 11, f"x{_SUBSCRIPTS[unit + 1]}", size=14, bare=True)
        yield words(left, top + 10, number(x[unit]), size=16, font_weight=600, bare=True)


def _unit(x: float, y: float, name: str, rows: list[str], colour: str, bold: bool, last: str = "currentColor") -> Iterator[str]:
    height = 32 + 20 * len(rows)
    top = y - height / 2
    yield box(x - 66, top, 132, height, fill=HALO)
    yield box(
        x - 66, top, 132, height, fill=faded(colour, 0.3 if bold else 0.15), stroke=colour, stroke_width=3 if bold else 1.6
    )
    yield words(x, top + 17, name, size=15, font_weight=700, bare=True)
    for row, text in enumerate(rows):
        final = row == len(rows) - 1
        look = {"fill": last, "font_weight": 600} if final else {}
        yield words(x, top + 38 + 20 * row, text, size=14, bare=True, **look)


def sum_in_numbers(network: Dense, seen: Pass, chosen: str, activation: str) -> str:
    """The sum of the unit `chosen` (h1, h2, ... or y) with its numbers, as a formula for KaTeX."""
    if chosen == "y":
        terms = _terms(network.W_hy[0], seen.h, _STATE, 3)
        return rf"\textcolor{{{_OUTPUT}}}{{y}} = {terms} {network.b_y[0]:+.2f} = {seen.y[0]:.2f}"
    unit = int(chosen[1:]) - 1
    terms, z, h = _terms(network.W_xh[unit], seen.x, _INPUT, 2), seen.z[unit], seen.h[unit]
    name = rf"\textcolor{{{_STATE}}}{{h_{unit + 1}}}"
    sums = rf"z &= {terms} {network.b_h[unit]:+.2f} = {z:.3f}"
    return rf"\begin{{aligned}} {sums} \\ {name} &= {_SYMBOLS[activation]}({z:.3f}) = {h:.3f} \end{{aligned}}"


def _terms(weights: np.ndarray, values: np.ndarray, colour: str, digits: int) -> str:
    shown = (f"({value:.{digits}f})" if value < 0 else f"{value:.{digits}f}" for value in values)
    factors = (rf"{weight:.2f} \cdot \textcolor{{{colour}}}{{{value}}}" for weight, value in zip(weights, shown, strict=True))
    return " + ".join(factors).replace("+ -", "- ")


def activation_curve(
    z: np.ndarray, values: np.ndarray, slopes: np.ndarray, at: tuple[float, float, float], label: Label
) -> go.Figure:
    """An activation function over z with its slope; `at` is (z, value, slope), where the tangent is drawn."""
    here, value, slope = at
    line = {"type": "scatter", "mode": "lines", "x": z}
    reach = 1.2 / np.hypot(1, slope)
    tangent = {"x": [here - reach, here + reach], "y": [value - slope * reach, value + slope * reach]}
    point = {"type": "scatter", "mode": "markers", "x": [here, here], "y": [value, slope], "showlegend": False}
    hover = "z = %{x:.2f}: %{y:.3f}<extra></extra>"
    traces = [
        {**line, "y": values, "name": "f(z)", "line": {"color": _STATE, "width": 2.5}, "hovertemplate": hover},
        {
            **line,
            "y": slopes,
            "name": "f′(z)",
            "line": {"color": _GRADIENT, "width": 2, "dash": "dash"},
            "hovertemplate": hover,
        },
        {**line, **tangent, "name": label("tangent"), "line": {"color": _TARGET, "width": 1.5}, "hoverinfo": "skip"},
        {**point, "marker": {"size": 11, "color": [_STATE, _GRADIENT]}, "hoverinfo": "skip"},
    ]
    drawn = layout(340, x="z", hovermode="closest")
    drawn["yaxis"] |= {"range": [min(-0.15, values.min()) - 0.1, max(1.0, values.max()) + 0.15]}
    drawn["xaxis"] |= {"range": [z[0], z[-1]]}
    return go.Figure(traces, drawn)


def loss_along_step(rates: np.ndarray, losses: np.ndarray, rate: float, after: float, label: Label) -> go.Figure:
    """The loss that a step of each learning rate would leave; the one chosen is marked, and the tangent at the start drawn."""
    start = losses[0]
    line = {"type": "scatter", "mode": "lines", "x": rates}
    slope = (losses[1] - start) / (rates[1] - rates[0])
    end = min(rates[-1], -start / slope) if slope < 0 else rates[-1]
    hover = "η = %{x:.3f}: %{y:.4f}<extra></extra>"
    traces = [
        {**line, "x": [0, end], "y": [start, start + slope * end], "line": {"color": _TARGET, "dash": "dot", "width": 1.5}},
        {**line, "y": losses, "line": {"color": _GRADIENT, "width": 2.5}, "hovertemplate": hover},
        {**line, "mode": "markers+text", "x": [0, rate], "y": [start, after], "text": [label("before"), label("after")]},
    ]
    traces[0] |= {"name": label("tangent"), "hoverinfo": "skip"}
    traces[2] |= {"textposition": ["top right", "top center"], "hoverinfo": "skip", "cliponaxis": False}
    traces[2] |= {"marker": {"size": 11, "color": [_TARGET, _GRADIENT]}}
    drawn = layout(330, x=label("rate_axis"), y=label("loss_axis"), legend=False, hovermode="closest")
    top = max(losses.max(), after)
    drawn["yaxis"] |= {"range": [-0.05 * top - 1e-6, 1.18 * top + 1e-6]}
    drawn["xaxis"] |= {"range": [-0.01 * rates[-1], rates[-1]]}
    return go.Figure(traces, drawn)
