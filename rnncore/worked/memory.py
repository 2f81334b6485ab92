"""Does a state still tell two pasts apart? Two sequences that differ at their first step, and what is left of it."""

from __future__ import annotations

import math

import numpy as np

from rnncore.cells import Trace


def twins(x: np.ndarray) -> np.ndarray:
    """(T,) -> (T, 2, 1): the sequence twice, first value +1 and -1, all others the same."""
    both = np.repeat(np.asarray(x, float)[:, None, None], 2, axis=1)
    both[0, :, 0] = 1.0, -1.0
    return both


def states(trace: Trace) -> np.ndarray:
    """The whole state (T, B, H), or (T, B, 2H) where the cell has a cell state beside the hidden one."""
    return trace.h if trace.c is None else np.concatenate([trace.h, trace.c], axis=-1)


def apart(trace: Trace) -> np.ndarray:
    """The distance d_t (T,) between the whole states of the two runs of a trace over `twins`."""
    held = states(trace)
    return np.linalg.norm(held[:, 0] - held[:, 1], axis=-1)


def still_apart(distance: np.ndarray, share: float = 0.01) -> int:
    """For how many steps after the first the distance stays above `share` of what it was at the first; 0 where it never was."""
    fallen = np.flatnonzero(distance <= share * distance[0])
    return max(int(fallen[0]) - 1, 0) if len(fallen) else len(distance) - 1


def half_life(kept: float) -> float:
    """After how many steps half is left, when each step keeps the share `kept` (0 to 1); infinite at 1, 0 at 0."""
    if kept >= 1:
        return math.inf
    return math.log(0.5) / math.log(kept) if kept > 0 else 0.0
