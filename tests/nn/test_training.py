"""Training: same seed same bits, best weights kept, stopped and taken up again."""

import weakref

import numpy as np
import pytest

from rnncore import nn
from rnncore.config import Layer, NetworkConfig, TrainingConfig
from rnncore.nn import training

RNG = np.random.default_rng(0)
X = RNG.normal(size=(150, 8, 1)).astype(np.float32)
Y = np.stack([X[:, -2:].mean(axis=(1, 2)), X[:, -1, 0]], axis=1)
NETWORK = NetworkConfig(layers=(Layer(units=8, dropout=0.1),))


def _task(validate=True):
    def error(predict):
        forecast = predict(X[:50])
        return float(np.abs(forecast - Y[:50]).mean()), forecast[-1].tolist()

    return nn.Task(1, 2, 100, lambda which: (X[50 + which], Y[50 + which]), error if validate else None)


def _training(updates=60, seed=0, network=NETWORK, task=None, course=None, **knobs):
    return nn.train(network, TrainingConfig(batch_size=16, **knobs), task or _task(), course or nn.Course(updates), seed)


def _same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    first, second, other = _training(), _training(), _training(seed=1)
    assert list(first) == list(second)
    assert _same(first.weights(), second.weights())
    list(other)
    assert not _same(first.weights(), other.weights())


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
def test_training_reduces_the_error(optimizer):
    training = _training(400, optimizer=optimizer, learning_rate=0.05 if optimizer == "sgd" else 0.01)
    steps = list(training)
    assert steps[-1].best < 0.5 * steps[0].validation
    assert training.best_error == min(step.validation for step in steps)


def test_leaving_early_keeps_the_best_weights_so_far():
    training = _training(200, learning_rate=0.02)
    seen = [next(training) for _ in range(4)]
    forecast = nn.predict(NETWORK, training.weights(), X[:50])
    assert np.abs(forecast - Y[:50]).mean() == pytest.approx(min(step.validation for step in seen), rel=1e-6)


@pytest.mark.parametrize("cut", [1, 2])
@pytest.mark.parametrize("optimizer", ["adamw", "rmsprop"])
def test_a_training_taken_up_again_equals_one_that_was_never_interrupted(cut, optimizer):
    whole = _training(optimizer=optimizer)
    steps = list(whole)
    first = _training(optimizer=optimizer)
    begun = [next(first) for _ in range(cut)]
    arrays, facts = nn.load(nn.save(*first.state()))
    second = _training(optimizer=optimizer)
    second.restore(arrays, facts)
    assert begun + list(second) == steps
    assert _same(second.weights(), whole.weights())


def test_patience_ends_a_training_that_gets_no_better():
    steps = list(_training(2000, patience=2, learning_rate=0.05, schedule="constant"))
    assert steps[-1].best < steps[-1].validation
    assert len(steps) < 100


def test_an_exploding_loss_ends_the_training_and_keeps_the_best_weights():
    network = NetworkConfig(layers=(Layer(cell="rnn", units=32, activation="relu"),), initialisation="identity")
    knobs = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0, "loss": "mse", "schedule": "constant"}
    training = _training(4000, network=network, **knobs)
    steps = list(training)
    assert training.exploded
    assert len(steps) < 200
    weights = training.weights()
    assert weights is None or all(np.isfinite(array).all() for array in weights.values())


def test_without_validation_the_last_weights_are_kept():
    training = _training(task=_task(validate=False))
    steps = list(training)
    assert steps[-1].validation is None
    assert training.best_updates == 60
    np.testing.assert_array_equal(nn.predict(NETWORK, training.weights(), X), training.predict(X))


def test_a_time_limit_ends_the_training_after_at_least_one_update():
    training = _training(course=nn.Course(10**9, 20, seconds=0.2))
    list(training)
    assert training.out_of_time
    assert training.seconds < 1.0
    instant = _training(course=nn.Course(10**9, 20, seconds=0.0))
    assert len(list(instant)) == 1
    assert instant.weights() is not None


def test_gradients_are_clipped_only_after_they_were_measured():
    free, clipped = list(_training(20, clip_norm=0)), list(_training(20, clip_norm=1e-3))
    assert clipped[0].gradient_norm > 1e-2
    assert free[0].loss == pytest.approx(clipped[0].loss, rel=0.2)


def test_a_training_that_nobody_holds_is_gone_at_once():
    """A crew takes who trains it for free as soon as nobody wants it any more."""
    training = _training()
    next(training)
    seen = weakref.ref(training)
    del training
    assert seen() is None


def test_a_pass_shows_every_window_once(monkeypatch):
    monkeypatch.setattr(training, "HELD", 0)
    shown = []
    task = nn.Task(1, 2, 100, lambda which: shown.append(which) or (X[which], Y[which]))
    list(_training(7, task=task))
    size, *batches = shown
    assert size.tolist() == [0]
    assert sorted(np.concatenate(batches).tolist()) == list(range(100))


def test_windows_taken_once_and_windows_taken_batch_by_batch_give_the_same_bits(monkeypatch):
    asked = []
    task = nn.Task(1, 2, 100, lambda which: asked.append(len(which)) or (X[which], Y[which]))
    once = _training(task=task)
    steps = list(once)
    assert asked == [1, 100]
    monkeypatch.setattr(training, "HELD", 0)
    each = _training(task=task)
    assert list(each) == steps
    assert _same(each.weights(), once.weights())


def test_windows_of_which_most_are_never_shown_are_not_taken():
    asked = []
    task = nn.Task(1, 2, 100, lambda which: asked.append(len(which)) or (X[which], Y[which]))
    list(_training(2, task=task))
    assert asked == [16, 16]
