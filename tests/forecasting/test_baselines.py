"""The forecasts that cost nothing."""

import numpy as np

from rnncore.forecasting.baselines import drift, naive, seasonal_naive

ROWS = np.array([1.0, 2, 3, 4, 7])


def test_naive_repeats_the_last_value():
    assert naive(ROWS, 3).tolist() == [7, 7, 7]


def test_seasonal_naive_repeats_the_last_season():
    assert seasonal_naive(ROWS, 5, season=3).tolist() == [3, 4, 7, 3, 4]
    assert seasonal_naive(ROWS, 2, season=5).tolist() == [1, 2]


def test_without_a_whole_season_the_last_value_is_repeated():
    assert seasonal_naive(ROWS, 2, season=1).tolist() == [7, 7]
    assert seasonal_naive(ROWS, 2, season=6).tolist() == [7, 7]


def test_drift_continues_the_line_from_the_first_to_the_last_value():
    assert drift(ROWS, 2).tolist() == [8.5, 10]
    assert drift(ROWS[:1], 2).tolist() == [1, 1]
