"""Level and spread, against scikit-learn where it has the same."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from rnncore.series.scaling import level_and_spread, scale, window_level_and_spread

ROWS = np.random.default_rng(0).normal(50, 7, 80)


@pytest.mark.parametrize(("scaling", "theirs"), [("standard", StandardScaler()), ("minmax", MinMaxScaler())])
def test_scaling_a_series_agrees_with_scikit_learn(scaling, theirs):
    expected = theirs.fit_transform(ROWS[:, None])[:, 0]
    np.testing.assert_allclose(scale(ROWS, *level_and_spread(ROWS, scaling)), expected, atol=1e-12)


def test_each_window_is_scaled_by_its_own_level_and_spread():
    inputs = np.array([[1.0, 2, 3], [100, 200, 300]])
    scaled = scale(inputs, *window_level_and_spread(inputs))
    np.testing.assert_allclose(scaled[0], scaled[1])
    np.testing.assert_allclose([scaled.mean(), scaled.std()], [0, 1], atol=1e-12)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e12, 1e-9])
def test_a_constant_has_exactly_its_level_and_no_spread(value):
    level, spread = window_level_and_spread(np.full((2, 37), value))
    np.testing.assert_array_equal(level, value)
    np.testing.assert_array_equal(spread, 0)
    np.testing.assert_array_equal(scale(np.full((2, 37), value), level, spread), 0)


def test_a_quiet_window_is_not_blown_up():
    _, spread = window_level_and_spread(np.array([[5.0, 5.0, 5.0]]), least=np.array([[0.3]]))
    assert spread[0, 0] == 0.3
