"""A Dask command that ends with the process that started it: `python -P lifeline.py SCRATCH scheduler|worker ...`.

The starter holds the other end of our standard input. When it is gone, however it went, that end closes; then this process
removes the folder SCRATCH and ends, with all its group.
"""

import contextlib
import os
import shutil
import signal
import sys
import threading
from pathlib import Path


def _end_with_starter(scratch: str) -> None:
    while os.read(0, 1):
        pass
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)  # the workers of a nanny, too


def _step_back() -> None:
    """Behind the pages, from the first import on. Where Linux shares processors out by session (autogroup), niceness counts
    only within one, and every session has a niceness of its own."""
    os.nice(10)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text("10")


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        sys.exit("starts as the leader of a group of its own, because it ends the whole group")
    _step_back()
    threading.Thread(target=_end_with_starter, args=(sys.argv.pop(1),), daemon=True).start()
    from dask.__main__ import main

    sys.argv[0] = "dask"
    main()
