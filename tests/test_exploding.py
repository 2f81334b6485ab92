"""The training whose gradients explode: its updates against torch, and what clipping saves."""

import numpy as np
import pytest
import torch

from rnncore.gradients.exploding import GUESSING, Echo, Training, reach_on_task, untrained


def finished(echo):
    run = Training(echo)
    while not run.is_over:
        run.update()
    return run


def one_update_in_torch(echo):
    """The same first update by autograd: loss, norm of the gradient, and the recurrent weights after it."""
    run = Training(echo)
    weights = [torch.tensor(run.cell.weights[name], requires_grad=True) for name in ("W_xh", "W_hh", "b")]
    readout = torch.tensor(run._readout, requires_grad=True)
    shift = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    draw = np.random.default_rng([echo.seed, 3])
    draw.uniform(-1, 1, (1, echo.hidden))
    x = torch.tensor(draw.uniform(-1, 1, (echo.length, echo.batch, 1)))
    h = torch.zeros(echo.batch, echo.hidden, dtype=torch.float64)
    for value in x:
        h = torch.tanh(value @ weights[0].T + h @ weights[1].T + weights[2])
    loss = ((h @ readout.T + shift - x[0]) ** 2).mean()
    loss.backward()
    everything = [*weights, readout, shift]
    norm = torch.nn.utils.clip_grad_norm_(everything, echo.bound) if echo.bound else None
    torch.optim.SGD(everything, lr=echo.learning_rate).step()
    return loss.item(), None if norm is None else float(norm), weights[1].detach().numpy()


@pytest.mark.parametrize("bound", [None, 0.2, 1e6])
def test_an_update_is_that_of_torch(bound):
    echo = Echo(length=12, hidden=7, batch=3, bound=bound)
    loss, norm, W_hh = one_update_in_torch(echo)
    run = Training(echo)
    run.update()
    assert run.losses == [pytest.approx(loss)]
    if norm is not None:
        assert run.norms == [pytest.approx(norm)]
    np.testing.assert_allclose(run.cell.W_hh, W_hh, rtol=1e-5)  # torch divides by the norm plus 1e-6


def test_the_shipped_training_survives_with_clipping_and_collapses_without():
    clipped, free = finished(Echo()), finished(Echo(bound=None))
    assert clipped.survives
    assert clipped.final_loss < 0.6 * GUESSING
    assert max(clipped.radii) < 2.5
    assert free.has_blown_up
    assert not free.survives
    assert max(free.norms) > 100 > 50 > max(clipped.norms)
    before, after = (
        one.log10_state[29] - one.log10_state[0] for one in reach_on_task([untrained(Echo()), clipped.cell], Echo(), 60)
    )
    assert after > before + np.log10(2)


@pytest.mark.parametrize("seed", [1, 2])
def test_other_draws_of_the_shipped_training_end_alike(seed):
    assert finished(Echo(seed=seed)).survives
    assert finished(Echo(seed=seed, bound=None)).has_blown_up


def test_clipping_does_not_help_a_gradient_that_vanishes():
    run = finished(Echo(radius=0.5))
    assert not run.has_blown_up
    assert run.final_loss > 0.9 * GUESSING


def test_a_training_that_blew_up_stops_and_keeps_its_last_weights():
    run = finished(Echo(bound=None))
    assert len(run.losses) == len(run.norms) == len(run.radii) < Echo.updates
    assert np.isfinite(run.cell.W_hh).all()
