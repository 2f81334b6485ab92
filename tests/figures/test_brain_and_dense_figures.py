"""Drawings and charts of the first two chapters: well-formed, complete, and true to their numbers."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from rnncore import dense, neuron
from rnncore.config import Neuron
from rnncore.dense import Dense
from rnncore.figures import brain, circuits, spikes
from rnncore.figures import dense as drawn
from rnncore.figures.strokes import number, power

NETWORK = Dense(
    np.array([[0.5, -1.0], [2.0, 0.25], [0.0, 1.5]]), np.array([0.1, -0.2, 0.3]), np.array([[1.0, -2.0, 0.5]]), np.ones(1)
)
X = np.array([2.0, -1.0])


def words(key):
    return f"<{key}>"


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


@pytest.mark.parametrize(
    ("drawing", "named"),
    [
        (brain.neuron, {"dendrites", "body", "axon", "synapse"}),
        (brain.synapse, {"ending", "cleft", "receptors", "electrical", "chemical"}),
        (brain.nervous_system, {"central", "peripheral", "hypothalamus", "brainstem", "cerebellum", "spinal_cord", "cortex"}),
        (brain.unit, {"from_synapses", "from_body", "from_axon"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_drawing_names_its_parts(drawing, named):
    assert {words(key) for key in named} <= set(texts(drawing(words)))


def test_the_spinal_cord_belongs_to_the_central_system_but_not_to_the_brain():
    above = {}
    trail = []
    for depth, key in brain.TREE:
        trail[depth:] = [key]
        above[key] = trail[:-1]
    assert above["spinal_cord"] == ["system", "central"]
    assert above["hypothalamus"] == ["system", "central", "brain", "diencephalon"]
    assert above["cortex"] == ["system", "central", "brain", "cerebrum"]


def test_a_forward_pass_shows_every_number_of_it():
    seen = dense.forward(NETWORK, X, "relu")
    shown = texts(drawn.forward_pass(NETWORK, seen, "h1", words))
    assert [number(weight) in shown for weight in np.concatenate([NETWORK.W_xh.ravel(), NETWORK.W_hy.ravel(), X])] == [
        True
    ] * 11
    # by hand: z = (2.1, 3.55, -1.2), relu, y = 2.1 - 2 * 3.55 + 0 + 1
    assert {"z = 2.10", "f(z) = 2.10", "z = 3.55", "z = −1.20", "f(z) = 0.00", "y = −4.00"} <= set(shown)


def test_the_spelt_out_sum_comes_out_at_what_it_says():
    seen = dense.forward(NETWORK, X, "relu")
    formula = re.sub(r"\\textcolor\{[^}]*\}\{([^}]*)\}", r"\1", drawn.sum_in_numbers(NETWORK, seen, "y", "relu"))
    _, sums, result = (part.replace(r"\cdot", "*") for part in formula.split(" = "))
    assert eval(sums) == pytest.approx(float(result)) == -4.0


def test_a_step_shows_each_weight_before_and_after():
    target = np.array([0.0])
    slope = dense.gradients(NETWORK, X, target, "relu")
    seen = dense.forward(NETWORK, X, "relu")
    shown = texts(drawn.step_taken(NETWORK, slope, 0.1, seen, 0.0, words))
    # by hand: dL/dW_hy = (y - 0) h = -4 (2.1, 3.55, 0), so the first weight moves by 0.84
    assert {"1.000 → 1.840", "−2.000 → −0.580", "0.500 → 0.500", "b: 1.00 → 1.40"} <= set(shown)


def test_the_layers_are_drawn_with_their_parameters():
    svg = drawn.layers((2, 3, 1), words)
    assert {"3 × (2 + 1) = 9", "1 × (3 + 1) = 4"} <= set(texts(svg))
    assert svg.count("<path") == 2 * 3 + 3 * 1


def test_every_spike_is_a_stroke_where_it_happens():
    cell = Neuron()
    seen = neuron.record(cell, np.full(200, 3.0), 0.5)
    figure = spikes.voltage_and_rate(
        seen, cell, np.linspace(0, 6, 7), neuron.rate(cell, np.linspace(0, 6, 7)), 3.0, 76.0, words
    )
    strokes = next(trace for trace in figure.data if trace.name == "<spikes>")
    assert list(strokes.x[::3]) == list(seen.spikes)
    assert len(seen.spikes) > 5


def test_the_tangent_has_the_slope_of_the_curve():
    z = np.linspace(-5, 5, 11)
    figure = drawn.activation_curve(z, np.tanh(z), 1 - np.tanh(z) ** 2, (1.0, np.tanh(1.0), 1 - np.tanh(1.0) ** 2), words)
    tangent = next(trace for trace in figure.data if trace.name == "<tangent>")
    assert np.diff(tangent.y)[0] / np.diff(tangent.x)[0] == pytest.approx(1 / np.cosh(1.0) ** 2)


def test_units_of_a_circuit_glow_as_they_are_active():
    silent, active = np.zeros((50, 4)), np.tile(np.linspace(0, 1, 50)[:, None], 4)
    svg = circuits.two_circuits(silent, active, -0.5, words)
    glows = re.findall(r'values="([\d.;]+)"', svg)
    assert [set(glow.split(";")) == {"0.00"} for glow in glows] == [True] * 4 + [False] * 4
    assert "−0.50" in texts(svg)
    assert "stroke-dasharray" in svg
    assert "stroke-dasharray" not in circuits.two_circuits(silent, active, 0.5, words)


def test_numbers_are_written_as_people_write_them():
    assert [number(value) for value in (-0.5, -0.001, 0.0)] == ["−0.50", "0.00", "0.00"]
    assert [power(value) for value in (8.62e-8, 0.034, -2.0, 0.0)] == ["8.6 × 10⁻⁸", "0.034", "−2", "0"]
