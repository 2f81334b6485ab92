"""The network: recurrent layers freely mixed, dropout behind each, a dense head on the last state."""

from __future__ import annotations

from rnncore.config import Layer, NetworkConfig
from rnncore.nn.fused import states
from rnncore.nn.runtime import torch

nn = torch.nn


class SigmoidRNN(nn.RNNBase):
    """h_t = sigmoid(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh): the cell torch has with tanh and relu only."""

    def __init__(self, inputs: int, units: int):
        super().__init__("RNN_TANH", inputs, units, batch_first=True)
        self.mode = "RNN_SIGMOID"

    def flatten_parameters(self):
        """There is nothing to be done for cuDNN, which does not have this cell."""

    def forward(self, x):  # (B, T, F) -> (B, T, H), (B, H)
        through = torch.nn.functional.linear(x, self.weight_ih_l0, self.bias_ih_l0)
        h, states = x.new_zeros(len(x), self.hidden_size), []
        for t in range(x.shape[1]):
            h = torch.sigmoid(through[:, t] + torch.nn.functional.linear(h, self.weight_hh_l0, self.bias_hh_l0))
            states.append(h)
        return torch.stack(states, dim=1), h


class Network(nn.Module):
    """(B, T, F) -> (B, K).

    Dropout takes its masks from `masks`, a generator of its own, so that a training can be taken up again bit for bit.
    precision: in which LSTM layers train, as in `TrainingConfig`.
    """

    def __init__(self, config: NetworkConfig, inputs: int, outputs: int, seed: int, precision: str = "float32"):
        super().__init__()
        self.precision = precision
        self.masks = torch.Generator().manual_seed(seed)
        self.dropouts = [layer.dropout for layer in config.layers]
        self.layers = nn.ModuleList()
        for layer in config.layers:
            self.layers.append(_recurrent(layer, inputs))
            inputs = layer.units
        self.head = nn.Linear(inputs, outputs)
        initialise(self, config, seed)

    def forward(self, x):
        precision = self.precision if self.training else "float32"
        for recurrent, share in zip(self.layers, self.dropouts, strict=True):
            x = self._drop(states(recurrent, x, recurrent is self.layers[-1], precision), share)
        return self.head(x[:, -1])

    def _drop(self, x, share: float):
        if not (share and self.training):
            return x
        kept = torch.rand(x.shape, generator=self.masks) >= share
        return x * kept.to(x.device) / (1 - share)


def _recurrent(layer: Layer, inputs: int):
    if layer.cell == "lstm":
        return nn.LSTM(inputs, layer.units, batch_first=True)
    if layer.cell == "gru":
        return nn.GRU(inputs, layer.units, batch_first=True)
    if layer.activation == "sigmoid":
        return SigmoidRNN(inputs, layer.units)
    return nn.RNN(inputs, layer.units, nonlinearity=layer.activation, batch_first=True)


def initialise(network: Network, config: NetworkConfig, seed: int) -> None:
    """Draw all weights from `seed`.

    torch: uniform within 1/sqrt(H). keras: Glorot-uniform inputs, orthogonal recurrence, biases zero. orthogonal: torch's,
    with an orthogonal recurrence for each gate. identity: torch's, with the identity as recurrence (Le et al. 2015, meant for
    relu) and biases zero. In an LSTM the bias of the forget gate is `forget_bias` in all of them.
    """
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for recurrent in network.layers:
            _initialise_layer(recurrent, config.initialisation, draw)
            if isinstance(recurrent, nn.LSTM):
                forget = slice(recurrent.hidden_size, 2 * recurrent.hidden_size)
                recurrent.bias_ih_l0[forget] = config.forget_bias
                recurrent.bias_hh_l0[forget] = 0.0
        if config.initialisation == "keras":
            nn.init.xavier_uniform_(network.head.weight, generator=draw)
            network.head.bias.zero_()
        else:
            _uniform(network.head.parameters(), network.head.in_features, draw)


def _initialise_layer(recurrent, way: str, draw) -> None:
    units = recurrent.hidden_size
    if way == "keras":
        nn.init.xavier_uniform_(recurrent.weight_ih_l0, generator=draw)
    else:
        _uniform(recurrent.parameters(), units, draw)
    for gate in recurrent.weight_hh_l0.split(units):
        if way == "identity":
            nn.init.eye_(gate)
        elif way != "torch":
            nn.init.orthogonal_(gate, generator=draw)
    if way in ("keras", "identity"):
        recurrent.bias_ih_l0.zero_()
        recurrent.bias_hh_l0.zero_()


def _uniform(parameters, fan: int, draw) -> None:
    for parameter in parameters:
        parameter.uniform_(-(fan**-0.5), fan**-0.5, generator=draw)
