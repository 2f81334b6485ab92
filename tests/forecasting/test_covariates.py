"""Columns beside the values: their effect, and what is told where they do not suffice."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from rnncore import nn
from rnncore.config import BacktestConfig, ForecastConfig, RunConfig, TunerConfig
from rnncore.forecasting.backtest import contest, prepare
from rnncore.forecasting.covariates import Beside, gather, prolonged
from rnncore.forecasting.plan import plan
from rnncore.forecasting.tuner import Search, Tuner
from rnncore.messages import Refusal
from rnncore.series.series import Covariate, Series

N, K = 300, 14
STEPS = np.arange(N)
WEEK = 5 * np.sin(STEPS * 2 * np.pi / 7)
DRAW = np.random.default_rng(8)
PRICE, RAIN = DRAW.normal(10, 2, N + K), DRAW.normal(0, 30, N + K)


def series(*covariates, values=None, frequency="D"):
    values = 0.1 * STEPS + WEEK - 3 * PRICE[:N] + 0.5 * RAIN[:N] if values is None else values
    stamps = pd.date_range("2023-01-01", periods=len(values), freq=frequency)
    return Series("sales", values, np.ones(len(values), bool), stamps, frequency, covariates)


def known(name, values, rows=K):
    return Covariate(name, values[:N], values[N : N + rows])


def fitted(one, calendar=False):
    table = gather([one], [N], K, calendar)
    return table, Beside.fit(table, [one.values], [N], [1, 7])


def test_the_effect_of_a_known_column_is_found_in_spite_of_trend_and_season():
    one = series(known("price", PRICE), known("rain", RAIN))
    table, beside = fitted(one)
    assert table.names == ("price", "rain")
    np.testing.assert_allclose(beside.unit * beside.effect / beside.spread[0], [-3, 0.5], rtol=0.01)
    rest = one.values - beside.effects(table.columns[0], 0)[:N]
    assert np.abs(np.diff(rest - 0.1 * STEPS - WEEK)).max() < 0.5 < np.abs(np.diff(one.values)).max() / 20


def test_a_column_that_is_known_only_in_the_past_has_no_effect_and_keeps_its_last_value():
    table, beside = fitted(series(known("price", PRICE), Covariate("rain", RAIN[:N])))
    assert (table.known, len(beside.effect)) == (1, 1)
    np.testing.assert_array_equal(table.columns[0][N:, 1], np.full(K, RAIN[N - 1]))
    np.testing.assert_array_equal(table.columns[0][:, 0], PRICE)


def test_the_cycles_of_the_calendar_are_read_but_not_taken_off():
    table, beside = fitted(series(known("price", PRICE)), calendar=True)
    assert table.names[: table.calendar] == tuple(f"weekday_{wave}_{k}" for k in (1, 2, 3) for wave in ("sin", "cos"))
    assert not beside.effect[: table.calendar].any()
    np.testing.assert_allclose(beside.unit * beside.effect[-1] / beside.spread[0, -1], -3, rtol=0.3)


def test_columns_are_the_same_in_whatever_order_the_file_has_them():
    columns = [known("price", PRICE), known("ad", RAIN), Covariate("wind", PRICE[:N]), Covariate("air", RAIN[:N])]
    tables = [gather([series(*order)], [N], K, False) for order in (columns, columns[::-1])]
    assert tables[0].names == tables[1].names == ("ad", "price", "air", "wind")
    np.testing.assert_array_equal(tables[0].columns[0], tables[1].columns[0])


def test_rows_that_lack_are_named_by_the_first_of_them():
    one = series(known("price", PRICE, rows=5), known("rain", RAIN))
    with pytest.raises(Refusal) as refused:
        plan([one], RunConfig(forecast=ForecastConfig(horizon=K)))
    assert refused.value.code == "future_missing"
    assert refused.value.facts == {"columns": ["price"], "row": "2023-11-02", "needed": K}
    other = replace(one, name="other", covariates=(known("price", PRICE), known("rain", RAIN)))
    with pytest.raises(Refusal) as refused:
        plan([other, one], RunConfig(forecast=ForecastConfig(horizon=K)))
    assert (refused.value.code, refused.value.facts["series"]) == ("future_missing_of", "sales")


def test_whoever_only_looks_back_needs_no_rows_ahead():
    one = series(known("price", PRICE, rows=3), Covariate("rain", RAIN[:N]))
    config = RunConfig(forecast=ForecastConfig(horizon=K))
    for stood_in in (prolonged(one, K), Tuner([one], Search(config=config, tuner=TunerConfig()), nn).series[0]):
        price, rain = stood_in.covariates
        np.testing.assert_array_equal(price.future, [*PRICE[N : N + 3], *(K - 3) * [PRICE[N + 2]]])
        assert rain.future is None
    ready = prepare([one], contest(config, BacktestConfig(origins=3)))
    assert [len(one.covariates[0].future) for one in ready.plans[0].series] == [K]
    np.testing.assert_array_equal(prolonged(series(known("price", PRICE, rows=0)), 2).covariates[0].future, 2 * [PRICE[N - 1]])


def test_all_series_have_the_same_columns():
    with pytest.raises(Refusal, match="covariates_differ"):
        gather([series(known("price", PRICE)), series(known("rain", RAIN))], [N, N], K, False)


def test_a_future_beyond_all_that_was_seen_is_told():
    high = np.append(PRICE[:N], np.full(K, 2 * PRICE.max()))
    notes = plan([series(known("price", high))], RunConfig(forecast=ForecastConfig(horizon=K))).notes
    [told] = [note for note in notes if note.code == "future_beyond"]
    assert (told.facts["column"], told.facts["future"]) == ("price", 2 * PRICE.max())
    notes = plan([series(known("price", PRICE))], RunConfig(forecast=ForecastConfig(horizon=K))).notes
    assert "future_beyond" not in [note.code for note in notes]
