"""The search: what it draws, what it sees, what it keeps, and what it says of the winner."""

import itertools
import time
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from rnncore import nn
from rnncore.config import Layer, RunConfig, TunedKnob, TunerConfig
from rnncore.forecasting import space
from rnncore.forecasting.plan import plan
from rnncore.forecasting.tuner import Candidate, Found, Search, Trial, Tuner
from rnncore.messages import Refusal
from rnncore.nn.crew import Crew
from rnncore.texts.draws import described
from tests.forecasting.conftest import configure, make, sales

KNOBS = ("cell", "units", "learning_rate")
QUICK = {"network_only": True, "effort": "fast", "horizon": 6, "window": 12, "season": 1}


def tuner(series=None, knobs=KNOBS, tries=3, seconds=60, clock=time.perf_counter, **settings):
    config = configure(**QUICK, **settings)
    asked = TunerConfig(seconds=seconds, knobs=knobs, tries=tries)
    return Tuner([sales() if series is None else series], Search(config=config, tuner=asked), nn, clock=clock)


def worked(one):
    told = list(one.epochs())
    return one.finish(), told


def every(config=None, series=None):
    series = [sales() if series is None else series]
    config = config or RunConfig()
    return space.space(series, config, plan(series, config), get_args(TunedKnob))


def test_every_value_of_every_knob_makes_settings_that_the_config_takes_and_the_plan_can_judge_alike():
    series, config = [sales()], RunConfig()
    settled = plan(series, config)
    start, found = space.current(settled), every()
    assert set(found) == set(get_args(TunedKnob))
    for knob, values in found.items():
        assert len(values) > 1
        assert start[knob] in values
        for value in values:
            draw = {**start, knob: value}
            there = plan(series, space.applied(config, start, draw))
            assert space.current(there)[knob] == value
            assert there.validation == settled.validation


def test_settings_that_were_not_drawn_anew_stay_open():
    start = space.current(plan([sales()], RunConfig()))
    changed = space.applied(RunConfig(), start, {**start, "units": 16, "depth": 2})
    assert changed.network.layers == (Layer(units=16),) * 2
    assert changed.forecast == RunConfig().forecast
    assert changed.training == RunConfig().training


def test_only_the_cells_of_unlike_layers_change_where_only_the_cell_is_drawn():
    config = configure(layers=(Layer(units=8), Layer(units=4, dropout=0.1)))
    start = space.current(plan([sales()], config))
    assert space.applied(config, start, {"cell": "gru"}).network.layers == (
        Layer(cell="gru", units=8),
        Layer(cell="gru", units=4, dropout=0.1),
    )


def test_what_makes_no_sense_for_the_series_is_not_drawn():
    values = np.random.default_rng(0).normal(size=200)
    found = every(series=make(values))
    assert "transform" not in found  # some values are negative
    assert not {"season", "stl"} & set(found["representation"])
    assert "transform" not in every(configure(transform="none"))


def test_the_settings_it_began_with_come_first_and_judges_stand_beside_the_candidates():
    found, told = worked(tuner())
    assert [one["number"] for one in found.candidates] == [0, 1, 2, 3]
    assert len({tuple(one["draw"].items()) for one in found.candidates}) == 4
    assert described("en", found.candidates[0]["draw"], found.candidates[0]["draw"]) == "the settings it began with"
    assert set(found.judges) == {"naive", "seasonal_naive", "drift", "mean", "ets", "theta"}
    stages = [epoch.stage for epoch in told]
    assert {epoch.trained: epoch.validation for epoch in told if epoch.stage == "judge"} == found.judges
    assert stages.index("judge") < stages.index("candidate") < stages.index("full")
    assert [epoch.fraction for epoch in told] == sorted(epoch.fraction for epoch in told)
    assert Found.from_dict(found.as_dict()) == found


def test_judges_are_scored_on_the_validation_rows_that_candidates_are_scored_on():
    one = tuner(tries=1)
    found, _ = worked(one)
    series, origins = one.plan.series[0].values, one.plan.validation[0]
    end = one.plan.splits[0].validation
    off = [np.abs(series[at : min(at + 6, end)] - series[at - 1]) for at in origins]
    assert found.judges["naive"] == pytest.approx(np.concatenate(off).mean())


def test_no_candidate_sees_the_held_out_end_and_its_scores_come_last():
    monthly = sales()
    values = np.r_[monthly.values[:-6], np.full(6, 1e3)]
    ours, theirs = (worked(tuner(series))[0] for series in (monthly, make(values, "MS", "sales")))
    told = [[(one["draw"], one["error"], one["state"]) for one in found.candidates] for found in (ours, theirs)]
    assert told[0] == told[1]
    assert ours.judges == theirs.judges
    assert ours.best == theirs.best
    assert ours.full["start"]["scores"]["network"] != theirs.full["start"]["scores"]["network"]


def test_the_best_are_trained_again_with_other_seeds_and_the_winner_is_judged_by_their_mean():
    one = tuner(tries=6)
    found, _ = worked(one)
    finalists = [candidate for candidate in found.candidates if candidate["seeds"] == 3]
    assert 1 < len(finalists) <= 5
    assert finalists[0]["number"] == 0
    assert found.winner["error"] == min(candidate["error"] for candidate in finalists)
    assert found.ranking[0]["number"] == found.best


def test_the_candidate_of_one_kind_has_the_error_of_its_training():
    one = tuner(tries=1)
    trial = Trial(one.tried[0], 0, one._train)
    best = None
    while not trial.over:
        step = trial.advance()
        best = step.best if step else best
    one._take(trial)
    assert one.tried[0].errors == [pytest.approx(best, rel=1e-5)]


def test_what_is_worse_than_the_median_of_the_others_at_the_same_place_is_cut():
    one = tuner(epochs=4)
    for number, error in enumerate((1.0, 2.0, 3.0, 4.0), 1):
        one.tried.append(Candidate(number, {}, one.plan, curve=[9.0, error]))

    def poor(*curve):
        return one._is_poor(Candidate(5, {}, one.plan, curve=list(curve)))

    assert poor(9.0, 2.6)
    assert not poor(9.0, 2.4)
    assert not poor(9.0)  # nobody has been better there
    assert not one._is_poor(Candidate(0, {}, one.plan, curve=[9.0, 8.0]))
    assert not poor(9.0, 2.6, 9.9)  # nobody has come so far


def test_a_search_left_early_keeps_the_best_so_far_and_says_nothing_of_the_held_out_end():
    one = tuner(tries=50)
    candidates = 0
    for epoch in one.epochs():
        candidates += epoch.stage == "candidate"
        if candidates == 3:
            break
    found = one.finish()
    assert len(found.candidates) == 3
    assert found.stopped
    assert found.verdict is None
    judged = [candidate["error"] for candidate in found.candidates if candidate["state"] == "judged"]
    assert found.winner["error"] == min(judged)


def test_a_search_without_time_still_judges_the_settings_it_began_with():
    one = tuner(tries=None, seconds=1, clock=itertools.count(0, 100).__next__)
    found, _ = worked(one)
    assert [candidate["number"] for candidate in found.candidates] == [0]
    assert found.winner["seeds"] == 1


def test_a_search_left_before_its_first_candidate_still_judges_that_one():
    one = tuner()
    next(one.epochs())
    assert [candidate["number"] for candidate in one.finish().candidates] == [0]


def test_a_space_that_is_used_up_ends_the_search():
    found, _ = worked(tuner(knobs=("cell",), tries=None))
    assert sorted(one["draw"]["cell"] for one in found.candidates) == ["gru", "lstm", "rnn"]


def exploding(one, number, draw):
    """A candidate of a search whose loss is never finite."""
    settled = one._candidate(draw).plan
    training = settled.config.training.model_copy(update={"learning_rate": 1e30})
    return Candidate(number, draw, replace(settled, config=settled.config.model_copy(update={"training": training})))


WILD = {"optimizer": "sgd", "loss": "mse", "clip_norm": 0, "epochs": 4}


def test_a_loss_that_explodes_fails_its_candidate_only():
    one = tuner(knobs=("learning_rate",), tries=1, **WILD)
    broken = exploding(one, 1, {"learning_rate": 0.02})
    one._candidate = lambda draw: broken
    found, _ = worked(one)
    assert [candidate["state"] for candidate in found.candidates] == ["judged", "failed"]
    assert found.best == 0


def test_the_verdict_is_that_of_the_held_out_end():
    def found(best, start, number=1):
        errors = {"best": best, "start": start}
        full = {name: {"scores": {"combined": {"mase": mase}}, "leading": "combined"} for name, mase in errors.items()}
        return Found([], {}, {}, number, {}, {}, full, 1.0, 1.0, False, 6, 1).verdict

    assert found(0.5, 1.0) == ("better", 50)
    assert found(1.0, 0.8) == ("worse", 20)
    assert found(0.998, 1.0) == ("equal", 0)
    assert found(0.5, 0.5, number=0) == ("same", 0)


def test_a_search_whose_candidates_all_explode_is_refused():
    one = tuner(knobs=("learning_rate",), tries=1, **WILD)
    one.tried[0] = exploding(one, 0, one.tried[0].draw)
    broken = exploding(one, 1, {"learning_rate": 0.02})
    one._candidate = lambda draw: broken
    with pytest.raises(Refusal, match="loss_exploded"):
        worked(one)


def test_who_trained_a_candidate_that_was_cut_trains_the_next():
    with Crew(2) as crew:
        one = tuner(epochs=4)
        one.crew = crew
        here, apart = (Trial(one.tried[0], seed, one._train) for seed in (0, 1))
        apart.advance()
        apart.cut()
        another = Trial(one.tried[0], 2, one._train)
        while not (here.over and another.over):
            for trial in (here, another):
                if not trial.over:
                    trial.advance()
        assert apart.candidate.state == "cut"
        assert len(here.weights) == len(another.weights) == len(one.tried[0].kinds)
