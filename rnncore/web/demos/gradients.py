"""The demos of the chapter on gradients through time; all but the training measure cells as the first demo sets them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from rnncore.cells import WAYS, sigmoid
from rnncore.config import GradientConfig
from rnncore.figures import explosion, reach
from rnncore.figures.reach import Band, written
from rnncore.gradients import (
    Result,
    bound,
    jacobians,
    lyapunov,
    measure,
    own_path,
    prepare,
    reaches,
    spectral_radius,
    weight_gradient,
)
from rnncore.gradients.exploding import GUESSING, SHIPPED, Echo, Training, reach_on_task, untrained
from rnncore.gradients.reach import power
from rnncore.messages import Refusal
from rnncore.web import gradual
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.language import say, say_plain, sentence

CELLS = ("rnn", "gru", "lstm")
SHORT = (5, 10, 20, 50, 100)  # quick enough to follow a slider
LENGTHS = (*SHORT, 200, 500, 1000)
BATCH = 4
FLOORS = {"near": -10, "single": -50, "all": -1000}
DEFAULTS = {
    "floor": "single",
    "init": "default",
    "activation": "tanh",
    "input": "noise",
    "hidden": 64,
    "radius": 1.0,
    "bias": 0.0,
    "seeds": 3,
    "echo_cell": "rnn",
}
TURN = 0.25  # seconds of training between two pictures
QUICK = 128**2 * 150  # entries of all Jacobians of a sequence that still follow a slider
JACOBIANS = 13  # lags at which their norm is found: between them the line is all but straight


def words(key: str, /, **facts) -> str:
    return say_plain(f"demo.gradients.{key}", **facts)


def _named(**others: str) -> reach.Label:
    """The words of a figure, where some of its names mean something else than a control of that name."""
    return lambda key, /, **facts: words(others.get(key, key), **facts)


def _told(name: str) -> str:
    return say(f"alt.gradients.{name}")


def _held(name: str):
    return st.session_state.get(f"gradients.{name}", DEFAULTS.get(name))


def lengths() -> None:
    _controls()
    try:
        found = _sweep()
    except Refusal as refusal:
        st.warning(sentence(refusal))
        return
    bands = {cell: _band_of_lengths(found[cell]) for cell in CELLS}
    drawn = reach.across_lengths(bands, FLOORS[_held("floor")], _named(length="length_axis"))
    figure(drawn, "gradients.lengths", _told("lengths"))
    _tell_foreign()
    st.markdown(_sentence_of(found))
    _numbers(found)


def _controls() -> None:
    way = choice("gradients.init", ("default", "orthogonal", "radius", "identity", "chrono"))
    left, middle, right = st.columns([3, 3, 4], gap="medium", vertical_alignment="bottom")
    with left:
        choice("gradients.activation", ("tanh", "relu", "sigmoid"))
    with middle:
        choice("gradients.input", ("noise", "sine", *(["own"] if _own() is not None else [])))
    with right:
        choice("gradients.floor", tuple(FLOORS), DEFAULTS["floor"])
    first, second, third, fourth = st.columns(4, gap="medium", vertical_alignment="bottom")
    with first:
        slider("gradients.hidden", 4, 128, DEFAULTS["hidden"], 4)
    with second:
        slider("gradients.bias", -2.0, 8.0, DEFAULTS["bias"], 0.5)
    with third:
        slider("gradients.seeds", 1, 10, DEFAULTS["seeds"], 1)
    if way == "radius":
        with fourth:
            slider("gradients.radius", 0.1, 2.0, DEFAULTS["radius"], 0.05)


def _own():
    return st.session_state.get("data.chosen")


def _config(cell: str, lengths: Sequence[int], seed: int, dtype: str = "float64") -> GradientConfig:
    """The measurement as the controls stand; a cell without the chosen initialisation keeps the default."""
    way, source = _held("init"), _held("input")
    way = way if way in WAYS[cell] else "default"
    knobs = {"cells": (cell,), "lengths": tuple(lengths), "hidden": _held("hidden"), "init": way, "batch": BATCH}
    if _held("init") == "radius":
        knobs["radius"] = _held("radius")
    if cell == "rnn":
        knobs["activation"] = _held("activation")
    if cell == "lstm" and way != "chrono":
        knobs["forget_bias"] = _held("bias")
    knobs["input"] = "file" if source == "own" and _own() is not None else "noise" if source == "own" else source
    return GradientConfig(**knobs, seed=seed, dtype=dtype)


def _series(config: GradientConfig) -> tuple:
    return (_own(),) if config.input == "file" else ()


def _fitting(lengths: Sequence[int]) -> list[int]:
    """The lengths that the input has: a series of one's own ends somewhere."""
    rows = len(_own()) if _held("input") == "own" and _own() is not None else max(lengths)
    return [length for length in lengths if length <= rows] or [rows]


@st.cache_resource(max_entries=400, show_spinner=False)
def _measured(_config: GradientConfig, _series: tuple, key: tuple) -> list[Result]:
    return measure(_config, _series)[0]


def _measure(cell: str, lengths: Sequence[int], seed: int) -> list[Result]:
    config = _config(cell, lengths, seed)
    series = _series(config)
    return _measured(config, series, _key(config, series))


def _key(config: GradientConfig, series: tuple) -> tuple:
    return config.model_dump_json(), *(one.values.tobytes() for one in series)


def _sweep() -> dict[str, list[list[Result]]]:
    """By cell, for each seed one result a length. When a control moves, short sequences come first, then seed after seed; what
    is still to come is measured while the reader looks, and dropped when the control moves on."""
    seeds, place = _held("seeds"), st.session_state.setdefault("gradients.sweep", {})
    setting = tuple(_held(name) for name in DEFAULTS if name not in ("floor", "echo_cell"))
    done = seeds
    if gradual.can_go_on():
        done = min(place["done"] + 1, seeds) if place.get("setting") == setting else 0
    place.update(setting=setting, done=done, unfinished=done < seeds)
    return _parts([(LENGTHS, seed) for seed in range(done)] or [(SHORT, 0)])


def _parts(parts: Sequence[tuple[Sequence[int], int]]) -> dict[str, list[list[Result]]]:
    return {cell: [_measure(cell, _fitting(lengths), seed) for lengths, seed in parts] for cell in CELLS}


def _share(result: Result) -> float:
    """log10 of the whole state's gradient at the first step, as a share of that at the last."""
    return float(result.reach.log10_state[-1] - result.reach.log10_state[0])


def _band(x: Sequence[int], draws: np.ndarray) -> Band:
    return Band(np.asarray(x), draws.mean(0), draws.min(0), draws.max(0))


def _band_of_lengths(seeds: Sequence[Sequence[Result]]) -> Band:
    return _band([result.length for result in seeds[0]], np.array([[_share(result) for result in one] for one in seeds]))


def _tell_foreign() -> None:
    """An initialisation that not every cell has."""
    way = _held("init")
    if way in ("identity", "chrono"):
        st.caption(say(f"demo.gradients.foreign_{way}"))
    if _held("input") == "own" and _own() is not None:
        st.caption(say("demo.gradients.own_rows", name=_own().name, rows=len(_own())))


def _sentence_of(found: Mapping[str, Sequence[Sequence[Result]]]) -> str:
    """What the picture shows, in terms of what is set."""
    at = {cell: _band_of_lengths(seeds) for cell, seeds in found.items()}
    x = at["rnn"].x
    where = int(np.flatnonzero(x <= 100)[-1])
    shares = {cell: band.middle[where] for cell, band in at.items()}
    best = max(shares, key=shares.get)
    facts = {cell: written(share) for cell, share in shares.items()}
    opening = float(sigmoid(np.array([_held("bias")]))[0])
    alone = (x[where] - 1) * np.log10(opening)
    cause = _cause(best)
    if cause == "bias" and shares[best] > alone + 1:
        cause = "bias_and_more"
    kept = words(f"cause_{cause}", bias=_held("bias"), f=opening, alone=written(alone))
    return say("demo.gradients.read_lengths", length=int(x[where]), best=words(best), **facts) + kept


def _cause(best: str) -> str:
    way = _held("init")
    if way == "chrono" and best != "rnn":
        return "chrono"
    if best == "rnn":
        return {"identity": "identity", "orthogonal": "orthogonal", "radius": "radius"}.get(way, "rnn")
    return "bias" if best == "lstm" else "gru"


def _numbers(found: Mapping[str, Sequence[Sequence[Result]]]) -> None:
    with st.expander(say("demo.gradients.numbers"), icon=":material/table:"):
        rows = [_row(seed, result) for seeds in found.values() for seed, one in enumerate(seeds) for result in one]
        table = pd.DataFrame(rows)
        st.dataframe(table, hide_index=True, column_config={name: words(f"column_{name}") for name in table})
        st.download_button(
            say("demo.gradients.download"),
            table.assign(share=power(table["log10"].to_numpy())).to_csv(index=False),
            "gradients.csv",
            "text/csv",
            key="gradients.csv",
            on_click="ignore",
        )
        st.caption(say("demo.gradients.command"))
        st.code("\n".join(_commands()), language="bash")


def _row(seed: int, result: Result) -> dict:
    share = _share(result)
    return {
        "cell": result.cell,
        "length": result.length,
        "seed": seed,
        "share": written(share, 3),
        "log10": round(share, 3),
        "half_life": result.reach.half_life,
        "memory": result.reach.memory,
        "radius": round(result.spectral_radius, 4),
        "lyapunov": round(result.lyapunov, 4),
    }


def _commands() -> list[str]:
    """What measures the first draw on the command line."""
    said = []
    for cell in CELLS:
        config = _config(cell, _fitting(LENGTHS), 0)
        options = [f"--cell {cell}", *(f"--length {length}" for length in config.lengths), f"--hidden {config.hidden}"]
        options += [f"--activation {config.activation}"] if cell == "rnn" else []
        options += [f"--init {config.init}"]
        options += [f"--radius {config.radius:g}"] if config.radius is not None else []
        options += [f"--forget-bias {config.forget_bias:g}"] if config.forget_bias is not None else []
        options += [f"--batch {BATCH}", f"--input {'FILE.csv' if config.input == 'file' else config.input}", "--json"]
        said.append(f"python -m rnncore gradients {' '.join(options)}")
    return said


def within() -> None:
    left, right = st.columns([4, 6], gap="medium", vertical_alignment="bottom")
    with left:
        cell = choice("gradients.cell", CELLS)
    with right:
        length = slider("gradients.length", 10, 300, 100, 10)
    try:
        found = _by_lag(cell, length)
    except Refusal as refusal:
        st.warning(sentence(refusal))
        return
    steps = len(found[0]["measured"])
    measured = _band(range(steps), np.array([one["measured"] for one in found]))
    theory = {name: np.mean([one[name] for one in found], 0) for name in found[0] if name in reach.THEORY}
    largest = _largest(cell, length)
    drawn = reach.by_lag(measured, theory, FLOORS[_held("floor")], _named(hidden="hidden_line", radius="radius_line"), largest)
    figure(drawn, "gradients.within", _told("within"))
    st.markdown(_sentence_within(cell, found))
    st.markdown(_sentence_beyond(found, largest))


def _by_lag(cell: str, length: int) -> list[dict]:
    """For each seed the measured share by lag, the lines of theory, and the numbers beside them."""
    found = []
    for seed in range(_held("seeds")):
        config = _config(cell, _fitting([length]), seed)
        series = _series(config)
        found.append(_lines(config, series, _key(config, series)))
    return found


@st.cache_resource(max_entries=400, show_spinner=False)
def _lines(_config: GradientConfig, _series: tuple, key: tuple) -> dict:
    setting = prepare(_config, _config.cells[0], _config.lengths[0], _series)
    found, lags = reaches(setting.trace, setting.v)[0], np.arange(_config.lengths[0])
    rate, radius = float(lyapunov(setting.trace)[0, 0]), spectral_radius(setting.cell)
    lines = {"measured": found.log10_state - found.log10_state[0]}
    with np.errstate(divide="ignore", invalid="ignore"):
        lines["bound"] = bound(setting.cell, len(lags))
        lines["radius"] = lags * np.log10(radius) if setting.cell.name == "rnn" else None
        lines["gates"] = own_path(setting.trace)
        lines["hidden"] = found.log10_h - found.log10_h[0] if setting.cell.has_cell_state else None
        lines["lyapunov"] = lags * rate / np.log(10)
    taught = np.cumsum(weight_gradient(setting.trace, setting.v)[1])
    facts = {name: int(np.searchsorted(taught, share)) + 1 for name, share in (("half", 0.5), ("most", 0.99))}
    return {name: line for name, line in lines.items() if line is not None} | facts | {"rho": radius, "rate": rate}


def _largest(cell: str, length: int) -> Band | None:
    """The norm of the Jacobian product by lag, over as many draws as the sweep has been through, so that a moved slider waits
    for one only; None where state and sequence are too large for that."""
    state = _held("hidden") * (2 if cell == "lstm" else 1)
    if state**2 * length > QUICK:
        return None
    draws = range(max(st.session_state.get("gradients.sweep", {}).get("done", 0), 1))
    configs = [_config(cell, _fitting([length]), seed) for seed in draws]
    found = [_jacobians(config, series := _series(config), _key(config, series)) for config in configs]
    return _band(found[0].lags, np.array([one.state for one in found]))


@st.cache_resource(max_entries=400, show_spinner=False)
def _jacobians(_config: GradientConfig, _series: tuple, key: tuple):
    setting = prepare(_config, _config.cells[0], _config.lengths[0], _series)
    return jacobians(setting.trace, lags=np.linspace(0, _config.lengths[0] - 1, JACOBIANS).round().astype(int))


def _sentence_within(cell: str, found: Sequence[Mapping]) -> str:
    middle = np.mean([one["measured"] for one in found], 0)
    per_step = written((middle[-1] - middle[0]) / max(len(middle) - 1, 1), 3)
    fallen = np.flatnonzero(middle <= -3)
    key = "memory_reached" if len(fallen) else "memory_beyond"
    memory = words(key, lag=int(fallen[0]) if len(fallen) else len(middle) - 1)
    mean = {name: float(np.mean([one[name] for one in found])) for name in ("rho", "rate")}
    told = say("demo.gradients.read_within", cell=words(cell), factor=per_step, memory=memory, growth=np.exp(mean["rate"]))
    gates = {} if cell == "rnn" else {"lag": len(middle) - 1, "gates": written(np.mean([one["gates"][-1] for one in found]))}
    share = written(float(middle[-1]))
    return told + say(f"demo.gradients.theory_{cell}", rho=mean["rho"], share=share, **gates)


def _sentence_beyond(found: Sequence[Mapping], largest: Band | None) -> str:
    """What the best-placed loss could keep, and what the weights get of it all."""
    mean = {name: round(float(np.mean([one[name] for one in found]))) for name in ("half", "most")}
    by_all = mean["most"] > 0.8 * len(found[0]["measured"])
    taught = say("demo.gradients.read_taught_by_all" if by_all else "demo.gradients.read_taught", **mean)
    if largest is None:
        return taught
    lag = int(largest.x[-1])
    share = float(np.mean([one["measured"][lag] for one in found]))
    facts = {"lag": lag, "largest": written(float(largest.middle[-1])), "share": written(share)}
    return say("demo.gradients.read_largest", **facts) + taught


def map_() -> None:
    cell = choice("gradients.map_cell", CELLS, "lstm")
    every = 5 if _held("init") != "chrono" and _held("input") != "own" else 10
    wanted = _fitting(range(every, 201, every))
    try:
        found = _measure(cell, wanted, 0)
    except Refusal as refusal:
        st.warning(sentence(refusal))
        return
    shares = [one.reach.log10_state - one.reach.log10_state[0] for one in found]
    figure(reach.reach_map(np.array(wanted), shares, _named(length="length_axis")), "gradients.map", _told("map"))
    at = min(20, len(shares[-1]) - 1)
    rows = [share[at] for share in shares if len(share) > at]
    key = "read_map" if max(rows) - min(rows) < np.log10(2) else "read_map_by_length"
    st.caption(say(f"demo.gradients.{key}", lag=at, low=written(min(rows)), high=written(max(rows))))


def zero() -> None:
    _show_zero(choice("gradients.zero_cell", CELLS))
    if st.session_state.get("gradients.sweep", {}).get("unfinished") and gradual.can_go_on():
        gradual.go_on()


def _show_zero(cell: str) -> None:
    try:
        double, single = _both_precisions(cell)
    except Refusal as refusal:
        st.warning(sentence(refusal))
        return
    figure(reach.precisions(double, single, words), "gradients.zero", _told("zero"))
    failed = reach.failures(double, single)
    if not len(failed):
        st.markdown(say("demo.gradients.single_holds", lags=len(double) - 1, share=written(float(double[-1]))))
        return
    lag = int(failed[0])
    facts = {"lag": lag, "exact": written(float(double[lag])), "lost": len(failed), "single": written(float(single[lag]))}
    st.markdown(say("demo.gradients.single_wrong" if np.isfinite(single[lag]) else "demo.gradients.single_zero", **facts))
    under = np.flatnonzero(double < np.log10(5e-324))
    if len(under):
        facts = {"lag": int(under[0]), "last": len(double) - 1, "exact": written(float(double[-1]))}
        st.markdown(say("demo.gradients.double_zero", **facts))


def _both_precisions(cell: str) -> tuple[np.ndarray, np.ndarray]:
    """log10 of the gradient's share by lag, as double and as single precision have it."""
    [length] = _fitting([500])
    found = []
    for dtype in ("float64", "float32"):
        config = _config(cell, [length], 0, dtype)
        series = _series(config)
        found.append(_as_held(config, series, _key(config, series)))
    return found[0], found[1]


@st.cache_resource(max_entries=100, show_spinner=False)
def _as_held(_config: GradientConfig, _series: tuple, key: tuple) -> np.ndarray:
    setting = prepare(_config, _config.cells[0], _config.lengths[0], _series)
    with np.errstate(over="ignore", invalid="ignore"):
        [one] = reaches(setting.trace, setting.v, rescaled=_config.dtype == "float64")
    return one.log10_state - one.log10_state[0]


def exploding() -> None:
    cell = choice("gradients.echo_cell", CELLS)
    echo = _echo_controls(cell)
    trained = _trained()
    if st.button(say("demo.gradients.train"), key="gradients.train", icon=":material/play_arrow:", type="primary"):
        trained[cell] = _fresh(echo)
    if cell in trained:
        _advance(trained[cell])
    runs = trained.get(cell) or _fresh(echo)
    shown = {name: {"loss": run.losses, "norm": run.norms, "radius": run.radii} for name, run in runs.items()}
    collapsed = [name for name, run in runs.items() if run.is_over and not run.survives]
    drawn = explosion.courses(shown, collapsed, echo.updates, _named(radius="radius_panel"))
    figure(drawn, "gradients.exploding", _told("exploding"))
    for name, run in runs.items():
        st.markdown(_verdict(name, run))


def _trained() -> dict[str, dict[str, Training]]:
    """By cell, the two runs that were last started; they stay until that cell is trained again."""
    return st.session_state.setdefault("gradients.training", {})


def _echo_controls(cell: str) -> Echo:
    """A gated cell explodes elsewhere than a plain one, so it has sliders of its own for what decides about that."""
    shipped, own = SHIPPED[cell], _own_sliders(cell)
    steep = cell != "rnn"
    left, middle, right = st.columns(3, gap="medium")
    with left:
        slider(f"gradients.{own['radius']}", 0.5, 4.0 if steep else 1.5, shipped.radius, 0.25 if steep else 0.05)
        slider("gradients.echo_length", 10, 50, shipped.length, 5)
    with middle:
        low, high = (0.05, 0.4) if steep else (0.01, 0.1)
        slider(f"gradients.{own['learning_rate']}", low, high, shipped.learning_rate, low)
        slider("gradients.bound_at", 0.1, 5.0, shipped.bound, 0.1)
    with right:
        slider("gradients.draw", 0, 9, shipped.seed, 1)
        if cell == "lstm":
            slider("gradients.echo_bias", -1.0, 4.0, shipped.forget_bias, 0.5)
    return _echo()


def _own_sliders(cell: str) -> dict[str, str]:
    """Which slider sets which knob of an `Echo`."""
    kind = "" if cell == "rnn" else "_gated"
    shared = {"length": "echo_length", "forget_bias": "echo_bias", "bound": "bound_at", "seed": "draw"}
    return shared | {"radius": f"start_radius{kind}", "learning_rate": f"rate{kind}"}


def _echo() -> Echo:
    """The training as its sliders stand, for demos that do not draw them."""
    cell = _held("echo_cell")
    held = {knob: st.session_state.get(f"gradients.{name}") for knob, name in _own_sliders(cell).items()}
    return replace(SHIPPED[cell], **{knob: value for knob, value in held.items() if value is not None})


def _fresh(echo: Echo) -> dict[str, Training]:
    return {"clipped": Training(echo), "free": Training(replace(echo, bound=None))}


def _advance(runs: Mapping[str, Training]) -> None:
    """Trains for a moment, both runs in step."""
    until = time.monotonic() + TURN
    while time.monotonic() < until and (open_runs := [run for run in runs.values() if not run.is_over]):
        for run in open_runs:
            run.update()


def _verdict(name: str, run: Training) -> str:
    if not run.losses:
        return say(f"demo.gradients.waiting_{name}", bound=run.echo.bound or 0)
    facts = {"update": len(run.losses), "loss": written(np.log10(run.final_loss)), "guess": written(np.log10(GUESSING))}
    facts |= {"start": run.radii[0], "end": run.radii[-1], "norm": written(float(np.log10(max(run.norms))))}
    state = "working" if not run.is_over else "survives" if run.survives else "blown" if run.has_blown_up else "guesses"
    return say(f"demo.gradients.{state}", run=words(name), **facts)


def training() -> None:
    runs = _trained().get(_held("echo_cell"), {})
    echo = next((run.echo for run in runs.values()), _echo())
    cells = {"before": untrained(echo)} | {name: run.cell for name, run in runs.items() if run.losses}
    lags = max(2 * echo.length, 60)
    found = dict(zip(cells, reach_on_task(list(cells.values()), echo, lags), strict=True))
    shares = {name: one.log10_state - one.log10_state[0] for name, one in found.items()}
    figure(explosion.before_and_after(shares, echo.length - 1, words), "gradients.training", _told("training"))
    at = echo.length - 1
    for name, share in shares.items():
        st.markdown(say(f"demo.gradients.read_{name}", lag=at, value=written(float(share[at]))))
    if not runs:
        st.caption(say("demo.gradients.train_first"))
    if any(not run.is_over for run in runs.values()) and gradual.can_go_on():
        gradual.go_on()


def _keeps_most() -> tuple[str, dict]:
    length = _fitting([200])
    shares = {cell: _share(_measure(cell, length, 0)[0]) for cell in CELLS}
    return max(shares, key=shares.get), {cell: written(share) for cell, share in shares.items()} | {"length": length[0]}


def _twice_as_long() -> tuple[str, dict]:
    half, whole = (_share(_measure("rnn", _fitting([length]), 0)[0]) for length in (100, 200))
    fallen = half - whole
    option = "grows" if fallen < -0.1 else "same" if fallen < 0.1 else "some" if fallen < 1 else "square"
    return option, {"half": written(half), "whole": written(whole), "factor": written(abs(fallen))}


def _clipping_rescues() -> tuple[str, dict]:
    run = Training(replace(_echo(), radius=0.5))
    while not run.is_over:
        run.update()
    facts = {"loss": written(float(np.log10(run.final_loss))), "guess": written(np.log10(GUESSING)), "norm": max(run.norms)}
    [one] = reach_on_task([untrained(run.echo)], run.echo, run.echo.length)
    facts |= {"share": written(float(one.log10_state[-1] - one.log10_state[0])), "length": run.echo.length}
    return "yes" if run.survives else "no", facts


QUESTIONS = (
    Question("gradients_most", CELLS, _keeps_most),
    Question("gradients_twice", ("grows", "same", "some", "square"), _twice_as_long),
    Question("gradients_rescue", ("yes", "no"), _clipping_rescues),
)
