"""Demos of the chapter on networks: layers, a forward pass in numbers, activations, one step of gradient descent."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnncore import dense
from rnncore.cells import ACTIVATIONS
from rnncore.dense import Dense
from rnncore.figures import dense as drawn
from rnncore.figures.strokes import number, power
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.drawing import drawing
from rnncore.web.language import say, say_plain

INPUTS = {"x1": 1.0, "x2": -0.5}
# One column of sliders for every unit: the weights it gives its inputs, then its bias.
UNITS = {
    "h1": {"h1_x1": 0.8, "h1_x2": -0.4, "h1_b": 0.1},
    "h2": {"h2_x1": -0.6, "h2_x2": 0.9, "h2_b": 0.2},
    "h3": {"h3_x1": 0.3, "h3_x2": 0.7, "h3_b": -0.1},
    "y": {"y_h1": 1.1, "y_h2": -0.7, "y_h3": 0.5, "y_b": 0.0},
}
SETTINGS = INPUTS | {name: value for weights in UNITS.values() for name, value in weights.items()}
RATE, TARGET = 0.25, 0.0


def _label(key: str) -> str:
    return say_plain(f"label.network.{key}")


def _alt(key: str, **facts) -> str:
    return say_plain(f"alt.network.{key}", **facts)


def _set(name: str, default):
    """What the reader has set, wherever on the page it is asked for."""
    held = st.session_state.get(f"network.{name}")
    return default if held is None else held


def _network() -> tuple[Dense, np.ndarray, str]:
    """The network that the reader has set, its input, and its activation function."""
    value = {name: _set(name, default) for name, default in SETTINGS.items()}
    W_xh = np.array([[value[f"h{unit}_x{source}"] for source in (1, 2)] for unit in (1, 2, 3)])
    b_h = np.array([value[f"h{unit}_b"] for unit in (1, 2, 3)])
    W_hy = np.array([[value[f"y_h{unit}"] for unit in (1, 2, 3)]])
    network = Dense(W_xh, b_h, W_hy, np.array([value["y_b"]]))
    return network, np.array([value["x1"], value["x2"]]), _set("activation", "tanh")


def layers() -> None:
    """How the parameters of a network add up."""
    columns = st.columns(3)
    sizes = (("inputs", 2), ("hidden", 3), ("outputs", 1))
    widths = []
    for column, (name, default) in zip(columns, sizes, strict=True):
        with column:
            widths.append(slider(f"network.{name}", 1, 6, default, 1))
    total = dense.parameter_count(*widths)
    facts = dict(zip(("inputs", "hidden", "outputs"), widths, strict=True)) | {"total": total}
    drawing(drawn.layers(widths, _label), "network.layers", _alt("layers", **facts))
    st.caption(say("demo.network.total", total=total))


def forward() -> None:
    """A forward pass with every number in sight; the weights are the sliders, one column a unit."""
    top = st.columns([3, 3, 5, 4], gap="medium")
    for column, name in zip(top, INPUTS, strict=False):
        with column:
            slider(f"network.{name}", -2.0, 2.0, INPUTS[name], 0.05)
    with top[2]:
        activation = choice("network.activation", list(ACTIVATIONS), "tanh")
    with top[3]:
        chosen = choice("network.unit", list(UNITS), "h1")
    stage = st.container()
    for column, weights in zip(st.columns(4, gap="medium"), UNITS.values(), strict=True):
        with column:
            for name, default in weights.items():
                slider(f"network.{name}", -2.0, 2.0, default, 0.05)
    network, x, _ = _network()
    seen = dense.forward(network, x, activation)
    with stage:
        hidden = {f"h{unit}": value for unit, value in enumerate(seen.h.tolist(), 1)}
        facts = {"x1": x[0], "x2": x[1], "y": float(seen.y[0]), **hidden}
        drawing(drawn.forward_pass(network, seen, chosen, _label), "network.forward", _alt("forward", **facts))
        st.markdown(f"$$\n{drawn.sum_in_numbers(network, seen, chosen, activation)}\n$$")


def activations() -> None:
    """An activation function and its slope at one place."""
    name = choice("network.function", list(ACTIVATIONS), "sigmoid")
    at = slider("network.z", -5.0, 5.0, 1.0, 0.1)
    curve, slope = ACTIVATIONS[name].function, ACTIVATIONS[name].slope
    z = np.linspace(-5, 5, 201)
    value = curve(np.array([at]))
    here = at, float(value[0]), float(slope(value)[0])
    facts = {"function": say_plain(f"demo.network.function_{name}"), "z": at, "value": here[1], "slope": here[2]}
    figure(
        drawn.activation_curve(z, curve(z), slope(curve(z)), here, _label), "network.activations", _alt("activations", **facts)
    )
    layers = 10
    st.caption(say("demo.network.passed", slope=here[2], layers=layers, left=power(here[2] ** layers)))


def step() -> None:
    """One step of gradient descent from the network above: what moves, and what it does to the loss."""
    left, right = st.columns(2)
    with left:
        target = np.array([slider("network.target", -2.0, 2.0, TARGET, 0.05)])
    with right:
        rate = slider("network.rate", 0.0, 3.0, RATE, 0.01)
    network, x, activation = _network()
    seen, slope = dense.forward(network, x, activation), dense.gradients(network, x, target, activation)
    before = dense.squared_error(seen.y, target)
    rates = np.linspace(0, max(3.0, rate), 121)
    losses = dense.loss_along(network, x, target, activation, rates)
    (after,) = dense.loss_along(network, x, target, activation, np.array([rate])).tolist()
    facts = {"before": before, "after": after, "rate": rate}
    drawing(drawn.step_taken(network, slope, rate, seen, target[0], _label), "network.step", _alt("step", **facts))
    figure(drawn.loss_along_step(rates, losses, rate, after, _label), "network.loss", _alt("loss", **facts))
    key = "step_still" if before == after else "step_down" if after < before else "step_up"
    st.caption(say(f"demo.network.{key}", **facts))


def _most_moved() -> tuple[str, dict]:
    network, x, activation = _network()
    slope = dense.gradients(network, x, np.array([_set("target", TARGET)]), activation)
    reach = np.hypot(np.hypot(*slope.W_xh.T), slope.b_h)
    facts = {f"g{unit}": float(length) for unit, length in enumerate(reach, 1)}
    return (f"h{int(reach.argmax()) + 1}" if reach.max() > 0 else "none"), facts


def _overshoot() -> tuple[str, dict]:
    network, x, activation = _network()
    target, rate = np.array([_set("target", TARGET)]), _set("rate", RATE)
    before, after = dense.loss_along(network, x, target, activation, np.array([0.0, 5 * rate])).tolist()
    facts = {"rate": 5 * rate, "before": before, "after": after}
    return ("same" if before == after else "lower" if after < before else "higher"), facts


def _nothing_in() -> tuple[str, dict]:
    network, _, activation = _network()
    seen = dense.forward(network, np.zeros(2), activation)
    y, bias = float(seen.y[0]), float(network.b_y[0])
    facts = {"h": ", ".join(number(value) for value in seen.h), "y": number(y), "bias": number(bias)}
    return ("zero" if y == 0 else "bias" if y == bias else "other"), facts


QUESTIONS = (
    Question("most_moved", ("h1", "h2", "h3", "none"), _most_moved),
    Question("overshoot", ("lower", "higher", "same"), _overshoot),
    Question("nothing_in", ("zero", "bias", "other"), _nothing_in),
)
