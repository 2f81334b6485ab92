"""Parameters and shapes, against the numbers Keras prints and against torch's own modules."""

import pytest
import torch

from rnncore.cells import Row, parameter_count, summary
from rnncore.config import Layer

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
