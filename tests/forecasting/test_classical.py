"""Members without a network: exact where a series is simple, the same in any unit, and what statsmodels says."""

import numpy as np
import pytest
from statsmodels.tsa.forecasting.stl import STLForecast
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from rnncore.forecasting import classical
from rnncore.forecasting.past import ROWS, SEASONS, Past, Pasts, ahead

K = 18
T = np.arange(120)
SEASON = np.array([3.0, 5, 2, -1, -4, -2, 0, 1, 1, 2, -3, -4])
WAVE = 40 + np.tile(SEASON, 10)
RANDOM = np.random.default_rng(0)
REAL = WAVE + 0.1 * T + RANDOM.normal(0, 0.5, 120)
ALL = classical.methods(12, None, 120, True)
PLAIN = classical.methods(12, None, 120, False)


def said(name, values=REAL, methods=ALL, horizon=K):
    return methods[name](Past(values), horizon)


def test_the_members_are_those_that_the_seasons_allow():
    cyclic, adjusted = {"snaive", "shape", "average"}, {"stl_theta", "stl_ets"}
    monthly = {"theta", "ets", "ets_seasonal", "theta_seasonal", *(f"{name}_12" for name in cyclic | adjusted)}
    assert set(PLAIN) == monthly
    assert set(ALL) == monthly | {"stl_log_theta_12", "stl_log_ets_12"}
    assert set(classical.methods(1, None, 120, False)) == {"theta", "ets", "naive", "mean"}
    assert set(classical.methods(12, None, 23, False)) == {"theta", "ets", "naive", "mean"}
    daily = {
        "theta",
        "ets",
        "theta_seasonal",
        *(f"{name}_24" for name in cyclic | adjusted),
        *(f"{name}_168" for name in cyclic),
    }
    assert set(classical.methods(24, 168, 1000, False)) == daily
    assert set(classical.methods(24, 168, 300, False)) == {name for name in daily if "168" not in name}


@pytest.mark.parametrize("name", sorted(set(ALL) - {"theta", "ets"}))
def test_a_pure_season_is_continued(name):
    np.testing.assert_allclose(said(name, WAVE), WAVE[:K], rtol=1e-6)


@pytest.mark.parametrize("name", ["naive", "mean", *ALL])
@pytest.mark.parametrize("value", [0.1, 7.0, 1e12, 1e-9])
def test_a_constant_stays_exactly_constant(name, value):
    methods = ALL | classical.methods(1, None, 120, True)
    assert said(name, np.full(120, value), methods).tolist() == [value] * K


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(("shift", "factor"), [(1e4, 1.0), (-300.0, 1e-6), (0.0, 1e9), (0.0, -1.0)])
def test_a_shifted_and_scaled_series_has_a_shifted_and_scaled_forecast(name, shift, factor):
    moved = said(name, factor * (REAL + shift), PLAIN)
    np.testing.assert_allclose(moved / factor - shift, said(name, methods=PLAIN), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", sorted(set(ALL) - set(PLAIN) | {"ets_seasonal"}))
def test_those_that_think_in_factors_carry_a_factor_over(name):
    np.testing.assert_allclose(said(name, 1e6 * REAL) / 1e6, said(name), rtol=1e-5)


def test_a_season_that_grows_with_the_level_is_continued_by_those_that_think_in_factors():
    growing = np.exp(0.02 * np.arange(138)) * (50 + 4 * np.tile(SEASON, 12)[:138])
    expected = growing[120:]
    for name in ("stl_log_theta_12", "stl_log_ets_12"):
        plain = said(name.replace("_log", ""), growing[:120])
        assert np.abs(said(name, growing[:120]) - expected).mean() < np.abs(plain - expected).mean()


def test_theta_and_ets_are_those_of_statsmodels():
    theirs = ThetaModel(REAL, period=1, deseasonalize=False).fit().forecast(K)
    np.testing.assert_allclose(said("theta"), theirs, rtol=1e-6)
    fitted = ExponentialSmoothing(REAL, trend="add", damped_trend=True, initialization_method="heuristic").fit()
    np.testing.assert_allclose(said("ets"), fitted.forecast(K), rtol=1e-3)
    how = {"trend": "add", "damped_trend": True, "initialization_method": "heuristic", "seasonal_periods": 12}
    fitted = ExponentialSmoothing(REAL, seasonal="add", **how).fit()
    np.testing.assert_allclose(said("ets_seasonal", methods=PLAIN), fitted.forecast(K), rtol=1e-3)


def test_stl_and_theta_together_are_those_of_statsmodels():
    how = {"period": 12, "model_kwargs": {"period": 1, "deseasonalize": False}}
    theirs = STLForecast(REAL, ThetaModel, **how).fit().forecast(K)
    np.testing.assert_allclose(said("stl_theta_12"), theirs, rtol=1e-6)


def test_cycles_are_those_that_end_with_the_newest_row():
    values = np.arange(31.0)
    rows = values[7:].reshape(2, 12)
    np.testing.assert_allclose(classical.average(Past(values), 14, 12, cycles=2), np.r_[rows.mean(0), rows.mean(0)[:2]])
    np.testing.assert_allclose(classical.shape(Past(values), 12, 12, cycles=2), rows[1])
    np.testing.assert_allclose(classical.average(Past(values), 3, 12, cycles=1), rows[1, :3])


def test_judges_are_always_there_and_never_nan():
    for values in (REAL, np.full(120, 3.0), -REAL, REAL[:1], REAL[:3], REAL[:14], np.zeros(40), np.r_[np.zeros(30), 1e80]):
        found = classical.judges(Past(values), K, 12, bool((values > 0).all()))
        assert tuple(found) == classical.JUDGES
        assert all(one.shape == (K,) and np.isfinite(one).all() for one in found.values())


def test_a_method_that_fails_says_so_and_stops_nobody():
    def broken(past, horizon):
        raise ValueError

    found = classical.known({"broken": broken, "endless": lambda past, k: np.full(k, np.inf), **PLAIN}, Past(REAL), K)
    assert np.isnan(found["broken"]).all()
    assert np.isnan(found["endless"]).all()
    assert np.isfinite(found["theta"]).all()


@pytest.mark.parametrize("log", [False, True])
def test_rest_and_season_add_up_to_the_newest_rows(log):
    past = Past(np.tile(REAL, 30))
    rest, season = past.adjusted(12, log)
    assert len(rest) == max(ROWS, SEASONS * 12)
    values = np.log(past.values) if log else past.values
    np.testing.assert_allclose(rest[-12:] + season, values[-12:])
    assert past.adjusted(12, log)[0] is rest


def test_the_season_goes_on_where_the_rows_end():
    assert ahead(np.array([1.0, 2, 3]), 5).tolist() == [1, 2, 3, 1, 2]


def test_a_past_ends_before_its_origin_and_is_kept():
    pasts = Pasts([np.arange(10.0), np.arange(20.0)])
    assert pasts.before(1, 7).values.tolist() == list(range(7))
    assert pasts.before(1, 7) is pasts.before(1, 7)
    assert pasts.before(0, 7) is not pasts.before(1, 7)
