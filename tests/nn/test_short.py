"""The LSTM of the article's model against torch's own, in values, gradients and what stands behind it."""

import pytest
import torch

from rnncore.nn.short import LSTM


def pair(inputs, units):
    torch.manual_seed(3)
    theirs, ours = torch.nn.LSTM(inputs, units, batch_first=True), LSTM(inputs, units, batch_first=True)
    ours.load_state_dict(theirs.state_dict())
    return theirs, ours


@pytest.mark.parametrize(("batch", "steps", "inputs", "units"), [(3, 3, 1, 50), (2, 5, 4, 7), (1, 1, 3, 2), (6, 4, 2, 1)])
def test_states_and_gradients_are_those_of_torch(batch, steps, inputs, units):
    x, weight = torch.randn(batch, steps, inputs, requires_grad=True), torch.randn(batch, steps, units)
    told = []
    for layer in pair(inputs, units):
        states = layer(x)[0]
        told.append([states, *torch.autograd.grad((states * weight).sum(), [x, *layer.parameters()])])
    for theirs, ours in zip(*told, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)


def test_the_last_state_alone_may_be_asked_for():
    x = torch.randn(4, 3, 2)
    theirs, ours = (torch.autograd.grad(layer(x)[0][:, -1].square().sum(), list(layer.parameters())) for layer in pair(2, 5))
    for one, other in zip(theirs, ours, strict=True):
        torch.testing.assert_close(other, one, atol=1e-6, rtol=1e-5)


def test_dropout_behind_it_draws_the_mask_it_draws_behind_torchs():
    x, masks = torch.randn(3, 3, 1), []
    for layer in pair(1, 50):
        torch.manual_seed(1)
        masks.append(torch.dropout(layer(x)[0], 0.5, train=True) == 0)
    assert torch.equal(*masks)


def test_what_need_not_learn_does_not():
    layer = pair(2, 3)[1]
    layer.bias_hh_l0.requires_grad_(False)
    layer(torch.randn(2, 3, 2))[0].sum().backward()
    assert layer.bias_hh_l0.grad is None
    assert layer.bias_ih_l0.grad is not None
    with torch.no_grad():
        assert not layer(torch.randn(2, 3, 2))[0].requires_grad
