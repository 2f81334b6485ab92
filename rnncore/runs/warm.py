"""What a worker process does at its start (`dask worker --preload rnncore.runs.warm`)."""

from __future__ import annotations

import logging
import os
import sys
import threading

from rnncore.runs import hosting

log = logging.getLogger(__name__)


def dask_setup(_worker) -> None:
    """Steps back behind the pages, keeps to its memory, and fetches the engine before the first run asks for it."""
    os.nice(10)
    _limit_memory(hosting.hosting().worker_memory)
    threading.Thread(target=_fetch_engine, daemon=True).start()


def _limit_memory(megabytes: int) -> None:
    # Beyond it an allocation fails, which can be told in a sentence; a killed worker can only be guessed about.
    if sys.platform == "linux":
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1_000_000, hard))


def _fetch_engine() -> None:
    try:
        import rnncore.forecasting.recipe
        import rnncore.nn  # noqa: F401
    except Exception:
        log.exception("the engine could not be loaded ahead of the first run")
