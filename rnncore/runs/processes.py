"""The embedded cluster: a Dask scheduler and its workers as child processes of the server, on loopback only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dask.system import CPU_COUNT  # of this container, where there is one

import rnncore
from rnncore.runs import hosting, warm

LOOPBACK = "127.0.0.1"


class Processes:
    """A scheduler, and one program that keeps the workers alive; none of them outlives this process."""

    def __init__(self):
        knobs = hosting.hosting()
        self.workers = knobs.workers or CPU_COUNT
        self.scratch = tempfile.mkdtemp(prefix="unrolled-")
        self.scheduler_file = str(Path(self.scratch) / "scheduler.json")
        # Also without a dashboard a small web server tells of health: on every interface, unless told otherwise.
        common = f"--host {LOOPBACK} --no-dashboard --dashboard-address {LOOPBACK}:0".split()
        common += ["--scheduler-file", self.scheduler_file]
        # A dead worker is replaced by its nanny, which also ends one beyond the limit. The worker's own limit is lower.
        worker = f"--nworkers {self.workers} --nthreads 1 --memory-limit {int(knobs.worker_memory * 1.25)}MB".split()
        worker += ["--local-directory", self.scratch]
        self.children = [self._start("scheduler", *common, "--port", "0"), self._start("worker", *common, *worker)]

    def ready(self) -> bool:
        """Whether the scheduler can be reached."""
        return Path(self.scheduler_file).exists()

    def alive(self) -> bool:
        return all(child.poll() is None for child in self.children)

    def close(self) -> None:
        """Ends them all at once. What a worker was doing goes on from its checkpoint."""
        for child in reversed(self.children):
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
        for child in self.children:
            child.wait(timeout=5)
            child.stdin.close()
        _remove(self.scratch)

    def _start(self, *command: str) -> subprocess.Popen:
        program = Path(__file__).with_name("lifeline.py")
        return subprocess.Popen(
            # -P: the folder of the program must not hide modules of the same names.
            [sys.executable, "-P", str(program), self.scratch, *command],
            stdin=subprocess.PIPE,  # its other end closes when this process ends
            stdout=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl-C at a terminal is for the server alone
        )


def _environment() -> dict[str, str]:
    root = str(Path(rnncore.__file__).parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    ours = {"PYTHONPATH": root + (os.pathsep + inherited if inherited else ""), **warm.ONE_THREAD}
    dask = {
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",  # the store counts attempts, and knows where to go on
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical",
        "DASK_DISTRIBUTED__WORKER__PRELOAD": '["rnncore.runs.warm"]',
        # What Dask watches for its dashboard costs an idle worker more than all the rest.
        "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
        "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms",
        "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "2s",
        "DASK_DISTRIBUTED__WORKER__MEMORY__TARGET": "False",
        "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False",
        "DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE": "False",
    }
    return {**dask, **os.environ, **ours}


def _remove(folder: str, patience: float = 2.0) -> None:
    # Ended processes may still be letting go of their files.
    deadline = time.monotonic() + patience
    while Path(folder).exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
