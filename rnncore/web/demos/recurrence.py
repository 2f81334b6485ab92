"""The demos of the chapter on recurrence. All of them run the network whose weights stand in the demo of one step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnncore.cells import parameter_count
from rnncore.config import Layer
from rnncore.figures import state, unrolled
from rnncore.figures.wiring import written
from rnncore.gradients import spectral_radius
from rnncore.web import address
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.example import held, sequence
from rnncore.web.language import say, say_plain
from rnncore.web.player import player
from rnncore.web.shared import shared
from rnncore.worked import Elman, apart, still_apart, twins

FUNCTIONS = ("tanh", "sigmoid", "relu")
UNITS, COPIES, STEPS, LONG = 3, 6, 12, 40
LARGEST = 10.0  # of a weight that is set by hand
_NUMBERS = "recurrence.numbers"  # the weights in use, in the session; the address has them as recurrence.w


def words(name: str, **facts) -> str:
    return say_plain(f"demo.recurrence.{name}", **facts)


def _told(name: str) -> str:
    return say(f"alt.recurrence.{name}")


def loop() -> None:
    x = held("recurrence.sequence", COPIES)
    trace, y = _network().run(x)
    facts = [words("told_loop", t=t, x=written(x[t - 1]), y=written(y[t - 1]), next=t + 1) for t in range(1, len(x) + 1)]
    drawing = unrolled.loop_and_chain(x, trace.h[:, 0], y, words)
    player("recurrence.loop", drawing, {}, facts, _told("loop"), start=2)


def step() -> None:
    left, middle, right = st.columns([3, 2, 2], gap="medium", vertical_alignment="bottom")
    with left:
        x = sequence("recurrence.sequence", STEPS)
    with middle:
        function = choice("recurrence.f", FUNCTIONS)
    with right:
        seed = slider("recurrence.seed", 0, 9, 0, 1)
    factor = slider("recurrence.step_factor", 0.0, 3.0, 1.0, 0.05)
    network = _edited(Elman.draw(seed, UNITS), seed)
    running = network.with_loop(factor, function)
    trace, y = running.run(x)
    drawing = unrolled.sheet(UNITS, function, words)
    player("recurrence.t", drawing, _values(running, trace, y), _moves(x, trace, y), _told("step"), moves=4, start=4)
    shared("recurrence.shared", (x.tolist(), network.numbers))


def _stepped() -> Elman:
    """The network as the demo of one step runs it."""
    return _network().with_loop(_held("step_factor", 1.0), _held("f", "tanh"))


def _network() -> Elman:
    numbers = st.session_state.get(_NUMBERS) or _addressed()
    return Elman.of_numbers(numbers, UNITS) if numbers else Elman.draw(_held("seed", 0), UNITS)


def _held(name: str, default):
    return st.session_state.get(f"recurrence.{name}", default)


def _addressed() -> list[float] | None:
    """The weights that a link brought along, if they are such as the tables take."""
    try:
        numbers = Elman.of_numbers([float(part) for part in st.query_params["recurrence.w"].split("_")], UNITS).numbers
    except (KeyError, ValueError):
        return None
    return numbers if max(map(abs, numbers)) <= LARGEST else None


def _edited(drawn: Elman, seed: int) -> Elman:
    """The weights as tables to edit; another draw starts afresh. What differs from the draw stands in the address."""
    place = st.session_state.setdefault("recurrence.tables", {"seed": seed, "turn": 0, "base": _addressed() or drawn.numbers})
    if place["seed"] != seed:
        place.update(seed=seed, turn=place["turn"] + 1, base=drawn.numbers, now=drawn.numbers)
    keys = [f"recurrence.{table}.{place['turn']}" for table in ("hidden", "output")]
    if keys[0] not in st.session_state and place.get("now"):
        place["base"] = place["now"]  # the reader comes back from another page
    base = Elman.of_numbers(place["base"], UNITS)
    with st.expander(say("demo.recurrence.weights"), icon=":material/grid_on:"):
        hidden = _table("hidden", base.hidden_table, keys[0])
        output = _table("output", base.output_table, keys[1])
        st.button(say("demo.recurrence.restore"), on_click=_restore, args=(drawn.numbers,), key="recurrence.restore")
    network = Elman.of_tables(hidden, output)
    changed = network.numbers != drawn.numbers
    place["now"] = st.session_state[_NUMBERS] = network.numbers
    address.write(**{"recurrence.w": "_".join(f"{number:g}" for number in network.numbers) if changed else None})
    return network


def _restore(numbers: list[float]) -> None:
    place = st.session_state["recurrence.tables"]
    place.update(turn=place["turn"] + 1, base=numbers, now=numbers)


def _table(name: str, values: np.ndarray, key: str) -> np.ndarray:
    states = [f"h{digit}" for digit in "₁₂₃"]
    columns = [*(["x"] if name == "hidden" else []), *states, "b"]
    rows = states if name == "hidden" else ["y"]
    number = st.column_config.NumberColumn(min_value=-LARGEST, max_value=LARGEST, step=0.01, format="%.2f")
    st.caption(say(f"demo.recurrence.{name}_table"))
    table, config = pd.DataFrame(values, rows, columns), dict.fromkeys(columns, number)
    edited = st.data_editor(table, key=key, column_config=config, disabled=["_index"], width="content")
    return edited.fillna(0.0).to_numpy(float)


def _values(network: Elman, trace, y: np.ndarray) -> dict[str, np.ndarray | float]:
    """Every number of the sheet by its name."""
    cell, terms = network.cell, network.terms(trace)
    values = {"x": trace.x[:, 0, 0], "y": y, "b_y": network.b_y}
    for n in range(UNITS):
        values |= {f"W_xh.{n}": cell.W_xh[n, 0], f"b.{n}": cell.b[n], f"W_hy.{n}": network.W_hy[0, n]}
        values |= {f"W_hh.{n}.{m}": cell.W_hh[n, m] for m in range(UNITS)}
        values |= {f"h.{n}": trace.h[:, 0, n], f"h_before.{n}": trace.h_before[:, 0, n]}
        values |= {f"{name}.{n}": term[:, n] for name, term in terms.items()}
    return values


def _moves(x: np.ndarray, trace, y: np.ndarray) -> list[str]:
    """What is seen at each of the four moves of each step."""
    said = []
    for t in range(len(x)):
        h = ", ".join(map(written, trace.h[t, 0]))
        facts = {"t": t + 1, "x": written(x[t]), "h": h, "y": written(y[t]), "next": t + 2}
        said += [words(f"told_{move}", **facts) for move in (1, 2, 3, 4)]
    return said


def activation() -> None:
    factor = slider("recurrence.bend_factor", 0.0, 3.0, 1.0, 0.05)
    states = _states_under_each(factor)
    figure(state.under_each_function(states, words), "recurrence.activation", _told("activation"))
    largest = {name: float(np.abs(values).max()) for name, values in states.items()}
    st.caption(say("demo.recurrence.largest", steps=LONG, **largest))


def _states_under_each(factor: float) -> dict[str, np.ndarray]:
    x = held("recurrence.sequence", LONG)
    return {name: _network().with_loop(factor, name).run(x)[0].h[:, 0] for name in FUNCTIONS}


def memory() -> None:
    factor = slider("recurrence.factor", 0.0, 2.0, 1.0, 0.05)
    choice("recurrence.memory_f", FUNCTIONS)
    inputs, distance, radius = _remembered()
    figure(state.two_pasts(inputs, {"": distance}, words), "recurrence.memory", _told("memory"))
    steps = still_apart(distance)
    key = "forgets" if factor == 0 else "remembers" if steps < LONG - 1 else "remembers_on"
    st.markdown(say(f"demo.recurrence.{key}", steps=steps if key == "remembers" else LONG, radius=radius))


def _remembered() -> tuple[np.ndarray, np.ndarray, float]:
    """The two sequences, the distance of the states they leave, and the spectral radius of W_hh."""
    cell = _network().with_loop(_held("factor", 1.0), _held("memory_f", "tanh")).cell
    inputs = twins(held("recurrence.sequence", LONG))
    return inputs, apart(cell.unroll(inputs)), spectral_radius(cell)


def weights() -> None:
    length = slider("recurrence.length", 1, 100, 12, 1)
    units = slider("recurrence.units", 1, 64, 16, 1)
    lengths = np.arange(1, 101)
    recurrent = np.full(100, parameter_count(Layer(cell="rnn", units=units), 1, "keras"))
    dense = units * (lengths + 1)
    label = {"weights": "weights_axis", "length": "length_axis"}
    drawn = state.weights_by_length(lengths, recurrent, dense, length, lambda name: words(label.get(name, name)))
    figure(drawn, "recurrence.weights", _told("weights"))
    st.caption(say("demo.recurrence.counted", recurrent=int(recurrent[0]), dense=int(dense[length - 1]), length=length))


def _steps_remembered() -> tuple[str, dict]:
    _, distance, radius = _remembered()
    steps = still_apart(distance)
    option = "none" if steps == 0 else "few" if steps <= 10 else "many" if steps < LONG - 1 else "on"
    return option, {"steps": steps, "radius": radius, "factor": _held("factor", 1.0), "f": _held("memory_f", "tanh")}


def _order_matters() -> tuple[str, dict]:
    x = held("recurrence.sequence", STEPS)
    swapped = x[[1, 0, *range(2, len(x))]]
    at = min(2, len(x) - 1)
    change = abs(float(_stepped().run(x)[1][at] - _stepped().run(swapped)[1][at]))
    return "yes" if change > 0.001 else "no", {"change": change, "factor": _held("step_factor", 1.0)}


def _growth() -> tuple[str, dict]:
    states = _states_under_each(3.0)
    largest, tanh = (float(np.abs(states[name]).max()) for name in ("relu", "tanh"))
    return "small" if largest < 10 else "large" if largest <= 1e6 else "huge", {"largest": largest, "tanh": tanh}


QUESTIONS = (
    Question("recurrence_memory", ("none", "few", "many", "on"), _steps_remembered),
    Question("recurrence_order", ("yes", "no"), _order_matters),
    Question("recurrence_growth", ("small", "large", "huge"), _growth),
)
