"""A network left to itself, against loops in torch, and against what must come of it where that is known beforehand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncore import nn
from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig
from rnncore.forecasting.material import Material
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import plan
from rnncore.forecasting.representation import Representation
from rnncore.inside import Network, free_run
from rnncore.inside.free import ROWS, became
from rnncore.series import Covariate, Series

WAVE = 10 + 3 * np.sin(2 * np.pi * np.arange(160) / 12) + 0.02 * np.arange(160)
NETWORK = NetworkConfig(layers=(Layer(units=8), Layer(cell="gru", units=6)))


def material(base="level", *, segment=2, log=False, strategy="direct", covariates=()):
    config = RunConfig(
        forecast=ForecastConfig(horizon=6, window=24, season=12, strategy=strategy),
        network=NETWORK,
        training=TrainingConfig(epochs=1),
    )
    settled = plan([Series("wave", WAVE, np.ones(160, bool), covariates=covariates)], config)
    kind = Representation(base, 12 if base in ("season", "stl") else 0, log, 24, segment)
    return Material(settled, kind, Pasts([one.values for one in settled.series]))


def drawn(material, seed=1):
    """A network before training, in torch and here."""
    built = nn.Network(NETWORK, material.representation.features, material.outputs, seed)
    return built, Network.of_weights(NETWORK, {name: value.detach().numpy() for name, value in built.named_parameters()})


def silent(material):
    """A network that says 0, so that nothing but what it is added to is left."""
    network = drawn(material)[1]
    return replace(network, W=0 * network.W, b=0 * network.b)


@torch.no_grad()
def test_it_reads_its_own_answers_with_its_states_kept():
    given = material()
    built, network = drawn(given)
    window = WAVE[96:120]
    level, spread = window.mean(), window.std()
    x, states, said = torch.tensor((window - level) / spread, dtype=torch.float32).reshape(1, -1, 2), [None, None], []
    for _ in range(100):
        for n, layer in enumerate(built.layers):
            x, states[n] = layer(x, states[n])
        x = built.head(x[:, -1])[:, :2].reshape(1, 1, 2)
        said.append(x[0, 0].numpy())
    found = free_run(network, given, 0, 120)
    assert len(found.rows) == ROWS
    np.testing.assert_allclose(found.rows[:200], level + spread * np.concatenate(said), rtol=1e-5)
    assert (found.became, found.period) == ("rest", 2)  # it learnt nothing yet, and says two rows at every step
    settled = np.array(found.rows[found.since - 1 :])
    np.testing.assert_allclose(settled[2:], settled[:-2], atol=0.05 * np.ptp(settled[500:]))


def test_a_season_that_is_repeated_goes_on_for_ever():
    found = free_run(silent(given := material("season")), given, 0, 150)
    np.testing.assert_allclose(found.rows[:36], np.tile(WAVE[138:150], 3))
    assert (found.became, found.since, found.period) == ("rhythm", 1, 12)


def test_a_season_that_was_taken_out_is_put_back():
    found = free_run(silent(given := material("stl")), given, 0, 150)
    assert (found.became, found.since, found.period) == ("rhythm", 1, 12)
    assert np.ptp(found.rows) == pytest.approx(6, rel=0.1)


def test_on_logarithms_it_comes_back_to_the_files_units():
    found = free_run(silent(given := material(log=True)), given, 0, 150)
    np.testing.assert_allclose(found.rows, np.exp(np.log(WAVE[126:150]).mean()))
    assert (found.became, found.since) == ("rest", 1)


def test_a_linear_map_goes_on_with_what_it_said_itself():
    given = material("ridge")
    found, rows = free_run(silent(given), given, 0, 150), WAVE[126:150]
    level, spread = rows.mean(), rows.std()
    for at in range(0, 60, 2):
        new = level + spread * given.view.ridge((rows[None, -24:] - level) / spread)[0, :2]
        np.testing.assert_allclose(found.rows[at : at + 2], new)
        rows = np.concatenate([rows, new])


def test_a_run_ends_where_it_leaves_all_bounds():
    given = material("ridge")
    given.view.ridge.map[:] = 0
    given.view.ridge.map[-3] = 2.0  # every row twice the one before
    found = free_run(silent(given), given, 0, 150)
    assert len(found.rows) < 60
    assert np.all(np.isfinite(found.rows))
    assert (found.became, found.since < len(found.rows)) == ("away", True)


@pytest.mark.parametrize(
    "lacks",
    [
        {"segment": 3, "strategy": "recursive"},
        {"covariates": (Covariate("price", np.random.default_rng(0).normal(size=166), np.zeros(6)),)},
    ],
    ids=["a step is more than it says", "nobody knows the column so far ahead"],
)
def test_it_cannot_be_left_to_itself_where_it_lacks_something_to_read(lacks):
    given = material(**lacks)
    assert free_run(drawn(given)[1], given, 0, 150) is None


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (12 + 3 * np.sin(np.arange(ROWS)), ("rhythm", 44)),  # 44 rows are nearly seven turns
        (np.full(ROWS, 7.0), ("rest", None)),
        (12 + 3 * 0.9 ** np.arange(ROWS), ("rest", None)),
        (np.linspace(5, 100, ROWS), ("away", None)),
        (np.linspace(8, 15, ROWS), ("wandering", None)),
        (np.random.default_rng(0).uniform(8, 15, ROWS), ("wandering", None)),
        (np.where(np.arange(ROWS) % 2, 8.0, 12.0), ("rhythm", 2)),
    ],
)
def test_what_becomes_of_a_run(rows, told):
    kind, since, period = became(rows, WAVE)
    assert (kind, period) == told
    assert (since is None) == (kind == "wandering")


def test_it_is_told_since_when():
    rows = np.concatenate([np.linspace(20, 10, 101), np.full(ROWS - 101, 10.0)])
    kind, since, _ = became(rows, WAVE)
    inside = np.flatnonzero(np.abs(rows - 10) <= 0.02 * np.ptp(WAVE))[0] + 1
    assert (kind, since) == ("rest", inside)
