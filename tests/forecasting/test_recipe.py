"""A run from end to end: accuracy, determinism, stopping, taking up again, going further, budgets."""

import json
from itertools import islice

import numpy as np
import pytest

from rnncore import nn
from rnncore.config import Layer
from rnncore.forecasting import Result, State
from rnncore.messages import Refusal
from tests.forecasting.conftest import make, run, start

T = np.arange(240)
SINE = make(10 + np.sin(T * 2 * np.pi / 16))
STAGES = ["candidate", "member", "refit"]


def through_bytes(state):
    """A state as another process would receive it."""
    return State(*nn.load(nn.save(state.arrays, state.facts)))


def test_a_sine_whose_period_is_no_whole_number_is_forecast_better_than_by_the_last_value_or_season():
    uneven = make(10 + np.sin(0.55 * T))
    result = run(uneven, horizon=12, epochs=10)
    assert result.scores["network"]["mae"] < 0.1 * result.scores["naive"]["mae"]
    assert result.scores["network"]["mae"] < 0.2 * result.scores["seasonal_naive"]["mae"]
    assert result.best == "network"


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_every_cell_and_strategy_learns_a_sine(cell, strategy):
    layers = (Layer(cell=cell, units=12),)
    result = run(SINE, horizon=8, strategy=strategy, representation="level", transform="none", epochs=10, layers=layers)
    assert result.scores["network"]["mae"] < 0.5 * result.scores["naive"]["mae"]


@pytest.mark.parametrize("scaling", ["window", "standard", "minmax"])
def test_every_scaling_gives_forecasts_in_the_files_units(scaling):
    result = run(SINE, horizon=8, scaling=scaling, representation="level", epochs=10)
    assert np.abs(np.array(result.forecasts[0].forecast) - 10).max() < 1.5


def test_the_same_seed_gives_the_same_result_and_another_seed_another(monthly):
    first, second, other = run(monthly), run(monthly), run(monthly, seed=7)
    assert first.forecasts == second.forecasts
    assert first.scores == second.scores
    assert first.forecasts != other.forecasts
    assert other.chosen["seeds"] == [7, 8]


def test_the_scores_do_not_know_what_came_after_the_split(monthly):
    changed = make(np.r_[monthly.values[:-12], np.full(12, 1e6)], "MS", "sales")
    ours, theirs = run(monthly, horizon=12).held_out[0], run(changed, horizon=12).held_out[0]
    assert ours.network == theirs.network
    assert ours.actual != theirs.actual


def test_the_refit_sees_the_newest_rows_and_says_so(monthly):
    with_, without = run(monthly), run(monthly, refit=False)
    assert with_.scores == without.scores
    assert with_.forecasts[0].forecast != without.forecasts[0].forecast
    assert (with_.chosen["refit"], without.chosen["refit"]) == (True, False)
    assert "refitted" in [note.code for note in with_.notes]
    assert "not_refitted" in [note.code for note in without.notes]


def test_the_forecast_is_the_median_of_the_members(monthly):
    for refit, count in ((False, 3), (True, 6)):
        forecast = run(monthly, members=3, refit=refit).forecasts[0]
        assert len(forecast.members) == count
        np.testing.assert_allclose(forecast.forecast, np.median(forecast.members, axis=0))


def test_progress_only_moves_forward_and_ends_at_one(monthly):
    epochs = list(start(monthly, epochs=3).epochs())
    fractions = [epoch.fraction for epoch in epochs]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1.0
    assert list(dict.fromkeys(epoch.stage for epoch in epochs)) == STAGES
    assert epochs[-1].remaining == 0.0
    assert [epoch.seconds for epoch in epochs] == sorted(epoch.seconds for epoch in epochs)
    assert all(epoch.validation is None for epoch in epochs if epoch.stage == "refit")


def test_the_preview_is_a_forecast_in_the_files_units(monthly):
    preview = next(start(monthly).epochs()).preview
    assert len(preview) == 12
    assert 10 < np.mean(preview) < 50


def test_every_candidate_is_tried_and_the_best_one_wins(monthly):
    chosen = run(monthly).chosen
    assert [one["name"] for one in chosen["tried"]] == ["level", "level_log", "season", "season_log"]
    best = min(chosen["tried"], key=lambda one: one["validation"])["name"]
    assert best == chosen["representation"] + ("_log" if chosen["transform"] == "log" else "")


def test_logarithms_are_not_tried_where_values_are_not_positive(monthly):
    shifted = make(monthly.values - 30, "MS")
    assert [one["name"] for one in run(shifted).chosen["tried"]] == ["level", "season"]


@pytest.mark.parametrize("cut", [1, 2, 4, 6, 9, 12])
def test_a_run_stopped_anywhere_has_a_whole_result(monthly, cut):
    recipe = start(monthly, epochs=3)
    for number, _ in enumerate(recipe.epochs(), 1):
        if number == cut:
            break
    result = recipe.finish()
    assert len(result.forecasts[0].forecast) == result.horizon == 12
    assert np.isfinite(result.forecasts[0].forecast).all()
    assert result.scores["network"]["mase"] is not None
    assert recipe.model()
    assert Result.from_dict(json.loads(json.dumps(result.as_dict(), allow_nan=False))) == result


def test_a_run_asked_for_its_result_before_it_began_trains_one_epoch(monthly):
    assert start(monthly).finish().epochs == 1


@pytest.mark.parametrize("cut", [1, 4, 5, 7, 9])
def test_a_run_taken_up_again_equals_one_that_was_never_interrupted(monthly, cut):
    knobs = {"epochs": 2, "layers": (Layer(units=6, dropout=0.2),)}
    whole = start(monthly, **knobs)
    epochs = list(whole.epochs())
    first = start(monthly, **knobs)
    begun = list(islice(first.epochs(), cut))
    second = start(monthly, through_bytes(first.state()), **knobs)
    rest = list(second.epochs())
    clockless = [(e.stage, e.trained, e.seed, e.epoch, e.loss, e.validation, e.fraction) for e in begun + rest]
    assert clockless == [(e.stage, e.trained, e.seed, e.epoch, e.loss, e.validation, e.fraction) for e in epochs]
    assert second.finish().forecasts == whole.finish().forecasts
    assert second.finish().scores == whole.finish().scores


def test_the_state_of_another_run_is_refused(monthly):
    recipe = start(monthly)
    next(recipe.epochs())
    with pytest.raises(Refusal) as refused:
        start(make(monthly.values[:-1], "MS"), recipe.state())
    assert refused.value.code == "state_of_another_run"


def test_training_further_never_loses_what_was_reached(monthly):
    recipe = start(monthly, epochs=2)
    list(recipe.epochs())
    before = {one.job.seed: one.validation for one in recipe.done if one.job.stage == "member"}
    taken_up = start(monthly, through_bytes(recipe.state()), epochs=2)
    taken_up.further(4)
    epochs = list(taken_up.epochs())
    assert [epoch.stage for epoch in epochs[:4]] == ["member"] * 4
    assert epochs[-1].fraction <= 1.0
    after = {one.job.seed: one.validation for one in taken_up.done if one.job.stage == "member"}
    assert all(after[seed] <= before[seed] for seed in before)
    assert sum(after.values()) < sum(before.values())
    assert taken_up.finish().epochs > recipe.finish().epochs


@pytest.mark.parametrize("budget", [0.02, 0.5])
def test_a_budget_bounds_training_and_still_gives_a_forecast(monthly, budget):
    recipe = start(monthly, epochs=200, budget=budget, members=3)
    epochs = list(recipe.epochs())
    assert recipe.seconds < budget + 0.5
    assert epochs[-1].fraction <= 1.0
    result = recipe.finish()
    assert result.chosen["out_of_time"]
    assert "out_of_time" in [note.code for note in result.notes]
    assert np.isfinite(result.forecasts[0].forecast).all()


def test_a_run_that_explodes_at_once_is_refused_with_its_learning_rate(monthly):
    wild = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0, "loss": "mse", "schedule": "constant", "epochs": 20}
    layers = (Layer(cell="rnn", units=64, activation="relu"),)
    recipe = start(monthly, **wild, layers=layers, initialisation="identity", representation="level", transform="none")
    list(recipe.epochs())
    if all(one.weights is None for one in recipe.done):
        with pytest.raises(Refusal) as refused:
            recipe.finish()
        assert (refused.value.code, refused.value.facts["learning_rate"]) == ("loss_exploded", 1.0)
    else:
        assert "training_exploded" in [note.code for note in recipe.finish().notes]


def test_a_better_baseline_is_named(monthly):
    walk = make(np.arange(200.0), "D")
    result = run(walk, epochs=1, representation="level", transform="none", horizon=5)
    assert result.best == "drift"
    assert "drift_better" in [note.code for note in result.notes]


@pytest.mark.skipif(nn.device("cuda").type == "cuda", reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_told():
    asked = run(SINE, epochs=1, device="cuda", representation="level", transform="none")
    assert "gpu_absent" in [note.code for note in asked.notes]
    assert "gpu_absent" not in [note.code for note in run(SINE, epochs=1, representation="level", transform="none").notes]


def test_a_longer_held_out_end_is_scored_from_rolling_origins():
    result = run(SINE, horizon=8, holdout=20)
    held_out = result.held_out[0]
    assert held_out.origins == [221, 229, 237]
    assert held_out.time == list(range(221, 241))
    assert len(held_out.network) == len(held_out.actual) == len(held_out.drift) == 20
    assert held_out.naive[8:16] == [SINE.values[227]] * 8


def test_a_panel_is_scored_together_and_each_by_itself():
    rng = np.random.default_rng(0)
    shape = 3 + np.sin(T[:90] * np.pi / 6) + 0.1 * rng.normal(size=90)
    panel = [make(level * shape, "MS", f"s{level:g}") for level in (1, 50, 1e6)]
    result = run(panel, horizon=6)
    assert list(result.series_scores) == ["s1", "s50", "s1e+06"]
    each = [scores["network"]["mase"] for scores in result.series_scores.values()]
    assert result.scores["network"]["mase"] == pytest.approx(np.mean(each))
    assert [one.name for one in result.forecasts] == ["s1", "s50", "s1e+06"]
    assert all(len(one.forecast) == 6 for one in result.forecasts)
    assert result.forecasts[2].forecast[0] > 1e6


def test_each_round_of_training_has_the_whole_budget(monthly):
    recipe = start(monthly, epochs=500, budget=0.5)
    list(recipe.epochs())
    assert recipe.finish().chosen["out_of_time"]
    taken_up = start(monthly, through_bytes(recipe.state()))
    taken_up.further(1)
    assert [epoch.stage for epoch in taken_up.epochs()][:2] == ["member", "member"]
    assert recipe.plan.config.training.budget == 0.5
