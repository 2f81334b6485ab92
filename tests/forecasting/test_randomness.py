"""White noise and random walks are recognised, and hardly anything else is taken for one. Rates over seeded draws."""

import numpy as np
import pytest

from rnncore.forecasting.randomness import normal_scores, patterns, random_walk, white_noise

DRAWS = 60


def autoregression(share, rows, random):
    noise, values = random.normal(size=rows + 100), np.zeros(rows + 100)
    for t in range(1, rows + 100):
        values[t] = share * values[t - 1] + noise[t]
    return values[100:]


def logistic(rows, random):
    values = np.full(rows, random.uniform(0.1, 0.9))
    for t in range(1, rows):
        values[t] = 4 * values[t - 1] * (1 - values[t - 1])
    return values


def season(rows, random):
    return np.sin(np.arange(rows) * np.pi / 6) + random.normal(size=rows)


STRUCTURED = {
    "autoregression 0.5": lambda rows, random: autoregression(0.5, rows, random),
    "autoregression 0.9": lambda rows, random: autoregression(0.9, rows, random),
    "season": season,
    "season of a week": lambda rows, random: np.resize([0, 0, 0, 0, 0, 2, 2.0], rows) + random.normal(size=rows),
    "walk and season": lambda rows, random: season(rows, random).cumsum() + 3 * season(rows, random),
    "trend": lambda rows, random: 4 * np.arange(rows) / rows + random.normal(size=rows),
    "level that shifts": lambda rows, random: 2.0 * (np.arange(rows) > rows / 2) + random.normal(size=rows),
    "chaos": logistic,
}


def rates(make, rows, lag=12):
    """Shares of the draws that are called white noise, and a random walk."""
    random = np.random.default_rng(0)
    draws = [make(rows, random) for _ in range(DRAWS)]
    return tuple(np.mean([ask(values, lag) is not None for values in draws]) for ask in (white_noise, random_walk))


@pytest.mark.parametrize("draw", ["normal", "exponential", "standard_cauchy"])
@pytest.mark.parametrize("rows", [80, 200, 1000])
def test_white_noise_of_any_distribution_is_recognised(draw, rows):
    noise, walk = rates(lambda rows, random: getattr(random, draw)(size=rows), rows)
    assert noise >= 0.85
    assert walk == 0


@pytest.mark.parametrize("drift", [0.0, 0.5])
@pytest.mark.parametrize("rows", [120, 1000])
def test_random_walks_are_recognised(drift, rows):
    noise, walk = rates(lambda rows, random: (drift + random.normal(size=rows)).cumsum(), rows)
    assert noise == 0
    assert walk >= 0.75


@pytest.mark.parametrize("kind", STRUCTURED)
def test_what_can_be_forecast_is_neither(kind):
    noise, walk = rates(STRUCTURED[kind], 300, 7 if "week" in kind else 12)
    assert noise <= 0.02
    assert walk <= 0.02


def test_a_drift_is_told():
    random = np.random.default_rng(3)
    steps = random.normal(size=500)
    assert random_walk(steps.cumsum(), 1).drift == 0
    assert random_walk((steps + 1).cumsum(), 1).drift == pytest.approx(1, abs=0.15)


def test_more_rows_leave_less_room_for_a_hidden_link():
    random = np.random.default_rng(1)
    few, many = (white_noise(random.normal(size=rows), 1) for rows in (100, 4000))
    assert (few.rows, many.rows) == (100, 4000)
    assert few.link == pytest.approx(0.34)
    assert few.gain == pytest.approx(6.0)
    assert many.gain < 0.5


def test_too_few_rows_and_constants_say_nothing():
    random = np.random.default_rng(0)
    for values in (random.normal(size=79), np.ones(200), np.arange(200.0), np.resize([0.0, 1.0], 200), np.full(200, np.nan)):
        assert white_noise(values, 12) is None
        assert random_walk(values, 12) is None


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 1e90])
def test_unit_and_level_do_not_matter(scale):
    noise = np.random.default_rng(5).normal(size=300)
    walk = np.random.default_rng(6).normal(size=300).cumsum()
    assert white_noise(scale * (noise + 7), 12) is not None
    assert random_walk(scale * (walk - 7), 12) is not None


def test_the_portmanteau_agrees_with_statsmodels():
    diagnostic = pytest.importorskip("statsmodels.stats.diagnostic")
    scores = normal_scores(autoregression(0.15, 400, np.random.default_rng(2)))
    theirs = diagnostic.acorr_ljungbox(scores, lags=[20])
    assert patterns(scores, 1)["recent"][0] == pytest.approx(theirs["lb_pvalue"].iloc[0])


def test_unit_roots_agree_with_statsmodels():
    stattools = pytest.importorskip("statsmodels.tsa.stattools")
    from rnncore.forecasting.randomness import _dickey_fuller, _lines

    rows = autoregression(0.95, 300, np.random.default_rng(4))
    for drifts, regression in ((False, "c"), (True, "ct")):
        theirs = stattools.adfuller(rows, maxlag=0, autolag=None, regression=regression, result_object=True)
        assert _dickey_fuller(rows, _lines(300, drifts)) == pytest.approx(theirs.statistic)
