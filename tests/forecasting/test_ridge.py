"""The linear map against scikit-learn, and the penalty that is chosen for it."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge as Theirs
from sklearn.linear_model import RidgeCV

from rnncore.forecasting.ridge import MOST_WINDOWS, PENALTIES, fit, newest
from rnncore.series.windows import training_windows

RANDOM = np.random.default_rng(0)
SEEN = RANDOM.normal(size=(200, 12))
MAP = RANDOM.normal(size=(12, 3))
AHEAD = SEEN @ MAP + 5 + RANDOM.normal(size=(200, 3))


def test_the_map_is_that_of_scikit_learn_at_the_chosen_penalty():
    ours, theirs = fit(SEEN, AHEAD), Theirs(alpha=fit(SEEN, AHEAD).penalty).fit(SEEN, AHEAD)
    np.testing.assert_allclose(ours.map[:-1], theirs.coef_.T, rtol=1e-8)
    np.testing.assert_allclose(ours.map[-1], theirs.intercept_, rtol=1e-8)
    np.testing.assert_allclose(ours(SEEN), theirs.predict(SEEN), rtol=1e-8)


@pytest.mark.parametrize("noise", [0.01, 1.0, 10.0])
def test_the_penalty_is_close_to_the_one_that_leaving_each_window_out_finds(noise):
    ahead = SEEN @ MAP + noise * RANDOM.normal(size=(200, 3))
    theirs = RidgeCV(alphas=PENALTIES).fit(SEEN, ahead)
    assert abs(np.log10(fit(SEEN, ahead).penalty / theirs.alpha_)) <= 1  # generalised: all windows weigh alike; two steps


def test_noise_gets_a_large_penalty_and_is_forecast_about_by_its_mean():
    noise = 3 + RANDOM.normal(size=(200, 3))
    found = fit(SEEN, noise)
    assert found.penalty >= 100
    assert np.abs(found(SEEN) - noise.mean(0)).mean() < 0.15 < np.abs(fit(SEEN, AHEAD)(SEEN) - AHEAD.mean(0)).mean()


def test_an_exact_map_gets_the_smallest_penalty_and_is_found():
    found = fit(SEEN, SEEN @ MAP + 5)
    assert found.penalty == PENALTIES[0]
    np.testing.assert_allclose(found.map, np.vstack([MAP, np.full(3, 5.0)]), atol=1e-3)


@pytest.mark.parametrize("seen", [np.zeros((30, 12)), SEEN[:5], SEEN[:1], np.ones((200, 1)) * SEEN[:1]])
def test_few_windows_and_windows_that_are_all_alike_have_a_map_too(seen):
    found = fit(seen, AHEAD[: len(seen)])
    assert np.isfinite(found.map).all()
    np.testing.assert_allclose(found(seen).mean(0), AHEAD[: len(seen)].mean(0))


def test_of_many_windows_evenly_many_of_all_series_are_taken():
    windows = training_windows([np.arange(20_000.0), np.arange(20_000.0)], 10, 1, [20_000] * 2)
    which = newest(windows)
    assert len(which) == len(np.unique(which)) == MOST_WINDOWS
    assert np.bincount(windows.series[which]).tolist() == [MOST_WINDOWS // 2] * 2
    few = training_windows([np.arange(50.0)], 10, 1, [50])
    assert newest(few).tolist() == list(range(40))
