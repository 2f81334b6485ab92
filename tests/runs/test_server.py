"""What a run and the processes of the house go through when a server ends, is killed, or is not alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from journey import LONG, ORIGINS, SHORT, config, kept, reach, submit, train, until, wave

from rnncore import runs
from rnncore.runs import cluster

ROOT = Path(__file__).parents[2]


@contextmanager
def server(**settings: str):
    """A server in a process of its own; killed at the end, if it has not ended."""
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "UNROLLED_WORKERS": "1", **settings}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "started\n"
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def family(process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_killed_server_leaves_no_process_and_the_next_one_ends_its_run(place):
    run = submit(LONG)
    with server() as first:
        before = train(run, 40)
        safe = kept(run)
        children = family(first)
        assert len(children) >= 3  # scheduler, nanny, worker
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        until(lambda: not alive(children), 5)
    told = runs.epochs(before)
    with server():
        again = train(run, before.epoch + 10)
        assert runs.epochs(again)[:safe] == told[:safe]
        runs.stop(again)
        assert reach(run, "stopped", "failed").state == "stopped"


def test_server_that_is_told_to_go_takes_everything_along_in_silence(place):
    run = submit(LONG)
    with server() as process:
        train(run, 20)
        children = family(process)
        asked = time.monotonic()
        process.terminate()
        _, errors = process.communicate(timeout=10)
        assert time.monotonic() - asked < 5
        assert alive(children) == []
        assert errors == ""
    left = runs.find(run.token)
    assert (left.state, left.attempts) == ("queued", 0)
    runs.delete(left)


def test_cluster_that_is_closed_while_it_starts_leaves_nothing(place):
    before = set(psutil.Process().children(recursive=True))
    for moment in (0, 0.5, 1.5):
        cluster.start()
        time.sleep(moment)
        asked = time.monotonic()
        cluster.close()
        assert time.monotonic() - asked < 5
        assert [one for one in alive(psutil.Process().children(recursive=True)) if one not in before] == []


def test_what_is_more_urgent_is_done_before_workers_start(place):
    before, seen = set(psutil.Process().children()), []

    def urgent():
        time.sleep(0.5)
        seen.append([one for one in psutil.Process().children() if one not in before])

    cluster.start(first=urgent)
    until(lambda: cluster.health()["workers"])
    cluster.close()
    assert seen == [[]]


def test_two_servers_share_the_queue_and_run_nothing_twice(place):
    queued = [submit(SHORT) for _ in range(5)]
    with server(), server():
        ended = [reach(run, "done", "failed") for run in queued]
    assert [run.state for run in ended] == ["done"] * 5
    assert [run.epoch for run in ended] == [ORIGINS + 15] * 5
    assert all(len(runs.epochs(run)) == ORIGINS + 15 for run in ended)


def test_run_that_needs_more_memory_than_a_worker_has_is_told_so(place):
    run = runs.submit([wave(1000)], config(1, units=400, window=400), title="more than there is")
    with server(UNROLLED_WORKER_MEMORY="500"):
        ended = reach(run, "done", "failed")
    assert ended.refusal.code == "out_of_memory"
    assert ended.refusal.facts == {"limit": 500}


def test_scheduler_of_somebody_else_serves_two_servers(place, tmp_path):
    with scheduler(tmp_path) as address, server(UNROLLED_SCHEDULER=address) as one, server(UNROLLED_SCHEDULER=address):
        queued = [submit(SHORT) for _ in range(3)]
        ended = [reach(run, "done", "failed") for run in queued]
        assert family(one) == []
    assert [run.state for run in ended] == ["done"] * 3


@contextmanager
def scheduler(folder):
    """A Dask scheduler with one worker, as a host would start them; its address."""
    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    worker = [*common, "--nworkers", "1", "--nthreads", "1", "--no-nanny", "--preload", "rnncore.runs.warm"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen([sys.executable, "-m", "dask", *words], env=env, stderr=subprocess.DEVNULL)
        for words in (["scheduler", *common, "--port", "0"], ["worker", *worker])
    ]
    try:
        until(file.exists)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in started:
            process.kill()
            process.wait()
