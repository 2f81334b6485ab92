"""Gradient flow for a `GradientConfig`: draw cells and inputs, measure, and tell what could not be held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.cells import GATES, WAYS, Cell, Trace, initialise
from rnncore.config import Budgets, GradientConfig
from rnncore.gradients.inputs import direction, sequences
from rnncore.gradients.jacobians import lyapunov
from rnncore.gradients.reach import Reach, reaches
from rnncore.gradients.theory import spectral_radius
from rnncore.messages import Note, Refusal
from rnncore.series.series import Series

KEPT = 24  # numbers that a trace and its slopes keep for each unit, step and sequence of an LSTM, the largest cell


@dataclass(frozen=True, eq=False)
class Setting:
    """A cell with what it reads, x (T, B, F), what it made of it, and the direction v (B, H) of the loss v . h_T."""

    cell: Cell
    trace: Trace
    v: np.ndarray

    @property
    def x(self) -> np.ndarray:
        return self.trace.x


@dataclass(frozen=True, eq=False)
class Result:
    """One cell at one length. `lyapunov`: the largest exponent of the whole state, per step."""

    cell: str
    length: int
    reach: Reach
    spectral_radius: float
    lyapunov: float

    def as_dict(self) -> dict:
        """As the command line prints it; not finite where a float64 cannot hold the value."""
        reach = self.reach
        return {
            "cell": self.cell,
            "length": self.length,
            "norms": reach.h.tolist(),
            "state_norms": reach.state.tolist(),
            "log10_norms": reach.log10_h.tolist(),
            "log10_state_norms": reach.log10_state.tolist(),
            "ratio_first_last": reach.ratio,
            "half_life": reach.half_life,
            "memory": reach.memory,
            "spectral_radius": self.spectral_radius,
            "lyapunov": self.lyapunov,
        }


def measure(
    config: GradientConfig, series: Sequence[Series] = (), budgets: Budgets | None = None
) -> tuple[list[Result], list[Note]]:
    """One result for each cell and each length, in the order of the config, and notes on what a number could not hold.

    The result of a cell at a length does not depend on what else was asked for. Raises `Refusal` for an initialisation that a
    cell does not have, a series too short, a measurement beyond the budgets, or states that overflow.
    """
    results, notes = [], []
    lengths = list(dict.fromkeys(config.lengths))
    for cell in chosen_cells(config):
        # A chrono initialisation follows the length, and so do windows of a file: then no length is the beginning of another.
        together = config.init != "chrono" and config.input in ("noise", "sine")
        for group in [lengths] if together else [[length] for length in lengths]:
            found, told = _measure_together(config, cell, group, series, budgets)
            results += found
            notes += told
    return results, notes


def chosen_cells(config: GradientConfig) -> list[str]:
    """The cells to measure: those that were named, or else all that have the initialisation."""
    named = "cells" in config.model_fields_set
    cells = [cell for cell in dict.fromkeys(config.cells) if named or config.init in WAYS[cell]]
    if config.forget_bias is not None and ("lstm" not in cells or config.init == "chrono"):
        raise Refusal("gradient_forget_bias")
    return cells


def prepare(
    config: GradientConfig,
    cell: str,
    length: int,
    series: Sequence[Series] = (),
    budgets: Budgets | None = None,
) -> Setting:
    """The cell with fresh weights, run over inputs of `length` steps: all that the other rooms measure on."""
    _check_size(config, cell, length, budgets or Budgets())
    if config.input not in ("noise", "sine") and "features" in config.model_fields_set and config.features != 1:
        raise Refusal("gradient_features", features=config.features)
    x = sequences(config.input, length, config.batch, config.features, config.seed, series)
    drawn = initialise(
        cell,
        x.shape[2],
        config.hidden,
        config.seed,
        way=config.init,
        activation=config.activation,
        radius=config.radius,
        forget_bias=config.forget_bias,
        timescale=length,
        dtype=config.dtype,
    )
    trace = drawn.unroll(x)
    if not np.isfinite(trace.h).all():
        raise Refusal("gradient_overflow", cell=cell, dtype=config.dtype, length=length)
    return Setting(drawn, trace, direction(config.batch, config.hidden, config.seed).astype(config.dtype))


def _measure_together(
    config: GradientConfig, cell: str, lengths: list[int], series: Sequence[Series], budgets: Budgets | None
) -> tuple[list[Result], list[Note]]:
    setting = prepare(config, cell, max(lengths), series, budgets)
    growth = lyapunov(setting.trace, lengths=lengths)[:, 0]
    radius = spectral_radius(setting.cell)
    if config.dtype == "float32":
        found, notes = _as_single(config, setting, lengths, series, budgets)
    else:
        found, notes = reaches(setting.trace, setting.v, lengths), []
    notes += [note for reach in found for note in _beyond(cell, reach)]
    return [Result(cell, one.length, one, radius, float(rate)) for one, rate in zip(found, growth, strict=True)], notes


def _as_single(
    config: GradientConfig, setting: Setting, lengths: list[int], series: Sequence[Series], budgets: Budgets | None
) -> tuple[list[Reach], list[Note]]:
    """What single precision makes of the gradient, the double value where that is beyond it, and a note on each length where
    that was so. Below its smallest normal number it keeps no digits worth showing: some cells then stay above 0 for ever."""
    exact = prepare(config.model_copy(update={"dtype": "float64"}), setting.cell.name, max(lengths), series, budgets)
    with np.errstate(over="ignore", invalid="ignore"):
        single = reaches(setting.trace, setting.v, lengths, rescaled=False)
    found, notes = [], []
    for low, high in zip(single, reaches(exact.trace, exact.v, lengths), strict=True):
        by_lag = (_held(getattr(low, name), getattr(high, name)) for name in ("log10_h", "log10_c", "log10_state"))
        found.append(Reach(*by_lag, start=float(_held(low.start, high.start))))
        lags = np.flatnonzero(_is_beyond(low.log10_h, high.log10_h))
        if len(lags):
            facts = {"cell": setting.cell.name, "length": low.length, "lag": int(lags[0])}
            notes.append(Note("gradient_single", len(lags), facts))
    return found, notes


def _is_beyond(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    return np.isfinite(high) & ~(np.isfinite(low) & (high > np.log10(np.finfo(np.float32).tiny)))


def _held(low: np.ndarray | None, high: np.ndarray | None) -> np.ndarray | None:
    return None if low is None or high is None else np.where(_is_beyond(low, high), high, low)


def _beyond(cell: str, reach: Reach) -> list[Note]:
    """Where even a float64 has no number for a norm: its logarithm is exact."""
    finite, norms, notes = np.isfinite(reach.log10_h), reach.h, []
    small, large = np.flatnonzero(finite & (norms == 0)), np.flatnonzero(finite & np.isinf(norms))
    facts = {"cell": cell, "length": reach.length}
    if len(small):
        notes.append(Note("gradient_underflow", len(small), {**facts, "lag": int(small[0])}))
    if len(large):
        notes.append(Note("gradient_overflow", len(large), {**facts, "lag": int(large[0])}))
    return notes


def _check_size(config: GradientConfig, cell: str, length: int, budgets: Budgets) -> None:
    """Refuses before memory is spent."""
    megabytes = length * config.batch * config.hidden * KEPT * GATES[cell] / GATES["lstm"] * 8 / 1e6
    if megabytes > budgets.max_memory:
        raise Refusal("gradient_size", megabytes=round(megabytes), limit=budgets.max_memory)
