"""Demos of the outlook: what layers cost, on paper and by the clock; scans; richer structures; which input did it; images."""

from __future__ import annotations

from functools import cache

import numpy as np
import streamlit as st

from rnncore import cost
from rnncore.cells import LSTM, initialise, parameter_count
from rnncore.config import CostConfig, Layer
from rnncore.cost import CostCell, Measurement, Way
from rnncore.figures import cost as drawn
from rnncore.figures import structures
from rnncore.figures.strokes import number
from rnncore.web import piece
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.drawing import drawing
from rnncore.web.example import held, sequence
from rnncore.web.language import say, say_plain
from rnncore.web.shared import shared
from rnncore.worked import JOBS, three_jobs
from rnncore.worked.attention import attend
from rnncore.worked.credit import by_absence, by_slope
from rnncore.worked.scan import doubling

INSIDE = "../../pages/lab/inside.py"
INPUTS, BATCH = 8, 32  # of the measurements; the counts are for the same
CELLS: tuple[CostCell, ...] = ("rnn", "gru", "lstm", "mingru")
SIZES = np.unique(np.round(2 ** np.linspace(1, 9, 41)).astype(int))
AXES = {"units": ["16", "32", "64", "128", "256"], "steps": ["10", "30", "100", "300", "1000"]}
FIXED = {"units": 64, "steps": 100}  # along one axis the other stays at this
LINES: dict[str, tuple[CostCell, Way]] = {
    "rnn": ("rnn", "torch"),
    "gru": ("gru", "torch"),
    "lstm": ("lstm", "torch"),
    "sequential": ("mingru", "sequential"),
    "doubling": ("mingru", "doubling"),
    "logarithms": ("mingru", "logarithms"),
}
VALUES = {"step": 1e3, "forward": 1e3, "memory": 1e-6}  # to milliseconds, to megabytes
TITLES = {"step": "training_step"}  # a step of time has the other name
NET_STEPS, LOOKED_AT, WIDE = 6, 24, 16
SEVEN = (
    "........",
    ".######.",
    "......#.",
    ".....##.",
    "....##..",
    "...##...",
    "...#....",
    "........",
)


@cache
def _measured() -> list[Measurement]:
    return cost.measured()


def _label(key: str, **facts) -> str:
    return say_plain(f"label.outlook.{key}", **facts)


def _alt(key: str, **facts) -> str:
    return say_plain(f"alt.outlook.{key}", **facts)


def _held(name: str, default):
    found = st.session_state.get(f"outlook.{name}")
    return default if found is None else found


def counted() -> None:
    """Parameters and multiply-adds of every cell, by formula."""
    left, right = st.columns(2)
    with left:
        units = slider("outlook.units", 2, 512, 64, 1)
    with right:
        steps = slider("outlook.steps", 1, 1000, 100, 1)
    counts = {
        cell: (
            SIZES,
            [cost.parameters(cell, INPUTS, int(size)) for size in SIZES],
            [cost.multiply_adds(cell, INPUTS, int(size), steps) for size in SIZES],
        )
        for cell in ("rnn", "gru", "lstm")
    }
    figure(drawn.growth(counts, units, _label), "outlook.growth", _alt("growth", units=units, steps=steps))
    lines = [say("demo.outlook.table"), "|---|---:|---:|"]
    for cell in CELLS:
        total, products = cost.parameters(cell, INPUTS, units), cost.multiply_adds(cell, INPUTS, units, steps)
        lines.append(f"| {_label(cell)} | {total:,} | {products:,} |")
    st.markdown("\n".join(lines))
    st.caption(say("demo.outlook.counted", units=units, steps=steps, inputs=INPUTS))


def clocked() -> None:
    """Shipped measurements of every cell along one axis, and a measurement on this machine."""
    value = choice("outlook.value", list(VALUES))
    axis = choice("outlook.axis", list(AXES))
    at = choice(f"outlook.at_{axis}", AXES[axis], str(FIXED[axis]))
    config = CostConfig(**{**FIXED, axis: int(at)})
    piece.start("outlook.measure", config, "demo.outlook.measure")
    here = _here(config)
    shown = {name: LINES[name] for name in ("rnn", "gru", "lstm", "sequential")}
    points = {name: (int(at), getattr(here[way], value) * VALUES[value]) for name, way in shown.items() if way in here}
    lines = {name: _line(way, axis, value) for name, way in shown.items()}
    alt = _alt("measured", axis=_label(axis), value=_label(TITLES.get(value, value)))
    figure(drawn.measured(lines, points, axis, TITLES.get(value, value), _label), "outlook.measured", alt)
    _machine()
    if here:
        st.caption(say("demo.outlook.here", at=at))
    shared("outlook.shared", (axis, at, bool(here)))


def _machine() -> None:
    shipped = cost.shipped()
    facts = {name: shipped.machine[name] for name in ("processor", "cores", "torch")}
    st.caption(say("demo.outlook.machine", batch=BATCH, inputs=INPUTS, **facts))


def _line(way: tuple[CostCell, Way], axis: str, value: str) -> tuple[list[int], list[float]]:
    """Sizes along the axis and what was measured there."""
    other = next(name for name in FIXED if name != axis)
    found = [one for one in _measured() if (one.cell, one.way) == way and getattr(one, other) == FIXED[other]]
    found.sort(key=lambda one: getattr(one, axis))
    return [getattr(one, axis) for one in found], [getattr(one, value) * VALUES[value] for one in found]


def _here(config: CostConfig) -> dict[tuple[CostCell, Way], Measurement]:
    """What was measured on this machine at this size, in this session."""
    run = piece.outcome(config)
    found = [Measurement(**one) for one in run["measurements"]] if run else []
    return {(one.cell, one.way): one for one in found}


def scanned() -> None:
    """A chain and a scan of the same length, and what three ways to solve a minGRU take on one thread."""
    steps = slider("outlook.length", 2, 16, 8, 1)
    keep = np.linspace(0.5, 0.9, steps)
    _, combined = doubling(keep, 1 - keep)
    facts = {"steps": steps, "rounds": len(combined), "pairs": sum(combined), "alone": steps - 1}
    drawing(structures.scan(combined, steps, _label), "outlook.scan", _alt("scan", **facts))
    st.markdown(say("demo.outlook.scanned", **facts))
    names = ("gru", "lstm", "sequential", "doubling", "logarithms")
    lines = {name: _line(LINES[name], "steps", "step") for name in names}
    figure(drawn.measured(lines, {}, "steps", "training_step", _label), "outlook.ways", _alt("ways"))
    _machine()


def structure() -> None:
    """Stacked, bidirectional, with attention: which inputs an output can see."""
    kind = choice("outlook.structure", ("stacked", "bidirectional", "attention"))
    {"stacked": _stacked, "bidirectional": _bidirectional, "attention": _attention}[kind]()


def _stacked() -> None:
    left, right = st.columns(2)
    with left:
        layers = slider("outlook.layers", 1, 4, 3, 1)
    with right:
        at = slider("outlook.at", 1, NET_STEPS, 4, 1)
    alt = _alt("stacked", layers=layers, at=at, steps=NET_STEPS)
    drawing(structures.stacked(NET_STEPS, layers, at, _label), "outlook.stacked", alt)
    first, further = (parameter_count(Layer(cell="lstm", units=64), inputs, "keras") for inputs in (1, 64))
    total = first + (layers - 1) * further
    st.caption(say("demo.outlook.stacked", at=at, layers=layers, first=first, further=further, total=total))


def _bidirectional() -> None:
    at = slider("outlook.at", 1, NET_STEPS, 4, 1)
    alt = _alt("bidirectional", at=at, steps=NET_STEPS)
    drawing(structures.bidirectional(NET_STEPS, at, _label), "outlook.bidirectional", alt)
    one = parameter_count(Layer(cell="lstm", units=64), 1, "keras")
    st.caption(say("demo.outlook.bidirectional", at=at, steps=NET_STEPS, one=one, two=2 * one))


def _attention() -> None:
    sharpness = slider("outlook.sharpness", 0.0, 20.0, 10.0, 0.5)
    x = sequence("outlook.attended", NET_STEPS, "noise")
    weights, _ = attend(initialise("lstm", 1, WIDE, seed=0, forget_bias=1.0).unroll(x[:, None, None]).h[:, 0], sharpness)
    drawing(
        structures.attention(weights.tolist(), _label), "outlook.attention", _alt("attention", most=int(weights.argmax()) + 1)
    )
    st.caption(say("demo.outlook.attention", x=[number(value) for value in x], units=WIDE))


def credit() -> None:
    """Which input the answer of a unit goes back to: by its slope, and by its absence."""
    job = choice("outlook.job", JOBS)
    x, slope, absence = _credit(sequence("outlook.asked", LOOKED_AT, "pulse"), job)
    figure(drawn.credit(x, slope, absence, _label), "outlook.credit", _alt("credit", job=say_plain(f"demo.outlook.job_{job}")))
    facts = {"slope": int(np.abs(slope).argmax()) + 1, "absence": int(np.abs(absence).argmax()) + 1}
    largest = {"by_slope": number(slope[facts["slope"] - 1]), "by_absence": number(absence[facts["absence"] - 1])}
    st.markdown(say_plain("demo.outlook.credited", **facts, **largest))
    st.page_link(INSIDE, label=say("demo.outlook.lab"), icon=":material/arrow_forward:")


def _credit(x: np.ndarray, job: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cell, unit = _jobs(), JOBS.index(job)
    return x, by_slope(cell, x, unit), by_absence(cell, x, unit)


@cache
def _jobs() -> LSTM:
    return three_jobs("lstm")


def reading() -> None:
    """A chain, a tree, and an image read as a sequence in two ways."""
    kind = choice("outlook.reading", ("chain", "tree", "rows", "pixels"))
    if kind in ("chain", "tree"):
        drawing({"chain": structures.chain, "tree": structures.tree}[kind](), f"outlook.{kind}", _alt(kind))
        st.caption(say(f"demo.outlook.{kind}"))
        return
    pixels = np.array([[mark == "#" for mark in row] for row in SEVEN], float)
    steps, features = {"rows": pixels.shape, "pixels": (pixels.size, 1)}[kind]
    at = slider(f"outlook.at_{kind}", 1, steps, steps // 2, 1)
    drawing(structures.image(pixels, kind, at, _label), f"outlook.{kind}", _alt("image", at=at, steps=steps))
    parameters = parameter_count(Layer(cell="lstm", units=32), features, "keras")
    st.caption(say("demo.outlook.image", steps=steps, features=features, parameters=parameters))


def _fastest() -> tuple[str, dict]:
    axis = _held("axis", "units")
    at = int(_held(f"at_{axis}", str(FIXED[axis])))
    size = {**FIXED, axis: at}
    run = _here(CostConfig(**size))
    found = {}
    for name in ("rnn", "gru", "lstm"):
        sizes, values = _line(LINES[name], axis, "step")
        found[name] = run[LINES[name]].step * 1e3 if run else values[sizes.index(at)]
    products = {
        f"{name}_products": cost.multiply_adds(name, INPUTS, size["units"], size["steps"], BATCH) / 1e6 for name in found
    }
    return min(found, key=found.get), found | products | size


def _rounds() -> tuple[str, dict]:
    steps = _held("length", 8)
    _, combined = doubling(np.ones(steps), np.ones(steps))
    ratio = sum(combined) / (steps - 1)
    option = "less" if ratio < 1 else "same" if ratio == 1 else "up_to_twice" if ratio <= 2 else "more"
    return option, {"steps": steps, "pairs": sum(combined), "alone": steps - 1, "rounds": len(combined), "ratio": ratio}


def _same_step() -> tuple[str, dict]:
    job = _held("job", JOBS[0])
    _, slope, absence = _credit(held("outlook.asked", LOOKED_AT, "pulse"), job)
    facts = {"slope": int(np.abs(slope).argmax()) + 1, "absence": int(np.abs(absence).argmax()) + 1}
    return "same" if facts["slope"] == facts["absence"] else "other", facts | {"job": say_plain(f"demo.outlook.job_{job}")}


QUESTIONS = (
    Question("outlook_fastest", ("rnn", "gru", "lstm"), _fastest),
    Question("outlook_rounds", ("less", "same", "up_to_twice", "more"), _rounds),
    Question("outlook_same", ("same", "other"), _same_step),
)
