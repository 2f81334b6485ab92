"""The frequency of a series, from the most common gap between its stamps; and the regular grid it stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.tseries import offsets
from pandas.tseries.frequencies import to_offset

from rnncore.messages import Refusal

DAY = 86_400_000_000_000
HOUR = DAY // 24
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_ROUND_STEPS = [
    *(n * 1_000_000_000 for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * 60_000_000_000 for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    DAY,
    7 * DAY,
]
_DOMINANT = 0.3  # share of all gaps from which the commonest one is taken for the step of the series


@dataclass(frozen=True)
class Grid:
    """A regular grid of stamps: position <-> nanoseconds since 1970 (wall clock).

    alias: canonical pandas alias; kind: "fixed" steps, "months", or "business" days; step: nanoseconds, or months; origin:
    the phase of a fixed grid, or the month, counted from 1970-01, of position 0; shift: nanoseconds by which the stamps lie
    behind those of the alias (months on their 15th).
    """

    alias: str
    kind: str
    step: int
    origin: int = 0
    shift: int = 0
    whole_days: bool = False  # stamps within a day belong to that day, not to the nearest midnight

    def positions(self, nanoseconds: np.ndarray) -> np.ndarray:
        """The grid point that each stamp belongs to."""
        if self.kind == "fixed":
            shift = 0 if self.whole_days else self.step // 2
            return np.floor_divide(nanoseconds - self.origin + shift, self.step)
        days = np.floor_divide(nanoseconds, DAY).astype("datetime64[D]")
        if self.kind == "business":
            return np.busday_count(np.datetime64(0, "D"), days, weekmask="1111100")
        return np.floor_divide(days.astype("datetime64[M]").astype(np.int64) - self.origin, self.step)

    def stamps(self, first: int, count: int) -> pd.DatetimeIndex:
        """`count` stamps from position `first` on."""
        offset = to_offset(self.alias)
        if self.kind == "fixed":
            return pd.date_range(pd.Timestamp(self.origin + first * self.step), periods=count, freq=offset).as_unit("ns")
        if self.kind == "business":
            start = np.busday_offset(np.datetime64(0, "D"), first, roll="forward", weekmask="1111100")
        else:
            start = np.int64(self.origin + first * self.step).astype("datetime64[M]").astype("datetime64[D]")
        stamps = pd.date_range(pd.Timestamp(start), periods=count, freq=offset).as_unit("ns")
        return stamps + pd.Timedelta(self.shift) if self.shift else stamps


@dataclass(frozen=True)
class FoundGrid:
    """A grid, and how far the stamps bear it out: `share` of the gaps are the commonest one."""

    grid: Grid
    share: float
    dominant: bool


def grid_of(alias: str, nanoseconds: np.ndarray) -> Grid:
    """The grid of a frequency that the user asked for, in phase with the stamps."""
    try:
        offset = to_offset(alias)
    except (ValueError, TypeError):
        offset = None
    if offset is None or offset.n < 1:
        raise Refusal("unknown_frequency", frequency=alias)
    if isinstance(offset, (offsets.Tick, offsets.Day)):
        step = offset.n * DAY if isinstance(offset, offsets.Day) else pd.Timedelta(offset).value
        if step % DAY == 0:
            return Grid(offset.freqstr, "fixed", step, _phase(nanoseconds, step) // DAY * DAY, whole_days=step == DAY)
        return Grid(offset.freqstr, "fixed", step, _phase(nanoseconds, step))
    if isinstance(offset, offsets.Week) and offset.weekday is not None:
        return _weekly(offset.n, offset.weekday, 0, nanoseconds)
    if isinstance(offset, offsets.Week):
        return _weekly(offset.n, int(np.bincount(_weekday(nanoseconds), minlength=7).argmax()), 0, nanoseconds)
    if isinstance(offset, offsets.BusinessDay) and offset.n == 1:
        return Grid("B", "business", 1)
    base = offset.freqstr.split("-")[0].lstrip("0123456789")
    months = {
        "MS": 1,
        "ME": 1,
        "BMS": 1,
        "BME": 1,
        "QS": 3,
        "QE": 3,
        "BQS": 3,
        "BQE": 3,
        "YS": 12,
        "YE": 12,
        "BYS": 12,
        "BYE": 12,
    }.get(base)
    if months is None:
        raise Refusal("unknown_frequency", frequency=alias)
    anchor = getattr(offset, "startingMonth", None) or getattr(offset, "month", None) or 1
    return _monthly_grid(offset.freqstr, months * offset.n, anchor - 1, nanoseconds)


def find_grid(groups: list[np.ndarray]) -> FoundGrid:
    """The grid of one or more series, each given as its sorted, distinct stamps in nanoseconds of the wall clock."""
    gaps = np.concatenate([np.diff(group) for group in groups])
    stamps = np.concatenate(groups)
    kinds, counts = np.unique(gaps, return_counts=True)
    common = int(kinds[counts.argmax()])
    share = float(counts.max() / counts.sum())
    middle = float(np.median(gaps))
    if middle >= 27 * DAY and not (share > 0.9 and common % DAY == 0 and not _is_calendar(common // DAY)):
        found = _find_months(groups, stamps)
        if found is not None:
            return found
    if middle >= 20 * HOUR:
        return _find_days(stamps, gaps, common, share, middle)
    near = float(((gaps >= 0.9 * common) & (gaps <= 1.1 * common)).mean())
    if share < _DOMINANT and near < 0.5:
        step = min(_ROUND_STEPS, key=lambda one: abs(np.log(one / middle)))
        if step >= DAY:
            return FoundGrid(Grid("D", "fixed", DAY, 0, whole_days=True), share, False)
        return FoundGrid(Grid(_tick(step), "fixed", step, 0), share, False)
    if share < _DOMINANT:
        step = min(_ROUND_STEPS, key=lambda one: abs(np.log(one / common)))
        return FoundGrid(Grid(_tick(step), "fixed", step, _phase(stamps, step)), near, True)
    return FoundGrid(Grid(_tick(common), "fixed", common, _phase(stamps, common)), share, True)


def _is_calendar(days: int) -> bool:
    return days in (28, 29, 30, 31, 90, 91, 92, 181, 182, 183, 184, 365, 366) and days != 28


def _tick(step: int) -> str:
    return to_offset(pd.Timedelta(step, "ns")).freqstr if step % DAY else _days_alias(step // DAY)


def _days_alias(days: int) -> str:
    return "D" if days == 1 else f"{days}D"


def _phase(nanoseconds: np.ndarray, step: int) -> int:
    """The commonest remainder of the stamps: where a grid of this step begins."""
    kinds, counts = np.unique(nanoseconds % step, return_counts=True)
    return int(kinds[counts.argmax()])


def _weekday(nanoseconds: np.ndarray) -> np.ndarray:
    return ((np.floor_divide(nanoseconds, DAY) + 3) % 7).astype(np.int64)


def _find_months(groups: list[np.ndarray], stamps: np.ndarray) -> FoundGrid | None:
    months = [np.floor_divide(group, DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) for group in groups]
    steps = np.concatenate([np.diff(month) for month in months])
    kinds, counts = np.unique(steps, return_counts=True)
    step = int(kinds[counts.argmax()])
    share = float(counts.max() / counts.sum())
    if step < 1 or share < 0.4:
        return None
    days = np.floor_divide(stamps, DAY).astype("datetime64[D]")
    rule = _month_rule(days)
    month = int(np.bincount(days.astype("datetime64[M]").astype(np.int64) % 12).argmax())
    alias = _month_alias(step, rule, month)
    grid = _monthly_grid(alias, step, month, stamps)
    return FoundGrid(replace(grid, shift=_into_month(stamps)) if rule == "S" else grid, share, True)


def _into_month(stamps: np.ndarray) -> int:
    """Nanoseconds from the beginning of the month to the stamps, where that is the same in each month; else 0."""
    begins = stamps.astype("datetime64[ns]").astype("datetime64[M]").astype("datetime64[ns]").astype(np.int64)
    into = stamps - begins
    return int(into[0]) if (into == into[0]).all() else 0


def _month_rule(days: np.ndarray) -> str:
    """Whether the stamps are first, last, or first or last business days of their months; first days if none of these."""
    months = days.astype("datetime64[M]")
    first, last = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]") - 1
    business_first = np.busday_offset(first, 0, roll="forward")
    business_last = np.busday_offset(last, 0, roll="backward")
    for rule, wanted in (("S", first), ("E", last), ("BS", business_first), ("BE", business_last)):
        if (days == wanted).all():
            return rule
    for rule, wanted in (("S", first), ("E", last)):
        if (days == wanted).mean() > 0.5:
            return rule
    return "BE" if (last - days <= np.timedelta64(4, "D")).mean() > 0.9 else "S"


def _month_alias(step: int, rule: str, month: int) -> str:
    business, side = ("B", rule[1]) if len(rule) == 2 else ("", rule)
    if step % 12 == 0:
        base, count, anchor = "Y", step // 12, _MONTHS[month]
    elif step % 3 == 0:
        base, count = "Q", step // 3
        anchor = _MONTHS[month % 3] if side == "S" else _MONTHS[9 + month % 3]
    else:
        base, count, anchor = "M", step, None
    alias = f"{count if count > 1 else ''}{business}{base}{side}" + (f"-{anchor}" if anchor else "")
    return to_offset(alias).freqstr


def _monthly_grid(alias: str, step: int, month: int, nanoseconds: np.ndarray) -> Grid:
    """Positions count from the month of the anchor; with steps of several months that lie in phase with the stamps."""
    months = np.floor_divide(nanoseconds, DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    kinds, counts = np.unique(months % step, return_counts=True)
    origin = month % step if step in (3, 12) else int(kinds[counts.argmax()])
    ends = "E" in alias.split("-")[0]
    if ends and step > 1:
        origin = (origin + 1) % step  # the months that lead up to an end belong to it
    return Grid(alias, "months", step, origin)


def _find_days(stamps: np.ndarray, gaps: np.ndarray, common: int, share: float, middle: float) -> FoundGrid:
    """Days, business days, weeks; whatever the time of day is."""
    of_day = stamps % DAY
    steady = bool((of_day == of_day[0]).all())
    day_gaps = np.round(gaps / DAY).astype(np.int64)
    kinds, counts = np.unique(day_gaps[day_gaps > 0], return_counts=True)
    days = int(kinds[counts.argmax()])
    day_share = float(counts.max() / len(gaps))
    time_of_day = int(of_day[0]) if steady else 0
    if days % 7 == 0:
        weekday = int(np.bincount(_weekday(stamps), minlength=7).argmax())
        return FoundGrid(_weekly(days // 7, weekday, time_of_day, stamps), day_share, True)
    if days == 1:
        if _is_business(stamps) and steady and time_of_day == 0:
            return FoundGrid(Grid("B", "business", 1), day_share, True)
        return FoundGrid(Grid("D", "fixed", DAY, time_of_day, whole_days=not steady), day_share, True)
    if day_share < _DOMINANT:
        days = max(1, round(middle / DAY))
        if 5 <= days <= 9:
            return FoundGrid(_weekly(1, int(np.bincount(_weekday(stamps), minlength=7).argmax()), 0, stamps), day_share, False)
        if days >= 20:
            months = max(1, round(days / 30.4))
            return FoundGrid(_monthly_grid(_month_alias(months, "S", 0), months, 0, stamps), day_share, False)
        return FoundGrid(
            Grid(_days_alias(days), "fixed", days * DAY, _phase(stamps, days * DAY) // DAY * DAY), day_share, False
        )
    origin = _phase(stamps - time_of_day, days * DAY) // DAY * DAY + time_of_day
    return FoundGrid(Grid(_days_alias(days), "fixed", days * DAY, origin), day_share, True)


def _is_business(stamps: np.ndarray) -> bool:
    """No stamp on a weekend, and enough of them to have met one."""
    days = np.unique(np.floor_divide(stamps, DAY))
    weekdays = (days + 3) % 7
    return len(days) > 5 and bool((weekdays < 5).all()) and len(np.unique(weekdays)) == 5


def _weekly(weeks: int, weekday: int, time_of_day: int, nanoseconds: np.ndarray) -> Grid:
    """Monday 1969-12-29 is day -3: weeks are counted from the anchor day that follows it."""
    step = 7 * weeks * DAY
    anchor = (weekday - 3) * DAY + time_of_day
    if weeks > 1:
        on_day = nanoseconds[_weekday(nanoseconds) == weekday]
        anchor = _phase(on_day - time_of_day, step) // DAY * DAY + time_of_day
    alias = f"{weeks if weeks > 1 else ''}W-{_WEEKDAYS[weekday]}"
    return Grid(alias, "fixed", step, anchor)
