"""Attention in its plainest form: the last state asks all states, and takes most from those that resemble it."""

from __future__ import annotations

import numpy as np


def attend(states: np.ndarray, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (T,), positive and of sum 1, and the context (H,): the mean of the states (T, H) under these weights.

    The score of a step is the cosine of its state with the last one, times `sharpness`; 0 makes all weights equal.
    Source: Bahdanau, Cho and Bengio 2015, with the score of Graves, Wayne and Danihelka 2014 (content addressing).
    """
    lengths = np.linalg.norm(states, axis=1)
    scores = sharpness * (states @ states[-1]) / np.maximum(lengths * lengths[-1], 1e-12)
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights, weights @ states
