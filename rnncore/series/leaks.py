"""Columns that give the target away: copies of it, its parts, its running total. A forecast that reads them knows the answer.

Only what reproduces the target to its last digit counts, never a high correlation: temperature and energy may be as close as
they like. Columns are screened on a sample of rows, and what is found there is checked on all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np

from rnncore.messages import Note
from rnncore.series.series import Series

EXACT = 1e-6  # largest error, as a share of the target's standard deviation, where digits are not cut off
COARSE = 0.05  # beyond this share, cut-off digits hide too much to say so
ALMOST_ALL = 0.95  # of the rows: a typing error, or a total that starts over each month, does not make a leak harmless
FEWEST_ROWS, FEWEST_VALUES = 30, 10  # rows with both; different values among them
SAMPLE, STRETCH = 2000, 4096  # rows: spread over the file; without a break, for what shifts in time
LARGEST_SHIFT, SHIFTS_TRIED = 1000, 3
CLOSE = 0.99  # correlation below which two columns are not worth a comparison row by row
MOST_PARTS, LARGEST_FACTOR, MOST_SUMS = 30, 10, 3
NEWEST, MOST_COLUMNS, MOST_NOTED = 5000, 50, 3  # while a file is read: rows and columns looked at, leaks told
TRANSFORMS = {
    "log": np.log, "exp": np.exp, "square": np.square, "root": np.sqrt, "reciprocal": np.reciprocal,
}  # fmt: skip


@dataclass(frozen=True)
class Leak:
    """One way to compute the target from other columns.

    kind: `copy` (target = scale x column + offset), `ahead` and `behind` (the same, the column being `lag` rows before or after
    the target), `transform` (the column is a function of the target, named `how`), `sum` (of the columns), `combination`
    (`factors` times the columns), `running_total` (the column's steps are the target), `steps` (the target's steps are the
    column). scale and offset where they have a meaning, else 1 and 0.
    """

    kind: str
    target: str
    columns: tuple[str, ...]
    factors: tuple[float, ...] = (1.0,)
    lag: int = 0
    scale: float = 1.0
    offset: float = 0.0
    how: str = ""

    @property
    def even_from_the_past(self) -> bool:
        """Whether it also gives the target away where only the past of its columns is read."""
        return self.kind == "ahead"

    def as_facts(self) -> dict:
        """JSON values."""
        return asdict(self) | {"columns": list(self.columns), "factors": list(self.factors), "count": len(self.columns)}


def find_leaks(names: Sequence[str], columns: Sequence[np.ndarray], target: str) -> list[Leak]:
    """Every column, and up to three sums of columns, that reproduce the target.

    columns: (N,) floats in the order of time, NaN where a cell is empty; `target` is one of `names`.
    """
    goal = Column.of(target, columns[list(names).index(target)])
    if not goal.tells:
        return []
    others = [Column.of(name, values) for name, values in zip(names, columns, strict=True) if name != target]
    others = [one for one in others if one.tells or one.distinct > 1]
    found = [leak for one in others if (leak := _single(goal, one))]
    named = {name for leak in found for name in leak.columns}
    return found + list(_sums(goal, [one for one in others if one.name not in named]))


def noted(columns: dict[str, np.ndarray], target: str) -> list[Note]:
    """What a reader of a file should know of its value columns before any of them is used."""
    names = [target, *(name for name in columns if name != target)][:MOST_COLUMNS]
    found = find_leaks(names, [columns[name] for name in names], target)
    return [Note(f"leak_{leak.kind}", len(leak.columns), leak.as_facts()) for leak in found[:MOST_NOTED]]


def leaks_into(one: Series) -> list[Leak]:
    """By which of its covariates a series is given away, as they are read: ahead of time, or only their past."""
    known = {beside.name for beside in one.covariates if beside.is_known}
    names = [one.name, *(beside.name for beside in one.covariates)]
    columns = [one.values[-NEWEST:], *(beside.values[-NEWEST:] for beside in one.covariates)]
    found = find_leaks(names, columns, one.name) if one.covariates else []
    return [leak for leak in found if leak.even_from_the_past or known.issuperset(leak.columns)]


@dataclass(frozen=True, eq=False)
class Column:
    """values: (N,), infinities as NaN; digit: the place of its last digit (0.01), 0 where there is no last one."""

    name: str
    values: np.ndarray
    distinct: int
    digit: float
    spread: float

    @classmethod
    def of(cls, name: str, values: np.ndarray) -> Column:
        values = np.asarray(values, dtype=np.float64)
        values = np.where(np.isfinite(values) & (np.abs(values) < 1e100), values, np.nan)
        some = values[_spread_over(len(values))]
        some = some[~np.isnan(some)]
        spread = float(some.std()) if len(some) else 0.0
        return cls(name, values, len(np.unique(some)), _last_digit(some), spread)

    @property
    def tells(self) -> bool:
        """Whether it takes so many values that reproducing it is no accident, and is not just the number of the row."""
        if self.distinct < FEWEST_VALUES or self.spread <= 1e-12 * np.nanmax(np.abs(self.values)):
            return False
        steps = np.diff(self.values)
        steps = steps[~np.isnan(steps)]
        return bool(len(steps) and np.ptp(steps) > 1e-9 * self.spread)


@cache
def _spread_over(rows: int) -> np.ndarray:
    """Numbers of the rows of the sample, without a beat that a season could fall in with."""
    if rows <= SAMPLE:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, SAMPLE, replace=False))


def _last_digit(some: np.ndarray) -> float:
    """The largest power of ten all values are multiples of, down to nine places; 0 where there is none."""
    if not len(some):
        return 0.0
    for places in range(10):
        scaled = some * 10.0**places
        noise = 1e-6 * min(float(scaled.std()), 1.0) + 1e-14 * np.abs(scaled)
        if (np.abs(scaled - np.round(scaled)) <= noise).all():
            return 10.0**-places
    return 0.0


def _single(goal: Column, one: Column) -> Leak | None:
    """The column by itself."""
    if line := _line(goal.values, one.values, goal, one):
        return Leak("copy", goal.name, (one.name,), scale=line[0], offset=line[1])
    if one.distinct < FEWEST_VALUES:
        return None
    if how := _transform(goal, one):
        return Leak("transform", goal.name, (one.name,), how=how)
    if line := _line(goal.values[1:], np.diff(one.values), goal, one, 2.0):
        return Leak("running_total", goal.name, (one.name,), scale=line[0], offset=line[1])
    if line := _line(np.diff(goal.values), one.values[1:], goal, one, 2.0):
        return Leak("steps", goal.name, (one.name,), scale=line[0], offset=line[1])
    return _shifted(goal, one) if one.tells else None


def _line(goal: np.ndarray, column: np.ndarray, of: Column, one: Column, digits: float = 1.0) -> tuple[float, float] | None:
    """Scale and offset that turn the column into the goal, row by row; None where none do.

    digits: how many values of each column, each with its cut-off digits, a row of the difference is made of.
    """
    rows = _spread_over(len(goal))
    line = _fit(goal[rows], column[rows])
    if line is None:
        return None
    slack = digits * (of.digit + abs(line[0]) * one.digit) / 2
    if not _agrees(goal[rows], line[0] * column[rows] + line[1], slack):
        return None
    return line if len(goal) <= SAMPLE or _agrees(goal, line[0] * column + line[1], slack) else None


def _fit(goal: np.ndarray, column: np.ndarray) -> tuple[float, float] | None:
    """The line of least squares, on the half of the rows that lie closest to a first one; None where the two are not close.

    The first is laid through the middle of both columns, where a total that starts over has no part in it.
    """
    known = ~(np.isnan(goal) | np.isnan(column))
    if known.sum() < FEWEST_ROWS:
        return None
    known[known] = _is_usual(goal[known]) & _is_usual(column[known])
    goal, column = goal[known], column[known]
    for _ in range(2):
        if len(goal) < FEWEST_ROWS or len(np.unique(goal)) < FEWEST_VALUES:
            return None
        x, y = column - column.mean(), goal - goal.mean()
        size = math.sqrt(float(x @ x) * float(y @ y))
        if not size or abs(float(x @ y)) < 0.9 * size:
            return None
        scale = float(x @ y) / float(x @ x)
        offset = float(goal.mean() - scale * column.mean())
        off = np.abs(goal - scale * column - offset)
        close = off <= np.median(off)
        if close.all():
            break
        goal, column = goal[close], column[close]
    return _plain(scale), _plain(offset, abs(float(goal.mean())))


def _is_usual(values: np.ndarray) -> np.ndarray:
    low, high = np.quantile(values, ((1 - ALMOST_ALL) / 2, (1 + ALMOST_ALL) / 2))
    return (values >= low) & (values <= high)


def _plain(value: float, beside: float = 0.0) -> float:
    """Without the noise of arithmetic: 9/5 rather than 1.8000000000000003, 0 rather than 1e-13."""
    return float(f"{value:.12g}") if abs(value) > 1e-10 * beside else 0.0


def _agrees(goal: np.ndarray, made: np.ndarray, slack: float) -> bool:
    """Whether almost all rows are equal, up to cut-off digits, and those that are vary."""
    known = ~(np.isnan(goal) | np.isnan(made))
    goal, made = goal[known], made[known]
    if len(goal) < FEWEST_ROWS:
        return False
    spread = goal.std()
    rounding = 1e-13 * max(float(np.abs(goal).max()), float(np.abs(made).max()))
    equal = np.abs(goal - made) <= EXACT * spread + 1.01 * slack + rounding
    return bool(slack <= COARSE * spread and equal.mean() >= ALMOST_ALL and len(np.unique(goal[equal])) >= FEWEST_VALUES)


def _transform(goal: Column, one: Column) -> str:
    """The name of the function that makes the column of the target, "monotone" for one without a name; "" for none."""
    rows = _spread_over(len(goal.values))
    target, column = goal.values[rows], one.values[rows]
    known = ~(np.isnan(target) | np.isnan(column))
    target, column = target[known], column[known]
    if len(target) < FEWEST_ROWS or not _same_order(target, column):
        return ""
    with np.errstate(all="ignore"):
        for how, function in TRANSFORMS.items():
            made = function(goal.values)
            if np.isfinite(made[rows][known]).all() and _line(one.values, made, one, Column(how, made, 0, 0.0, 0.0)):
                return how
    # Two quantities that only ever grow are in one order without having to do with each other.
    turns = np.diff(goal.values)
    turning = min((turns > 0).sum(), (turns < 0).sum()) > 0.1 * len(turns)
    fine = len(np.unique(column)) >= max(2 * FEWEST_VALUES, 0.5 * len(np.unique(target)))
    return "monotone" if turning and fine else ""


def _same_order(target: np.ndarray, column: np.ndarray) -> bool:
    """Whether the column rises, or falls, with the target, without exception."""
    order = np.lexsort((column, target))
    lowest, highest = column[order], column[np.lexsort((-column, target))]
    return bool((np.diff(lowest) >= 0).all() or (np.diff(highest) <= 0).all())


def _shifted(goal: Column, one: Column) -> Leak | None:
    """The column some rows earlier or later: the highest cross-correlations of a stretch without a break, then all rows."""
    for shift in _best_shifts(goal.values[-STRETCH:], one.values[-STRETCH:]):
        lag, ahead = abs(shift), shift > 0
        pair = (goal.values[lag:], one.values[:-lag]) if ahead else (goal.values[:-lag], one.values[lag:])
        if line := _line(*pair, goal, one):
            return Leak("ahead" if ahead else "behind", goal.name, (one.name,), (1.0,), lag, *line)
    return None


def _best_shifts(goal: np.ndarray, column: np.ndarray) -> list[int]:
    """Shifts other than 0 by which the column, moved later, best resembles the goal; on steps, which do not drift."""
    steps = [np.nan_to_num(np.diff(part)) for part in (goal, column)]
    count = len(steps[0])
    most = min(LARGEST_SHIFT, count - FEWEST_ROWS)
    if most < 1:
        return []
    size = 1 << (2 * count - 1).bit_length()
    scaled = [np.fft.rfft((part - part.mean()) / (part.std() or 1.0), size) for part in steps]
    products = np.fft.irfft(scaled[0] * np.conj(scaled[1]), size)
    shifts = np.concatenate([np.arange(1, most + 1), -np.arange(1, most + 1)])
    likeness = np.abs(products[shifts]) / (count - np.abs(shifts))
    return shifts[np.argsort(-likeness)[:SHIFTS_TRIED]].tolist()


def _sums(goal: Column, others: list[Column]) -> Iterator[Leak]:
    """Sums and differences of several columns; each column in one of them at most."""
    for _ in range(MOST_SUMS):
        parts = _parts(goal, others)
        if parts is None:
            return
        chosen, factors, scale, offset = parts
        order = np.argsort([others.index(one) for one in chosen])
        chosen, factors = [chosen[place] for place in order], factors[order]
        names = tuple(one.name for one in chosen)
        kind = "sum" if (factors == 1).all() and scale == 1 and offset == 0 else "combination"
        yield Leak(kind, goal.name, names, tuple((scale * factors).tolist()), offset=offset)
        others = [one for one in others if one.name not in names]


def _parts(goal: Column, others: list[Column]) -> tuple[list[Column], np.ndarray, float, float] | None:
    """Columns, their whole factors, a common scale and an offset that make the target; None where there are none.

    Two columns are looked for first, as the shortest answer; then columns are added one by one, each time the one closest to
    what is still missing (orthogonal matching pursuit).
    """
    rows = _spread_over(len(goal.values))
    usable, known = _filled(goal, others, rows)
    target = goal.values[rows][known]
    if len(usable) < 2 or len(target) < max(FEWEST_ROWS, 2 * len(usable)) or not target.std():
        return None
    table = np.stack([one.values[rows][known] for one in usable], axis=1)
    table, centred = table - table.mean(axis=0), target - target.mean()
    for pair, factors in _pairs(table, centred):
        if found := _checked(goal, usable, pair, factors):
            return found
    spread = table.std(axis=0)
    table = table / np.where(spread > 0, spread, 1.0)
    taken: list[int] = []
    missing = centred
    for _ in range(min(len(usable), MOST_PARTS)):
        likeness = np.abs(table.T @ missing)
        likeness[taken] = -1
        if likeness.max() <= 0:
            break
        taken.append(int(likeness.argmax()))
        factors, missing = _least_squares(table[:, taken], centred)
        for whole in _whole(factors / spread[taken]):
            if found := _checked(goal, usable, taken, whole):
                return found
        if np.abs(missing).max() <= 1e-9 * target.std():
            break
    return None


def _pairs(table: np.ndarray, target: np.ndarray) -> Iterator[tuple[list[int], np.ndarray]]:
    """Of each column, added or taken away: the one closest to the rest, where it is close; with whole factors."""
    squares = (table * table).sum(axis=0)
    for place in range(table.shape[1]):
        for sign in (1.0, -1.0):
            rest = target - sign * table[:, place]
            products = table.T @ rest
            sizes = np.sqrt(squares * (rest * rest).sum())
            likeness = np.divide(np.abs(products), sizes, out=np.zeros_like(sizes), where=sizes > 0)
            likeness[place] = 0
            other = int(likeness.argmax())
            factor = np.round(products[other] / squares[other]) if likeness[other] > CLOSE else 0
            if 0 < abs(factor) <= LARGEST_FACTOR:
                yield [place, other], np.array([sign, factor])


def _filled(goal: Column, others: list[Column], rows: np.ndarray) -> tuple[list[Column], np.ndarray]:
    """The columns that are filled often enough, and which of `rows` are filled in all of them and the goal."""
    for most_empty in (0.5, 0.05):
        usable = [one for one in others if np.isnan(one.values[rows]).mean() <= most_empty]
        known = ~np.isnan(goal.values[rows])
        for one in usable:
            known &= ~np.isnan(one.values[rows])
        if known.sum() >= len(rows) / 4:
            break
    return usable, known


def _least_squares(table: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    factors = np.linalg.lstsq(table, target, rcond=1e-10)[0]
    return factors, target - table @ factors


def _whole(factors: np.ndarray) -> Iterator[np.ndarray]:
    """Small whole factors close to the given ones: as they are, then in units of one of them."""
    size = np.abs(factors)
    size = size[size > 0.05 * size.max()]
    for unit in dict.fromkeys((1.0, *size[:1].tolist(), *np.sort(size)[:1].tolist())):
        whole = np.round(factors / unit)
        if np.abs(whole).max() <= LARGEST_FACTOR and (np.abs(factors / unit - whole) < 0.05).all() and (whole != 0).sum() > 1:
            yield whole


def _checked(goal: Column, usable: list[Column], taken: list[int], whole: np.ndarray):
    """The combination without its zeros, if it makes the target on all rows, by itself or in another unit."""
    chosen = [usable[place] for place, factor in zip(taken, whole, strict=True) if factor]
    factors = whole[whole != 0]
    pairs = list(zip(factors, chosen, strict=True))
    total = sum(factor * one.values for factor, one in pairs)
    whole_sum = Column("", total, 0, sum(abs(factor) * one.digit for factor, one in pairs), 0.0)
    slack = (goal.digit + whole_sum.digit) / 2
    rows = _spread_over(len(total))
    offset = float(np.nanmedian((goal.values - total)[rows]))
    offset = 0.0 if abs(offset) <= slack + EXACT * goal.spread else _plain(offset)
    if _agrees(goal.values[rows], total[rows] + offset, slack) and _agrees(goal.values, total + offset, slack):
        return chosen, factors, 1.0, offset
    line = _line(goal.values, total, goal, whole_sum)
    return (chosen, factors, *line) if line else None
