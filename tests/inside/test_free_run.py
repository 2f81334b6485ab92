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

TIME = np.arange(1400)
WAVE = 10 + 3 * np.sin(2 * np.pi * TIME[:160] / 12) + 0.02 * TIME[:160]
NETWORK = NetworkConfig(layers=(Layer(units=8), Layer(cell="gru", units=6)))


def material(base="level", *, segment=2, log=False, strategy="direct", covariates=(), season=12, rows=160):
    values = WAVE if season == 12 else 10 + (TIME[:rows] % season) ** 0.5
    config = RunConfig(
        forecast=ForecastConfig(horizon=6, window=24, season=season, strategy=strategy),
        network=NETWORK,
        training=TrainingConfig(epochs=1),
    )
    settled = plan([Series("wave", values, np.ones(rows, bool), covariates=covariates)], config)
    kind = Representation(base, season if base in ("season", "stl") else 0, log, 24, segment)
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
    assert (found.became, found.period) == ("rest_in_steps", 2)  # it learnt nothing yet, and says two rows at every step
    settled = np.array(found.rows[found.since - 1 :])
    assert np.abs(settled[2:] - settled[:-2]).max() <= 2 * 0.02 * np.ptp(window)


def test_a_season_that_is_repeated_goes_on_for_ever():
    found = free_run(silent(given := material("season")), given, 0, 150)
    np.testing.assert_allclose(found.rows[:36], np.tile(WAVE[138:150], 3))
    assert (found.became, round(found.period, 2)) == ("rhythm", 12)


def test_a_season_longer_than_the_usual_run_is_recognised():
    given = material("season", season=336, rows=1400)
    found = free_run(silent(given), given, 0, 1300)
    assert len(found.rows) == 6 * 336
    assert (found.became, round(found.period, 2)) == ("rhythm", 336)


def test_a_season_that_was_taken_out_is_put_back():
    found = free_run(silent(given := material("stl")), given, 0, 150)
    assert (found.became, round(found.period, 2)) == ("rhythm", 12)
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
    assert found.became == "away"
    first = found.rows[found.since - 1]
    assert abs(first - np.median(WAVE)) > 3 * np.ptp(WAVE) > abs(found.rows[found.since - 2] - WAVE.max())


def test_on_logarithms_a_run_may_leave_downwards():
    given = material("ridge", log=True)
    given.view.ridge.map[:] = 0
    given.view.ridge.map[-3], given.view.ridge.map[-1] = 1.0, -0.5  # every row half a spread below the one before
    found = free_run(silent(given), given, 0, 145)
    assert (found.became, found.since <= len(found.rows)) == ("away", True)
    assert found.rows[-1] < 1e-9


def test_columns_that_tell_nothing_do_not_matter():
    flat = Covariate("flat", np.ones(166), np.ones(6))
    given = material(covariates=(replace(flat, values=flat.values[:160]),))
    assert free_run(drawn(given)[1], given, 0, 150) is not None


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


N = np.arange(1000)
TURN = 2 * np.pi * N


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (12 + 3 * np.sin(TURN / 12), ("rhythm", 12)),
        (12 + 3 * np.sin(TURN / 49.3), ("rhythm", 49.3)),
        (12 + 3 * np.sin(TURN / 49.3) ** 9, ("rhythm", 49.3)),
        (12 + 3 * np.sin(TURN / 12) + np.sin(TURN / 6), ("rhythm", 12)),
        (np.where(N % 2, 8.0, 12.0), ("rhythm", 2)),
        (12 + 3 * np.sin(TURN / 12) + 0.01 * N, ("trend", 12)),
        (np.linspace(8, 30, 1000), ("trend", None)),
        (np.full(1000, 7.0), ("rest", None)),
        (12 + 3 * 0.9**N, ("rest", None)),
        (12 + 3 * 0.9**N * np.sin(TURN / 12), ("rest", None)),
        (10 + 3 * 0.998**N * np.sin(TURN / 12), ("wandering", None)),
        (np.random.default_rng(0).uniform(8, 15, 1000), ("wandering", None)),
        (10 + np.cumsum(np.random.default_rng(2).normal(size=1000)) / 10, ("wandering", None)),
        (np.linspace(5, 100, 1000), ("away", None)),
        (10 + 0.1 * 1.006**N * np.sin(TURN / 12), ("away", None)),
        (np.where(N > 900, 10 * (1000 - N), 10.0), ("away", None)),  # back again at the end
    ],
)
def test_what_becomes_of_a_run(run, told):
    kind, since, period = became(run, WAVE, WAVE[-24:])
    assert (kind, period and round(period, 1)) == told
    assert (since is not None) == (kind in ("rest", "away"))


@pytest.mark.parametrize(("pattern", "kind"), [([8.0, 12.0, 9.0, 9.0], "rest_in_steps"), ([8.0, 12.0, 8.0], "rhythm")])
def test_the_same_rows_at_every_step_are_a_network_at_rest(pattern, kind):
    assert became(np.resize(pattern, 1000), WAVE, WAVE[-24:], segment=4)[0] == kind


def test_a_constant_series_does_not_run_away_by_a_rounding_error():
    flat = np.full(60, np.log(12345.678))
    assert became(np.full(1000, flat[0] * (1 + 1e-15)), flat, flat[-24:])[0] == "rest"


def test_it_is_told_since_when():
    run = np.concatenate([np.linspace(20, 10, 101), np.full(899, 10.0)])
    kind, since, _ = became(run, WAVE, WAVE[-24:])
    assert (kind, since) == ("rest", np.flatnonzero(np.abs(run - 10) <= 0.02 * np.ptp(WAVE[-24:]))[0] + 1)
    kind, since, _ = became(np.linspace(5, 100, 1000), WAVE, WAVE[-24:])
    assert (kind, since) == ("away", np.flatnonzero(np.linspace(5, 100, 1000) > WAVE.max() + 3 * np.ptp(WAVE))[0] + 1)
