"""What a cell reads while its gradient is measured, and the direction of the loss at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncore.messages import Refusal
from rnncore.series.series import Series

SPREAD = 0.5  # standard deviation of every input: small enough to leave tanh in its middle, as in a scaled data set
SHORTEST, LONGEST = 8.0, 100.0  # steps a sine wave may take


def sequences(
    kind: str, length: int, batch: int, features: int, seed: int, series: Sequence[Series] = ()
) -> np.ndarray:  # (T, B, F)
    """Inputs of standard deviation 0.5: `noise` (normal), `sine` (a wave of random period and phase for every value), or, for
    any other `kind`, windows of `series` with one feature.

    Noise and sine of a shorter length are the beginning of those of a longer one. Raises `Refusal`
    (`gradient_series_short`).
    """
    if kind not in ("noise", "sine"):
        return _windows(series, length, batch)
    draw = np.random.default_rng([seed, 1])
    if kind == "noise":
        return SPREAD * draw.standard_normal((length, batch, features))
    period = np.exp(draw.uniform(np.log(SHORTEST), np.log(LONGEST), (batch, features)))
    phase = draw.uniform(0, 2 * np.pi, (batch, features))
    return SPREAD * np.sqrt(2) * np.sin(2 * np.pi * np.arange(length)[:, None, None] / period + phase)


def direction(batch: int, units: int, seed: int) -> np.ndarray:
    """v (B, H) of the loss L = v . h_T: standard normal, the same for every cell and length."""
    return np.random.default_rng([seed, 2]).standard_normal((batch, units))


def _windows(series: Sequence[Series], length: int, batch: int) -> np.ndarray:
    """`batch` windows (T, B, 1), spread evenly over all series that are long enough; each series scaled as a whole."""
    fitting = [one.values for one in series if len(one) >= length]
    if not fitting:
        raise Refusal("gradient_series_short", rows=max(map(len, series), default=0), length=length)
    scaled = [_scaled(values) for values in fitting]
    windows = []
    for number in range(batch):
        values = scaled[number % len(scaled)]
        turn, turns = number // len(scaled), -(-batch // len(scaled))
        start = round((len(values) - length) * turn / max(turns - 1, 1))
        windows.append(values[start : start + length])
    return np.stack(windows, axis=1)[..., None]


def _scaled(values: np.ndarray) -> np.ndarray:
    values = values / (np.abs(values).max() or 1.0)  # squares of 1e200 would be infinite
    spread = values.std()
    return SPREAD * (values - values.mean()) / (spread or 1.0)
