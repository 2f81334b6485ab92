"""The compiled loops against torch's own layers, in values and gradients; and that nothing needs them."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from rnncore.config import Layer, NetworkConfig
from rnncore.nn import fused
from rnncore.nn.network import Network

compiled = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")
LAYERS = [Layer(cell=cell, units=7) for cell in ("lstm", "gru", "rnn")]
LAYERS += [Layer(cell="rnn", units=7, activation=activation) for activation in ("relu", "sigmoid")]
NAMES = [f"{layer.cell}_{layer.activation}" for layer in LAYERS]


@pytest.fixture(autouse=True)
def turned_on(monkeypatch):
    monkeypatch.delenv("UNROLLED_COMPILED", raising=False)
    for forget in (fused.kernels.cache_clear, fused._found.clear):
        forget()
    yield
    for forget in (fused.kernels.cache_clear, fused._found.clear):
        forget()


@compiled
def test_one_setting_turns_them_off(monkeypatch):
    assert fused.kernels() is not None
    fused.kernels.cache_clear()
    monkeypatch.setenv("UNROLLED_COMPILED", "off")
    assert fused.kernels() is None


def _layer(layer: Layer, inputs: int = 3, seed: int = 2):
    return Network(NetworkConfig(layers=(layer,)), inputs, 1, seed).layers[0]


def _noise(*shape: int, seed: int = 1):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape).astype(np.float32))


@compiled
@pytest.mark.parametrize("batch", [1, 5, 64])
@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_all_states_and_all_gradients_are_those_of_torch(layer, batch):
    recurrent, x, weight = _layer(layer), _noise(batch, 11, 3).requires_grad_(), _noise(batch, 11, 7, seed=4)
    theirs, ours = recurrent(x)[0], fused.fused(recurrent, x, False)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)
    asked = [x, *recurrent.parameters()]
    pairs = zip(*(torch.autograd.grad((h * weight).sum(), asked) for h in (ours, theirs)), strict=True)
    for mine, other in pairs:
        torch.testing.assert_close(mine, other, atol=3e-6 * float(other.abs().max()), rtol=1e-5)


@compiled
@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_the_last_state_alone_has_the_gradients_it_has_among_all(layer):
    recurrent, x = _layer(layer), _noise(6, 9, 3)
    last, everything = fused.fused(recurrent, x, last=True), fused.fused(recurrent, x, False)
    assert torch.equal(last, everything[:, -1:])
    ones, others = (torch.autograd.grad((h[:, -1] ** 2).sum(), list(recurrent.parameters())) for h in (last, everything))
    assert all(torch.equal(one, other) for one, other in zip(ones, others, strict=True))


@compiled
@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_a_second_way_back_finds_what_the_first_found(layer):
    recurrent, x = _layer(layer), _noise(4, 6, 3)
    loss = fused.fused(recurrent, x, False).square().sum()
    first = torch.autograd.grad(loss, list(recurrent.parameters()), retain_graph=True)
    second = torch.autograd.grad(loss, list(recurrent.parameters()))
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


@compiled
@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_what_is_not_a_number_stays_none(layer):
    x = _noise(3, 5, 3)
    x[1, 2, 0] = torch.nan
    found = fused.fused(_layer(layer), x, False)
    assert found[1, 2:].isnan().all()
    assert found[[0, 2]].isfinite().all()


@compiled
def test_activations_are_right_far_out_and_close_to_zero():
    a = np.concatenate([np.linspace(-100, 100, 40_001), np.geomspace(1e-30, 1, 1000)]).astype(np.float32)
    for ours, theirs in ((fused.kernels().tanh, np.tanh), (fused.kernels().sigmoid, lambda v: 1 / (1 + np.exp(-v)))):
        np.testing.assert_allclose([ours(value) for value in a], theirs(a.astype(np.float64)), atol=4e-7, rtol=0)


@compiled
def test_the_trial_is_made_once_a_size_and_leaves_no_trace(monkeypatch):
    monkeypatch.setattr(fused, "_found", {})
    recurrent, x = _layer(LAYERS[1], inputs=2), _noise(4, 6, 2)
    random = torch.get_rng_state()
    fused.states(recurrent, x)
    assert list(fused._found) == [("GRU", 2, 7, True)]
    assert torch.equal(torch.get_rng_state(), random)
    assert all(parameter.grad is None for parameter in recurrent.parameters())


@pytest.mark.parametrize("loops", ["off", pytest.param("on", marks=compiled)])
@pytest.mark.parametrize("able", [True, False])
@pytest.mark.parametrize(("precision", "expected"), [("float32", []), ("auto", [32]), ("bfloat16", [8, 32])])
def test_bfloat16_is_for_training_an_lstm_on_a_processor_that_has_it(monkeypatch, precision, expected, able, loops):
    monkeypatch.setenv("UNROLLED_COMPILED", loops)
    monkeypatch.setattr(fused, "BFLOAT16", able)
    done, does = [], fused.in_half
    monkeypatch.setattr(fused, "in_half", lambda layer, *asked: done.append(layer.hidden_size) or does(layer, *asked))
    layers = (Layer(units=8), Layer(cell="gru", units=32), Layer(units=32))
    network = Network(NetworkConfig(layers=layers), 3, 2, 0, precision)
    x = _noise(4, 6, 3)
    network.train()(x)
    assert done == (expected if able else [])
    done.clear()
    network.eval()(x)
    assert done == []


def test_bfloat16_is_close_to_float32():
    lstm, x = _layer(Layer(units=8)), _noise(4, 6, 3)
    coarse, exact = fused.in_half(lstm, x, False), fused.by_torch(lstm, x, False)
    assert coarse.dtype == torch.float32
    assert 0 < (coarse - exact).abs().max() < 0.01
    found = torch.autograd.grad(coarse.square().sum(), list(lstm.parameters()))
    for one, other in zip(found, torch.autograd.grad(exact.square().sum(), list(lstm.parameters())), strict=True):
        assert one.dtype == torch.float32
        assert (one - other).norm() < 0.03 * other.norm()


def test_double_precision_is_left_to_torch():
    recurrent, x = _layer(LAYERS[0]).double(), _noise(2, 5, 3).double()
    assert torch.equal(fused.states(recurrent, x), recurrent(x)[0])


def test_without_numba_torch_does_the_work():
    program = """
import sys
sys.modules["numba"] = None
import torch
from rnncore.config import Layer, NetworkConfig
from rnncore.nn import fused
from rnncore.nn.network import Network
network, x = Network(NetworkConfig(layers=(Layer(cell="gru", units=5),)), 3, 2, seed=0), torch.ones(2, 4, 3)
assert fused.kernels() is None
assert torch.equal(network(x), network.head(network.layers[0](x)[0][:, -1]))
"""
    subprocess.run([sys.executable, "-c", program], check=True)
