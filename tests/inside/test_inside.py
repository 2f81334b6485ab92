"""The numpy view of a trained network against torch, and what it says of inputs and units against independent calculation."""

import numpy as np
import pytest
import torch

from rnncore import nn
from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.recipe import Recipe
from rnncore.inside import Asked, Look, Network, by_perturbation, gradient, integrated, look, reaching, without_unit
from rnncore.series import Series

STACKS = {
    "lstm": (Layer(cell="lstm", units=7),),
    "gru_rnn": (Layer(cell="gru", units=6), Layer(cell="rnn", units=5, activation="sigmoid")),
    "rnn_lstm": (Layer(cell="rnn", units=4, activation="relu"), Layer(cell="lstm", units=6)),
}


@pytest.fixture(params=STACKS)
def pair(request):
    """The same weights in torch, in float64, and in numpy."""
    config = NetworkConfig(layers=STACKS[request.param])
    built = nn.Network(config, 3, 4, seed=5).double().eval()
    weights = {name: value.detach().numpy() for name, value in built.named_parameters()}
    return built, Network.of_weights(config, weights)


@pytest.fixture
def x():
    return np.random.default_rng(2).standard_normal((9, 3))


def test_outputs_and_gradients_are_those_of_torch(pair, x):
    built, network = pair
    given = torch.tensor(x, requires_grad=True)
    said = built(given[None])[0]
    np.testing.assert_allclose(network(x[None])[0], said.detach(), rtol=1e-12)
    for k in (0, 3):
        (expected,) = torch.autograd.grad(said[k], given, retain_graph=True)
        np.testing.assert_allclose(gradient(network, x, np.array([k]))[0], expected, rtol=1e-9, atol=1e-14)


def test_step_by_step_it_says_what_torch_says_with_its_states_kept(pair):
    """Over a thousand steps in single precision, each of which reads what was said last."""
    built, network = pair
    built, step = built.float(), network.onward()
    ours = theirs = np.array([0.5, -1.0, 2.0], np.float32)
    states = [None] * len(built.layers)
    for _ in range(1000):
        x = torch.from_numpy(theirs)[None, None]
        for n, layer in enumerate(built.layers):
            x, states[n] = layer(x, states[n]) if layer.mode != "RNN_SIGMOID" else _sigmoid_step(layer, x, states[n])
        theirs, ours = built.head(x)[0, 0, :3].detach().numpy(), step(ours)[:3]
        np.testing.assert_allclose(ours, theirs, atol=2e-5)


def _sigmoid_step(layer, x, h):
    h = torch.zeros(layer.hidden_size) if h is None else h
    linear = torch.nn.functional.linear
    h = torch.sigmoid(linear(x[0, 0], layer.weight_ih_l0, layer.bias_ih_l0) + linear(h, layer.weight_hh_l0, layer.bias_hh_l0))
    return h[None, None], h


def test_integrated_gradients_add_up_to_what_the_window_changes(pair, x):
    _, network = pair
    outputs = np.arange(4)
    difference = (network(x[None]) - network(np.zeros((1, 9, 3))))[0]
    smooth = all(getattr(cell, "activation", "tanh") != "relu" for cell in network.cells)
    tolerance = 1e-9 if smooth else 0.02  # a kink of relu on the way is met by no polynomial
    np.testing.assert_allclose(integrated(network, x, outputs).sum((1, 2)), difference, atol=tolerance)


def test_integrated_gradients_are_those_of_a_fine_sum_in_torch(pair, x):
    built, network = pair
    total = np.zeros_like(x)
    for place in (np.arange(400) + 0.5) / 400:
        given = torch.tensor(place * x, requires_grad=True)
        (found,) = torch.autograd.grad(built(given[None])[0, 1], given)
        total += found.numpy() / 400
    np.testing.assert_allclose(integrated(network, x, np.array([1]))[0], x * total, atol=2e-3)


def test_small_perturbations_measure_the_gradient(pair, x):
    _, network = pair
    places = np.array([0, 13, 26])
    expected = np.sqrt((gradient(network, x, np.arange(4)).reshape(4, -1)[:, places] ** 2).mean(0))
    np.testing.assert_allclose(by_perturbation(network, x[None], places, 1e-5), expected, rtol=1e-5)


@pytest.mark.parametrize("pair", ["lstm", "rnn_lstm"], indirect=True)
def test_a_muted_unit_is_heard_by_nobody(pair, x):
    """Step by step in torch's own layers, with the unit's state set to 0 before anybody reads it."""
    built, network = pair
    inputs = torch.tensor(x)
    for n, layer in enumerate(built.layers):
        state, heard = None, []
        for step in inputs:
            _, state = layer(step[None, None], state)
            pair_of = state if isinstance(state, tuple) else (state,)
            h = pair_of[0].reshape(-1).clone()
            if n == 0:
                h[2] = 0.0
                state = (h[None, None], pair_of[1]) if len(pair_of) == 2 else h[None, None]
            heard.append(h)
        inputs = torch.stack(heard)
    expected = built.head(inputs[-1])
    np.testing.assert_allclose(without_unit(network, 0, 2)(x[None])[0], expected.detach(), rtol=1e-10)


def test_nine_tenths_are_reached_where_they_are():
    assert reaching(np.array([5.0, 4.0, 0.5, 0.5])) == 2
    assert reaching(np.ones(10)) == 9
    assert reaching(np.zeros(4)) == 0


@pytest.fixture(scope="module")
def trained():
    rows = np.arange(160)
    series = Series("wave", 10 + 3 * np.sin(2 * np.pi * rows / 12), np.ones(160, bool))
    config = RunConfig(
        forecast=ForecastConfig(horizon=5, window=23, season=12, members=1, effort="fast"),
        network=NetworkConfig(layers=(Layer(units=8),), segment=2),
        training=TrainingConfig(epochs=3),
    )
    recipe = Recipe([series], config, nn)
    for _ in recipe.epochs():
        pass
    return series, config, recipe.model(), recipe.finish()


@pytest.mark.parametrize("network", range(4))
def test_the_look_tells_the_forecast_that_the_run_made(trained, network):
    series, config, model, result = trained
    seen = look(model, [series], config, Asked(run=1, finished="", series=0, network=network, origin=160))
    np.testing.assert_allclose(seen.forecast, result.forecasts[0].networks[network], rtol=1e-5)
    assert seen.base == ("ridge", "stl", "season", "level")[network]
    assert seen.rows == series.values[-23:].tolist()
    assert np.shape(seen.gradient) == np.shape(seen.integrated) == (5, 23)
    np.testing.assert_allclose(np.sum(seen.integrated, axis=1), seen.said, atol=1e-5)
    (layer,) = seen.layers
    assert sorted(layer.units) == list(range(8))
    assert layer.moved == sorted(layer.moved, reverse=True)
    assert np.shape(layer.values["f"]) == (8, 12)
    low, high = np.array(layer.fresh_range)
    assert np.all((low <= layer.fresh) & (layer.fresh <= high))
    assert low[-1] < high[-1]
    np.testing.assert_allclose(np.abs(np.array(layer.without[3]) - seen.forecast).mean(), layer.moved[3], rtol=1e-6)
    again = Look.from_dict(seen.as_dict())
    assert again.layers[0].units == layer.units
    assert again.free_run.became == seen.free_run.became
    np.testing.assert_allclose(again.free_run.rows, seen.free_run.rows, rtol=1e-3)


def test_every_layer_of_a_stack_is_opened_also_where_a_network_reads_its_own_answers():
    series = Series("wave", 10 + 3 * np.sin(2 * np.pi * np.arange(120) / 12), np.ones(120, bool))
    config = RunConfig(
        forecast=ForecastConfig(
            horizon=4, window=12, season=12, members=1, strategy="recursive", representation="level", effort="fast"
        ),
        network=NetworkConfig(layers=(Layer(cell="gru", units=6), Layer(cell="rnn", units=5))),
        training=TrainingConfig(epochs=2),
    )
    recipe = Recipe([series], config, nn)
    for _ in recipe.epochs():
        pass
    seen = look(recipe.model(), [series], config, Asked(run=1, finished="", series=0, network=0, origin=100))
    assert seen.recursive
    assert (len(seen.forecast), np.shape(seen.gradient)) == (4, (1, 12))
    below, top = seen.layers
    assert (below.cell, top.cell) == ("gru", "rnn")
    assert (list(below.values), list(top.values)) == (["r", "z", "n", "h"], ["h"])
    assert (np.shape(below.without), np.shape(top.without)) == ((6, 4), (5, 4))
    assert min(below.moved) > 0
    assert below.path is not None
    assert top.path is None


def test_the_gradient_of_a_row_is_what_the_forecast_does_when_it_is_moved(trained):
    """With level and spread held: the network's own part is re-computed from a moved, already scaled window."""
    series, config, model, _ = trained
    seen = look(model, [series], config, Asked(run=1, finished="", series=0, network=0, origin=120))
    read = model_file.read(model)
    network = Network.of_weights(read.config.network, read.networks[0].weights)
    window = series.values[97:120]
    scaled = np.concatenate([[0.0], (window - window.mean()) / window.std()])  # 23 rows in steps of 2: one zero in front
    up, down = scaled.copy(), scaled.copy()
    up[-4] += 1e-4
    down[-4] -= 1e-4
    said = network(np.stack([up, down]).reshape(2, 12, 2))
    np.testing.assert_allclose((said[0] - said[1]) / 2e-4, np.array(seen.gradient)[:, -4], rtol=1e-3, atol=1e-6)
