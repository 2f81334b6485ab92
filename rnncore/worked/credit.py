"""Which input an answer goes back to, asked in two ways."""

from __future__ import annotations

import numpy as np

from rnncore.cells import Cell


def by_slope(cell: Cell, x: np.ndarray, unit: int) -> np.ndarray:
    """dh_T/dx_t of one unit for every step of x (T,): (T,), by back-propagation through time."""
    trace = cell.unroll(x[:, None, None])
    direction = np.zeros((1, cell.units))
    direction[0, unit] = 1.0
    return cell.backward(trace, direction).dx[:, 0, 0]


def by_absence(cell: Cell, x: np.ndarray, unit: int) -> np.ndarray:
    """How much h_T of one unit would fall if x_t were 0, for every step: (T,). Source: occlusion, Zeiler and Fergus 2014."""
    without = np.where(np.eye(len(x), dtype=bool), 0.0, x[:, None])  # (T, T): sequence n lacks step n
    return cell.unroll(x[:, None, None]).h[-1, 0, unit] - cell.unroll(without[:, :, None]).h[-1, :, unit]
