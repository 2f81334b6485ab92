"""What is known of a run, who may know it, and how it changes hands; without workers."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from journey import SHORT, submit, wave

from rnncore import runs
from rnncore.messages import Epoch, Refusal
from rnncore.runs import cluster, hosting, plain, queue, store, tables, tokens


@pytest.fixture
def sqlite(tmp_path, monkeypatch):
    """The folder of an empty store."""
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    monkeypatch.delenv("UNROLLED_STORE", raising=False)
    yield tmp_path
    tables.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, monkeypatch):
    """An empty store of either kind."""
    if request.param == "sqlite":
        request.getfixturevalue("sqlite")
        yield
        return
    monkeypatch.setenv("UNROLLED_STORE", request.getfixturevalue("fresh_database"))
    yield
    tables.close()


def epoch(number: int, loss: float = 0.5) -> Epoch:
    return Epoch("member", "level/24", 0, number, 10, loss, 1.0, 1.0, 0.1, 1e-3, 1.0, number / 10, 1.0)


def test_run_is_found_by_both_tokens_but_owned_by_one(place):
    run = submit(title="taxi")
    shared = runs.find(run.share_token)
    assert (run.owned, shared.owned) == (True, False)
    assert run.token != run.share_token
    assert shared.token == shared.share_token == run.share_token
    assert (shared.id, shared.title, shared.config) == (run.id, "taxi", SHORT)


@pytest.mark.parametrize("token", ["", "x", "'; drop table runs; --", "1"])
def test_nobody_finds_a_run_without_its_token(place, token):
    submit()
    assert runs.find(token) is None


def test_store_knows_neither_token(sqlite):
    run = submit()
    content = b"".join(path.read_bytes() for path in sqlite.iterdir())
    assert b"wave" in content
    assert run.token.encode() not in content
    assert run.share_token.encode() not in content


def test_tokens_are_long_and_the_read_only_one_cannot_be_turned_back():
    owner = tokens.new()
    assert len({tokens.new() for _ in range(100)}) == 100
    assert len(owner) >= 22
    assert tokens.share(owner) == tokens.share(owner)
    assert tokens.share(tokens.share(owner)) != owner


@pytest.mark.parametrize("change", [runs.stop, runs.pause, runs.proceed, runs.delete, lambda run: runs.further(run, 5)])
def test_read_only_token_changes_nothing(place, change):
    run = submit()
    with pytest.raises(Refusal, match="not_owner"):
        change(runs.find(run.share_token))
    assert runs.find(run.token) == run


def test_series_come_back_as_they_went_in(place):
    [back] = runs.series(submit())
    assert back.name == "wave"
    assert np.array_equal(back.values, wave().values)


def test_refused_plan_stores_nothing(place):
    short = wave(5)
    with pytest.raises(Refusal):
        runs.submit([short], SHORT, title="five rows")
    assert store.counts() == {}


def test_positions_follow_the_order_of_arrival_and_close_up(place):
    first, second, third = (submit() for _ in range(3))
    assert [runs.position(run) for run in (first, second, third)] == [1, 2, 3]
    runs.pause(first)
    assert [runs.position(run) for run in (first, second, third)] == [0, 1, 2]
    runs.proceed(runs.find(first.token))
    assert [runs.position(run) for run in (first, second, third)] == [3, 1, 2]


def test_full_queue_turns_new_runs_away(place, monkeypatch):
    monkeypatch.setenv("UNROLLED_MAX_QUEUED", "1")
    submit()
    with pytest.raises(Refusal, match="queue_full") as refused:
        submit()
    assert refused.value.facts == {"limit": 1}


def test_many_claim_at_once_and_each_run_is_claimed_once(place):
    for _ in range(12):
        submit()
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: queue.claim(), range(20)))
    claimed = [claim.run for claim in claims if claim]
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 12


def test_worker_that_comes_back_cannot_write_over_its_successor(place):
    run = submit()
    early = queue.take(queue.claim())
    queue.tell(early.claim, [(1, epoch(1))])
    [held] = queue.held()
    queue.give_back(held)
    late = queue.take(queue.claim())
    with pytest.raises(queue.Lost):
        queue.tell(early.claim, [(2, epoch(2))])
    with pytest.raises(queue.Lost):
        queue.checkpoint(early.claim, [], 2, {}, b"")
    with pytest.raises(queue.Lost):
        queue.finish(early.claim, [], "done", {}, b"")
    queue.fail(early.claim, Refusal("internal", reference="1"))
    queue.tell(late.claim, [(1, epoch(1))])
    assert [one.epoch for one in runs.epochs(run)] == [1]
    assert runs.find(run.token).state == "running"


def test_second_taker_of_one_claim_gets_nothing(place):
    submit()
    claim = queue.claim()
    assert queue.take(claim) is not None
    assert queue.take(claim) is None


def test_run_that_loses_every_worker_fails_with_a_sentence(place):
    run = submit()
    for _ in range(3):
        queue.take(queue.claim())
        queue.give_back(queue.held()[0])
    failed = runs.find(run.token)
    assert failed.state == "failed"
    assert (failed.refusal.code, failed.refusal.facts) == ("worker_lost", {"attempts": 3})


def test_run_that_gets_further_with_every_worker_goes_on(place):
    run = submit()
    for number in range(1, 6):
        duty = queue.take(queue.claim())
        queue.checkpoint(duty.claim, [(number, epoch(number))], number, {}, plain.arrays_to_bytes({}))
        queue.give_back(queue.held()[0])
    assert runs.find(run.token).state == "queued"


def test_worker_that_ended_near_its_memory_limit_ran_out_of_memory(place, monkeypatch):
    monkeypatch.setenv("UNROLLED_WORKER_MEMORY", "1000")
    run = submit()
    duty = queue.take(queue.claim())
    queue.tell(duty.claim, [], memory=950.0)
    queue.give_back(queue.held()[0])
    assert runs.find(run.token).refusal.code == "out_of_memory"


def test_numbers_that_are_not_finite_become_null(place):
    run = submit()
    duty = queue.take(queue.claim())
    queue.tell(duty.claim, [(1, epoch(1, loss=math.nan)), (2, epoch(2, loss=np.float64("inf")))])
    assert [one.loss for one in runs.epochs(run)] == [None, None]
    assert runs.find(run.token).epoch == 2


def test_epochs_are_told_from_where_the_reader_is(place):
    run = submit()
    duty = queue.take(queue.claim())
    queue.tell(duty.claim, [(number, epoch(number)) for number in range(1, 6)])
    assert [one.epoch for one in runs.epochs(run, after=3)] == [4, 5]
    assert runs.epochs(run, after=5) == []


def test_deleted_run_leaves_nothing_in_the_file(sqlite):
    run = runs.submit([wave()], SHORT, title="a secret title", facts={"file": "a secret file"})
    runs.delete(run)
    content = b"".join(path.read_bytes() for path in sqlite.iterdir())
    assert b"a secret" not in content
    assert runs.find(run.token) is None
    assert runs.series(run) == []
    assert runs.epochs(run) == []


def test_file_shrinks_when_runs_are_deleted(sqlite):
    run = runs.submit([wave(50_000)], SHORT, title="long")
    before = sum(path.stat().st_size for path in sqlite.iterdir())
    runs.delete(run)
    assert before > 1_000_000
    assert sum(path.stat().st_size for path in sqlite.iterdir()) < 200_000


def test_old_runs_expire_but_never_one_that_waits(place, monkeypatch):
    resting, waiting = submit(), submit()
    runs.pause(resting)
    monkeypatch.setenv("UNROLLED_DAYS_KEPT", "0.000000001")
    assert store.expire() == 1
    assert runs.find(resting.token) is None
    assert runs.find(waiting.token) is not None


def test_oldest_runs_make_room(place, monkeypatch):
    old, new = submit(), submit()
    for run in (old, new):
        runs.pause(run)
    monkeypatch.setenv("UNROLLED_RUNS_KEPT", "1")
    assert store.expire() == 1
    assert runs.find(old.token) is None
    assert runs.find(new.token) is not None


def test_processes_that_start_at_once_lay_out_one_store(place):
    script = "from rnncore.runs import store; print(store.counts())"
    starts = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [start.communicate()[0].strip() for start in starts] == ["{}"] * 3
    with tables.reading() as connection:
        assert connection.scalars(tables.schema.select()).all() == [tables.VERSION]


def test_store_of_a_newer_program_is_left_alone(place):
    store.counts()
    with tables.writing() as connection:
        connection.execute(tables.schema.insert().values(version=tables.VERSION + 1))
    tables.close()
    with pytest.raises(Refusal, match="store_newer"):
        store.counts()


def test_store_that_does_not_answer_is_refused_without_its_address(monkeypatch, tmp_path):
    monkeypatch.setenv("UNROLLED_STORE", f"sqlite:///{tmp_path}/no/such/folder/secret.sqlite")
    with pytest.raises(Refusal, match="store_unreachable") as refused:
        store.counts()
    assert refused.value.facts == {}


@pytest.mark.parametrize("address", ["not an address", "postgresql+nodriver://secret@host/name"])
def test_address_that_means_nothing_is_refused_without_repeating_it(monkeypatch, address):
    monkeypatch.setenv("UNROLLED_STORE", address)
    with pytest.raises(Refusal, match="store_address") as refused:
        store.counts()
    assert refused.value.facts == {}


def test_wrong_setting_is_refused_before_anything_starts(monkeypatch):
    monkeypatch.setenv("UNROLLED_WORKERS", "many")
    with pytest.raises(Refusal, match="host_setting") as refused:
        cluster.start()
    assert refused.value.facts == {"name": "UNROLLED_WORKERS", "value": "many"}
    assert cluster.health()["state"] == "off"


def test_data_is_for_its_owner_only(sqlite, monkeypatch):
    store.counts()
    assert all(path.stat().st_mode & 0o077 == 0 for path in sqlite.iterdir())
    monkeypatch.setenv("UNROLLED_DATA", str(sqlite / "new"))
    assert hosting.folder().stat().st_mode & 0o077 == 0


def test_hosts_knobs_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("UNROLLED_DAYS_KEPT", "7")
    monkeypatch.setenv("UNROLLED_WORKERS", "3")
    assert (hosting.hosting().days_kept, hosting.hosting().workers) == (7.0, 3)
