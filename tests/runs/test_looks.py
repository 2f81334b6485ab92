"""Looks inside a run's networks, and memory tasks, on real workers."""

import numpy as np
import pytest
from journey import SHORT, reach, submit, wave

from rnncore import memory, runs
from rnncore.config import MemoryConfig
from rnncore.runs import looks

pytestmark = pytest.mark.usefixtures("workers")


@pytest.fixture(scope="module")
def trained(workers):
    return reach(submit(SHORT), "done")


def test_a_look_stays_with_the_run_and_with_all_who_may_see_it(trained):
    asked = looks.asked(trained, 0, 0, len(wave()))
    assert looks.found(trained, asked) is None
    ended = reach(runs.submit_work(asked), "done", "failed")
    assert ended.refusal is None
    runs.delete(ended)
    seen = looks.found(runs.find(trained.share_token), asked)
    np.testing.assert_allclose(seen.forecast, runs.result(trained).forecasts[0].networks[0], rtol=1e-5)
    assert looks.found(trained, looks.asked(trained, 0, 0, 100)) is None


def test_a_look_is_gone_with_its_run_and_cannot_be_taken_any_more():
    run = reach(submit(SHORT), "done")
    asked = looks.asked(run, 0, 0, 150)
    assert reach(runs.submit_work(asked), "done", "failed").refusal is None
    runs.delete(run)
    assert looks.found(run, asked) is None
    assert reach(runs.submit_work(asked), "failed").refusal.code == "run_gone"


def test_looks_make_room_for_new_ones(trained, monkeypatch):
    monkeypatch.setattr(looks, "MOST", 2)
    wanted = [looks.asked(trained, 0, 0, origin) for origin in (60, 80, 100)]
    for one in wanted:
        looks.take(one)
    assert looks.found(trained, wanted[0]) is None
    assert looks.found(trained, wanted[2]) is not None


def test_a_memory_task_is_trained_on_a_worker_that_tells_how_far_it_is():
    config = MemoryConfig(task="echo", memory_cell="rnn", steps=3, units=8, updates=80)
    ended = reach(runs.submit_work(config), "done", "failed")
    outcome = memory.Outcome(**runs.outcome(ended))
    assert outcome.config == config.model_dump()
    assert [epoch.validation for epoch in runs.epochs(ended)] == pytest.approx(outcome.scores)
