"""The reading room: the bytes of a file in, regular series and a report on every repair out.

`read` is `read_table`, which parses and finds out what every column is, and `to_series`, which makes series of the chosen
columns; a page that only changes the chosen column calls the second one again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series import cleaning, covariates, leaks
from rnncore.series.axis import Axis, find_time
from rnncore.series.cleaning import Counts, Rows
from rnncore.series.columns import Typed, read_types
from rnncore.series.door import admit, admit_text
from rnncore.series.encoding import decode
from rnncore.series.numbers import Numbers
from rnncore.series.report import Report
from rnncore.series.roles import Roles, find_roles
from rnncore.series.series import Series
from rnncore.series.table import Cells, parse
from rnncore.series.wide import turn
from rnncore.series.zones import Clock, set_clock, switching_zone

PREVIEW = 20  # rows


@dataclass(frozen=True)
class Reading:
    """The series of a file and the report on how they were read."""

    series: list[Series]
    report: Report


@dataclass(frozen=True)
class Table:
    """Every cell of a file as text, every column as what it reads as, and the time axis that was found."""

    cells: Cells
    typed: Typed
    axis: Axis | None
    encoding: str
    notes: list[Note]


def read(data: bytes, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Reading:  # noqa: B008
    """The series in the bytes of a CSV file, and the report; raises Refusal where there are none."""
    return to_series(read_table(data, config, limits), config, limits)


def read_table(data: bytes, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Table:  # noqa: B008
    """Parse a file and type its columns; depends on encoding, delimiter, header, decimal, date order and time of `config`."""
    admit(data, limits)
    text, encoding, notes = decode(data, config.encoding)
    admit_text(text, limits)
    cells = turn(parse(text, config, limits), limits)
    del text
    if cells.rows > limits.max_rows:
        raise Refusal("too_many_rows", rows=cells.rows, limit=limits.max_rows)
    if cells.rows == 0:
        raise Refusal("header_only")
    typed = read_types(cells, config.decimal, config.date_order)
    axis = find_time(cells, typed, config.time, config.date_order)
    cells, typed, axis, more = _without_footer(cells, typed, axis)
    return Table(cells, typed, axis, encoding, [*notes, *cells.notes, *typed.notes, *more])


_TOTALS = re.compile(
    r"^[#*(\[\s]*("
    r"(grand total|sub-?totals?|totals?|sum|summe|gesamt|gesamtsumme|insgesamt|somme|totale|average|mean|avg|"
    r"mittelwert|durchschnitt|"
    r"moyenne|sources?|quelle|notes?|hinweis|remarque|remark|end of (file|report|data)|eof|\d+ rows)\b|\*|"
    r"合计|总计|總計|小计|合計|总和|平均|計|来源|數據來源|数据来源|資料來源|注|备注|說明|说明|出典)",
    re.IGNORECASE,
)
_SUBTOTAL = r"\b(total|subtotal|sum|summe|gesamt|average)\b|合计|小计|总计|合計|小計"
_WORDS = rf"^[^\d]+$|(?i:{_TOTALS.pattern}|{_SUBTOTAL})"


def _without_footer(cells: Cells, typed: Typed, axis: Axis | None) -> tuple[Cells, Typed, Axis | None, list[Note]]:
    """Leave out rows that are no data: totals, sources and remarks below the table, subtotals and headings within it."""
    if axis is not None:
        label = cells.columns[cells.names.index(axis.columns[0])]
        bad = ~axis.stamps.good
        words = bad.copy()
        told = label.filter(pa.array(bad))
        words[bad] = pc.match_substring_regex(told, _WORDS).to_numpy(zero_copy_only=False)
    else:
        bad = np.zeros(cells.rows, bool)
        for place in range(max(0, cells.rows - 30), cells.rows):
            bad[place] = _is_remark(cells, typed, place)
        words = np.zeros(cells.rows, bool)
    tail = cells.rows
    while tail > 0 and bad[tail - 1]:
        tail -= 1
    footer = np.zeros(cells.rows, bool)
    footer[tail:] = True
    words &= ~footer
    gone = footer | words
    if not gone.any() or gone.all():
        return cells, typed, axis, []
    kept = ~gone
    notes = [Note("footer_skipped", int(footer.sum()), {"text": _text_of(cells, tail)})] if footer.any() else []
    if words.any():
        notes.append(Note("rows_no_data", int(words.sum()), {"text": _text_of(cells, int(np.flatnonzero(words)[0]))}))
    numbers = {
        name: replace(one, values=one.values[kept], missing=one.missing[kept], unreadable=one.unreadable[kept])
        for name, one in typed.numbers.items()
    }
    typed = replace(typed, numbers=numbers, stamps={name: _kept(one, kept) for name, one in typed.stamps.items()})
    if axis is not None:
        axis = replace(axis, stamps=_kept(axis.stamps, kept))
    return cells.keep(kept), typed, axis, notes


def _kept(stamps, kept: np.ndarray):
    offsets = None if stamps.offsets is None else stamps.offsets[kept]
    return replace(stamps, nanoseconds=stamps.nanoseconds[kept], good=stamps.good[kept], offsets=offsets)


def _is_remark(cells: Cells, typed: Typed, place: int) -> bool:
    """A row without a number in any value column, or one that calls itself a total or a source."""
    first = next((cell for cell in (column[place].as_py() for column in cells.columns[:20]) if cell), "")
    if _TOTALS.match(first):
        return True
    read = list(typed.numbers.values())
    return (
        bool(read)
        and any(one.unreadable[place] for one in read)
        and all(one.unreadable[place] or one.missing[place] for one in read)
    )


def _text_of(cells: Cells, place: int) -> str:
    return " ".join(cell for cell in (column[place].as_py() for column in cells.columns[:6]) if cell)[:80]


def to_series(table: Table, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Reading:  # noqa: B008
    """Regular series of the chosen columns, with the report."""
    cells, typed = table.cells, table.typed
    axis = find_time(cells, typed, config.time, config.date_order) if config.time is not None else table.axis
    roles = find_roles(cells, typed, axis, config)
    if cells.rows < 2:
        raise Refusal("one_row")
    if len(roles.series_names) > limits.max_series:
        raise Refusal("too_many_series", series=len(roles.series_names), column=roles.series, limit=limits.max_series)
    numbers, notes = _sentinels(typed.numbers, roles, config.sentinel)
    counts = Counts()
    filled: dict[str, int] = {}
    if axis is None:
        found, made = None, _number(roles, numbers, config, counts, filled)
        notes.append(Note("no_time", cells.rows))
    else:
        found, made, more = _place(axis, roles, numbers, config, limits, counts, filled)
        notes += _axis_notes(axis) + more
    if not made:
        raise Refusal("too_few_values", column=roles.target)
    notes = [*table.notes, *roles.notes, *_number_notes(numbers, roles), *notes, *cleaning.notes_of(counts, config)]
    notes += covariates.notes_of(made, roles.known, roles.past, filled) + _leaks(axis, roles, numbers)
    return Reading(made, _report(table, axis, roles, numbers, made, found, counts, notes))


def _leaks(axis: Axis | None, roles: Roles, numbers: dict[str, Numbers]) -> list[Note]:
    """Columns that make up the target, as far as the newest rows of the longest series tell."""
    if len(roles.values) < 2:
        return []
    rows = np.arange(len(numbers[roles.target].values))
    if axis is not None:
        rows = np.argsort(axis.stamps.nanoseconds, kind="stable")
        rows = rows[axis.stamps.good[rows]]
    if roles.codes is not None:
        rows = rows[roles.codes[rows] == np.bincount(roles.codes[rows]).argmax()]
    rows = rows[-leaks.NEWEST :]
    names = dict.fromkeys([roles.target, *roles.values])
    return leaks.noted({name: numbers[name].values[rows] for name in names}, roles.target)


def _number(
    roles: Roles, numbers: dict[str, Numbers], config: ReadConfig, counts: Counts, filled: dict[str, int]
) -> list[Series]:
    values = numbers[roles.target].values
    codes = roles.codes if roles.codes is not None else np.zeros(len(values), np.int64)
    made = cleaning.numbered(roles.series_names or [roles.target], codes, values, config, counts)
    return _with_covariates(made, roles, numbers, codes, covariates.ranks(codes, np.arange(len(values))), None, filled)


def _with_covariates(
    made: list[Series], roles: Roles, numbers: dict[str, Numbers], codes: np.ndarray, positions: np.ndarray, first, filled
) -> list[Series]:
    """The same series with the columns that were asked for. codes, positions: the series and the row of its grid that each row
    of the file belongs to; first: position of the first row of a series; None: the first whose value is known."""
    names = roles.known + roles.past
    if not names:
        return made
    found = []
    for one in made:
        mine = codes == (roles.series_names.index(one.name) if roles.series_names else 0)
        target = numbers[roles.target].values[mine]
        start = first(one) if first else int(positions[mine][np.isfinite(target)].min())
        columns = {name: numbers[name].values[mine] for name in names}
        one, gaps = covariates.attach(one, columns, roles.known, positions[mine], start)
        found.append(one)
        for name, count in gaps.items():
            filled[name] = filled.get(name, 0) + count
    return found


@dataclass(frozen=True)
class _Found:
    """First and last stamp of the file, in ISO form, and the frequency."""

    first: str
    last: str
    frequency: str | None


def _place(axis: Axis, roles: Roles, numbers: dict[str, Numbers], config: ReadConfig, limits: Limits, counts: Counts, filled):
    """Series on the grid of their frequency, or numbered rows where no grid fits; with what was found and notes."""
    good = axis.stamps.good
    if not good.any():
        raise Refusal("time_unreadable", column=axis.name, example="")
    notes = [Note("stamps_unreadable", int((~good).sum()), {"column": axis.name})] if not good.all() else []
    clock = set_clock(axis.stamps, config.zone)
    notes += clock.notes
    codes = roles.codes if roles.codes is not None else np.zeros(len(good), np.int64)
    names = roles.series_names or [roles.target]
    rows, backward = cleaning.order_rows(Rows(codes[good], clock.nanoseconds[good], numbers[roles.target].values[good]))
    again = cleaning.duplicate_stamps(rows)
    counts.duplicates = int(again.sum())
    if clock.zone is None and axis.stamps.resolution == "time" and again.any():
        by_clock = switching_zone(rows.nanoseconds[again], np.empty(0, np.int64))[1]
        counts.clock_repeats = int(by_clock.sum())
        counts.duplicates -= counts.clock_repeats
        backward = 0 if backward <= counts.clock_repeats else backward
    if backward:
        notes.append(Note("sorted", backward))
    ends = clock.index(np.array([rows.nanoseconds.min(), rows.nanoseconds.max()]))
    rows = cleaning.merge_duplicates(rows, config.duplicates)
    if len(rows.nanoseconds) < 2 or rows.nanoseconds.min() == rows.nanoseconds.max():
        raise Refusal("one_stamp", column=axis.name)
    own = {name: replace(one, values=one.values[good]) for name, one in numbers.items()} if roles.known or roles.past else {}
    rows, grid = _wall_or_utc(rows, clock, config)
    made = cleaning.regular(rows, names, grid.grid, clock, config, limits, counts)
    first, last = (stamp.isoformat() for stamp in ends)
    if made is None:
        notes.append(Note("too_many_gaps", 1, {"frequency": grid.grid.alias}))
        made = cleaning.numbered(names, rows.codes, rows.values, config, counts)
        ranks = covariates.ranks(codes[good], clock.nanoseconds[good])
        made = _with_covariates(made, roles, own, codes[good], ranks, None, filled)
        return _Found(first, last, grid.grid.alias), made, notes
    held = replace(clock, nanoseconds=clock.nanoseconds[good])
    positions = grid.grid.positions(held.nanoseconds if cleaning.on_utc(grid.grid) else held.wall())
    made = _with_covariates(made, roles, own, codes[good], positions, partial(covariates.first_position, grid.grid), filled)
    if not grid.dominant and config.frequency is None:
        notes.append(Note("no_common_gap", 1, {"frequency": grid.grid.alias, "share": round(100 * grid.share)}))
    return _Found(first, last, grid.grid.alias), made, notes


def _wall_or_utc(rows: Rows, clock: Clock, config: ReadConfig):
    """Days and longer steps are looked for on the wall clock, shorter ones in absolute time."""
    if clock.zone is None:
        return rows, cleaning.choose_grid(rows, config.frequency)
    wall = replace(rows, nanoseconds=replace(clock, nanoseconds=rows.nanoseconds).wall())
    grid = cleaning.choose_grid(wall, config.frequency)
    if not cleaning.on_utc(grid.grid):
        return wall, grid
    return rows, cleaning.choose_grid(rows, config.frequency)


def _axis_notes(axis: Axis) -> list[Note]:
    """How the stamps were read."""
    stamps, notes = axis.stamps, []
    if stamps.other_order is not None:
        facts = {"order": stamps.order, "other": stamps.other_order, "column": axis.name}
        notes.append(Note("date_order", 1, facts, {"date_order": [stamps.order, stamps.other_order]}))
    if stamps.facts.get("hours_24"):
        notes.append(Note("hours_24", stamps.facts["hours_24"]))
    if stamps.facts.get("mixed"):
        notes.append(Note("stamps_mixed", stamps.facts["mixed"], {"column": axis.name}))
    if stamps.facts.get("two_digit_years"):
        notes.append(Note("two_digit_years", stamps.facts["two_digit_years"]))
    if stamps.facts.get("epoch"):
        notes.append(Note("numbers_as_time", int(stamps.good.sum()), {"column": axis.name, "unit": stamps.facts["epoch"]}))
    if stamps.facts.get("without_offset"):
        notes.append(Note("offset_absent", stamps.facts["without_offset"]))
    if len(axis.columns) > 1:
        notes.append(Note("time_joined", len(axis.columns), {"columns": ", ".join(axis.columns)}))
    return notes


def _number_notes(numbers: dict[str, Numbers], roles: Roles) -> list[Note]:
    notes = []
    for name in roles.values:
        one = numbers[name]
        unreadable = int(one.unreadable.sum())
        if unreadable:
            notes.append(Note("cells_unreadable", unreadable, {"column": name}))
        if one.mixed:
            notes.append(Note("marks_mixed", one.mixed, {"column": name}))
        if one.signs:
            notes.append(Note("signs_removed", sum(one.signs.values()), {"column": name, "signs": " ".join(one.signs)}))
    return notes


_SENTINELS = (
    -999.0,
    -9999.0,
    -99999.0,
    -999.9,
    -99.9,
    -99.0,
    -9.99,
    9999.0,
    99999.0,
    999999.0,
    999.9,
    9999.9,
    -888.0,
    -8888.0,
    -32768.0,
)


def _sentinels(numbers: dict[str, Numbers], roles: Roles, wanted: float | None) -> tuple[dict[str, Numbers], list[Note]]:
    """Take the value the user named for missing; otherwise ask about a value that stands far outside all others."""
    if wanted is not None:
        hits = {name: numbers[name].values == wanted for name in roles.values}
        count = sum(int(hit.sum()) for hit in hits.values())
        cleaned = {
            name: replace(
                numbers[name], values=np.where(hit, np.nan, numbers[name].values), missing=numbers[name].missing | hit
            )
            for name, hit in hits.items()
        }
        return {**numbers, **cleaned}, [Note("sentinel_taken", count, {"value": wanted})] if count else []
    found: dict[float, int] = {}
    for name in roles.values:
        for value, count in _suspects(numbers[name].values):
            found[value] = found.get(value, 0) + count
    asked = [
        Note("sentinel_suspected", count, {"value": _plain(value)}, {"sentinel": [_plain(value)]})
        for value, count in found.items()
    ]
    return numbers, asked


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _suspects(values: np.ndarray) -> list[tuple[float, int]]:
    """Values that usually stand for missing and lie farther from the rest than the rest is wide."""
    rest, counts = ~np.isnan(values), {}
    for value in _SENTINELS:
        hit = values == value
        if hit.any():
            counts[value] = int(hit.sum())
            rest &= ~hit
    if not counts or not rest.any():
        return []
    low, high = np.min(values, where=rest, initial=np.inf), np.max(values, where=rest, initial=-np.inf)
    return [(value, count) for value, count in counts.items() if value < 2 * low - high or value > 2 * high - low]


def _report(
    table: Table, axis: Axis | None, roles: Roles, numbers: dict[str, Numbers], made, found, counts: Counts, notes
) -> Report:
    cells = table.cells
    return Report(
        rows=cells.rows,
        time=axis.name if axis else None,
        values=roles.values,
        target=roles.target,
        series=len(made),
        series_column=roles.series,
        frequency=found.frequency if found else None,
        first=found.first if found else None,
        last=found.last if found else None,
        missing=sum(int(numbers[name].missing.sum()) for name in roles.values),
        duplicates=counts.duplicates,
        encoding=table.encoding,
        delimiter=cells.delimiter,
        decimal=table.typed.decimal,
        sums={name: _sum(numbers[name].values) for name in roles.values},
        notes=notes,
        known=roles.known,
        past=roles.past,
        columns=[{"name": name, "role": roles.role[name]} for name in cells.names],
        preview=[[column[row].as_py() for column in cells.columns] for row in range(min(PREVIEW, cells.rows))],
    )


def _sum(values: np.ndarray) -> float | None:
    """None where it is beyond what a float64 can hold."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(np.nansum(values))
    return total if np.isfinite(total) else None
