"""A GPU gives the processor's numbers, the same each time; a training may be left on one and taken up again."""

import numpy as np
import pytest
import torch

from rnncore import nn
from rnncore.config import Layer, NetworkConfig, TrainingConfig

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"),
    pytest.mark.filterwarnings("ignore:RNN module weights are not part"),  # `rnncore.nn.runtime` says why
]
RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 12, 2)).astype(np.float32)
Y = np.stack([X[:, -2:].mean(axis=(1, 2)), X[:, -1, 0]], axis=1)
LAYERS = {"lstm": "tanh", "gru": "tanh", "rnn": "sigmoid"}


def _training(device, cell="lstm", updates=60, dropout=0.0, network=None, **knobs):
    first = Layer(cell=cell, units=24, dropout=dropout, activation=LAYERS[cell])
    network = network or NetworkConfig(layers=(first, Layer(cell=cell, units=16)))

    def error(predict):
        forecast = predict(X[:50])
        return float(np.abs(forecast - Y[:50]).mean()), forecast[-1].tolist()

    task = nn.Task(2, 2, 100, lambda which: (X[50 + which], Y[50 + which]), error)
    return nn.train(network, TrainingConfig(batch_size=16, device=device, **knobs), task, nn.Course(updates), seed=0)


def _weights(training):
    return np.concatenate([one.ravel() for one in training.weights().values()])


@pytest.mark.parametrize("cell", LAYERS)
def test_losses_and_weights_are_those_of_a_processor(cell):
    there, here = _training("cuda", cell), _training("cpu", cell)
    steps, same = list(there), list(here)
    assert there.device.type == "cuda"
    assert [one.loss for one in steps] == pytest.approx([one.loss for one in same], rel=1e-3)
    assert [one.gradient_norm for one in steps] == pytest.approx([one.gradient_norm for one in same], rel=1e-2)
    assert [one.validation for one in steps] == pytest.approx([one.validation for one in same], rel=1e-3)
    np.testing.assert_allclose(_weights(there), _weights(here), atol=2e-3)


@pytest.mark.parametrize("dropout", [0.0, 0.2])
@pytest.mark.parametrize("cell", LAYERS)
def test_the_same_seed_gives_the_same_bits(cell, dropout):
    first, second = _training("cuda", cell, dropout=dropout), _training("cuda", cell, dropout=dropout)
    assert list(first) == list(second)
    np.testing.assert_array_equal(_weights(first), _weights(second))


@pytest.mark.parametrize("dropout", [0.0, 0.2])
def test_a_training_taken_up_again_equals_one_that_was_never_interrupted(dropout):
    whole = _training("cuda", dropout=dropout)
    steps = list(whole)
    first = _training("cuda", dropout=dropout)
    begun = [next(first)]
    second = _training("cuda", dropout=dropout)
    second.restore(*nn.load(nn.save(*first.state())))
    assert begun + list(second) == steps
    np.testing.assert_array_equal(_weights(second), _weights(whole))


def test_batches_of_another_size_than_the_recorded_one_are_learnt_from_as_well():
    """100 windows in batches of 16: every seventh batch holds 4, and is not replayed."""
    training = _training("cuda", updates=7)
    training.order = np.random.default_rng(1)
    plain = _training("cuda", updates=7)
    plain.order, plain.learn = np.random.default_rng(1), plain.learn.function
    assert list(training) == list(plain)
    np.testing.assert_array_equal(_weights(training), _weights(plain))


def test_an_exploding_loss_ends_the_training():
    network = NetworkConfig(layers=(Layer(cell="rnn", units=32, activation="relu"),), initialisation="identity")
    knobs = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0, "loss": "mse", "schedule": "constant"}
    training = _training("cuda", updates=4000, network=network, **knobs)
    list(training)
    assert training.exploded


def test_bfloat16_learns_as_well():
    steps = list(_training("cuda", updates=200, precision="bfloat16"))
    assert steps[-1].best < 0.7 * steps[0].validation
    exact = list(_training("cuda", updates=200))
    assert steps[0].loss == pytest.approx(exact[0].loss, rel=0.05)
    assert steps[0].loss != exact[0].loss


def test_forecasts_of_many_windows_are_those_of_a_processor():
    training = _training("cuda")
    list(training)
    config = NetworkConfig(layers=(Layer(units=24), Layer(units=16)))
    many = RNG.normal(size=(2000, 12, 2)).astype(np.float32)
    there, here = (nn.predict(config, training.weights(), many, where) for where in ("cuda", "cpu"))
    np.testing.assert_allclose(there, here, atol=1e-5)
