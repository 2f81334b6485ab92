"""The worked examples, by head, by plain loops, or by torch."""

import math

import numpy as np
import pytest
import torch

from rnncore.cells import initialise
from rnncore.worked import Elman, apart, clip_factor, gradient_norm, half_life, still_apart, three_jobs, twins, wires


def by_plain_loop(network, x):
    """h and y of a network with tanh, one number at a time."""
    W_xh, W_hh, b = network.cell.W_xh[:, 0].tolist(), network.cell.W_hh.tolist(), network.cell.b.tolist()
    h, states, outputs = [0.0] * len(b), [], []
    for x_t in x:
        h = [math.tanh(sum(w * v for w, v in zip(row, h, strict=True)) + W_xh[n] * x_t + b[n]) for n, row in enumerate(W_hh)]
        states.append(h)
        outputs.append(sum(w * v for w, v in zip(network.W_hy[0], h, strict=True)) + network.b_y)
    return np.array(states), np.array(outputs)


def test_an_elman_network_runs_as_its_two_equations_say():
    network, x = Elman.draw(4), np.array([0.5, -1.0, 0.25, 0.0])
    trace, y = network.run(x)
    states, outputs = by_plain_loop(network, x)
    assert trace.h[:, 0] == pytest.approx(states, abs=1e-12)
    assert y == pytest.approx(outputs, abs=1e-12)


def test_the_parts_of_a_sum_and_the_bias_make_the_sum():
    network = Elman.draw(1).with_loop(1.5, "sigmoid")
    trace, _ = network.run(np.array([1.0, 0.0, -1.0]))
    terms = network.terms(trace)
    assert terms["u"] + terms["r"] + network.cell.b == pytest.approx(trace["a"][:, 0], abs=1e-12)


def test_weights_go_into_one_row_and_come_back():
    network = Elman.draw(2)
    again = Elman.of_numbers(network.numbers)
    assert again.numbers == network.numbers
    assert again.cell.W_hh == pytest.approx(network.cell.W_hh)
    assert len(network.numbers) == 19


@pytest.mark.parametrize("numbers", [[], [0.0] * 18, [0.0] * 18 + [math.nan], [0.0] * 18 + [math.inf]])
def test_weights_that_are_no_network_are_refused(numbers):
    with pytest.raises(ValueError, match="finite weights"):
        Elman.of_numbers(numbers)


def test_drawn_weights_remember_and_settle():
    for seed in range(10):
        radius = np.abs(np.linalg.eigvals(Elman.draw(seed).cell.W_hh)).max()
        assert radius == pytest.approx(0.9, abs=0.03)


def test_without_the_loop_nothing_of_the_past_is_left():
    cut = Elman.draw(0).with_loop(0.0).cell.unroll(twins(np.zeros(10)))
    assert apart(cut)[0] > 0.1
    assert (apart(cut)[1:] == 0).all()


def test_twins_differ_at_their_first_step_only():
    both = twins(np.array([0.3, 0.2, 0.1]))
    assert both[:, :, 0].tolist() == [[1.0, -1.0], [0.2, 0.2], [0.1, 0.1]]


def test_the_distance_of_an_lstm_counts_its_cell_state():
    trace = initialise("lstm", 1, 2, seed=0).unroll(twins(np.zeros(3)))
    h, c = (np.sqrt(((values[:, 0] - values[:, 1]) ** 2).sum(-1)) for values in (trace.h, trace.c))
    assert apart(trace) == pytest.approx(np.sqrt(h**2 + c**2), abs=1e-12)


def test_steps_still_apart_are_counted_after_the_first():
    assert still_apart(np.array([1.0, 0.0, 0.0])) == 0
    assert still_apart(np.array([1.0, 0.5, 0.02, 0.005, 0.001])) == 2
    assert still_apart(np.array([1.0, 1.0, 1.0])) == 2
    assert still_apart(np.zeros(3)) == 0


def test_a_half_life_is_the_number_of_halvings():
    assert half_life(0.5) == pytest.approx(1)
    assert 0.9 ** half_life(0.9) == pytest.approx(0.5)
    assert half_life(1.0) == math.inf
    assert half_life(0.0) == 0


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_three_jobs_do_what_their_names_say(cell):
    pulse = np.where(np.arange(40) == 1, 1.0, 0.0)[:, None, None]
    trace = three_jobs(cell).unroll(pulse)
    store, average, react = (trace.h if trace.c is None else trace.c)[:, 0].T
    assert store[0] == pytest.approx(0, abs=0.01)
    assert store[1:].min() > 0.85
    assert average[1] == pytest.approx(0.1 * math.tanh(1), abs=0.003)
    assert average[11] / average[1] == pytest.approx(0.9**10, rel=0.02)
    assert react[1] > 0.9
    assert np.abs(react[8:]).max() < 0.08


def test_wires_add_up_at_every_sum():
    x = np.random.default_rng(0).uniform(-1, 1, 15)[:, None, None]
    lstm, gru = (wires(three_jobs(cell).unroll(x), 2) for cell in ("lstm", "gru"))
    assert lstm["fc"] + lstm["ig"] == pytest.approx(lstm["c"], abs=1e-12)
    assert lstm["o"] * lstm["tanh_c"] == pytest.approx(lstm["h"], abs=1e-12)
    assert gru["zh"] + gru["new"] == pytest.approx(gru["h"], abs=1e-12)
    assert lstm["h_before"][1:] == pytest.approx(lstm["h"][:-1])


def test_the_norm_of_all_gradients_and_its_clipping_are_those_of_torch():
    cell = initialise("lstm", 1, 5, seed=3)
    x, v = np.random.default_rng(1).normal(size=(12, 1, 1)), np.random.default_rng(2).normal(size=(1, 5))
    layer = torch.nn.LSTM(1, 5, dtype=torch.float64)
    with torch.no_grad():
        for name, value in (("weight_ih_l0", cell.W_xh), ("weight_hh_l0", cell.W_hh), ("bias_ih_l0", cell.b)):
            getattr(layer, name).copy_(torch.from_numpy(value))
        layer.bias_hh_l0.zero_()
    layer.bias_hh_l0.requires_grad_(False)
    (layer(torch.from_numpy(x))[0][-1] * torch.from_numpy(v)).sum().backward()
    learnt = [weight for weight in layer.parameters() if weight.requires_grad]
    norm = gradient_norm(cell.unroll(x), v)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(learnt, 0.1)), rel=1e-10)
    left = math.sqrt(sum(float((weight.grad**2).sum()) for weight in learnt))
    assert norm * clip_factor(norm, 0.1) == pytest.approx(left, rel=1e-4)
    assert clip_factor(norm, 2 * norm) == 1
