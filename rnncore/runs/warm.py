"""What a worker process does at its start (`dask worker --preload rnncore.runs.warm`)."""

from __future__ import annotations

import logging
import os
import threading

# Several threads are no faster on networks of this size, and collapse where processors are shared.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

log = logging.getLogger(__name__)


def dask_setup(_worker) -> None:
    """Steps back behind the pages, and fetches the engine before the first run asks for it."""
    os.nice(max(0, 10 - os.nice(0)))  # those beside the server have stepped back already
    os.environ.update(ONE_THREAD)
    threading.Thread(target=_fetch_engine, daemon=True).start()


def _fetch_engine() -> None:
    try:
        import rnncore.forecasting.recipe
        import rnncore.nn  # noqa: F401
    except Exception:
        log.exception("the engine could not be loaded ahead of the first run")
