"""Bands: conformal, nested, growing with the errors they come from, defined for few of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.forecasting.intervals import INFLATION, bands, quantile

RNG = np.random.default_rng(0)


def band(errors, levels, adaptive=False):
    return bands([np.asarray(errors)], levels, [1.0], adaptive)[0]


@pytest.mark.filterwarnings("ignore:the no. of calibration examples")
@pytest.mark.parametrize("count", [5, 40, 333])
@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_the_quantile_is_that_of_an_independent_conformal_regressor(count, level):
    crepes = pytest.importorskip("crepes")
    residuals = np.random.default_rng(count).normal(size=count)
    lower, upper = crepes.ConformalRegressor().fit(residuals).predict_int(np.zeros(1), confidence=level)[0]
    theirs = (upper - lower) / 2
    if np.isfinite(theirs):
        assert quantile(np.abs(residuals), level) == pytest.approx(theirs)
    else:
        assert quantile(np.abs(residuals), level) == np.abs(residuals).max()


def test_with_weights_the_quantile_is_numpys_over_the_scores_and_one_that_is_to_come():
    scores, weights = RNG.exponential(size=60), 0.9 ** np.arange(60)
    joined, heavier = np.append(scores, np.inf), np.append(weights, weights.max())
    expected = np.quantile(joined, 0.8, method="inverted_cdf", weights=heavier)
    assert quantile(scores, 0.8, weights) == expected


@given(
    errors=st.lists(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4), min_size=1, max_size=8),
    levels=st.lists(st.floats(0.1, 99.9), min_size=1, max_size=5),
    adaptive=st.booleans(),
)
def test_bands_are_nested_and_never_shrink_with_the_step(errors, levels, adaptive):
    half = band(errors, sorted(levels), adaptive)
    assert half.shape == (len(levels), 4)
    assert (half >= 0).all()
    assert (np.diff(half, axis=0) >= 0).all()
    assert (np.diff(half, axis=1) >= -1e-9 * half.max()).all()


def test_bands_are_in_the_unit_of_the_errors():
    errors = RNG.normal(size=(6, 12))
    np.testing.assert_allclose(band(1e9 * errors, [80, 95]), 1e9 * band(errors, [80, 95]))


def test_many_errors_give_the_width_that_covers_them_and_somewhat_more():
    errors = RNG.normal(size=(4000, 10))
    eighty, ninety_five = band(errors, [80, 95])
    np.testing.assert_allclose(eighty, 1.2816 * INFLATION[1], rtol=0.03)
    np.testing.assert_allclose(ninety_five, 1.96 * INFLATION[2], rtol=0.03)


def test_of_newer_errors_the_adaptive_band_knows_more():
    drifting = np.concatenate([RNG.normal(size=(20, 6)), 5 * RNG.normal(size=(6, 6))])
    assert (band(drifting, [80], adaptive=True) > 1.3 * band(drifting, [80])).all()


def test_a_series_of_a_panel_with_few_errors_is_drawn_towards_the_others():
    quiet, usual = np.full((1, 4), 0.01), [RNG.normal(size=(6, 4)) for _ in range(20)]
    alone = band(quiet, [80])[0]
    among = bands([quiet, *usual], [80], [1.0] * 21)[0][0]
    assert (among > 3 * alone).all()
    assert (among < bands([quiet, *usual], [80], [1.0] * 21)[1][0]).all()


def test_a_panel_is_judged_in_each_series_own_unit():
    parts = [RNG.normal(size=(5, 3)) for _ in range(4)]
    plain, scaled = bands(parts, [80], [1.0] * 4), bands([parts[0] * 1e6, *parts[1:]], [80], [1e6, 1.0, 1.0, 1.0])
    np.testing.assert_allclose(scaled[0], 1e6 * plain[0])
    np.testing.assert_allclose(scaled[1], plain[1])


def test_errors_that_were_not_scored_do_not_count():
    errors = np.array([[1.0, 2.0, np.nan], [1.0, 2.0, np.nan]])
    assert np.isfinite(band(errors, [80])).all()
    assert (band(np.full((1, 3), np.nan), [80]) == 0).all()


def test_a_perfect_past_gives_a_band_of_no_width():
    assert (band(np.zeros((3, 5)), [80, 95]) == 0).all()
    assert all((one == 0).all() for one in bands([np.zeros((2, 3))] * 2, [80], [1.0, 1.0]))
