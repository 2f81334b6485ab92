"""The memory of a worker: how much it has, and a limit for what it may take."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def used() -> float:
    """MB that this process has in memory."""
    return psutil.Process().memory_info().rss / 1e6


@contextmanager
def limited(megabytes: float) -> Iterator[None]:
    """Lets an allocation fail that would take this process beyond so many MB; on Linux, and without a GPU.

    A failed allocation can be told in a sentence; about a killed worker one can only guess.
    """
    # The driver of a GPU reserves more addresses than it uses memory.
    if sys.platform != "linux" or os.path.exists("/dev/nvidiactl"):
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    room = max(0.0, megabytes - used()) * 1e6
    resource.setrlimit(resource.RLIMIT_DATA, (_data() + int(room), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _data() -> int:
    """Bytes that the limit counts: private writable memory, whether touched or not."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmData:")]
    return int(line.split()[1]) * 1024
