"""Columns beside the values, brought onto the rows of their series: what a forecast may know besides the past of its target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rnncore.messages import Note
from rnncore.series.cleaning import on_utc
from rnncore.series.frequency import Grid
from rnncore.series.series import Covariate, Series


def attach(one: Series, columns: Mapping[str, np.ndarray], known: Sequence[str], positions: np.ndarray, first: int):
    """(the series with its covariates, cells that were filled by column).

    columns: by name, a value for each row of the file (n,), NaN where there is none. positions (n,): the row of the grid that
    each belongs to; `first`: that of the first row of the series. Rows that share a position are averaged; an empty cell takes
    the value before it. Rows behind the last one of the series are the future of the columns in `known`, up to the first
    without a value.
    """
    covariates, filled = [], {}
    for name, values in columns.items():
        placed = by_position(values, positions - first, len(one))
        inside, filled[name] = forward(placed[: len(one)])
        covariates.append(Covariate(name, inside, leading(placed[len(one) :]) if name in known else None))
    return replace(one, covariates=tuple(covariates)), filled


def ranks(codes: np.ndarray, nanoseconds: np.ndarray) -> np.ndarray:
    """Of each row, its place among the distinct stamps of its series (`codes`)."""
    found = np.empty(len(codes), np.int64)
    for code in np.unique(codes):
        found[codes == code] = np.unique(nanoseconds[codes == code], return_inverse=True)[1]
    return found


def first_position(grid: Grid, one: Series) -> int:
    """Of the first row of a series, on the grid it was made on."""
    return int(grid.positions(on_grid_clock(grid, one.stamps[:1]))[0])


def on_grid_clock(grid: Grid, stamps: pd.DatetimeIndex) -> np.ndarray:
    """Nanoseconds as the grid counts them: of absolute time for steps below a day, else of the wall clock."""
    if stamps.tz is not None:
        stamps = (stamps.tz_convert("UTC") if on_utc(grid) else stamps).tz_localize(None)
    return stamps.as_unit("ns").asi8


def by_position(values: np.ndarray, positions: np.ndarray, least: int) -> np.ndarray:
    """The mean of the values at each position from 0 on, at least `least` of them; NaN where there is none."""
    there = np.isfinite(values) & (positions >= 0)
    positions, values = positions[there], values[there]
    size = max(least, int(positions.max(initial=-1)) + 1)
    count = np.bincount(positions, minlength=size)
    total = np.bincount(positions, weights=values, minlength=size)
    return np.divide(total, count, out=np.full(size, np.nan), where=count > 0)


def forward(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Every gap filled with the value before it, one at the beginning with the first there is (0 where there is none); and how
    many were filled."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values)), len(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return values[np.where(last < 0, int(np.argmax(known)), last)], int((~known).sum())


def leading(values: np.ndarray) -> np.ndarray:
    """What comes before the first gap."""
    gaps = np.flatnonzero(~np.isfinite(values))
    return values[: gaps[0]] if len(gaps) else values


def notes_of(series: Sequence[Series], known: Sequence[str], past: Sequence[str], filled: Mapping[str, int]) -> list[Note]:
    """What was read beside the values, and what was filled in it."""
    later = sum(min((len(beside.future) for beside in one.covariates if beside.is_known), default=0) for one in series)
    notes = [Note("covariates_known", len(known), {"names": list(known)})] if known else []
    notes += [Note("covariates_past", len(past), {"names": list(past)})] if past else []
    notes += [Note("future_read", later)] if later else []
    return notes + [Note("covariate_filled", count, {"column": name}) for name, count in filled.items() if count]
