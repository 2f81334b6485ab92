"""A linear recurrence h_t = a_t h_(t-1) + b_t, h_0 = 0, solved step by step and by doubling."""

from __future__ import annotations

import numpy as np


def stepwise(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """h (T,) by the recurrence itself: T steps, each of which waits for the one before."""
    h = np.array(b, float)
    for t in range(1, len(h)):
        h[t] += a[t] * h[t - 1]
    return h


def doubling(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """h (T,), and how many pairs of steps each round combines, all of them at once.

    After each round a step knows what twice as many steps up to it do together. Source: Hillis and Steele 1986, Data parallel
    algorithms.
    """
    a, h, reach, combined = np.array(a, float), np.array(b, float), 1, []
    while reach < len(h):
        h[reach:] = a[reach:] * h[:-reach] + h[reach:]
        a[reach:] = a[reach:] * a[:-reach]
        combined.append(len(h) - reach)
        reach *= 2
    return h, combined
