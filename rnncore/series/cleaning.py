"""From rows to regular series: order, duplicates, the grid, gaps, missing values. Every repair is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series.frequency import DAY, FoundGrid, Grid, find_grid, grid_of
from rnncore.series.series import Series
from rnncore.series.zones import Clock, switching_zone

MINIMUM = 3  # values: fewer have no step of their own
_SEASONS = {"MS": 12, "ME": 12, "D": 7, "B": 5, "h": 24, "30min": 48, "15min": 96, "QS": 4, "QE": 4, "W": 52}
_TOLD = 0.5  # of a grid: beyond it the reader is told plainly that a series is more filling than data
_INVENTED = 0.67  # of a grid: beyond it the rows are numbered instead


@dataclass
class Counts:
    """What was done, over all series."""

    duplicates: int = 0
    clock_repeats: int = 0
    clock_skips: int = 0
    moved: int = 0
    merged: int = 0
    gaps: int = 0
    longest_gap: int = 0
    missing: int = 0
    longest_missing: int = 0
    edges: int = 0
    invented: int = 0  # percent of the grid, where it is more than half
    short: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rows:
    """The rows of a file that can be placed: codes say which series, nanoseconds when, values what."""

    codes: np.ndarray
    nanoseconds: np.ndarray
    values: np.ndarray


def numbered(names: list[str], codes: np.ndarray, values: np.ndarray, config: ReadConfig, counts: Counts) -> list[Series]:
    """Series without stamps: the rows of each in the order of the file."""
    found = []
    for code, name in enumerate(names):
        one = values[codes == code] if len(names) > 1 else values
        series = _filled(name, one, np.zeros(len(one), bool), None, None, config, counts)
        if series is not None:
            found.append(series)
    return found


def order_rows(rows: Rows) -> tuple[Rows, int]:
    """Rows by series and stamp; the count is of rows that stood before an earlier one of their series."""
    same = np.diff(rows.codes) == 0
    backward = int(((np.diff(rows.nanoseconds) < 0) & same).sum())
    order = np.lexsort((rows.nanoseconds, rows.codes))
    return Rows(rows.codes[order], rows.nanoseconds[order], rows.values[order]), backward


def merge_duplicates(rows: Rows, how: str) -> Rows:
    """One row for each stamp of each series; `rows` are ordered."""
    new = np.ones(len(rows.codes), bool)
    new[1:] = (np.diff(rows.codes) != 0) | (np.diff(rows.nanoseconds) != 0)
    if new.all():
        return rows
    return Rows(rows.codes[new], rows.nanoseconds[new], _aggregate(rows.values, np.cumsum(new) - 1, how))


def _aggregate(values: np.ndarray, group: np.ndarray, how: str) -> np.ndarray:
    """Mean, sum, first or last of the known values of each group, NaN where none is known."""
    size = int(group[-1]) + 1
    known = ~np.isnan(values)
    if how in ("first", "last"):
        found = np.full(size, np.nan)
        places = np.flatnonzero(known)
        if how == "first":
            places = places[::-1]
        found[group[places]] = values[places]
        return found
    total = np.bincount(group[known], weights=values[known], minlength=size)
    count = np.bincount(group[known], minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, total if how == "sum" else total / count, np.nan)


def duplicate_stamps(rows: Rows) -> np.ndarray:
    """Which of the ordered rows repeat the stamp of the row before."""
    again = np.zeros(len(rows.codes), bool)
    again[1:] = (np.diff(rows.codes) == 0) & (np.diff(rows.nanoseconds) == 0)
    return again


def choose_grid(rows: Rows, wanted: str | None) -> FoundGrid:
    """The common grid of all series; `rows` are ordered and distinct."""
    if wanted is not None:
        return FoundGrid(grid_of(wanted, rows.nanoseconds), 1.0, True)
    starts = np.flatnonzero(np.diff(rows.codes)) + 1
    groups = [group for group in np.split(rows.nanoseconds, starts) if len(group) > 1]
    if not groups:
        raise Refusal("one_row")
    return find_grid(groups)


def regular(
    rows: Rows, names: list[str], grid: Grid, clock: Clock, config: ReadConfig, limits: Limits, counts: Counts
) -> list[Series] | None:
    """Put every series on the grid and fill what is missing; None where most of the grid would have to be invented."""
    positions = grid.positions(rows.nanoseconds)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(rows.codes)) + 1, [len(rows.codes)]])
    spans = positions[starts[1:] - 1] - positions[starts[:-1]] + 1
    placed = np.ones(len(positions), bool)
    placed[1:] = (np.diff(positions) != 0) | (np.diff(rows.codes) != 0)
    total, present = int(spans.sum()), int(placed.sum())
    if total > limits.max_rows + present:
        if config.frequency is not None:
            raise Refusal("grid_too_long", steps=total, frequency=grid.alias, limit=limits.max_rows)
        return None
    if total - present > _INVENTED * total and config.frequency is None:
        return None
    counts.invented = round(100 * (total - present) / total) if total - present > _TOLD * total else 0
    found = []
    for begin, end in pairwise(starts):
        name = names[rows.codes[begin]]
        if end - begin < MINIMUM and len(names) > 1:
            counts.short.append(name)
            continue
        one = slice(begin, end)
        series = _on_grid(name, rows.nanoseconds[one], positions[one], rows.values[one], grid, clock, config, counts)
        if series is not None:
            found.append(series)
    return found


def _on_grid(
    name, nanoseconds, positions, values, grid: Grid, clock: Clock, config: ReadConfig, counts: Counts
) -> Series | None:
    """One series: values by position, duplicates on one grid point merged, absent points marked as gaps."""
    first = int(positions[0])
    size = int(positions[-1]) - first + 1
    wall = grid.stamps(first, size)
    counts.moved += int((wall.asi8[positions - first] != nanoseconds).sum())
    new = np.ones(len(positions), bool)
    new[1:] = np.diff(positions) != 0
    if not new.all():
        counts.merged += int((~new).sum())
        values = _aggregate(values, np.cumsum(new) - 1, "mean")
        positions = positions[new]
    full = np.full(size, np.nan)
    full[positions - first] = values
    absent = np.ones(size, bool)
    absent[positions - first] = False
    if clock.zone is None and absent.any() and grid.kind == "fixed" and grid.step < DAY:
        skipped = switching_zone(np.empty(0, np.int64), wall.asi8[absent])[2]
        counts.clock_skips += int(skipped.sum())
        by_clock = np.zeros(size, bool)
        by_clock[np.flatnonzero(absent)[skipped]] = True
    else:
        by_clock = np.zeros(size, bool)
    stamps = _with_zone(wall, grid, clock)
    return _filled(name, full, absent, by_clock, (stamps, grid.alias), config, counts)


def _with_zone(wall: pd.DatetimeIndex, grid: Grid, clock: Clock) -> pd.DatetimeIndex:
    if clock.zone is None:
        return wall
    if on_utc(grid):
        return wall.tz_localize("UTC").tz_convert(clock.zone)
    return wall.tz_localize(clock.zone, ambiguous=np.zeros(len(wall), bool), nonexistent="shift_forward")


def on_utc(grid: Grid) -> bool:
    """Steps below a day are steps of absolute time; days and longer follow the calendar of the zone."""
    return grid.kind == "fixed" and grid.step % DAY != 0


def _filled(name, values, absent, by_clock, axis, config: ReadConfig, counts: Counts) -> Series | None:
    """Drop unknown ends, fill the rest, count what was filled: absent rows as gaps, present ones as missing."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 2:
        counts.empty.append(name)
        return None
    first, last = int(known[0]), int(known[-1]) + 1
    counts.edges += len(values) - (last - first)
    values, absent = values[first:last], absent[first:last]
    observed = ~np.isnan(values)
    if by_clock is not None:
        absent = absent & ~by_clock[first:last]
    counts.gaps += int(absent.sum())
    counts.longest_gap = max(counts.longest_gap, _longest_run(absent))
    lost = ~observed & ~absent
    if by_clock is not None:
        lost &= ~by_clock[first:last]
    counts.missing += int(lost.sum())
    counts.longest_missing = max(counts.longest_missing, _longest_run(lost))
    stamps, alias = (None, None) if axis is None else (axis[0][first:last], axis[1])
    return Series(name, _fill(values, observed, config.gaps, alias), observed, stamps, alias)


def _longest_run(mask: np.ndarray) -> int:
    if not mask.any():
        return 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max())


def _fill(values: np.ndarray, observed: np.ndarray, how: str, alias: str | None) -> np.ndarray:
    """Values without NaN; both ends are known."""
    if observed.all():
        return values.astype(np.float64)
    places = np.arange(len(values))
    if how == "previous":
        return values[np.maximum.accumulate(np.where(observed, places, 0))]
    straight = np.interp(places, places[observed], values[observed])
    season = _SEASONS.get((alias or "").split("-")[0])
    if how != "season" or season is None:
        return straight
    filled = values.copy()
    for place in places[~observed]:
        filled[place] = filled[place - season] if place >= season else straight[place]
    return filled


def notes_of(counts: Counts, config: ReadConfig) -> list[Note]:
    """The repairs as notes."""
    notes = []
    how = {"duplicates": ["mean", "sum", "first", "last"]}
    if counts.duplicates:
        notes.append(Note("duplicates_merged", counts.duplicates, {"how": config.duplicates}, how))
    if counts.clock_repeats:
        notes.append(Note("clock_repeats", counts.clock_repeats))
    if counts.clock_skips:
        notes.append(Note("clock_skips", counts.clock_skips))
    if counts.moved:
        notes.append(Note("rows_moved", counts.moved))
    if counts.merged:
        notes.append(Note("rows_merged", counts.merged))
    fill = {"gaps": ["linear", "previous", "season"]}
    if counts.gaps:
        notes.append(Note("gaps_filled", counts.gaps, {"longest": counts.longest_gap, "how": config.gaps}, fill))
    if counts.invented:
        notes.append(Note("mostly_filled", 1, {"percent": counts.invented}))
    if counts.missing:
        notes.append(Note("missing_filled", counts.missing, {"longest": counts.longest_missing, "how": config.gaps}, fill))
    if counts.edges:
        notes.append(Note("edges_dropped", counts.edges))
    if counts.short:
        notes.append(Note("series_too_short", len(counts.short), {"names": _listed(counts.short), "least": MINIMUM}))
    if counts.empty:
        notes.append(Note("series_empty", len(counts.empty), {"names": _listed(counts.empty)}))
    return notes


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
