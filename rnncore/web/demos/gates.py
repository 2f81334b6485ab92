"""The demos of the chapter on gates: one gate, the LSTM and the GRU with their values, and what gates do for memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from rnncore.cells import Cell, Trace, initialise, parameter_count, sigmoid
from rnncore.config import Layer
from rnncore.figures import diagrams, gates, state
from rnncore.figures.wiring import timeline, written
from rnncore.gradients import direction, own_path, reaches, sequences
from rnncore.web.chapter import Question, coloured
from rnncore.web.controls import choice, figure, slider
from rnncore.web.example import held, sequence
from rnncore.web.language import say, say_plain
from rnncore.web.player import player
from rnncore.web.shared import shared
from rnncore.worked import apart, clip_factor, gradient_norm, half_life, still_apart, three_jobs, twins, wires

STEPS, LONG, BACK = 24, 60, 100
UNITS, WIDE, BOUND = 3, 32, 1.0
CELLS = ("rnn", "gru", "lstm")


def words(name: str, **facts) -> str:
    return say_plain(f"demo.gates.{name}", **facts)


def power(value: float) -> str:
    """Three digits, very large and very small numbers with a power of ten: 2.12 · 10⁴."""
    if value == 0 or 1e-3 <= value < 1e4:
        return f"{value:.3g}"
    digits, exponent = f"{value:.2e}".split("e")
    return f"{digits} · 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _told(name: str) -> str:
    return say(f"alt.gates.{name}")


def _held(name: str, default):
    return st.session_state.get(f"gates.{name}", default)


def gate() -> None:
    total = slider("gates.sum", -6.0, 8.0, 1.0, 0.1)
    opening = float(sigmoid(np.array([total]))[0])
    sums = np.linspace(-6, 8, 141)
    left = opening ** np.arange(101)
    figure(gates.dial(sums, sigmoid(sums), (total, opening), left, words), "gates.gate", _told("gate"))
    st.markdown(say("demo.gates.half", f=opening, half=half_life(opening), gone=half_life(opening) * np.log2(1000)))


def lstm() -> None:
    _diagram("lstm", diagrams.lstm_diagram, ("x", "c"))


def gru() -> None:
    _diagram("gru", diagrams.gru_diagram, ("x", "h"))


def _diagram(cell: str, draw: Callable[..., str], rows: tuple[str, ...]) -> None:
    """A cell's wiring with the values of the chosen unit, and the whole sequence at its foot."""
    left, middle, right = st.columns([4, 3, 2], gap="medium", vertical_alignment="bottom")
    with left:
        sequence(f"gates.{cell}_sequence", STEPS, "steps")
    with middle:
        choice(f"gates.{cell}_weights", ("jobs", "random"))
    with right:
        unit = int(choice(f"gates.{cell}_unit", ("1", "2", "3"))) - 1
    trace = _run(cell)
    values = wires(trace, unit)
    foot = timeline(116, 850, 488, [(name, gates.LETTERS[name], values[name]) for name in rows])
    said = [_sentence(cell, values, t) for t in range(len(trace))]
    at = player(f"gates.{cell}_t", draw(words, foot), values, said, _told(cell), start=1)
    if cell == "lstm":
        shared("gates.shared", (_held("lstm_weights", "jobs"), _held("lstm_sequence", "steps"), at))


def _sentence(cell: str, values: dict[str, np.ndarray], t: int) -> str:
    return words(f"told_{cell}", t=t + 1, **{name: written(value[t]) for name, value in values.items()})


def _run(cell: str) -> Trace:
    """The cell over the sequence, as the controls of its diagram stand."""
    return _cell(cell).unroll(held(f"gates.{cell}_sequence", STEPS, "steps")[:, None, None])


def _cell(cell: str) -> Cell:
    return three_jobs(cell) if _held(f"{cell}_weights", "jobs") == "jobs" else initialise(cell, 1, UNITS, seed=0)


def over_time() -> None:
    trace = _run("lstm")
    values = {"x": trace.x[:, 0]} | {name: trace[name][:, 0] for name in ("i", "f", "o", "c", "h")}
    now = min(_held("lstm_t", 1), len(trace) - 1) + 1
    figure(gates.gate_map(values, now, words), "gates.over_time", _told("over_time"))


def by_hand() -> None:
    left, right = st.columns([5, 3], gap="small")
    with left:
        name = choice("gates.hand", ("f", "i", "o"))
    with right:
        unit = int(choice("gates.hand_unit", ("1", "2", "3"))) - 1
    value = slider("gates.hand_value", 0.0, 1.0, 0.9, 0.01, gate=name)
    x = sequence("gates.hand_sequence", STEPS, "pulse")
    cell = _cell("lstm")
    runs = [wires(cell.unroll(x[:, None, None], clamp=clamp), unit) for clamp in (None, {name: value})]
    shown = [{letter: run[letter] for letter in ("x", name, "c", "h")} for run in runs]
    figure(gates.held(*shown, words), "gates.by_hand", _told("by_hand"))
    free, taken = (float(run["c"][-1]) for run in runs)
    st.caption(say("demo.gates.ends", steps=len(x), free=free, taken=taken, unit=unit + 1))


def compare() -> None:
    left, middle, right = st.columns([4, 3, 3], gap="medium", vertical_alignment="bottom")
    with left:
        sequence("gates.compare_sequence", LONG, "noise")
        choice("gates.way", ("default", "orthogonal"))
    with middle:
        slider("gates.units", 2, 64, 12, 1)
    with right:
        slider("gates.forget_bias", 0.0, 6.0, 1.0, 0.5)
    _formulas(_held("units", 12))
    x = held("gates.compare_sequence", LONG, "noise")
    states = {name: cell.unroll(x[:, None, None]).h[:, 0] for name, cell in _three_cells().items()}
    figure(gates.states_of_cells(states, words), "gates.states", _told("states"))
    inputs, distances = _distances()
    figure(state.two_pasts(inputs, distances, words), "gates.compare", _told("compare"))
    facts = {name: still_apart(values) for name, values in distances.items()}
    st.markdown(say("demo.gates.remembered", **{name.lower(): steps for name, steps in facts.items()}))


def _formulas(units: int) -> None:
    for name, column in zip(CELLS, st.columns(3, gap="medium"), strict=True):
        layer = Layer(cell=name, units=units)
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{name.upper()}**")
            st.markdown(coloured(say_plain(f"demo.gates.formula_{name}")))
            counts = {"torch": parameter_count(layer, 1), "keras": parameter_count(layer, 1, "keras")}
            st.caption(say("demo.gates.parameters", **counts))


def _three_cells() -> dict[str, Cell]:
    setting = {"inputs": 1, "units": _held("units", 12), "seed": 0, "way": _held("way", "default")}
    bias = {"lstm": {"forget_bias": _held("forget_bias", 1.0)}}
    return {name: initialise(name, **setting, **bias.get(name, {})) for name in CELLS}


def _distances() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Two sequences that differ at the first step, and by cell how far they leave the states apart."""
    inputs = twins(held("gates.compare_sequence", LONG, "noise"))
    return inputs, {name.upper(): apart(cell.unroll(inputs)) for name, cell in _three_cells().items()}


def limits() -> None:
    slider("gates.factor", 1.0, 16.0, 1.0, 0.5)
    slider("gates.limit_bias", 0.0, 6.0, 1.0, 0.5)
    trace, v = _way_back()
    log10 = reaches(trace, v)[0].log10_state
    lines = {"state": log10 - log10[0], "gates": own_path(trace)}
    figure(gates.gradient_back(lines, words), "gates.limits", _told("limits"))
    norm = gradient_norm(trace, v)
    scale = clip_factor(norm, BOUND)
    key = "clipped" if scale < 1 else "unclipped"
    st.markdown(say(f"demo.gates.{key}", norm=power(norm), bound=BOUND, scale=power(scale)))


def _way_back() -> tuple[Trace, np.ndarray]:
    """An LSTM with enlarged recurrent weights over noise, and the direction of a loss at its last step."""
    cell = initialise("lstm", 1, WIDE, seed=3, forget_bias=_held("limit_bias", 1.0))
    cell = replace(cell, W_hh=_held("factor", 1.0) * cell.W_hh)
    v = direction(1, WIDE, seed=1)
    return cell.unroll(sequences("noise", BACK, 1, 1, seed=1)), v / np.linalg.norm(v)


def _first_to_forget() -> tuple[str, dict]:
    _, distances = _distances()
    steps = {name.lower(): still_apart(values) for name, values in distances.items()}
    shortest = min(steps.values())
    first = [name for name in CELLS if steps[name] == shortest]
    return first[0] if len(first) == 1 else "together", steps


def _half_left() -> tuple[str, dict]:
    opening = float(sigmoid(np.array([_held("sum", 1.0)]))[0])
    steps = half_life(opening)
    option = "one" if steps <= 1 else "few" if steps <= 10 else "many" if steps <= 100 else "hundreds"
    return option, {"f": opening, "half": steps}


def _gradient_back() -> tuple[str, dict]:
    trace, v = _way_back()
    found = reaches(trace, v)[0]
    grown = float(found.log10_state[-1] - found.log10_state[0])
    option = "fades" if grown < -3 else "grows" if grown > 1 else "holds"
    facts = {"ratio": power(10.0**grown), "factor": _held("factor", 1.0), "bias": _held("limit_bias", 1.0), "steps": BACK - 1}
    return option, facts


QUESTIONS = (
    Question("gates_half", ("one", "few", "many", "hundreds"), _half_left),
    Question("gates_first", (*CELLS, "together"), _first_to_forget),
    Question("gates_gradient", ("fades", "holds", "grows"), _gradient_back),
)
