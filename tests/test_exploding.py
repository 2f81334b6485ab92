"""The training whose gradients explode: its updates against torch, and what clipping saves, cell by cell."""

from dataclasses import replace

import cells_in_torch as in_torch
import numpy as np
import pytest
import torch

from rnncore.gradients.exploding import GUESSING, SHIPPED, Echo, Training, reach_on_task, untrained

EVERY_CELL = pytest.mark.parametrize("cell", sorted(SHIPPED))


def finished(echo):
    run = Training(echo)
    while not run.is_over:
        run.update()
    return run


def one_update_in_torch(echo):
    """The same first update by autograd: loss, norm of the gradient, and the recurrent weights after it."""
    run = Training(echo)
    readout = torch.tensor(run._readout, requires_grad=True)
    shift = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    draw = np.random.default_rng([echo.seed, 3])
    draw.uniform(-1, 1, (1, echo.hidden))
    x = draw.uniform(-1, 1, (echo.length, echo.batch, 1))
    hs, _, leaves = in_torch.unroll(run.cell, x)
    loss = ((hs[-1] @ readout.T + shift - torch.tensor(x[0])) ** 2).mean()
    loss.backward()
    weights = {name: leaves[name] for name in run.cell.weights}
    everything = [*weights.values(), readout, shift]
    norm = torch.nn.utils.clip_grad_norm_(everything, echo.bound or np.inf)
    torch.optim.SGD(everything, lr=echo.learning_rate).step()
    return loss.item(), float(norm), {name: value.detach().numpy() for name, value in weights.items()}


@EVERY_CELL
@pytest.mark.parametrize("bound", [None, 0.02, 1e6])
def test_an_update_is_that_of_torch(cell, bound):
    echo = Echo(cell, length=12, hidden=7, batch=3, bound=bound)
    loss, norm, weights = one_update_in_torch(echo)
    run = Training(echo)
    run.update()
    assert run.losses == [pytest.approx(loss)]
    assert run.norms == [pytest.approx(norm)]
    assert norm > 0.02
    for name, value in weights.items():
        np.testing.assert_allclose(run.cell.weights[name], value, rtol=1e-5)  # torch divides by the norm plus 1e-6


@EVERY_CELL
def test_the_shipped_training_survives_with_clipping_and_collapses_without(cell):
    echo = SHIPPED[cell]
    clipped, free = finished(echo), finished(replace(echo, bound=None))
    assert clipped.survives
    assert clipped.final_loss < 0.6 * GUESSING
    assert max(clipped.radii) < 4
    assert free.has_blown_up
    assert not free.survives
    assert max(free.norms) > 100 > 50 > max(clipped.norms)


@EVERY_CELL
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_draws_of_the_shipped_training_end_alike(cell, seed):
    assert finished(replace(SHIPPED[cell], seed=seed)).survives
    assert finished(replace(SHIPPED[cell], seed=seed, bound=None)).has_blown_up


def shares(echo, cell):
    [found] = reach_on_task([cell], echo, 2 * echo.length)
    return found.log10_state - found.log10_state[0]


def test_training_lifts_the_plain_networks_gradient_to_the_number_it_repeats():
    echo = SHIPPED["rnn"]
    before, after = shares(echo, untrained(echo)), shares(echo, finished(echo).cell)
    assert after[echo.length - 1] > before[echo.length - 1] + np.log10(2)


@EVERY_CELL
def test_a_trained_network_hardly_loses_any_gradient_between_the_first_steps_and_that_number(cell):
    echo = SHIPPED[cell]
    share = shares(echo, finished(echo).cell)
    assert share[echo.length - 1] > share[5] - 0.3
    assert share[echo.length - 1] > -1


@EVERY_CELL
def test_clipping_does_not_help_a_gradient_that_vanishes(cell):
    run = finished(replace(SHIPPED[cell], radius=0.5))
    assert not run.has_blown_up
    assert not run.survives
    assert run.final_loss > 0.9 * GUESSING


@EVERY_CELL
def test_a_training_that_blew_up_stops_and_keeps_its_last_weights(cell):
    run = finished(replace(SHIPPED[cell], bound=None))
    assert len(run.losses) == len(run.norms) == len(run.radii) < Echo.updates
    assert all(np.isfinite(weight).all() for weight in run.cell.weights.values())


def test_an_open_forget_gate_carries_the_gradient_of_an_lstm_further():
    echo = replace(SHIPPED["lstm"], radius=0.5)
    open_, half = (shares(one, untrained(one))[29] for one in (replace(echo, forget_bias=bias) for bias in (4.0, 0.0)))
    assert open_ > -1 > -6 > half
