import numpy as np
import pytest
import torch

from rnncore import dense
from rnncore.cells import ACTIVATIONS
from rnncore.dense import Dense

BY_HAND = Dense(np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.0, 0.5]), np.array([[3.0, 4.0]]), np.array([1.0]))


def drawn(seed, inputs=2, hidden=3, outputs=1):
    random = np.random.default_rng(seed)
    shapes = (hidden, inputs), hidden, (outputs, hidden), outputs
    network = Dense(*(random.normal(size=shape) for shape in shapes))
    return network, random.normal(size=inputs), random.normal(size=outputs)


def test_forward_pass_agrees_with_a_sum_done_by_hand():
    seen = dense.forward(BY_HAND, np.array([1.0, 1.0]), "relu")
    assert seen.z.tolist() == [3.0, -0.5]
    assert seen.h.tolist() == [3.0, 0.0]
    assert seen.y.tolist() == [10.0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("outputs", [1, 2])
def test_gradients_are_those_of_automatic_differentiation(activation, outputs):
    network, x, target = drawn(1, outputs=outputs)
    leaves = [torch.tensor(part, requires_grad=True) for part in network]
    hidden = getattr(torch, activation)(leaves[0] @ torch.tensor(x) + leaves[1])
    output = leaves[2] @ hidden + leaves[3]
    ((output - torch.tensor(target)) ** 2).sum().div(2).backward()
    for ours, leaf in zip(dense.gradients(network, x, target, activation), leaves, strict=True):
        np.testing.assert_allclose(ours, leaf.grad.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_small_step_lowers_the_loss_by_the_squared_length_of_the_gradient(activation):
    network, x, target = drawn(2)
    slope = dense.gradients(network, x, target, activation)
    before, after = dense.loss_along(network, x, target, activation, np.array([0.0, 1e-6]))
    assert (before - after) / 1e-6 == pytest.approx(sum(np.sum(part**2) for part in slope), rel=1e-3)


def test_the_step_lands_on_the_curve_along_its_direction():
    network, x, target = drawn(3)
    after = dense.descend(network, x, target, "tanh", 0.3)
    landed = dense.squared_error(dense.forward(after, x, "tanh").y, target)
    assert dense.loss_along(network, x, target, "tanh", np.array([0.3])).tolist() == [landed]


def test_parameters_are_counted_as_weights_and_biases():
    network, _, _ = drawn(0)
    assert dense.parameter_count(2, 3, 1) == sum(part.size for part in network) == 13
