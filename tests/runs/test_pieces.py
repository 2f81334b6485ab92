"""Pieces of work other than a forecast, on real workers."""

from __future__ import annotations

import pytest
from journey import reach

from rnncore import article, cost, runs
from rnncore.config import CostConfig, RunConfig, TrainingConfig, Walkthrough
from rnncore.messages import Refusal
from rnncore.runs import pieces


@pytest.mark.parametrize(
    "config", [Walkthrough(preparation="scaled", seed=3), CostConfig(units=8), RunConfig(training=TrainingConfig(epochs=7))]
)
def test_a_config_comes_back_as_it_was_stored(config):
    again = pieces.loads(pieces.dumps(config))
    assert type(again) is type(config)
    assert again == config


def test_the_text_of_a_forecast_is_its_config_alone():
    assert pieces.dumps(RunConfig()) == RunConfig().model_dump_json()


@pytest.mark.usefixtures("workers")
def test_the_article_runs_on_a_worker_and_brings_what_it_brings_here():
    from rnncore.nn.article import run

    submitted = runs.submit_work(Walkthrough(seed=2))
    assert runs.series(submitted) == []
    assert runs.outcome(submitted) is None
    ended = reach(submitted, "done", "failed")
    assert ended.refusal is None
    assert ended.config == Walkthrough(seed=2)
    there, here = article.Result.from_dict(runs.outcome(ended)), run(Walkthrough(seed=2))
    assert there.loss == pytest.approx(here.loss)
    assert runs.model(ended) is None
    with pytest.raises(Refusal, match="cannot_further"):
        runs.further(ended, 5)
    runs.delete(ended)
    assert runs.find(submitted.token) is None


@pytest.mark.usefixtures("workers")
def test_costs_are_measured_on_a_worker():
    ended = reach(runs.submit_work(CostConfig(units=8, steps=5, seconds=0.01)), "done", "failed")
    measured = [cost.Measurement(**one) for one in runs.outcome(ended)["measurements"]]
    assert {(one.cell, one.way) for one in measured} == {(cell, way) for cell, ways in cost.WAYS.items() for way in ways}
    assert {(one.units, one.steps) for one in measured} == {(8, 5)}
