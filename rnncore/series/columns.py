"""Every column as what it reads as: numbers, stamps, hours or text; and the decimal mark of the file."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from rnncore.messages import Note, Refusal
from rnncore.series.dates import Stamps, is_date, is_hour, patterns_of, read_stamps
from rnncore.series.numbers import Numbers, column_evidence, missing_mask, read_numbers, sample, shape, tidy
from rnncore.series.table import Cells
from rnncore.series.vocabulary import is_time_name

_SHARE = 0.6  # of the cells present that must read as numbers for a column to hold numbers


def resolve(wanted: str, names: Iterable[str]) -> str:
    """The column called `wanted`, else a Refusal that lists the ones that come close."""
    names = list(names)
    if wanted in names:
        return wanted
    folded = [name for name in names if name.strip().casefold() == wanted.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5) or names[:8]
    raise Refusal("column_not_found", column=wanted, close=", ".join(close))


@dataclass(frozen=True)
class Typed:
    """Every column that reads as numbers or as stamps; `decimal` as found for the whole file."""

    numbers: dict[str, Numbers]
    stamps: dict[str, Stamps]
    hours: list[str]
    digits_as_time: set[str]  # bare digits under a name such as "year" or "epoch" that read as stamps
    decimal: str
    notes: list[Note]


def read_types(cells: Cells, decimal: str | None, order: str | None) -> Typed:
    """Read every column as numbers or stamps where most of its cells are."""
    kinds = {name: _kind(column) for name, column in zip(cells.names, cells.columns, strict=True)}
    columns = dict(zip(cells.names, cells.columns, strict=True))
    digits_as_time = {
        name
        for name, kind in kinds.items()
        if kind in ("bare", "number") and is_time_name(name) and _is_bare_time(columns[name])
    }
    habit = _habit(cells.delimiter, [columns[name] for name in cells.names if kinds[name] == "date" or name in digits_as_time])
    numeric = [name for name in cells.names if kinds[name] in ("number", "bare")]
    telling = {
        name: columns[name]
        for name in numeric
        if name not in digits_as_time and (kinds[name] == "number" or _has_point(columns[name]))
    }
    marks, taken, notes = _choose_marks(telling, decimal, habit)
    numbers = {name: read_numbers(columns[name], marks.get(name, taken)) for name in numeric}
    numbers = {name: one for name, one in numbers.items() if one.share >= _SHARE}
    stamps = {}
    for name in cells.names:
        if kinds[name] == "date":
            found = read_stamps(columns[name], order, habit.semicolon or taken == ",", bare=False)
            if found is not None and found.good.sum() >= 0.5 * max(1, len(found.good) - missing_mask(columns[name]).true_count):
                stamps[name] = found
    hours = [name for name in cells.names if kinds[name] == "hour"]
    return Typed(numbers, stamps, hours, digits_as_time, taken, notes)


@dataclass(frozen=True)
class _Habit:
    """What the layout of a file suggests where its numbers leave two readings open."""

    semicolon: bool  # cells divided as where the comma is the decimal mark
    dotted: bool  # dates written 31.12.2024
    iso: bool  # dates written from the year down, as programs and East Asia write them

    @property
    def decimal(self) -> str:
        return "," if self.semicolon or self.dotted else "."

    @property
    def groups_by_point(self) -> bool:
        return self.dotted or (self.semicolon and not self.iso)


def _habit(delimiter: str, dates: list[pa.Array]) -> _Habit:
    written = [cell for column in dates for cell in sample(column, 20)]
    dotted = any(re.match(r"(\d{1,2}\.){1,2}\d{2}", cell) for cell in written)
    return _Habit(delimiter == ";", dotted, any(re.match(r"\d{4}[-/年]", cell) for cell in written))


def _is_bare_time(column: pa.Array) -> bool:
    fitting = patterns_of(column, bare=True)
    return bool(fitting) and fitting[0][0].bare and fitting[0][1] > 0.75


def _has_point(column: pa.Array) -> bool:
    return any("." in cell for cell in sample(column, 40))


def _kind(column: pa.Array) -> str:
    """ "bare" where every cell is a plain number, else "number", "date", "hour" or "text" by most of a sample."""
    missing = missing_mask(column)
    present = column.filter(pc.invert(missing))
    if not len(present):
        return "empty"
    if pc.all(pc.match_substring_regex(present.slice(0, 200), r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")).as_py() and _casts(
        present
    ):
        return "bare"
    some = sample(present, 60)
    counted = Counter(
        "date" if is_date(cell) else "hour" if is_hour(cell) else "number" if shape(cell) else "text" for cell in some
    )
    best, count = counted.most_common(1)[0] if counted else ("text", 0)
    return best if count >= 0.5 * len(some) else "text"


def _casts(present: pa.Array) -> bool:
    try:
        present.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _choose_marks(columns: dict[str, pa.Array], wanted: str | None, habit: _Habit) -> tuple[dict[str, str], str, list[Note]]:
    """The decimal mark of each column and of the file, from what the cells leave open and what they do not."""
    if wanted:
        return dict.fromkeys(columns, wanted), wanted, []
    found = {name: column_evidence(column) for name, column in columns.items()}
    certain = {name: "." if one["."] >= one[","] else "," for name, one in found.items() if one["."] or one[","]}
    votes = Counter(certain.values())
    unsure = [name for name, one in found.items() if name not in certain and (one["?."] or one["?,"])]
    if votes:
        taken = votes.most_common(1)[0][0] if votes["."] != votes[","] else habit.decimal
        return {**dict.fromkeys(unsure, taken), **certain}, taken, []
    if not unsure:
        return {}, ".", []
    taken = _undecided(found[unsure[0]], habit)
    example = next(cell for cell in sample(columns[unsure[0]]) if re.search(r"\d[.,]\d{3}", tidy(cell)))
    facts = {"decimal": taken, "example": example, "column": unsure[0]}
    return dict.fromkeys(unsure, taken), taken, [Note("decimal_chosen", 1, facts, {"decimal": [".", ","]})]


def _undecided(found: Counter, habit: _Habit) -> str:
    """One mark before exactly three digits, in every cell: a decimal mark, or one that groups thousands."""
    mark = "." if found["?."] >= found["?,"] else ","
    other = "," if mark == "." else "."
    if found["long"]:  # 1234 beside 1.235: thousands are not grouped here
        return mark
    if found["short"] >= 2:  # 950 beside 1.002: no decimals where they would be zero
        return other
    if mark == ".":
        return "," if habit.groups_by_point else "."
    return habit.decimal
