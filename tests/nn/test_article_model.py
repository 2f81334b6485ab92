"""The article's model: initialised, fitted and asked as Keras does it."""

import numpy as np
import pytest
import torch

from rnncore import article
from rnncore.config import Walkthrough
from rnncore.nn.article import Adam, Model, fit, predict, run

X = torch.tensor(article.INPUTS, dtype=torch.float32)
Y = torch.tensor(article.TARGETS, dtype=torch.float32)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Model()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(layer, x):
    """All states of a layer by the equations, one sample, in float64: (T, F) -> (T, H)."""
    kernel, recurrent, bias = (p.detach().double().numpy() for p in (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0))
    h, c, states = np.zeros(50), np.zeros(50), []
    for value in x:
        i, f, g, o = np.split(kernel @ value + recurrent @ h + bias, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.array(states)


def test_every_layer_puts_out_the_shape_that_is_told(model):
    shapes = []
    for layer in (model.lstm1, model.lstm2, model.lstm3, model.dense):
        layer.register_forward_hook(
            lambda _layer, _given, out: shapes.append((out[0] if isinstance(out, tuple) else out).shape)
        )
    model(X)
    told = [row.shape for row in article.layers() if row.name != "dropout"]
    assert [tuple(shape[1:]) for shape in shapes[:2]] == told[:2]
    assert tuple(shapes[2][2:]) == told[2]  # torch returns every state; the model takes the last one
    assert tuple(shapes[3][1:]) == told[3]


def test_what_is_trained_is_what_keras_counts_and_the_second_bias_is_the_rest(model):
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == article.parameters("keras") == 50_953
    assert sum(p.numel() for p in model.parameters()) == article.parameters("torch") == 51_553


def test_weights_begin_as_in_keras(model):
    for layer, inputs in ((model.lstm1, 1), (model.lstm2, 50), (model.lstm3, 50)):
        kernel, recurrent = layer.weight_ih_l0.detach(), layer.weight_hh_l0.detach()
        limit = (6 / (inputs + 200)) ** 0.5
        assert kernel.abs().max() <= limit
        assert kernel.std() == pytest.approx(limit / 3**0.5, rel=0.1)
        torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(50), atol=1e-5, rtol=0)
        assert layer.bias_ih_l0.tolist() == [0.0] * 50 + [1.0] * 50 + [0.0] * 100
        assert not layer.bias_hh_l0.any()


def test_predictions_follow_the_equations(model):
    fit(model, X, Y, epochs=3)
    answers = predict(model, X)
    for sample, answer in zip(article.INPUTS, answers, strict=True):
        last = lstm(model.lstm3, lstm(model.lstm2, lstm(model.lstm1, sample)))[-1]
        expected = model.dense.weight.detach().double().numpy() @ last + model.dense.bias.detach().double().numpy()
        np.testing.assert_allclose(answer.double().numpy(), expected, atol=1e-5)


def test_adam_steps_as_the_published_algorithm_does():
    weights = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64))
    holder = torch.nn.Module()
    holder.weights = weights
    adam = Adam(holder)
    theta, m, v = weights.detach().numpy().copy(), np.zeros(3), np.zeros(3)
    for step in range(1, 21):
        (weights**4).sum().backward()
        adam.step()
        g = 4 * theta**3
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        rate = 0.001 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        theta = theta - rate * m / (np.sqrt(v) + 1e-7)
    np.testing.assert_allclose(weights.detach().numpy(), theta, rtol=1e-12)


def test_the_second_bias_stays_zero(model):
    fit(model, X, Y, epochs=5)
    assert not any(layer.bias_hh_l0.any() for layer in (model.lstm1, model.lstm2, model.lstm3))


def test_dropout_is_on_at_training_and_off_at_prediction(model):
    model.train()
    assert not torch.equal(model(X), model(X))
    assert torch.equal(predict(model, X), predict(model, X))


def test_the_same_seed_gives_the_same_numbers_and_leaves_other_random_numbers_alone():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first, second, other = run(Walkthrough(seed=5)), run(Walkthrough(seed=5)), run(Walkthrough(seed=6))
    assert torch.equal(torch.rand(3), expected)
    assert (first.loss, first.predictions, first.unseen) == (second.loss, second.predictions, second.unseen)
    assert first.loss != other.loss


def test_as_in_the_article_it_learns_its_samples_and_not_how_the_line_goes_on():
    result = run()
    assert len(result.loss) == 100
    assert result.loss[-1] < result.loss[0] / 20
    assert np.abs(np.array(result.predictions) - article.TARGETS).max() < 1.5
    # Whatever comes, it answers within the range it was trained on.
    assert np.array(result.unseen).max() < 8.5
    assert np.array(result.line).max() < 8.5
    at = list(article.STARTS).index(article.INPUTS[0, 0, 0])
    np.testing.assert_allclose(result.line[at : at + 3], result.predictions, atol=1e-5)


def test_what_preparation_takes_away_no_longer_has_to_be_learnt():
    relative, normalised = (run(Walkthrough(preparation=name)) for name in ("differences", "normalised"))
    np.testing.assert_allclose(relative.unseen[0], article.CONTINUATIONS[0], atol=0.5)
    assert relative.unseen[1][2] < 45
    np.testing.assert_allclose(normalised.unseen, article.CONTINUATIONS, rtol=0.08)


def test_the_shipped_results_come_out_again():
    for preparation in ("none", "normalised"):
        shipped, again = article.seeds()[preparation][3], run(Walkthrough(preparation=preparation, seed=3))
        # Another processor may round otherwise, and a hundred steps carry that along.
        np.testing.assert_allclose(again.loss, shipped.loss, rtol=0.05)
        np.testing.assert_allclose(again.unseen, shipped.unseen, rtol=0.02)
