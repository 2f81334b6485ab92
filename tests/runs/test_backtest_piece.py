"""A backtest on a real worker: it brings what it brings here, and can be stopped."""

from __future__ import annotations

import pytest
from journey import SHORT, reach, until, wave

from rnncore import runs
from rnncore.config import BacktestConfig, RunConfig, TrainingConfig
from rnncore.forecasting.backtest import Backtest, Contest, contest
from rnncore.forecasting.tally import Outcome

ASKED = BacktestConfig(origins=2, cells=("rnn", "lstm"))


@pytest.mark.usefixtures("workers")
def test_a_worker_brings_what_is_brought_here():
    from rnncore import nn

    ended = reach(runs.submit_work(contest(SHORT, ASKED), "wave", [wave()]), "done", "failed")
    assert ended.refusal is None
    assert isinstance(ended.config, Contest)
    there = Outcome.from_dict(runs.outcome(ended))
    here = Backtest([wave()], contest(SHORT, ASKED), nn)
    stages = {epoch.stage for epoch in here.epochs()}
    assert stages == {epoch.stage for epoch in runs.epochs(ended)} == {"begun", "classical", "member", "leader"}
    assert there.best == here.finish().best
    for name, scores in here.finish().methods.items():
        assert there.methods[name]["mae"] == pytest.approx(scores["mae"], rel=1e-4)


@pytest.mark.usefixtures("workers")
def test_a_stopped_backtest_scores_what_it_has():
    long = RunConfig(forecast=SHORT.forecast, network=SHORT.network, training=TrainingConfig(epochs=10_000))
    run = runs.submit_work(contest(long, ASKED), "wave", [wave()])
    until(lambda: any(epoch.stage == "member" for epoch in runs.epochs(run)))
    runs.stop(runs.find(run.token))
    ended = reach(run, "stopped", "failed")
    assert ended.refusal is None
    outcome = Outcome.from_dict(runs.outcome(ended))
    assert outcome.left_out == ["lstm"]
    assert "network:rnn" in outcome.methods
