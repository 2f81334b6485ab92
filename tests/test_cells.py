"""Parameters and shapes against the numbers Keras prints; values and gradients of every cell against torch's own."""

from dataclasses import replace

import cells_in_torch as in_torch
import numpy as np
import pytest
import torch

from rnncore.cells import (
    ACTIVATIONS,
    WAYS,
    Row,
    backward_layers,
    from_layer,
    initialise,
    parameter_count,
    summary,
    unroll_layers,
)
from rnncore.config import Layer
from rnncore.messages import Refusal

MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


@pytest.mark.parametrize("cell", MODULES)
@pytest.mark.parametrize(("inputs", "units"), [(1, 1), (3, 7), (24, 48)])
def test_parameters_are_as_many_as_torch_has(cell, inputs, units):
    module = MODULES[cell](inputs, units)
    assert parameter_count(Layer(cell=cell, units=units), inputs) == sum(p.numel() for p in module.parameters())


def test_the_articles_network_has_the_parameters_that_keras_counts():
    layers = [Layer(units=50, dropout=0.2)] * 3
    rows = [row for row in summary(layers, window=3, features=1, horizon=3, counting="keras") if row.parameters]
    assert [row.parameters for row in rows] == [10_400, 20_200, 20_200, 153]


def test_keras_counts_two_biases_in_a_gru_and_one_in_an_rnn():
    assert parameter_count(Layer(cell="gru", units=10), 4, "keras") == 3 * 10 * (4 + 10 + 2)
    assert parameter_count(Layer(cell="rnn", units=10), 4, "keras") == 10 * (4 + 10 + 1)


def test_summary_shows_the_shape_behind_every_layer():
    layers = [Layer(cell="gru", units=5, dropout=0.1), Layer(units=7)]
    assert summary(layers, window=20, features=2, horizon=12) == [
        Row("gru", (20, 5), 3 * 5 * (2 + 5 + 2)),
        Row("dropout", (20, 5), 0),
        Row("lstm", (7,), 4 * 7 * (5 + 7 + 2)),
        Row("dense", (12,), 12 * 8),
    ]


CASES = [("rnn", {"way": way, "activation": f}) for f in ACTIVATIONS for way in WAYS["rnn"]]
CASES += [(cell, {"way": way}) for cell in ("lstm", "gru") for way in WAYS[cell]]
CASES += [(cell, {"radius": 0.9}) for cell in MODULES] + [("lstm", {"forget_bias": 1.0})]
EVERY_CELL = pytest.mark.parametrize(
    ("cell", "settings"), CASES, ids=lambda part: "-".join(map(str, dict(part).values())) if isinstance(part, dict) else part
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def assert_equal(ours, theirs, tolerance=1e-10):
    """Within `tolerance` of the size of the array itself; of every time step where there are three axes (T, B, n)."""
    ours, theirs = (np.atleast_2d(one) for one in (ours, theirs))
    assert ours.shape == theirs.shape
    axes = tuple(range(1, ours.ndim)) if ours.ndim == 3 else None
    size = np.abs(theirs).max(axes)
    # Below 1e-290 doubles lose digits, ours and theirs each in their own way.
    assert np.all(np.abs(ours - theirs).max(axes) <= tolerance * size + 1e-290)


@EVERY_CELL
@pytest.mark.parametrize(("steps", "units"), [(1, 3), (40, 16)])
def test_every_cell_equals_torch_in_values_and_gradients(cell, settings, steps, units):
    ours = initialise(cell, 5, units, seed=3, timescale=steps, **settings)
    x, h_0 = noise(steps, 4, 5), noise(4, units, seed=1)
    c_0 = noise(4, units, seed=2) if cell == "lstm" else None
    dh, dc = noise(steps, 4, units, seed=4), noise(steps, 4, units, seed=5) if cell == "lstm" else None
    trace = ours.unroll(x, h_0, c_0)
    found, expected = ours.backward(trace, dh, dc), in_torch.gradients(ours, x, dh, dc, h_0, c_0)
    assert_equal(trace.h, expected["h"])
    assert_equal(found.dh, expected["dh"])
    assert_equal(found.dh_0, expected["h_0"])
    assert_equal(found.dx, expected["x"])
    for name in ours.weights:
        assert_equal(found.weights[name], expected[name])
    if cell == "lstm":
        assert_equal(trace.c, expected["c"])
        assert_equal(found.dc, expected["dc"])
        assert_equal(found.dc_0, expected["c_0"])


@EVERY_CELL
def test_over_a_thousand_steps_the_gradient_of_every_state_equals_torch(cell, settings):
    ours = initialise(cell, 2, 8, seed=1, timescale=1000, **settings)
    x, dh = 0.5 * noise(1000, 2, 2), np.zeros((1000, 2, 8))
    dh[-1] = noise(2, 8, seed=2)
    trace, expected = ours.unroll(x), in_torch.gradients(ours, x, dh)
    found = ours.backward(trace, dh[-1])
    assert_equal(trace.h, expected["h"])
    assert_equal(found.dh, expected["dh"])
    assert_equal(found.weights["W_hh"], expected["W_hh"])


@EVERY_CELL
def test_one_step_after_another_is_the_unrolled_sequence(cell, settings):
    ours = initialise(cell, 3, 6, **settings)
    x, h, c = noise(7, 2, 3), np.zeros((2, 6)), None
    trace = ours.unroll(x)
    for t in range(7):
        values = ours.step(x[t], h, c)
        assert list(values) == list(trace.at(t))
        for letter, value in values.items():
            np.testing.assert_allclose(trace[letter][t], value, rtol=1e-12, atol=1e-15)
        h, c = values["h"], values.get("c")


@pytest.mark.parametrize("cell", MODULES)
def test_a_layer_trained_by_torch_gives_the_same_states_here(cell):
    module = MODULES[cell](3, 5, dtype=torch.float64)
    weights = [value.detach().numpy() for value in module.parameters()]
    x = noise(9, 2, 3)
    np.testing.assert_allclose(from_layer(cell, *weights).unroll(x).h, module(torch.tensor(x))[0].detach(), atol=1e-14)


@pytest.mark.parametrize("cell", MODULES)
def test_the_steps_parts_of_the_weight_gradient_are_those_of_their_outer_products(cell):
    ours = initialise(cell, 3, 5, seed=2)
    x, v = noise(6, 2, 3), noise(2, 5, seed=1)
    trace = ours.unroll(x)
    found = ours.backward(trace, v)
    slopes, h, c = trace.slopes, v, np.zeros((2, 5)) if cell == "lstm" else None
    parts = np.empty((6, *ours.W_hh.shape))
    for t in reversed(range(6)):
        h, c, da = ours.pull(slopes, t, h, c)
        parts[t] = sum(np.outer(da[b], trace.h_before[t, b]) for b in range(2))
    np.testing.assert_allclose(found.weights["W_hh"], parts.sum(0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.dW_hh_steps, np.linalg.norm(parts, axis=(1, 2)), rtol=1e-10)
    assert found.dW_hh_steps[0] == 0, "before the first step the state is zero"
    np.testing.assert_allclose(found.shares.sum(), 1)


def test_through_several_layers_states_and_gradients_are_those_of_torch():
    modules = [torch.nn.GRU(3, 4), torch.nn.LSTM(4, 6), torch.nn.RNN(6, 5)]
    cells = []
    for cell, module in zip(("gru", "lstm", "rnn"), modules, strict=True):
        module.double()
        cells.append(from_layer(cell, *(value.detach().numpy() for value in module.parameters())))
    x, v = noise(20, 2, 3), noise(2, 5, seed=1)
    start = states = torch.tensor(x, requires_grad=True)
    for module in modules:
        states = module(states)[0]
    expected = torch.autograd.grad((states[-1] * torch.tensor(v)).sum(), [start, *(m.weight_hh_l0 for m in modules)])
    traces = unroll_layers(cells, x)
    found = backward_layers(traces, v)
    assert_equal(traces[-1].h, states.detach().numpy())
    assert_equal(found[0].dx, expected[0].numpy())
    for ours, theirs in zip(found, expected[1:], strict=True):
        assert_equal(ours.weights["W_hh"], theirs.numpy())


def test_a_forget_gate_held_open_keeps_the_cell_state_and_one_held_shut_loses_it():
    ours, c_0 = initialise("lstm", 2, 4), noise(3, 4)
    x = noise(50, 3, 2)
    kept = ours.unroll(x, c_0=c_0, clamp={"f": 1.0, "i": 0.0})
    np.testing.assert_array_equal(kept.c, np.broadcast_to(c_0, (50, 3, 4)))
    assert np.all(ours.unroll(x, c_0=c_0, clamp={"f": 0.0, "i": 0.0}).c == 0)
    half = ours.unroll(x, c_0=c_0, clamp={"f": [0.5, 1.0, 1.0, 0.0], "i": 0.0})
    np.testing.assert_allclose(half.c[9], c_0 * [0.5**10, 1, 1, 0])


def test_an_update_gate_held_open_keeps_the_state_of_a_gru():
    ours, h_0 = initialise("gru", 2, 4), noise(3, 4)
    np.testing.assert_allclose(ours.unroll(noise(20, 3, 2), h_0, clamp={"z": 1.0}).h[-1], h_0, atol=1e-15)
    through = ours.unroll(noise(20, 3, 2), h_0, clamp={"z": 0.0})
    np.testing.assert_allclose(through.h, through["n"], atol=1e-15)


@pytest.mark.parametrize(
    ("cell", "clamp"),
    [
        ("lstm", {"f": 0.7}),
        ("lstm", {"i": 0.2, "o": 1.0}),
        ("lstm", {"g": 0.5}),
        ("gru", {"z": 0.8}),
        ("gru", {"r": 0.3, "n": 0.1}),
    ],
)
def test_with_gates_set_by_hand_gradients_are_those_of_small_differences(cell, clamp):
    ours = initialise(cell, 2, 3, seed=1)
    x, h_0, v = noise(5, 1, 2), noise(1, 3, seed=1), noise(1, 3, seed=2)
    trace = ours.unroll(x, h_0, clamp=clamp)
    found = ours.backward(trace, v)

    def loss(**changed):
        cell_, start = replace(ours, W_hh=changed.get("W_hh", ours.W_hh)), changed.get("h_0", h_0)
        return (v * cell_.unroll(x, start, clamp=clamp).h[-1]).sum()

    for name, value, gradient in [("h_0", h_0, found.dh_0), ("W_hh", ours.W_hh, found.weights["W_hh"])]:
        for place in np.ndindex(value.shape):
            ahead, behind = value.copy(), value.copy()
            ahead[place] += 1e-6
            behind[place] -= 1e-6
            slope = (loss(**{name: ahead}) - loss(**{name: behind})) / 2e-6
            assert gradient[place] == pytest.approx(slope, abs=1e-9)


def test_a_gate_that_the_cell_does_not_have_cannot_be_set():
    with pytest.raises(ValueError, match="no gate"):
        initialise("gru", 2, 3).unroll(noise(2, 1, 2), clamp={"f": 1.0})
    with pytest.raises(ValueError, match="no gate"):
        initialise("rnn", 2, 3).unroll(noise(2, 1, 2), clamp={"h": 1.0})


@pytest.mark.parametrize("cell", MODULES)
def test_single_precision_stays_single_and_close_to_double(cell):
    double, single = (initialise(cell, 3, 8, dtype=dtype) for dtype in ("float64", "float32"))
    x, v = noise(30, 2, 3), noise(2, 8)
    trace = single.unroll(x)
    found = single.backward(trace, v)
    assert {value.dtype for value in (*trace.values.values(), found.dh, found.dx, *found.weights.values())} == {
        np.dtype("float32")
    }
    np.testing.assert_allclose(found.weights["W_hh"], double.backward(double.unroll(x), v).weights["W_hh"], atol=1e-5)


def test_huge_inputs_saturate_without_a_warning():
    for cell in MODULES:
        trace = initialise(cell, 1, 4, dtype="float32").unroll(np.full((3, 1, 1), 1e6))
        assert np.isfinite(trace.h).all()


def test_initialisations_are_what_they_are_called():
    for cell, gates in {"rnn": 1, "gru": 3, "lstm": 4}.items():
        blocks = initialise(cell, 4, 32, way="orthogonal").blocks.values()
        assert len(blocks) == gates
        for block in blocks:
            np.testing.assert_allclose(block @ block.T, np.eye(32), atol=1e-12)
        for block in initialise(cell, 4, 32, radius=1.5).blocks.values():
            assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.5)
        weights = initialise(cell, 4, 64).weights
        assert 0.95 / 8 < np.abs(weights["W_hh"]).max() < 1 / 8
        assert weights["W_hh"].std() == pytest.approx(1 / 8 / 3**0.5, rel=0.05)
    identity = initialise("rnn", 4, 8, way="identity")
    np.testing.assert_array_equal(identity.W_hh, np.eye(8))
    assert not identity.b.any()


def test_the_forget_bias_reaches_the_forget_gate_alone():
    plain, raised = (initialise("lstm", 2, 4, forget_bias=bias) for bias in (None, 3.0))
    np.testing.assert_array_equal(raised.b[4:8], 3.0)
    np.testing.assert_array_equal(np.delete(raised.b, np.s_[4:8]), np.delete(plain.b, np.s_[4:8]))


def test_chrono_spreads_the_memory_of_the_units_over_the_timescale():
    """A gate at rest keeps sigmoid(ln(k - 1)) = 1 - 1/k, so it forgets within k steps, k up to the timescale."""
    lstm, gru = (initialise(cell, 2, 1000, way="chrono", timescale=200) for cell in ("lstm", "gru"))
    for b in (lstm.b, gru.b_xh):
        memory = np.exp(b[1000:2000]) + 1
        assert 2 <= memory.min() < 4
        assert 197 < memory.max() <= 200
        assert memory.mean() == pytest.approx(101, rel=0.05)
    np.testing.assert_array_equal(lstm.b[:1000], -lstm.b[1000:2000])
    assert not gru.b_hh.any()


@pytest.mark.parametrize(("cell", "way"), [("rnn", "chrono"), ("lstm", "identity"), ("gru", "identity")])
def test_an_initialisation_that_the_cell_does_not_have_is_refused(cell, way):
    with pytest.raises(Refusal) as refused:
        initialise(cell, 2, 4, way=way)
    assert refused.value.code == "initialisation_foreign"
