"""The leaky integrate-and-fire neuron (Lapicque 1907; Gerstner et al. 2014, Neuronal dynamics, section 1.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnncore.config import Neuron


@dataclass(frozen=True)
class Recording:
    """What an electrode would have seen: at `time` (N,) ms the current (N,) nA and the voltage (N,) mV; times of the spikes
    (ms). `voltage[n]` is that at the end of step n, so at time[n] = (n + 1) dt."""

    time: np.ndarray
    current: np.ndarray
    voltage: np.ndarray
    spikes: np.ndarray

    @property
    def rate(self) -> float:
        """Spikes per second over the whole recording, in Hz."""
        return 1000 * len(self.spikes) / self.time[-1] if len(self.time) else 0.0

    @property
    def steady_rate(self) -> float:
        """One over the mean interval between spikes, in Hz: what a constant current settles at; 0 with fewer than two."""
        return 1000 / float(np.diff(self.spikes).mean()) if len(self.spikes) > 1 else 0.0


def record(
    neuron: Neuron,
    current: np.ndarray,
    dt: float = 0.1,
    method: Literal["exact", "euler"] = "exact",
    start: float | None = None,
) -> Recording:
    """tau dV/dt = -(V - rest) + R I; at the threshold a spike, then `refractory` ms at the reset voltage.

    current: (N,) nA, constant within each step of `dt` ms; start: voltage in mV, at rest by default. `exact` follows the
    exponential that solves the equation within a step, and finds spikes between the steps; `euler` takes V + dt dV/dt, and
    sees spikes at the end of a step only, so it fires a little late.
    """
    if dt <= 0 or (method == "euler" and dt > neuron.tau):
        raise ValueError("dt must be positive, and for euler at most tau: larger steps leap over the voltage they aim at")
    current = np.asarray(current, float)
    voltage, spikes, v = np.empty(len(current)), [], neuron.rest if start is None else start
    integrate, ready = {"exact": _exact, "euler": _euler}[method], 0.0
    for n, target in enumerate((neuron.rest + neuron.resistance * current).tolist()):
        v, ready = integrate(neuron, v, target, n * dt, dt, ready, spikes)
        voltage[n] = v
    return Recording(dt * np.arange(1, len(current) + 1), current, voltage, np.array(spikes))


def _exact(
    neuron: Neuron, v: float, target: float, now: float, dt: float, ready: float, spikes: list[float]
) -> tuple[float, float]:
    """Voltage at the end of the step, and when the neuron may move again; new spikes are added to `spikes`."""
    end = now + dt
    now = max(now, ready)
    while now < end:
        if v >= neuron.threshold:
            crossing = now
        elif target > neuron.threshold:
            crossing = now + neuron.tau * math.log((target - v) / (target - neuron.threshold))
        else:
            crossing = math.inf
        if crossing >= end:
            return target + (v - target) * math.exp((now - end) / neuron.tau), ready
        spikes.append(crossing)
        v, ready = neuron.reset, crossing + neuron.refractory
        now = ready
    return v, ready


def _euler(
    neuron: Neuron, v: float, target: float, now: float, dt: float, ready: float, spikes: list[float]
) -> tuple[float, float]:
    if now < ready - 1e-9 * dt:  # sums of dt are not exact
        return v, ready
    v += dt / neuron.tau * (target - v)
    if v < neuron.threshold:
        return v, ready
    spikes.append(now + dt)
    return neuron.reset, now + dt + neuron.refractory


def rheobase(neuron: Neuron) -> float:
    """The weakest constant current that ever makes the neuron fire, in nA: (threshold - rest) / R."""
    return (neuron.threshold - neuron.rest) / neuron.resistance


def rate(neuron: Neuron, current: np.ndarray | float) -> np.ndarray:
    """The f-I curve: steady rate in Hz for constant currents in nA, in the same shape.

    1 / (refractory + tau ln((R I + rest - reset) / (R I + rest - threshold))), and 0 up to the rheobase. Source: the time
    that the exponential of `record` takes from reset to threshold.
    """
    target = neuron.rest + neuron.resistance * np.asarray(current, float)
    fires = target > neuron.threshold
    above = np.where(fires, target, neuron.threshold + 1.0)
    interval = neuron.refractory + neuron.tau * np.log((above - neuron.reset) / (above - neuron.threshold))
    return np.where(fires, 1000 / interval, 0.0)
