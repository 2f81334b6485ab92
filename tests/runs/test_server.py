"""What a run and the processes of the house go through when a server ends, is killed, or is not alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
from journey import LONG, SHORT, reach, submit, train, until

from rnncore import runs
from rnncore.runs import store

ROOT = Path(__file__).parents[2]


@contextmanager
def server():
    """A server in a process of its own; killed at the end, if it has not ended."""
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "UNROLLED_WORKERS": "1"}
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
        before = train(run, 40, seconds=30)
        until(lambda: store.part(run, "checkpoint"))
        children = family(first)
        assert len(children) >= 3  # scheduler, nanny, worker
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        until(lambda: not alive(children), 5)
    told = runs.epochs(before)
    with server():
        again = train(run, before.epoch + 10, seconds=30)
        assert runs.epochs(again)[:20] == told[:20]
        runs.stop(again)
        assert reach(run, "stopped", "failed").state == "stopped"


def test_server_that_is_told_to_go_takes_everything_along_in_silence(place):
    run = submit(LONG)
    with server() as process:
        train(run, 20, seconds=30)
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


def test_two_servers_share_the_queue_and_run_nothing_twice(place):
    queued = [submit(SHORT) for _ in range(8)]
    with server(), server():
        ended = [reach(run, "done", "failed", seconds=60) for run in queued]
    assert [run.state for run in ended] == ["done"] * 8
    assert [run.epoch for run in ended] == [30] * 8
    assert all(len(runs.epochs(run)) == 30 for run in ended)
