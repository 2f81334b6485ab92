"""The time axis of a file: one column of stamps, or several that give the time together, or digits that count it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rnncore.messages import Refusal
from rnncore.series.columns import Typed, resolve
from rnncore.series.dates import Stamps, patterns_of, read_hours, read_stamps, regularity
from rnncore.series.numbers import Numbers, sample
from rnncore.series.table import Cells
from rnncore.series.vocabulary import CALENDAR, is_time_name, tokens


@dataclass(frozen=True)
class Axis:
    """The time axis: its name, its stamps, and the columns it was put together from."""

    name: str
    stamps: Stamps
    columns: tuple[str, ...]


def find_time(cells: Cells, typed: Typed, wanted: str | None, order: str | None) -> Axis | None:
    """The column, or the columns together, that give each row its time; None where the rows have none."""
    if wanted == "" or not cells.rows:
        return None
    if wanted is not None:
        return _wanted_time(cells, typed, wanted, order)
    dated = [name for name in typed.stamps if _varies(typed.stamps[name])] or list(typed.stamps)
    if dated:
        best = max(dated, key=lambda name: _time_rank(name, typed.stamps[name], cells))
        return _with_hour(cells, typed, best)
    return _calendar_columns(cells, typed) or _bare_time(cells, typed, order)


def _wanted_time(cells: Cells, typed: Typed, wanted: str, order: str | None) -> Axis:
    if wanted not in cells.names and " " in wanted:
        parts = wanted.split(" ")
        axis = _calendar_columns(cells, typed) or next(
            (_with_hour(cells, typed, name) for name in typed.stamps if name == parts[0]), None
        )
        if axis and axis.name == wanted:
            return axis
    name = resolve(wanted, cells.names)
    if name in typed.stamps:
        return _with_hour(cells, typed, name)
    column = cells.columns[cells.names.index(name)]
    found = (
        read_stamps(column, order, typed.decimal == ",", bare=True)
        or _serial_days(typed.numbers.get(name))
        or _decimal_years(typed.numbers.get(name))
    )
    if found is None or found.good.sum() < 0.5 * len(found.good):
        example = next(iter(sample(column, 20)), "")
        raise Refusal("time_unreadable", column=name, example=example)
    return Axis(name, found, (name,))


def _varies(stamps: Stamps) -> bool:
    good = stamps.nanoseconds[stamps.good]
    return len(good) > 0 and bool((good != good[0]).any())


def _time_rank(name: str, stamps: Stamps, cells: Cells) -> tuple:
    good = stamps.nanoseconds[stamps.good]
    return (
        round(float(stamps.good.mean()), 1),
        is_time_name(name),
        round(regularity(good[:5000]), 1),
        -cells.names.index(name),
    )


def _with_hour(cells: Cells, typed: Typed, name: str) -> Axis:
    """A date and, where the date repeats, the hour that stands in a column of its own."""
    stamps = typed.stamps[name]
    if stamps.resolution != "day":
        return Axis(name, stamps, (name,))
    candidates = [hour for hour in typed.hours if hour != name]
    good = stamps.nanoseconds[stamps.good]
    if len(np.unique(good)) < len(good):
        candidates += [
            other
            for other in typed.numbers
            if not set(CALENDAR["hour"]).isdisjoint(tokens(other)) and _are_hours(typed.numbers[other])
        ]
    for other in candidates:
        seconds, sound = read_hours(cells.columns[cells.names.index(other)])
        if sound.mean() > 0.8:
            minute = _companion(cells, typed, "minute", 59)
            columns = (name, other) + ((minute,) if minute else ())
            if minute:
                seconds = seconds + np.nan_to_num(typed.numbers[minute].values).astype(np.int64) * 60
            late = int((seconds[sound & stamps.good] >= 86_400).sum())
            facts = {**stamps.facts, "hours_24": stamps.facts.get("hours_24", 0) + late}
            combined = Stamps(
                stamps.nanoseconds + seconds * 1_000_000_000,
                stamps.good & sound,
                "time",
                stamps.offsets,
                stamps.order,
                stamps.other_order,
                facts,
            )
            return Axis(" ".join(columns), combined, columns)
    return Axis(name, stamps, (name,))


def _are_hours(numbers: Numbers) -> bool:
    values = numbers.values[~np.isnan(numbers.values)]
    if not len(values) or (values != np.round(values)).any() or values.min() < 0:
        return False
    return values.max() <= 24 or (values.max() <= 2400 and (values % 100 < 60).all())


def _companion(cells: Cells, typed: Typed, part: str, most: int) -> str | None:
    for name in cells.names:
        if name.lower() in CALENDAR[part] and name in typed.numbers:
            values = typed.numbers[name].values
            if np.nanmin(values) >= 0 and np.nanmax(values) <= most:
                return name
    return None


def _calendar_columns(cells: Cells, typed: Typed) -> Axis | None:
    """Year, month, day (hour) or year and quarter (week) in columns of their own."""
    named = {
        part: next((name for name in cells.names if name.lower().strip() in words), None) for part, words in CALENDAR.items()
    }
    year = named["year"]
    if year is None and all(name.startswith("column_") for name in cells.names[:2]):
        return _unnamed_calendar(cells, typed)
    if not year or year not in typed.numbers or not _are_years(typed.numbers[year]):
        return None
    for parts in (
        ("month", "day", "hour", "minute"),
        ("month", "day", "hour"),
        ("month", "day"),
        ("month",),
        ("quarter",),
        ("week",),
    ):
        if all(named[part] and named[part] != year for part in parts):
            columns = (year, *(named[part] for part in parts))
            found = _compose(cells, columns, parts)
            if found is not None and found.good.mean() > 0.8:
                return Axis(" ".join(columns), found, columns)
    return None


def _unnamed_calendar(cells: Cells, typed: Typed) -> Axis | None:
    """Year, month (and day) in first columns without names, known by giving every row a time of its own."""
    first = cells.names[0]
    if first not in typed.numbers or not _are_years(typed.numbers[first]):
        return None
    for parts in (("month",), ("month", "day")):
        columns = tuple(cells.names[: len(parts) + 1])
        if len(cells.names) <= len(columns):
            return None
        found = _compose(cells, columns, parts)
        if found is None or found.good.mean() < 0.8:  # there may be a footer
            continue
        if len(np.unique(found.nanoseconds[found.good])) == found.good.sum():
            return Axis(" ".join(columns), found, columns)
    return None


def _are_years(numbers: Numbers) -> bool:
    values = numbers.values[~np.isnan(numbers.values)]
    return len(values) > 0 and bool((values == np.round(values)).all() and values.min() >= 1500 and values.max() <= 2200)


def _compose(cells: Cells, columns: tuple[str, ...], parts: tuple[str, ...]) -> Stamps | None:
    """Write the parts as one text per row and read that; hours are added behind."""
    text = [pc.replace_substring_regex(cells.columns[cells.names.index(name)], r"\.0+$", "") for name in columns]
    date = [
        pc.if_else(pc.equal(one, ""), "?", one)
        for one in text[: 1 + min(2, sum(part in ("month", "day", "quarter", "week") for part in parts))]
    ]
    if parts[0] == "quarter":
        date[1] = pc.binary_join_element_wise("Q", pc.replace_substring_regex(date[1], r"^\D+", ""), "")
    elif parts[0] == "week":
        date[1] = pc.binary_join_element_wise("W", pc.replace_substring_regex(date[1], r"^\D+", ""), "")
    else:
        date[1:] = [pc.replace_substring_regex(one, r"\s*[月日]$", "") for one in date[1:]]
    joined = pc.binary_join_element_wise(*date, "-")
    found = read_stamps(joined, None, False, bare=False)
    if found is None or "hour" not in parts:
        return found
    seconds, sound = read_hours(text[parts.index("hour") + 1])
    if "minute" in parts:
        minutes = text[parts.index("minute") + 1]
        seconds = (
            seconds + pc.if_else(pc.match_substring_regex(minutes, r"^\d{1,2}$"), minutes, "0").cast(pa.int64()).to_numpy() * 60
        )
    return Stamps(found.nanoseconds + seconds * 1_000_000_000, found.good & sound, "time", facts=found.facts)


def _bare_time(cells: Cells, typed: Typed, order: str | None) -> Axis | None:
    """Digits that can be a time: 20240105, 1871, 1704067200; by the column's name, or, in front, by their regular steps."""
    named = [name for name in cells.names if name in typed.numbers and is_time_name(name)]
    first = [name for name in cells.names[:2] if name in typed.numbers and name not in named]
    for name in named + first:
        column = cells.columns[cells.names.index(name)]
        fitting = patterns_of(column, bare=True)
        found = (
            read_stamps(column, order, False, bare=True) if fitting and fitting[0][0].bare and fitting[0][1] > 0.75 else None
        )
        if found is None and name in named:
            found = _serial_days(typed.numbers[name]) or _decimal_years(typed.numbers[name])
        if found is None or found.good.mean() < 0.75 or not _varies(found):
            continue
        alone, year = len(typed.numbers) == 1, bool(fitting) and fitting[0][0].name == "year"
        if name in named or _is_axis(found, alone, year, nameless=not cells.header):
            return Axis(name, found, (name,))
    return None


def _is_axis(stamps: Stamps, alone: bool, year: bool, nameless: bool) -> bool:
    """Whether unnamed digits rise or fall in steps as only a time axis does."""
    good = stamps.nanoseconds[stamps.good]
    if nameless and len(good) > 4:
        good = np.sort(good)
    steps = np.diff(good)
    if alone or len(good) < 3 or not ((steps > 0).all() or (steps < 0).all()):
        return False
    return regularity(good) > (2.9 if year else 2)


def _serial_days(numbers: Numbers | None) -> Stamps | None:
    """Excel's days since 1899-12-30, for columns that are called a date."""
    if numbers is None:
        return None
    present = ~np.isnan(numbers.values)
    values = numbers.values[present]
    if len(values) < 2 or values.min() < 18_000 or values.max() > 80_000 or not _one_way(values):
        return None
    seconds = np.round((np.where(present, numbers.values, 25_569) - 25_569) * 86_400)
    resolution = "day" if (values == np.floor(values)).all() else "time"
    return Stamps(seconds.astype(np.int64) * 1_000_000_000, present, resolution, facts={"epoch": "Excel"})


def _decimal_years(numbers: Numbers | None) -> Stamps | None:
    """Years with a fraction, as R writes monthly and quarterly series: 1949.083 is February 1949."""
    if numbers is None:
        return None
    present = ~np.isnan(numbers.values)
    values = numbers.values[present]
    if (
        len(values) < 3
        or values.min() < 1500
        or values.max() > 2200
        or (values == np.floor(values)).all()
        or not _one_way(values)
    ):
        return None
    step = float(np.median(np.abs(np.diff(values))))
    per_year = next((count for count in (12, 4, 2) if abs(step * count - 1) < 0.05), None)
    if per_year is None:
        return None
    whole = np.where(present, numbers.values, 1970.0)
    year = np.floor(whole + 0.02 / per_year)
    part = np.clip(np.floor((whole - year) * per_year + 0.02), 0, per_year - 1)
    months = ((year - 1970) * 12 + part * (12 // per_year)).astype(np.int64).astype("datetime64[M]")
    return Stamps(months.astype("datetime64[ns]").astype(np.int64), present, "month", facts={"epoch": "year"})


def _one_way(values: np.ndarray) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())
