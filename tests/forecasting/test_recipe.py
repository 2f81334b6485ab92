"""A run from end to end: accuracy, determinism, stopping, taking up again, going further, budgets."""

import json
from itertools import islice

import numpy as np
import pytest

from rnncore import nn
from rnncore.config import Layer
from rnncore.forecasting import Result, State
from rnncore.messages import Refusal
from rnncore.runs import plain
from tests.forecasting.conftest import make, run, start

T = np.arange(240)
SINE = make(10 + np.sin(T * 2 * np.pi / 16))
KINDS = ["ridge/36", "stl_12/36", "season_12/36", "level/36"]
ALL = {"representation": "auto", "members": 2}
ALONE = {"network_only": True, "season": 1}  # with as little beside the networks as there can be


def panel():
    random = np.random.default_rng(0)
    shape = 3 + np.sin(T[:90] * np.pi / 6) + 0.1 * random.normal(size=90)
    return [make(level * shape, "MS", f"s{level:g}") for level in (1, 50, 1e6)]


def through_bytes(state):
    """A state as another process would receive it."""
    arrays = plain.arrays_from_bytes(plain.arrays_to_bytes(state.arrays))
    return State(arrays, plain.loads(plain.dumps(state.facts)))


def told(epoch):
    """What does not depend on the clock."""
    return (epoch.stage, epoch.trained, epoch.seed, epoch.epoch, epoch.loss, epoch.validation, epoch.best, epoch.fraction)


def codes(result):
    return [note.code for note in result.notes]


def test_a_sine_whose_period_is_no_whole_number_is_forecast_better_than_by_the_last_value_or_season():
    scores = run(make(10 + np.sin(0.55 * T)), horizon=12, epochs=10, representation="auto", effort="fast").scores
    for ours in ("network", "combined"):
        assert scores[ours]["mae"] < 0.1 * scores["naive"]["mae"]
        assert scores[ours]["mae"] < 0.2 * scores["seasonal_naive"]["mae"]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_every_cell_and_strategy_learns_a_sine(cell, strategy):
    result = run(SINE, **ALONE, horizon=8, window=32, strategy=strategy, epochs=10, layers=(Layer(cell=cell, units=12),))
    assert result.scores["network"]["mae"] < 0.5 * result.scores["naive"]["mae"]


@pytest.mark.parametrize("scaling", ["window", "standard", "minmax"])
def test_every_scaling_gives_forecasts_in_the_files_units(scaling):
    result = run(SINE, **ALONE, horizon=8, window=32, scaling=scaling, epochs=10)
    assert np.abs(np.array(result.forecasts[0].forecast) - 10).max() < 1.5


def test_the_same_seed_gives_the_same_result_and_another_seed_another(monthly):
    first, second, other = (run(monthly, **ALL, seed=seed) for seed in (0, 0, 7))
    assert (first.forecasts, first.scores, first.weights) == (second.forecasts, second.scores, second.weights)
    assert first.forecasts != other.forecasts
    assert [one["representation"] for one in other.networks] == 2 * KINDS
    assert [one["seed"] for one in other.networks] == 4 * [7] + 4 * [8]


def test_the_scores_do_not_know_what_came_after_the_split_but_the_forecast_does(monthly):
    changed = make(np.r_[monthly.values[:-12], np.full(12, 1e3)], "MS", "sales")
    ours, theirs = run(monthly, horizon=12), run(changed, horizon=12)
    for what in ("methods", "lower", "upper"):
        assert getattr(ours.held_out[0], what) == getattr(theirs.held_out[0], what)
    assert ours.scores != theirs.scores
    assert ours.weights != theirs.weights
    assert "not_refitted" in codes(ours)


def test_the_forecast_is_the_weighted_mean_of_its_members_and_a_kind_the_mean_of_its_networks(monthly):
    result = run(monthly, **ALL)
    [forecast] = result.forecasts
    assert list(forecast.weights) == list(forecast.members)
    assert sum(forecast.weights.values()) == pytest.approx(1, abs=1e-3)
    mean = sum(weight * np.array(forecast.members[name]) for name, weight in forecast.weights.items())
    np.testing.assert_allclose(forecast.forecast, mean, rtol=1e-3)
    for kind in set(KINDS) & set(forecast.members):
        own = [one for one, net in zip(forecast.networks, result.networks, strict=True) if net["representation"] == kind]
        np.testing.assert_allclose(forecast.members[kind], np.mean(own, axis=0))
    assert {one["name"] for one in result.members if one["kind"] == "network"} == set(KINDS)
    assert {one["name"]: one["weight"] for one in result.members if one["weight"]} == result.weights == forecast.weights
    pooled = next(note for note in result.notes if note.code == "pooled")
    assert (pooled.count, pooled.facts) == (len(forecast.weights), {"tried": len(result.members), "networks": 8})


def test_where_only_networks_are_asked_for_nothing_else_counts(monthly):
    result = run(monthly, network_only=True, representation="auto")
    assert result.leading == "network"
    assert "combined" not in result.scores
    assert set(result.weights) <= set(KINDS)
    assert next(iter(result.held_out[0].methods)) == "network"


def test_a_fast_run_has_one_network_of_each_kind_and_leaves_the_slow_methods_out(monthly):
    fast, full = run(monthly, **ALL, effort="fast"), run(monthly, **ALL)
    assert [one["representation"] for one in fast.networks] == KINDS
    assert {one["name"] for one in full.members} - {one["name"] for one in fast.members} == {
        "ets_seasonal",
        "stl_ets_12",
        "stl_log_ets_12",
    }
    assert ("fast" in codes(fast), "fast" in codes(full)) == (True, False)


def test_progress_only_moves_forward_and_ends_at_one():
    recipe = start(panel(), horizon=6, representation="auto", effort="fast")
    epochs = list(recipe.epochs())
    fractions = [epoch.fraction for epoch in epochs]
    assert fractions == sorted(set(fractions))
    assert fractions[-1] == 1.0
    assert epochs[-1].remaining == 0.0
    assert [epoch.seconds for epoch in epochs] == sorted(epoch.seconds for epoch in epochs)
    classical = [epoch for epoch in epochs if epoch.stage == "classical"]
    assert [epoch.trained for epoch in classical] == [
        name for name in ("s1", "s50", "s1e+06") for _ in range(len(classical) // 3)
    ]
    assert [epoch.epoch for epoch in classical] == list(range(1, len(classical) + 1))
    assert {(epoch.stage, epoch.loss is None) for epoch in epochs} == {("classical", True), ("member", False)}


def test_every_kind_is_trained_once_before_one_is_trained_again(monthly):
    trained = dict.fromkeys((epoch.trained, epoch.seed) for epoch in start(monthly, **ALL, epochs=1).epochs())
    assert list(trained)[1:] == [(kind, seed) for seed in (0, 1) for kind in KINDS]


def test_the_preview_is_a_forecast_in_the_files_units(monthly):
    preview = next(epoch.preview for epoch in start(monthly).epochs() if epoch.stage == "member")
    assert len(preview) == 12
    assert 10 < np.mean(preview) < 50


@pytest.mark.parametrize("cut", [1, 5, 6, 9])
def test_a_run_stopped_anywhere_has_a_whole_result(monthly, cut):
    recipe = start(monthly, representation="auto", epochs=3)
    assert len(list(islice(recipe.epochs(), cut))) == cut
    result = recipe.finish()
    assert len(result.forecasts[0].forecast) == result.horizon == 12
    assert np.isfinite(result.forecasts[0].forecast).all()
    assert None not in [scores["mase"] for scores in result.scores.values()]
    assert recipe.model()
    assert Result.from_dict(json.loads(json.dumps(result.as_dict(), allow_nan=False))) == result


def test_a_panel_stopped_after_its_first_series_has_forecasts_of_all():
    recipe = start(panel(), horizon=6, season=1)
    origins = len(recipe.partners.places[0].all)
    assert len(list(islice(recipe.epochs(), origins))) == origins
    result = recipe.finish()
    assert json.dumps(result.as_dict(), allow_nan=False)
    quick = {"naive", "mean", *(one["name"] for one in result.members if one["kind"] == "network")}
    assert next(one for one in result.members if one["name"] == "theta")["error"] is not None
    assert set(result.forecasts[2].weights) <= quick
    assert sum(result.forecasts[2].weights.values()) == pytest.approx(1, abs=1e-3)


def test_a_run_asked_for_its_result_before_it_began_trains_one_epoch(monthly):
    result = start(monthly, **ALL, epochs=5).finish()
    assert (result.epochs, len(result.networks)) == (1, 1)
    assert {"theta", "stl_theta_12"} <= {one["name"] for one in result.members if one["error"] is not None}


@pytest.mark.parametrize("cut", [1, 5, 6, 7, 12])
def test_a_run_taken_up_again_equals_one_that_was_never_interrupted(monthly, cut):
    knobs = {"representation": "auto", "effort": "fast", "layers": (Layer(units=6, dropout=0.2),)}
    whole, first = start(monthly, **knobs), start(monthly, **knobs)
    epochs = [told(epoch) for epoch in whole.epochs()]
    begun = [told(epoch) for epoch in islice(first.epochs(), cut)]
    second = start(monthly, through_bytes(first.state()))  # which asks for something else: what was stored is kept
    assert begun + [told(epoch) for epoch in second.epochs()] == epochs
    ours, theirs = second.finish(), whole.finish()
    assert (ours.forecasts, ours.scores, ours.weights) == (theirs.forecasts, theirs.scores, theirs.weights)


def test_a_panel_is_taken_up_again_in_the_middle_of_a_series():
    whole, first = (start(panel(), horizon=6, season=1) for _ in range(2))
    epochs = [told(epoch) for epoch in whole.epochs()]
    begun = [told(epoch) for epoch in islice(first.epochs(), 8)]
    second = start(panel(), through_bytes(first.state()))
    assert begun + [told(epoch) for epoch in second.epochs()] == epochs
    assert second.finish().forecasts == whole.finish().forecasts


def test_the_state_of_another_run_or_an_older_program_is_refused(monthly):
    recipe = start(monthly)
    next(recipe.epochs())
    state = recipe.state()
    older = State(state.arrays, {**state.facts, "version": 1})
    for series, held in ((make(monthly.values[:-1], "MS"), state), (monthly, older)):
        with pytest.raises(Refusal) as refused:
            start(series, held)
        assert refused.value.code == "state_of_another_run"


def best(recipe):
    """By network, the validation error of what would forecast now."""
    found = recipe.networks()
    return {(one.job.representation, one.job.seed): one.validation for one in found.trained}


def test_training_further_never_loses_what_was_reached(monthly):
    recipe = start(monthly, **ALL)
    list(recipe.epochs())
    taken_up = start(monthly, through_bytes(recipe.state()))
    taken_up.further(4)
    epochs = list(taken_up.epochs())
    assert {epoch.stage for epoch in epochs} == {"member"}
    assert len(epochs) == 8 * 4
    assert [epoch.fraction for epoch in epochs] == sorted({epoch.fraction for epoch in epochs})
    assert epochs[-1].fraction == 1.0
    before, after = best(recipe), best(taken_up)
    assert list(after) == list(before)
    assert all(after[network] <= before[network] for network in before)
    assert sum(after.values()) < sum(before.values())
    assert taken_up.finish().epochs == recipe.finish().epochs + 8 * 4


@pytest.mark.parametrize("budget", [0.02, 1.0])
def test_a_budget_bounds_training_and_still_gives_a_forecast(monthly, budget):
    recipe = start(monthly, **ALL, epochs=2000, budget=budget)
    epochs = list(recipe.epochs())
    assert recipe.seconds < budget + 5  # the machine may be busy, and the first series cannot be left
    assert epochs[-1].fraction <= 1.0
    result = recipe.finish()
    assert result.epochs < 2000
    assert result.out_of_time
    assert "out_of_time" in codes(result)
    assert np.isfinite(result.forecasts[0].forecast).all()


def test_each_round_of_training_has_the_whole_budget(monthly):
    recipe = start(monthly, epochs=2000, budget=1.0, season=1, window=36)
    list(recipe.epochs())
    assert recipe.finish().out_of_time
    taken_up = start(monthly, through_bytes(recipe.state()))
    taken_up.further(1)
    assert [epoch.stage for epoch in taken_up.epochs()] == ["member"]
    assert recipe.plan.config.training.budget == 1.0


def test_a_run_that_explodes_at_once_is_refused_with_its_learning_rate(monthly):
    wild = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0, "loss": "mse", "schedule": "constant", "epochs": 20}
    layers = (Layer(cell="rnn", units=64, activation="relu"),)
    recipe = start(monthly, **wild, layers=layers, initialisation="identity", transform="none")
    list(recipe.epochs())
    if all(one.weights is None for one in recipe.done):
        with pytest.raises(Refusal) as refused:
            recipe.finish()
        assert (refused.value.code, refused.value.facts["learning_rate"]) == ("loss_exploded", 1.0)
    else:
        assert "loss_exploded_unclipped" in [one.code for one in recipe.finish().findings]


def test_a_better_baseline_is_named():
    line = run(make(np.arange(200.0), "D"), epochs=1, horizon=5, network_only=True)
    assert line.best == "drift"
    assert "drift_better" in codes(line)


@pytest.mark.skipif(nn.device("cuda").type == "cuda", reason="this machine has a GPU")
def test_a_gpu_that_is_not_there_is_told():
    assert "gpu_absent" in codes(run(SINE, **ALONE, epochs=1, device="cuda"))
    assert "gpu_absent" not in codes(run(SINE, **ALONE, epochs=1))


def test_a_longer_held_out_end_is_scored_from_rolling_origins():
    [held_out] = run(SINE, season=1, horizon=8, holdout=20).held_out
    assert held_out.origins == [221, 229, 237]
    assert held_out.time == list(range(221, 241))
    methods = ["combined", "network", "naive", "seasonal_naive", "drift", "mean", "ets", "theta"]
    assert list(held_out.methods) == methods
    assert {len(said) for said in held_out.methods.values()} == {len(held_out.actual)} == {20}
    assert held_out.methods["naive"][8:16] == [SINE.values[227]] * 8


def test_a_panel_is_scored_together_and_each_by_itself():
    result = run(panel(), horizon=6, effort="fast")
    assert list(result.series_scores) == ["s1", "s50", "s1e+06"]
    for method in result.scores:
        each = [scores[method]["mase"] for scores in result.series_scores.values()]
        assert result.scores[method]["mase"] == pytest.approx(np.mean(each))
    assert [one.name for one in result.forecasts] == ["s1", "s50", "s1e+06"]
    assert all(len(one.forecast) == 6 for one in result.forecasts)
    assert result.forecasts[2].forecast[0] > 1e6
