"""Rows to come of columns that are known in advance: a template to fill in, and the way back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series import covariates
from rnncore.series.axis import find_time
from rnncore.series.cleaning import on_utc
from rnncore.series.dates import Stamps
from rnncore.series.frequency import Grid, grid_of
from rnncore.series.labels import harmless, labels
from rnncore.series.read import Table, read_table
from rnncore.series.series import Covariate, Series

TIME, ROW, SERIES = "time", "row", "series"


def known_names(series: Sequence[Series]) -> list[str]:
    """The columns known in advance."""
    return [one.name for one in series[0].covariates if one.is_known]


def template(series: Sequence[Series], steps: int) -> str:
    """CSV of the `steps` rows that follow each series: `series` (only where there are several), `time` or `row`, and a cell for
    each column known in advance, empty where it is not yet given."""
    names, several, text = known_names(series), len(series) > 1, io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([SERIES] * several + [ROW if series[0].stamps is None else TIME, *map(harmless, names)])
    for one in series:
        given = {beside.name: beside.future for beside in one.covariates if beside.is_known}
        for step, label in enumerate(labels(one.stamps_after(steps))):
            cells = [f"{given[name][step]:.10g}" if step < len(given[name]) else "" for name in names]
            writer.writerow([harmless(one.name)] * several + [label, *cells])
    return text.getvalue()


def attach(series: Sequence[Series], data: bytes, config: ReadConfig = ReadConfig(), limits: Limits = Limits()):  # noqa: B008
    """(the series with the future rows of a file, notes). Raises Refusal for a file that is no such table.

    Rows are placed by their stamps, on the series' own frequency; without stamps they follow in the order of the file. What
    lacks is left open: whether it is needed depends on the horizon.
    """
    names = known_names(series)
    if not names:
        raise Refusal("future_without_known")
    table = read_table(data, ReadConfig(date_order=config.date_order), limits)
    columns = {name: _column(table, name) for name in names}
    owners = _owners(table, series)
    stamps = None if series[0].stamps is None else _stamps(table, config)
    found, early, read = [], 0, 0
    for number, one in enumerate(series):
        mine = owners == number
        after = np.cumsum(mine) - 1 if stamps is None else _rows_after(one, stamps)
        placed = mine & (after >= 0)
        early, read = early + int((mine & (after < 0)).sum()), read + int(placed.sum())
        beside = tuple(
            _with_future(own, covariates.by_position(columns[own.name][placed], after[placed], 0)) if own.is_known else own
            for own in one.covariates
        )
        found.append(replace(one, covariates=beside))
    counts = {"future_read": read, "future_in_past": early, "future_of_others": int((owners < 0).sum())}
    return found, [Note(code, count) for code, count in counts.items() if count]


def _with_future(own: Covariate, placed: np.ndarray) -> Covariate:
    """The rows of the file, and where it has none those that were given before."""
    whole = np.full(max(len(placed), len(own.future)), np.nan)
    whole[: len(own.future)] = own.future
    whole[: len(placed)][np.isfinite(placed)] = placed[np.isfinite(placed)]
    return replace(own, future=covariates.leading(whole))


def _column(table: Table, name: str) -> np.ndarray:
    """(n,), NaN where a cell holds no number."""
    place = next((one for one in (name, harmless(name)) if one in table.cells.names), None)
    if place is None:
        raise Refusal("future_no_column", column=name)
    held = table.typed.numbers.get(place)
    return np.full(table.cells.rows, np.nan) if held is None else held.values


def _owners(table: Table, series: Sequence[Series]) -> np.ndarray:
    """Number of the series each row belongs to (n,); -1 for none."""
    if len(series) == 1:
        return np.zeros(table.cells.rows, np.int64)
    number = {harmless(one.name): at for at, one in enumerate(series)} | {one.name: at for at, one in enumerate(series)}
    best = np.full(table.cells.rows, -1)
    for column in table.cells.columns:
        owners = np.array([number.get(cell, -1) for cell in column.to_pylist()])
        if (owners >= 0).sum() > (best >= 0).sum():
            best = owners
    if (best < 0).all():
        raise Refusal("future_no_series")
    return best


def _stamps(table: Table, config: ReadConfig) -> Stamps:
    axis = table.axis
    if axis is None and TIME in table.cells.names:
        axis = find_time(table.cells, table.typed, TIME, config.date_order)
    if axis is None or not axis.stamps.good.any():
        raise Refusal("future_no_time")
    return axis.stamps


def _rows_after(one: Series, stamps: Stamps) -> np.ndarray:
    """How many rows after the last one each stamp lies, from 0 on; -1 where it lies before, or cannot be read."""
    grid = _grid(one)
    last = int(grid.positions(covariates.on_grid_clock(grid, one.stamps[-1:]))[0])
    clock = covariates.on_grid_clock(grid, _in_zone(stamps, one.stamps.tz))
    return np.where(stamps.good, np.maximum(grid.positions(clock) - last - 1, -1), -1)


def _grid(one: Series) -> Grid:
    """Of the series' own frequency, in phase with its stamps."""
    grid = grid_of(one.frequency, one.stamps.tz_localize(None).as_unit("ns").asi8)
    if one.stamps.tz is None or not on_utc(grid):
        return grid
    return grid_of(one.frequency, covariates.on_grid_clock(grid, one.stamps))


def _in_zone(stamps: Stamps, zone) -> pd.DatetimeIndex:
    """The stamps in the zone of a series; on the wall clock they were written on where the series has none."""
    nanoseconds = np.where(stamps.good, stamps.nanoseconds, 0)
    if zone is None:
        written = 0 if stamps.offsets is None else np.where(stamps.good, stamps.offsets, 0).astype(np.int64) * 60_000_000_000
        return pd.DatetimeIndex((nanoseconds + written).astype("datetime64[ns]"))
    index = pd.DatetimeIndex(nanoseconds.astype("datetime64[ns]"))
    if stamps.offsets is not None:
        return index.tz_localize("UTC").tz_convert(zone)
    return index.tz_localize(zone, ambiguous=np.ones(len(index), bool), nonexistent="shift_forward")
