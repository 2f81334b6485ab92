"""The gradient of a whole cell as one vector, and what clipping does to it."""

from __future__ import annotations

import numpy as np

from rnncore.cells import Trace


def gradient_norm(trace: Trace, v: np.ndarray) -> float:
    """||dL/dW|| over all weights and biases of the cell together, for L = v . h_T; v (B, H)."""
    weights = trace.cell.backward(trace, v).weights.values()
    return float(np.linalg.norm(np.concatenate([np.linalg.norm(weight)[None] for weight in weights])))


def clip_factor(norm: float, bound: float) -> float:
    """What clipping by norm multiplies the gradient with: 1 within the bound (Pascanu et al. 2013, algorithm 1)."""
    return min(1.0, bound / norm) if norm > 0 else 1.0
