"""Scores against scikit-learn and utilsforecast, and where they are defined at all."""

import numpy as np
import pandas as pd
import pytest
import utilsforecast.losses as theirs
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from rnncore.forecasting.scores import mae, mase, pooled, rmse, score, seasonal_step, smape

RNG = np.random.default_rng(0)
PAST, ACTUAL, FORECAST = RNG.normal(10, 4, 90), RNG.normal(10, 4, 14), RNG.normal(10, 4, 14)


def test_scores_agree_with_scikit_learn():
    assert mae(ACTUAL, FORECAST) == pytest.approx(mean_absolute_error(ACTUAL, FORECAST), rel=1e-12)
    assert rmse(ACTUAL, FORECAST) == pytest.approx(root_mean_squared_error(ACTUAL, FORECAST), rel=1e-12)


def test_scores_agree_with_utilsforecast():
    frame = pd.DataFrame({"unique_id": "x", "ds": range(14), "y": ACTUAL, "ours": FORECAST})
    past = pd.DataFrame({"unique_id": "x", "ds": range(-90, 0), "y": PAST})
    expected = {
        "mae": theirs.mae(frame, ["ours"]),
        "rmse": theirs.rmse(frame, ["ours"]),
        "smape": theirs.smape(frame, ["ours"]),
        "mase": theirs.mase(frame, ["ours"], seasonality=7, train_df=past),
    }
    found = score(ACTUAL, FORECAST, seasonal_step(PAST, 7))
    for name, table in expected.items():
        # theirs counts sMAPE from 0 to 1, the M4 competition from 0 to 200
        assert found[name] == pytest.approx(table["ours"].item() * (200 if name == "smape" else 1), rel=1e-9)


def test_zeros_and_constants_have_scores():
    zeros = np.zeros(6)
    assert score(zeros, zeros, seasonal_step(np.zeros(30), 7)) == {"mase": None, "smape": 0.0, "mae": 0.0, "rmse": 0.0}
    assert smape(zeros, np.ones(6)) == 200.0


def test_the_unit_of_mase_falls_back_to_the_last_value_where_the_season_repeats_exactly():
    assert seasonal_step(np.tile([1.0, 3.0], 20), 2) == 2.0
    assert seasonal_step(np.array([1.0, 2.0, 4.0]), 12) == 1.5
    assert seasonal_step(np.full(20, 0.1), 7) is None
    assert mase(ACTUAL, FORECAST, None) is None


@given(st.sampled_from([1e-200, 1e-9, 1.0, 1e12, 1e90]))
def test_scores_keep_their_meaning_at_any_magnitude(unit):
    plain, large = (score(u * ACTUAL, u * FORECAST, seasonal_step(u * PAST, 7)) for u in (1.0, unit))
    assert large["mase"] == pytest.approx(plain["mase"])
    assert large["smape"] == pytest.approx(plain["smape"])
    assert large["rmse"] == pytest.approx(unit * plain["rmse"])


def test_pooled_scores_leave_out_series_without_the_score():
    one, two = {"mase": 2.0, "rmse": 3.0}, {"mase": None, "rmse": 4.0}
    assert pooled([one, two]) == {"mase": 2.0, "rmse": pytest.approx(12.5**0.5)}
    assert pooled([two]) == {"mase": None, "rmse": 4.0}
