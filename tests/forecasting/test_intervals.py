"""Bands: nested, growing with the errors they come from, defined for few of them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnncore.forecasting.intervals import half_widths


@given(
    errors=st.lists(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4), min_size=1, max_size=8),
    levels=st.lists(st.floats(0.1, 99.9), min_size=1, max_size=5),
)
def test_bands_are_nested_and_never_shrink_with_the_step(errors, levels):
    half = half_widths(np.array(errors), sorted(levels), 4)
    assert half.shape == (len(levels), 4)
    assert (half >= 0).all()
    assert (np.diff(half, axis=0) >= 0).all()
    assert (np.diff(half, axis=1) >= -1e-9 * half.max()).all()


def test_bands_are_in_the_unit_of_the_errors():
    errors = np.random.default_rng(0).normal(size=(6, 12))
    np.testing.assert_allclose(half_widths(1e9 * errors, [80, 95], 12), 1e9 * half_widths(errors, [80, 95], 12))


def test_many_errors_give_about_the_width_that_covers_them_and_somewhat_more():
    errors = np.random.default_rng(0).normal(size=(2000, 10))
    eighty, ninety_five = half_widths(errors, [80, 95], 10)
    assert np.all((eighty > 1.28) & (eighty < 1.28 * 1.3))
    assert np.all((ninety_five > 1.96) & (ninety_five < 1.96 * 1.6))


def test_errors_that_were_not_scored_do_not_count():
    errors = np.array([[1.0, 2.0, np.nan], [1.0, 2.0, np.nan]])
    assert np.isfinite(half_widths(errors, [80], 3)).all()
    assert (half_widths(np.full((1, 3), np.nan), [80], 3) == 0).all()
