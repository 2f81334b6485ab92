"""The pool: who is better weighs more, who is missing is made up for, and nobody is judged by what he is to forecast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.forecasting.pool import LEAST, OWN, POWER, fit, left_out, weighted

RANDOM = np.random.default_rng(0)
ACTUAL = RANDOM.normal(10, 3, (6, 4))
ONE = np.zeros(1, dtype=int)


def off(*errors, actual=ACTUAL):
    """Forecasts (M, n, K) of members that are off by so much at every row, to either side."""
    sides = np.where(RANDOM.random(actual.shape) < 0.5, -1, 1)
    return np.array([actual + error * sides for error in errors])


def weights(forecasts, actual=ACTUAL):
    return fit([f"m{n}" for n in range(len(forecasts))], forecasts, actual, [len(actual)]).weights[0]


def test_weights_fall_with_the_error_as_said():
    found = weights(off(1.0, 1.1, 1.2))
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found / found[0], np.array([1.0, 1.1, 1.2]) ** -POWER)
    np.testing.assert_allclose(fit("abc", off(1.0, 1.1, 1.2), ACTUAL, [6]).error[0], np.array([1.0, 1.1, 1.2]) / 1.1)


def test_what_weighs_next_to_nothing_is_left_out():
    found = weights(off(1.0, 1.0, 2.0))
    assert 2.0**-POWER / 2 < LEAST
    assert found.tolist() == [0.5, 0.5, 0.0]


def test_a_perfect_member_takes_all():
    forecasts = off(0.0, 1.0, 2.0)
    assert weights(forecasts).tolist() == [1, 0, 0]
    pool = fit("abc", forecasts, ACTUAL, [6])
    np.testing.assert_allclose(pool(forecasts, np.zeros(6, dtype=int)), ACTUAL, rtol=1e-15)


def test_members_that_are_all_alike_weigh_the_same():
    assert weights(off(0.0, 0.0)).tolist() == [0.5, 0.5]
    assert weights(np.full((3, 6, 4), np.nan)).tolist() == [1 / 3] * 3


@pytest.mark.parametrize("scale", [1e-90, 1e90])
def test_the_unit_does_not_matter(scale):
    forecasts = off(1.0, 1.1, 1.3)
    np.testing.assert_allclose(weights(scale * forecasts, scale * ACTUAL), weights(forecasts))


def test_each_origin_counts_the_same_however_large_its_errors():
    quiet, loud = off(1.0, 1.1), off(110.0, 100.0)
    mixed = np.concatenate([quiet[:, :3], loud[:, :3]], axis=1)
    np.testing.assert_allclose(weights(mixed, np.concatenate([ACTUAL[:3], ACTUAL[:3]])), [0.5, 0.5])


def test_rows_that_did_not_come_are_not_counted():
    actual = ACTUAL.copy()
    forecasts = off(1.0, 1.1)
    actual[-1, 2:], forecasts[0, -1, 2:] = np.nan, 1e9
    np.testing.assert_allclose(weights(forecasts, actual), weights(off(1.0, 1.1)))


def test_a_member_that_has_no_forecast_is_made_up_for():
    forecasts = off(1.0, 1.1, 1.2)[:, :1]
    forecasts[0, 0, 2] = np.nan
    shares = np.array([[0.5], [0.3], [0.2]])
    np.testing.assert_allclose(weighted(forecasts, shares)[0], 0.6 * forecasts[1, 0] + 0.4 * forecasts[2, 0])
    pool = fit("abc", off(1.0, 1.1, 1.2), ACTUAL, [6])
    found = pool.shares(forecasts, ONE)[:, 0]
    assert found[0] == 0
    np.testing.assert_allclose(found[1:], pool.weights[0, 1:] / pool.weights[0, 1:].sum())
    np.testing.assert_allclose(pool(forecasts, ONE)[0], found[1:] @ forecasts[1:, 0])


def test_where_nobody_with_a_weight_is_there_the_others_count_alike():
    forecasts = off(1.0, 2.0, 3.0)[:, :1]
    forecasts[0] = np.nan
    np.testing.assert_allclose(weighted(forecasts, np.array([[1.0], [0.0], [0.0]]))[0], forecasts[1:, 0].mean(0))


def test_a_member_that_failed_at_an_origin_is_judged_by_the_others():
    forecasts = off(1.0, 1.1, 1.1)
    forecasts[0, 2] = np.nan
    np.testing.assert_allclose(weights(forecasts), weights(off(1.0, 1.1, 1.1)))


@given(
    value=st.floats(-1e12, 1e12),
    shares=st.lists(st.floats(0.01, 1), min_size=2, max_size=9),
)
def test_where_all_say_the_same_exactly_that_comes_out(value, shares):
    total = np.array(shares)[:, None] / np.sum(shares)
    assert (weighted(np.full((len(shares), 1, 3), value), total) == value).all()


def test_in_a_panel_a_member_is_judged_by_its_own_series_and_somewhat_by_all():
    actual = np.concatenate([ACTUAL, ACTUAL])
    forecasts = np.concatenate([off(1.0, 2.0), off(2.0, 1.0)], axis=1)
    error = fit("ab", forecasts, actual, [6, 6]).error
    own, together = np.log([1 / 1.5, 2 / 1.5]), np.log([1 / 1.5, 2 / 1.5]).mean()
    np.testing.assert_allclose(np.log(error[0]), OWN * own + (1 - OWN) * together)
    np.testing.assert_allclose(error[1], error[0][::-1])


def test_a_member_that_one_series_of_a_panel_lacks_is_judged_there_by_the_others():
    actual = np.concatenate([ACTUAL, ACTUAL])
    forecasts = np.concatenate([off(1.0, 1.1), off(1.0, 1.1)], axis=1)
    forecasts[1, 6:] = np.nan
    pool = fit("ab", forecasts, actual, [6, 6])
    assert pool.weights[1, 1] > LEAST
    assert pool.shares(forecasts, np.repeat([0, 1], 6))[:, -1].tolist() == [1, 0]


def test_the_pool_at_an_origin_does_not_know_what_came_there():
    forecasts = off(1.0, 1.05, 1.2)
    changed = ACTUAL.copy()
    changed[3] = forecasts[2, 3]  # as if the worst member had been perfect there
    before, after = (left_out("abc", forecasts, actual, [6]) for actual in (ACTUAL, changed))
    np.testing.assert_array_equal(before[3], after[3])
    others = np.delete(np.arange(6), 3)
    assert (before[others] != after[others]).any(axis=1).all()
    known = fit("abc", forecasts[:, others], ACTUAL[others], [5])
    np.testing.assert_allclose(before[3], known(forecasts[:, 3:4], ONE)[0])


def test_a_single_origin_is_all_there_is_to_know():
    forecasts = off(1.0, 1.1, actual=ACTUAL[:1])
    pool = fit("ab", forecasts, ACTUAL[:1], [1])
    np.testing.assert_allclose(left_out("ab", forecasts, ACTUAL[:1], [1]), pool(forecasts, ONE))
