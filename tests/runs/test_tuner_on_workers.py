"""A search as a run on a real worker: it ends by itself, and it is stopped with the best so far."""

from __future__ import annotations

import pytest
from journey import config, reach, until, wave

from rnncore import runs
from rnncore.config import TunerConfig
from rnncore.forecasting.tuner import Found, Search
from rnncore.runs import pieces

KNOBS = ("units", "learning_rate")


def search(epochs: int, **asked) -> Search:
    forecast = config(epochs).forecast.model_copy(update={"network_only": True})
    return Search(config=config(epochs).model_copy(update={"forecast": forecast}), tuner=TunerConfig(knobs=KNOBS, **asked))


def test_a_search_comes_back_as_it_was_stored():
    assert pieces.loads(pieces.dumps(search(3, tries=2))) == search(3, tries=2)


@pytest.mark.usefixtures("workers")
def test_a_search_ends_by_itself_with_a_leaderboard_and_scores_on_the_held_out_end():
    ended = reach(runs.submit_work(search(2, tries=1, seconds=5), "wave", [wave()]), "done", "failed")
    assert ended.refusal is None
    found = Found.from_dict(runs.outcome(ended))
    assert 1 <= len(found.candidates) <= 2
    assert found.verdict is not None
    assert not found.stopped


@pytest.mark.usefixtures("workers")
def test_a_search_that_is_stopped_keeps_the_best_so_far():
    begun = runs.submit_work(search(3, seconds=600), "wave", [wave()])
    until(lambda: sum(epoch.stage == "candidate" for epoch in runs.epochs(begun)) >= 2)
    runs.stop(runs.find(begun.token))
    found = Found.from_dict(runs.outcome(reach(begun, "stopped", "failed")))
    assert found.stopped
    assert len(found.candidates) >= 2
    assert found.verdict is None
