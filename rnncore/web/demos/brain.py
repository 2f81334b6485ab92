"""Demos of the chapter on the brain: drawings, a spiking neuron beside a unit, circuits with and without a loop."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnncore import neuron
from rnncore.cells import ACTIVATIONS
from rnncore.config import Neuron
from rnncore.figures import brain, circuits, spikes
from rnncore.figures.strokes import number
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.drawing import drawing
from rnncore.web.example import sequence
from rnncore.web.language import say, say_plain

DT = 0.5  # ms; spikes are found between the steps
STEP = 25.0  # ms that one value of a sequence lasts
PULSE = 10  # ms


def _label(key: str) -> str:
    return say_plain(f"label.brain.{key}")


def _alt(key: str, **facts) -> str:
    return say_plain(f"alt.brain.{key}", **facts)


def cell() -> None:
    drawing(brain.neuron(_label), "brain.cell", _alt("cell"))


def gap() -> None:
    drawing(brain.synapse(_label), "brain.gap", _alt("gap"))


def parts() -> None:
    drawing(brain.nervous_system(_label), "brain.parts", _alt("parts"))


def spiking() -> None:
    """A constant current into a leaky integrate-and-fire neuron."""
    left, right = st.columns(2)
    with left:
        current = slider("brain.current", 0.0, 6.0, 2.5, 0.05)
    with right:
        cell = Neuron(tau=slider("brain.tau", 2.0, 50.0, 10.0, 1.0))
    seen = neuron.record(cell, np.full(int(200 / DT), current), DT)
    currents = np.linspace(0, 6, 241)
    rate = float(neuron.rate(cell, current))
    drawn = spikes.voltage_and_rate(seen, cell, currents, neuron.rate(cell, currents), current, rate, _label)
    weakest = neuron.rheobase(cell)
    figure(drawn, "brain.spiking", _alt("spiking", current=current, rate=rate, spikes=len(seen.spikes)))
    settled = number(cell.rest + cell.resistance * current, 1)
    st.caption(say("demo.brain.fires" if rate else "demo.brain.silent", rate=rate, settled=settled, weakest=weakest))


def same_input() -> None:
    """One weighted sum, as a current into a neuron and as a number into a unit."""
    drawing(brain.unit(_label), "brain.unit", _alt("unit"))
    x = sequence("brain.example", 20, "sine")
    left, right = st.columns(2)
    with left:
        weight = slider("brain.weight", -4.0, 4.0, 2.0, 0.1)
    with right:
        bias = slider("brain.bias", -4.0, 4.0, 1.5, 0.1)
    activation = choice("brain.activation", list(ACTIVATIONS), "sigmoid")
    unit = neuron.respond(x[:, None], np.array([weight]), bias, activation)
    seen = neuron.record(Neuron(), np.repeat(unit.a, int(STEP / DT)), DT)
    drawn = spikes.same_input(seen, Neuron(), unit.a, unit.y, _label)
    facts = {"spikes": len(seen.spikes), "low": float(unit.y.min()), "high": float(unit.y.max())}
    figure(drawn, "brain.same_input", _alt("same_input", **facts))
    st.caption(say("demo.brain.compared", **facts))


def loops() -> None:
    """The same pulse into a chain of units and into a loop."""
    weight = slider("brain.loop", -1.0, 1.0, 0.5, 0.05)
    chain, loop = neuron.activity(neuron.CHAIN, _pulse(250)), neuron.activity(_closed(weight), _pulse(250))
    facts = {"weight": weight, "chain": float(abs(chain[-1]).max()), "loop": float(abs(loop[-1]).max())}
    drawing(circuits.two_circuits(chain, loop, weight, _label), "brain.circuits", _alt("circuits", weight=weight))
    figure(spikes.activity_maps(chain, loop, PULSE, _label), "brain.loops", _alt("loops", **facts))
    way = neuron.wiring(_closed(weight))
    key, units = ("loop_found", way.loop) if way.loop else ("order_found", way.order)
    st.caption(say(f"demo.brain.{key}", units=" → ".join(str(unit + 1) for unit in units)))


def _closed(weight: float) -> np.ndarray:
    """The chain with a connection of this weight from its last unit to its first."""
    return neuron.CHAIN + np.diag([weight], k=3)


def _pulse(steps: int) -> np.ndarray:
    return neuron.pulse(steps, len(neuron.CHAIN), PULSE)


def _doubled() -> tuple[str, dict]:
    cell = Neuron(tau=st.session_state.get("brain.tau", 10.0))
    current = st.session_state.get("brain.current", 2.5)
    now, then = (float(neuron.rate(cell, one)) for one in (current, 2 * current))
    facts = {"current": current, "doubled": 2 * current, "now": now, "then": then, "weakest": neuron.rheobase(cell)}
    if not now:
        return ("begins" if then else "silent"), facts
    return ("more" if then > 2 * now else "less"), facts


def _at_zero() -> tuple[str, dict]:
    bias = st.session_state.get("brain.bias", 1.5)
    activation = st.session_state.get("brain.activation") or "sigmoid"
    output = float(neuron.respond(np.zeros(1), np.ones(1), bias, activation).y)
    rate = float(neuron.rate(Neuron(), bias))
    facts = {"bias": bias, "output": output, "rate": rate, "weakest": neuron.rheobase(Neuron())}
    return {(0, 0): "neither", (1, 0): "unit", (1, 1): "both"}[bool(output), bool(rate)], facts


def _after() -> tuple[str, dict]:
    weight = st.session_state.get("brain.loop", 0.5)
    rates = neuron.activity(_closed(weight), _pulse(2000))
    late = rates[-200:, 0]
    facts = {"weight": weight, "late": float(abs(late).max())}
    if abs(late).max() < 0.01:
        return "gone", facts
    return ("stays" if (late > 0).all() else "rhythm"), facts


QUESTIONS = (
    Question("doubled", ("silent", "begins", "more", "less"), _doubled),
    Question("at_zero", ("neither", "unit", "both"), _at_zero),
    Question("after", ("gone", "stays", "rhythm"), _after),
)
