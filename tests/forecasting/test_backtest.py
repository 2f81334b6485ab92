"""Backtests: which origins, who is fitted to what, how it is scored, and what a stop leaves."""

import json
import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.stattools import acf

from rnncore import nn
from rnncore.config import BacktestConfig, Budgets
from rnncore.forecasting import Recipe, tally
from rnncore.forecasting.backtest import Backtest, Contender, Contest, contest, legs
from rnncore.forecasting.classical import JUDGES
from rnncore.forecasting.tally import Said
from rnncore.messages import Refusal
from tests.forecasting.conftest import configure, make

NOISE = make(50 + np.random.default_rng(1).normal(0, 1, 90), "MS")
RAMP = make(np.arange(80.0))
QUICK = {"horizon": 4, "season": 1}


def begin(series, config=None, budgets=None, **asked):
    series = series if isinstance(series, list) else [series]
    return Backtest(series, contest(config or configure(**QUICK), BacktestConfig(**asked)), nn, budgets)


def score(series, config=None, **asked):
    backtest = begin(series, config, **asked)
    for _ in backtest.epochs():
        pass
    return backtest.finish()


def refused(series, config=None, budgets=None, **asked):
    with pytest.raises(Refusal) as told:
        begin(series, config, budgets, **asked)
    return told.value


def test_origins_lie_a_horizon_apart_and_the_last_forecast_ends_with_the_last_row():
    outcome = score(NOISE, origins=3)
    assert outcome.origins == ["2026-07-01", "2026-11-01", "2027-03-01"]
    assert NOISE.stamps[-1].isoformat() == "2027-06-01T00:00:00"
    assert set(outcome.methods) == {"combined", "network", *JUDGES}
    [track] = outcome.tracks
    assert track.actual == NOISE.values[-12:].tolist()
    assert (track.time[0], track.starts) == ("2026-07-01", [0, 4, 8])


@pytest.mark.parametrize("asked", [{}, {"refit": True}, {"stride": 3}, {"sliding": True}])
def test_a_ramp_leaves_the_last_value_behind_by_the_step_and_the_line_not_at_all(asked):
    methods = score(RAMP, origins=3, **asked).methods
    naive, drift = methods["naive"], methods["drift"]
    assert naive["mae"] == pytest.approx(2.5)
    assert [one["mae"] for one in naive["by_step"]] == pytest.approx([1, 2, 3, 4])
    assert [one["mae"] for one in naive["by_origin"]] == pytest.approx([2.5] * 3)
    assert naive["rmse"] == pytest.approx(math.sqrt(7.5))
    assert naive["mase"] == pytest.approx(2.5)  # the ramp moves by one a row
    assert drift["mae"] == pytest.approx(0, abs=1e-9)


def test_without_refit_it_says_what_one_run_says_of_its_held_out_end():
    config = configure(**QUICK)
    outcome = score(NOISE, config, origins=3)
    recipe = Recipe([NOISE], config.model_copy(update={"forecast": config.forecast.model_copy(update={"holdout": 12})}), nn)
    for _ in recipe.epochs():
        pass
    result = recipe.finish()
    [held_out], [track] = result.held_out, outcome.tracks
    for method, said in held_out.methods.items():
        assert np.concatenate(track.forecasts[method]) == pytest.approx(said, rel=1e-5)
        for name in ("mase", "smape", "mae", "rmse"):
            assert outcome.methods[method][name] == pytest.approx(result.scores[method][name], rel=1e-4)
    assert outcome.methods["combined"]["coverage"] == pytest.approx(result.coverage)
    assert np.concatenate(track.upper["combined"]["80"]) == pytest.approx(held_out.upper["80"], rel=1e-5)


def test_with_refit_every_forecast_is_that_of_a_run_of_its_own():
    config = configure(**QUICK)
    [track] = score(NOISE, config, origins=2, refit=True).tracks
    for j, rows in enumerate((86, 90)):
        recipe = Recipe([NOISE.head(rows)], config, nn)
        for _ in recipe.epochs():
            pass
        assert track.forecasts["combined"][j] == pytest.approx(recipe.finish().held_out[0].methods["combined"], rel=1e-5)


@pytest.mark.parametrize("asked", [{}, {"refit": True}, {"sliding": True}])
def test_no_forecast_knows_a_row_from_its_origin_on(asked):
    values = NOISE.values.copy()
    values[-4:] += 25
    before, after = (score(series, origins=2, **asked).tracks[0].forecasts for series in (NOISE, make(values, "MS")))
    for method in before:
        assert np.array(before[method]) == pytest.approx(np.array(after[method]), rel=1e-6)


def test_a_sliding_window_forgets_the_oldest_rows():
    sliding, growing = (score(NOISE, origins=2, sliding=on).tracks[0].forecasts["mean"] for on in (True, False))
    assert sliding[1] == pytest.approx([NOISE.values[4:86].mean()] * 4)
    assert growing[1] == pytest.approx([NOISE.values[:86].mean()] * 4)


def test_origins_that_lie_whole_horizons_apart_share_one_run():
    told = [(leg.numbers, leg.fresh, leg.first, leg.last) for leg in legs(BacktestConfig(origins=5), 6, 3)]
    assert told == [((0, 2, 4), True, 0, 12), ((1, 3), False, 3, 9)]
    assert [leg.numbers for leg in legs(BacktestConfig(origins=4), 6, 12)] == [(0, 1, 2, 3)]
    assert all(leg.fresh for leg in legs(BacktestConfig(origins=3, refit=True), 6, 6))


def test_forecasts_that_overlap_stand_in_the_order_of_their_origins():
    [track] = score(NOISE, origins=4, stride=3).tracks
    last = [said[0] for said in track.forecasts["naive"]]
    assert last == [NOISE.values[row - 1] for row in (77, 80, 83, 86)]
    assert track.starts == [0, 3, 6, 9]


def test_cells_are_compared_with_the_same_judges():
    outcome = score(NOISE, origins=2, cells=("rnn", "gru"))
    ours = {f"{pool}:{cell}" for pool in ("combined", "network") for cell in ("rnn", "gru")}
    assert set(outcome.methods) == ours | set(JUDGES)
    assert outcome.tracks[0].forecasts["network:rnn"] != outcome.tracks[0].forecasts["network:gru"]
    assert outcome.methods["network:gru"]["parameters"] > 2 * outcome.methods["network:rnn"]["parameters"]
    assert outcome.methods["naive"]["parameters"] is None
    assert [one["layers"] for one in outcome.contenders] == [["RNN 8"], ["GRU 8"]]


def test_contenders_may_differ_in_more_than_the_cell():
    settings = [configure(**QUICK), configure(**QUICK, epochs=3, transform="none")]
    wanted = Contest(
        backtest=BacktestConfig(origins=2), contenders=[Contender(name=f"run{n}", config=one) for n, one in enumerate(settings)]
    )
    backtest = Backtest([NOISE], wanted, nn)
    for _ in backtest.epochs():
        pass
    outcome = backtest.finish()
    assert {"combined:run0", "network:run1"} <= set(outcome.methods)
    assert all(outcome.methods[f"combined:run{n}"]["seconds"] > 0 for n in range(2))


def test_networks_alone_have_no_pool_and_bands_may_be_left_out():
    outcome = score(NOISE, configure(**QUICK, network_only=True, levels=()), origins=2)
    assert set(outcome.methods) == {"network", *JUDGES}
    assert outcome.methods["network"]["coverage"] == {}
    assert outcome.methods["network"]["pinball"] == pytest.approx(outcome.methods["network"]["mae"] / 2)


def test_a_panel_is_scored_series_by_series_and_short_ones_are_left_out():
    several = [make(NOISE.values * factor, "MS", name=f"s{factor}") for factor in (1, 1000)]
    outcome = score([*several, make(NOISE.values[:9], "MS", name="short")], origins=2)
    assert outcome.series == ["s1", "s1000"]
    one, other = outcome.by_series["naive"]
    assert one == pytest.approx(other)
    assert outcome.methods["naive"]["mase"] == pytest.approx(one)
    assert len(outcome.tracks) == 2
    assert outcome.duel("mean", "naive").cases == 2


def test_progress_only_moves_forward_and_ends_at_one():
    epochs = list(begin(NOISE, origins=2, refit=True, cells=("rnn", "gru")).epochs())
    fractions = [epoch.fraction for epoch in epochs]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [epoch.trained for epoch in epochs if epoch.stage == "begun"] == ["rnn", "gru"] * 2
    leaders = [epoch for epoch in epochs if epoch.stage == "leader"]
    assert [(one.epoch, one.epochs) for one in leaders] == [(1, 2), (2, 2)]
    assert leaders[0].validation > 0


def until(backtest, stage, times):
    for epoch in backtest.epochs():
        times -= epoch.stage == stage
        if not times:
            return backtest.finish()
    raise AssertionError(stage)


def test_stopped_in_the_first_run_it_scores_the_contender_under_way():
    outcome = until(begin(NOISE, origins=2, cells=("rnn", "gru")), "member", 1)
    assert outcome.left_out == ["gru"]
    assert "network:rnn" in outcome.methods
    assert len(outcome.origins) == 2


def test_stopped_between_origins_it_scores_those_that_all_have_forecast():
    outcome = until(begin(NOISE, origins=3, refit=True, cells=("rnn", "gru")), "begun", 4)
    assert (outcome.asked, outcome.left_out) == (3, [])
    assert len(outcome.origins) == 1
    assert all(len(one["by_origin"]) == 1 for one in outcome.methods.values())


def test_asked_for_its_outcome_before_it_began_it_trains_one_epoch():
    assert len(begin(NOISE, origins=2).finish().origins) == 2


def test_an_outcome_survives_json():
    outcome = score(NOISE, origins=2)
    assert tally.Outcome.from_dict(json.loads(json.dumps(outcome.as_dict(), allow_nan=False))) == outcome


def test_more_origins_than_fit_are_refused_with_how_many_do():
    told = refused(NOISE, origins=30)
    assert told.code == "backtest_too_short"
    most = told.facts["most"]
    begin(NOISE, origins=most)
    assert refused(NOISE, origins=most + 1).facts["most"] == most
    assert refused(NOISE.head(12), origins=2).code == "too_short"
    assert refused(NOISE.head(8), origins=10).code == "too_short"


def test_a_backtest_that_takes_too_long_is_refused_as_a_whole():
    budgets = Budgets(max_hours=1.5 * begin(NOISE, origins=1).ready.seconds / 3600)
    begin(NOISE, budgets=budgets, origins=1, refit=True)
    assert refused(NOISE, budgets=budgets, origins=5, refit=True).code == "backtest_too_long"


def test_pinball_of_the_median_is_half_the_error_and_of_an_edge_weighs_the_sides():
    said = Said(np.array([[[0.0]]]), {"80": np.array([[[-1.0]]])}, {"80": np.array([[[1.0]]])})
    losses = tally.pinball(np.array([[[3.0]]]), said, [80])
    assert losses.ravel() == pytest.approx([0.1 * 4, 0.5 * 3, 0.9 * 2])
    assert tally.quantiles([80, 95]) == pytest.approx([0.025, 0.1, 0.5, 0.9, 0.975])


@pytest.mark.parametrize("actual", [0.0, 0.7, -2.5])
def test_crps_through_many_quantiles_is_that_of_the_normal_distribution(actual):
    """sigma = 1: z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi) (Gneiting and Raftery 2007, eq. 21)."""
    levels = [float(level) for level in np.linspace(1, 99, 99)]
    reach = {f"{level:g}": np.full((1, 1, 1), stats.norm.ppf(0.5 + level / 200)) for level in levels}
    sides = {level: -half for level, half in reach.items()}, reach
    losses = tally.pinball(np.full((1, 1, 1), actual), Said(np.zeros((1, 1, 1)), *sides), levels)
    exact = actual * (2 * stats.norm.cdf(actual) - 1) + 2 * stats.norm.pdf(actual) - 1 / math.sqrt(math.pi)
    assert tally.crps(losses, levels).item() == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (5, 0), (6, 0), (7, 3), (3, 7), (12, 12)])
def test_luck_is_the_sign_test(wins, losses):
    exact = stats.binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    assert tally.luck(wins, losses) == pytest.approx(exact)


@pytest.mark.parametrize(
    ("percent", "wins", "cases", "overlapping", "verdict"),
    [
        (0.5, 9, 9, False, "equal"),
        (20, 5, 5, False, "few"),
        (20, 9, 10, False, "sure"),
        (20, 7, 10, False, "luck"),
        (20, 5, 10, False, "split"),
        (20, 10, 10, True, "overlap"),
    ],
)
def test_a_win_is_called_luck_unless_a_coin_would_hardly_do_so(percent, wins, cases, overlapping, verdict):
    losses = cases - wins
    duel = tally.Duel("a", "b", percent, wins, losses, cases, tally.luck(wins, losses), overlapping)
    assert duel.verdict == verdict


def test_residuals_are_those_of_the_newest_forecast_of_each_row():
    track = tally.Track("x", [1, 2, 3], [10.0, 20.0, 30.0], [0, 1], {"m": [[9.0, 18.0], [21.0, 33.0]]}, {}, {})
    assert tally.residuals(track, "m").values.tolist() == [1.0, -1.0, -3.0]


def test_autocorrelation_is_that_of_statsmodels():
    values = np.random.default_rng(3).normal(size=60).cumsum()
    assert tally.autocorrelation(values, 10) == pytest.approx(acf(values, nlags=10)[1:])
    assert tally.autocorrelation(np.ones(20), 5).tolist() == [0.0] * 5
