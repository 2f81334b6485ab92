"""The side of a peer: what it is asked for, the data of it, and the answers. numpy and the standard library only."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np

Epoch = Callable[[], float]  # trains one epoch; the processor seconds it took


def series(work: dict) -> np.ndarray:
    """A noisy season of 24 with just the rows for `windows` windows, float32."""
    rows = work["windows"] + work["steps"] + work["horizon"] - 1
    noise = np.random.default_rng(0).normal(0, 0.3, rows)
    return (np.sin(2 * np.pi * np.arange(rows) / 24) + noise).astype(np.float32)


def unfolded(work: dict) -> tuple[np.ndarray, np.ndarray]:
    """The windows (n, T, 1) of that series, and what follows each (n, K)."""
    steps = work["steps"]
    both = np.lib.stride_tricks.sliding_window_view(series(work), steps + work["horizon"])
    return np.ascontiguousarray(both[:, :steps, None]), np.ascontiguousarray(both[:, steps:])


def clocked(action: Callable, *given, **named) -> float:
    began = time.process_time()
    action(*given, **named)
    return time.process_time() - began


def serve(prepare: Callable[[dict], Epoch]) -> None:
    """Answers every line of standard input by the seconds of one epoch of it; what has been prepared last is kept."""
    last, epoch = "", None
    for line in sys.stdin:
        if line != last:
            last, epoch = line, prepare(json.loads(line))
        print(json.dumps({"seconds": epoch()}), flush=True)
