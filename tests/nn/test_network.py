"""The network against torch's modules put together by hand, in values and gradients."""

import numpy as np
import pytest
import torch

from rnncore.cells import summary
from rnncore.config import Layer, NetworkConfig
from rnncore.nn.network import Network

INPUTS = torch.from_numpy(np.random.default_rng(1).normal(size=(5, 9, 3)).astype(np.float32))


def _reference(network, config, x):
    """The same weights in torch's own modules, each layer's states computed one by one."""
    for recurrent, layer in zip(network.layers, config.layers, strict=True):
        kinds = {"rnn": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}
        extra = {"nonlinearity": layer.activation} if layer.cell == "rnn" and layer.activation != "sigmoid" else {}
        cell = kinds[layer.cell](x.shape[2], layer.units, **extra)
        for name, parameter in cell.named_parameters():
            parameter.data = getattr(recurrent, f"{name}_l0").data
        state, states = None, []
        for t in range(x.shape[1]):
            if layer.cell == "rnn" and layer.activation == "sigmoid":
                h = torch.zeros(len(x), layer.units) if state is None else state
                gate = x[:, t] @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh
                state = 1 / (1 + torch.exp(-gate))
            else:
                state = cell(x[:, t], state)
            states.append(state[0] if layer.cell == "lstm" else state)
        x = torch.stack(states, dim=1)
    return x[:, -1] @ network.head.weight.T + network.head.bias


MIXTURES = [
    (Layer(cell="lstm", units=4),),
    (Layer(cell="gru", units=4),),
    *[(Layer(cell="rnn", units=4, activation=activation),) for activation in ("tanh", "relu", "sigmoid")],
    (Layer(cell="gru", units=6), Layer(cell="rnn", units=5, activation="relu"), Layer(cell="lstm", units=4)),
]


@pytest.mark.parametrize("layers", MIXTURES)
def test_outputs_and_gradients_equal_those_of_cells_stepped_by_hand(layers):
    config = NetworkConfig(layers=layers)
    network = Network(config, 3, 2, seed=3)
    ours = network(INPUTS.clone().requires_grad_())
    x, y = INPUTS.clone().requires_grad_(), INPUTS.clone().requires_grad_()
    theirs = _reference(network, config, y)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-5)
    through = [torch.autograd.grad((f**2).sum(), at)[0] for f, at in ((network(x), x), (theirs, y))]
    torch.testing.assert_close(*through, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("layers", MIXTURES)
def test_a_network_has_the_parameters_its_summary_says(layers):
    network = Network(NetworkConfig(layers=layers), 3, 7, seed=0)
    assert sum(p.numel() for p in network.parameters()) == sum(row.parameters for row in summary(layers, 9, 3, 7))


def test_the_forget_gate_starts_with_the_bias_that_was_asked_for():
    lstm = Network(NetworkConfig(layers=(Layer(units=6),), forget_bias=2.5), 3, 1, seed=0).layers[0]
    torch.testing.assert_close((lstm.bias_ih_l0 + lstm.bias_hh_l0)[6:12], torch.full((6,), 2.5))


def test_initialisations_do_what_their_names_say():
    def recurrence(way, cell="rnn"):
        config = NetworkConfig(layers=(Layer(cell=cell, units=8, activation="relu"),), initialisation=way)
        return Network(config, 3, 1, seed=0).layers[0]

    torch.testing.assert_close(recurrence("identity").weight_hh_l0.data, torch.eye(8))
    for gate in recurrence("orthogonal", "lstm").weight_hh_l0.detach().split(8):
        torch.testing.assert_close(gate @ gate.T, torch.eye(8), atol=1e-5, rtol=0)
    assert recurrence("keras", "gru").bias_hh_l0.abs().max() == 0
    assert recurrence("torch").weight_ih_l0.abs().max() <= 8**-0.5


def test_dropout_acts_in_training_only_and_keeps_the_mean():
    network = Network(NetworkConfig(layers=(Layer(units=16, dropout=0.5),)), 3, 1, seed=0)
    network.eval()
    still = network(INPUTS)
    assert torch.equal(still, network(INPUTS))
    network.train()
    with torch.no_grad():
        many = torch.stack([network(INPUTS) for _ in range(4000)])
    assert many.std(dim=0).min() > 0.01
    torch.testing.assert_close(many.mean(dim=0), still, atol=0.02, rtol=0)
