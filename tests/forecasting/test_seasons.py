"""Seasons from the calendar and from the rows."""

import numpy as np
import pytest

from rnncore.forecasting.seasons import autocorrelation, calendar_seasons, detect, is_visible, longer_season

T = np.arange(2000)
NOISE = np.random.default_rng(0).normal(size=2000)


@pytest.mark.parametrize(
    ("frequency", "season", "longer"),
    [
        ("YS", 1, None), ("QS-OCT", 4, None), ("MS", 12, None), ("ME", 12, None), ("3MS", 4, None), ("W-SUN", 52, None),
        ("D", 7, 365), ("B", 5, 260), ("h", 24, 168), ("2h", 12, 84), ("30min", 48, 336), ("15min", 96, 672),
        ("5min", 288, 2016), ("min", 1440, 10080), ("s", 60, 3600), ("7min", 1, None),
    ],
)  # fmt: skip
def test_the_calendar_gives_the_usual_season_and_a_longer_one(frequency, season, longer):
    assert calendar_seasons(frequency) == (season, longer)


def test_autocorrelation_agrees_with_statsmodels():
    statsmodels = pytest.importorskip("statsmodels.tsa.stattools")
    rows = NOISE[:300].cumsum()
    rest = rows - np.polynomial.Polynomial.fit(T[:300], rows, 1)(T[:300])
    expected = statsmodels.acf(rest, nlags=40, adjusted=True)
    np.testing.assert_allclose(autocorrelation(rows, 40), expected, atol=1e-9)


@pytest.mark.parametrize("season", [4, 7, 12, 24, 48])
def test_a_season_is_found_under_trend_and_noise(season):
    rows = 0.01 * T + np.tile(np.random.default_rng(season).normal(size=season), 600)[:2000] * 2 + 0.5 * NOISE
    assert detect(rows) == season
    assert is_visible(rows, season)


def test_noise_walks_and_constants_have_no_season():
    assert detect(NOISE) == 1
    assert detect(np.zeros(100)) == 1
    assert detect(0.1 * T) == 1
    assert not is_visible(NOISE, 12)


def test_a_week_behind_the_day_is_found_as_the_longer_season():
    day = np.sin(T * 2 * np.pi / 24)
    weekdays = 1 + 0.8 * (T // 24 % 7 < 5)
    assert longer_season(day * weekdays + 0.05 * NOISE, 24) == 168
    assert longer_season(day + 0.05 * NOISE, 24) is None


@pytest.mark.parametrize("unit", [1e-300, 1e-9, 1e12, 1e99])
def test_the_unit_of_the_values_does_not_matter(unit):
    rows = np.sin(T * np.pi / 6) + 0.2 * NOISE
    assert detect(unit * rows) == 12
