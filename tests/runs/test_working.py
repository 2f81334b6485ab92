"""Runs on real workers: what their owner asks for, and what happens to them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from journey import LONG, ORIGINS, SHORT, config, kept, of_network, reach, submit, train, until, wave

from rnncore import runs
from rnncore.messages import Refusal
from rnncore.runs import cluster, plain, queue, store

pytestmark = pytest.mark.usefixtures("workers")


def worker_of(run: runs.Run) -> psutil.Process:
    [held] = [one for one in queue.held() if one.claim.run == run.id]
    return psutil.Process(int(held.worker.split()[1]))


def test_scheduler_nanny_and_workers_stand_behind_the_pages():
    begun = [one for one in psutil.Process().children() if any(part.endswith("lifeline.py") for part in one.cmdline())]
    family = begun + [below for one in begun for below in one.children(recursive=True)]
    assert len(family) >= 4
    assert {one.nice() for one in family} == {min(19, os.nice(0) + 10)}
    groups = [Path(f"/proc/{one.pid}/autogroup") for one in family]
    assert all(group.read_text().endswith("nice 10\n") for group in groups if group.exists())


def test_run_ends_done_with_epochs_a_forecast_and_a_model():
    run = submit()
    assert run.state == "queued"
    ended = reach(run, "done", "failed")
    assert ended.refusal is None
    told = runs.epochs(ended)
    assert [epoch.stage for epoch in told] == ORIGINS * ["classical"] + 15 * ["member"]
    assert of_network(told) == list(range(1, 16))
    assert ended.epoch == ORIGINS + 15
    assert ended.fraction == 1
    assert ended.created <= ended.started < ended.finished
    result = runs.result(ended)
    assert len(result.forecasts[0].forecast) == 6
    assert all(8 < value < 12 for value in result.forecasts[0].forecast)
    assert len(runs.model(ended)) > 1000


def test_killed_worker_costs_no_more_than_the_epochs_since_its_checkpoint():
    run = train(submit(LONG), 40)
    safe = kept(run)
    killed = worker_of(run)
    os.kill(killed.pid, signal.SIGKILL)
    before = runs.epochs(run)
    again = train(run, len(before) + 10)
    assert worker_of(run).pid != killed.pid
    told = runs.epochs(again)
    assert of_network(told) == list(range(1, len(told) - ORIGINS + 1))
    assert told[:safe] == before[:safe]  # went on rather than start over: seconds and all are the first worker's
    assert again.attempts <= 2
    runs.delete(again)


def test_stop_keeps_the_best_and_still_forecasts():
    run = train(submit(LONG), 40)
    asked = time.monotonic()
    runs.stop(run)
    stopped = reach(run, "stopped", "failed")
    assert stopped.state == "stopped"
    assert time.monotonic() - asked < 3
    assert 40 <= stopped.epoch < 10_000
    assert len(runs.result(stopped).forecasts[0].forecast) == 6
    assert runs.model(stopped)
    with pytest.raises(Refusal, match="cannot_stop"):
        runs.stop(stopped)


def test_paused_run_frees_its_worker_and_goes_on_where_it_was():
    run = train(submit(LONG), 40)
    asked = time.monotonic()
    runs.pause(run)
    paused = reach(run, "paused")
    assert time.monotonic() - asked < 2
    assert queue.held() == []
    before = runs.epochs(paused)
    time.sleep(0.5)
    assert runs.find(run.token).epoch == paused.epoch == len(before)
    runs.proceed(paused)
    further = train(run, paused.epoch + 20)
    assert runs.epochs(further)[: len(before)] == before
    runs.delete(further)


def test_paused_run_can_be_stopped_without_training_more():
    run = train(submit(LONG), 40)
    runs.pause(run)
    paused = reach(run, "paused")
    runs.stop(paused)
    stopped = reach(run, "stopped", "failed")
    assert stopped.state == "stopped"
    assert stopped.epoch == paused.epoch


def test_checkpoint_of_another_version_costs_the_progress_but_not_the_run():
    run = train(submit(config(1000)), 20)
    runs.pause(run)
    paused = reach(run, "paused")
    before = runs.epochs(paused)
    older = plain.dumps({"epoch": paused.epoch, "state": {"version": 1}})
    with store.writing() as connection:
        store.put(connection, run.id, "checkpoint", plain.arrays_to_bytes({}), older)
    runs.proceed(paused)
    until(lambda: runs.epochs(run)[:1] not in ([], before[:1]))
    runs.stop(train(run, ORIGINS + 1))
    stopped = reach(run, "stopped", "failed")
    assert stopped.state == "stopped"
    again = runs.epochs(stopped)
    assert of_network(again) == list(range(1, stopped.epoch - ORIGINS + 1))
    assert again[ORIGINS].loss == before[ORIGINS].loss  # the same seed, from the beginning


def test_run_that_is_done_can_be_trained_further():
    run = reach(submit(), "done")
    runs.further(run, 15)
    until(lambda: runs.find(run.token).epoch > ORIGINS + 15)
    again = reach(run, "done", "failed")
    assert again.state == "done"
    assert again.epoch == ORIGINS + 30
    assert again.further is None


def test_saved_model_starts_a_new_run_that_can_rest_too():
    first = reach(submit(), "done")
    second = runs.submit([wave()], LONG, title="again", model=runs.model(first), further=2000)
    assert second.config.network == first.config.network
    runs.pause(train(second, 20))
    paused = reach(second, "paused")
    runs.proceed(paused)
    runs.stop(train(second, paused.epoch + 10))
    assert reach(second, "stopped", "failed").state == "stopped"
    untouched = runs.submit([wave()], SHORT, title="as it was", model=runs.model(first))
    ended = reach(untouched, "done", "failed")
    assert (ended.state, ended.epoch) == ("done", ORIGINS)
    assert runs.result(ended).forecasts[0].forecast == runs.result(first).forecasts[0].forecast


def test_deleted_runs_are_gone_at_once_and_their_workers_free_soon():
    both = [submit(LONG), submit(LONG)]
    for run in both:
        train(run, 10)
    for run in both:
        runs.delete(run)
        assert runs.find(run.token) is None
        assert runs.epochs(run) == []
    reach(submit(), "done")


def test_third_run_waits_for_one_of_two_workers():
    long = [submit(LONG), submit(LONG)]
    for run in long:
        train(run, 1)
    waiting = [submit(SHORT), submit(SHORT)]
    time.sleep(1.5)
    assert [runs.position(run) for run in waiting] == [1, 2]
    runs.delete(long[0])
    reach(waiting[0], "done")
    reach(waiting[1], "done")
    runs.delete(long[1])


def test_run_that_breaks_is_told_in_a_sentence_without_secrets():
    token = store.add(b"not a table at all", SHORT, "broken", {}, None, None)
    broken = until(lambda: (found := runs.find(token)).ended and found)
    assert broken.state == "failed"
    assert broken.refusal.code == "internal"
    assert list(broken.refusal.facts) == ["reference"]


def test_lost_scheduler_is_replaced_and_its_run_goes_on():
    run = train(submit(LONG), 20)
    safe = kept(run)
    before = runs.epochs(run)
    [scheduler] = [child for child in psutil.Process().children() if "scheduler" in child.cmdline()]
    scheduler.kill()
    scheduler.wait()
    again = train(run, len(before) + 10)
    assert runs.epochs(again)[:safe] == before[:safe]
    assert again.attempts <= 1
    runs.delete(again)
    until(lambda: cluster.health()["workers"] == 2)


def test_heart_beats_also_in_the_middle_of_an_epoch():
    run = runs.submit([wave(4000)], config(1, units=512, window=300), title="an epoch of seconds")
    beats = set()

    def beaten():
        beats.update((held.heartbeat, held.memory) for held in queue.held())
        return runs.find(run.token).ended

    until(beaten)
    assert of_network(runs.epochs(run)) == [1]
    assert len([memory for _, memory in beats if memory]) > 3


def test_nothing_listens_beyond_this_machine():
    family = psutil.Process().children(recursive=True)
    listening = [c.laddr.ip for process in family for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert set(listening) == {"127.0.0.1"}


def test_silent_worker_is_replaced_and_its_run_goes_on(monkeypatch):
    run = train(submit(LONG), 20)
    until(lambda: store.part(run, "checkpoint"))
    silent = worker_of(run)
    with monkeypatch.context() as patch:
        patch.setenv("UNROLLED_PATIENCE_LOST", "1")
        silent.suspend()
        until(lambda: not silent.is_running())
    again = train(run, runs.find(run.token).epoch + 10)
    runs.delete(again)
    until(lambda: cluster.health()["workers"] == 2)
