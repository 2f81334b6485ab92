"""What holds for every series: shifted and scaled, constant, huge, tiny, whole numbers, just long enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forecasting.conftest import make, run

PLAIN = {"representation": "season", "transform": "none", "horizon": 6, "season": 12, "effort": "fast", "epochs": 1}
ALONE = {**PLAIN, "network_only": True}
ROWS = np.random.default_rng(0).normal(size=80) + 3 * np.sin(np.arange(80) * np.pi / 6)


def forecast_of(values, **knobs):
    return np.array(run(make(values), **knobs).forecasts[0].forecast)


@settings(max_examples=8, deadline=None)
@given(
    shift=st.floats(-1e4, 1e4),
    factor=st.floats(1e-3, 1e3),
    representation=st.sampled_from(["level", "season", "ridge", "stl"]),
    scaling=st.sampled_from(["window", "standard", "minmax"]),
)
def test_a_shifted_and_scaled_series_has_a_shifted_and_scaled_forecast(shift, factor, representation, scaling):
    knobs = {**ALONE, "representation": representation, "scaling": scaling}
    plain, moved = forecast_of(ROWS, **knobs), forecast_of(shift + factor * ROWS, **knobs)
    np.testing.assert_allclose((moved - shift) / factor, plain, atol=2e-2)


@pytest.mark.parametrize("unit", [1e-9, 1e12, 1e50])
def test_the_unit_of_the_values_does_not_matter(unit):
    plain, large = forecast_of(ROWS, **PLAIN), forecast_of(unit * ROWS, **PLAIN)
    np.testing.assert_allclose(large / unit, plain, rtol=1e-3, atol=1e-3)


def test_with_logarithms_a_factor_carries_over_to_the_forecast():
    knobs = {**ALONE, "transform": "log"}
    plain, tenfold = forecast_of(np.exp(ROWS / 9), **knobs), forecast_of(10 * np.exp(ROWS / 9), **knobs)
    np.testing.assert_allclose(tenfold, 10 * plain, rtol=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.0, 7.0, 1e12, 1e-9])
def test_a_constant_series_stays_exactly_constant(value):
    result = run(make(np.full(60, value), "MS"), epochs=1, representation="auto")
    [forecast] = result.forecasts
    for said in (forecast.forecast, *forecast.lower.values(), *forecast.upper.values(), *forecast.members.values()):
        assert said == [value] * result.horizon
    assert result.best == "combined"
    assert {scores["mae"] for scores in result.scores.values()} == {0.0}
    assert {scores["mase"] for scores in result.scores.values()} == {None}


def test_a_series_of_rare_events_is_forecast_without_a_warning():
    counts = np.random.default_rng(1).poisson(0.1, 120)
    result = run(make(counts, "D"), epochs=1, representation="auto")
    assert np.isfinite(result.forecasts[0].forecast).all()
    for scores in result.scores.values():
        assert all(score is None or np.isfinite(score) for score in scores.values())


@settings(max_examples=10, deadline=None)
@given(rows=st.integers(10, 45), frequency=st.sampled_from([None, "MS", "D", "YS"]), seed=st.integers(0, 99))
def test_a_short_series_is_forecast_from_the_row_after_its_last(rows, frequency, seed):
    series = make(np.random.default_rng(seed).normal(size=rows).cumsum(), frequency)
    result = run(series, epochs=1, levels=(50.0, 80.0, 99.0))
    forecast = result.forecasts[0]
    expected = series.stamps_after(result.horizon)
    assert forecast.time == ([f"{stamp:%Y-%m-%d}" for stamp in expected] if frequency else list(expected))
    bands = [forecast.lower["99"], forecast.lower["80"], forecast.lower["50"], forecast.forecast]
    bands += [forecast.upper["50"], forecast.upper["80"], forecast.upper["99"]]
    assert (np.diff(bands, axis=0) >= 0).all()
