"""Tables whose header holds the stamps, or the months beside a column of years, turned into long form."""

from __future__ import annotations

import re
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from rnncore.config import Limits
from rnncore.messages import Note, Refusal
from rnncore.series.dates import is_date, month_number
from rnncore.series.numbers import is_missing, is_number, sample
from rnncore.series.table import Cells

_LEAST = 3  # stamps in the header


def turn(cells: Cells, limits: Limits) -> Cells:
    """The same values in long form where the header is a run of stamps, or of months; else the cells as they are."""
    if not cells.header:
        return cells
    if found := _years_and_months(cells):
        return _turned(cells, *found, Note("years_turned", cells.rows), limits)
    stamped = _stamped_columns(cells.names)
    if len(stamped) < _LEAST or not all(_is_numeric(cells.columns[place]) for place in stamped[:20]):
        return cells
    others = [place for place in range(len(cells.names)) if place not in set(stamped)]
    if any(_is_dated(cells.columns[place]) for place in others):
        return cells
    header = pa.array([cells.names[place] for place in stamped] * cells.rows, pa.string())
    return _turned(cells, header, stamped, others, Note("wide_turned", len(stamped), {"rows": cells.rows}), limits)


def _turned(cells: Cells, stamps: pa.Array, stamped: list[int], others: list[int], note: Note, limits: Limits) -> Cells:
    """One row for each cell of the stamped columns, row by row; `stamps` in that order, the other columns repeated."""
    rows, width = cells.rows, len(stamped)
    if rows * width > limits.max_rows:
        raise Refusal("too_many_rows", rows=rows * width, limit=limits.max_rows)
    each = pa.array([row for row in range(rows) for _ in range(width)], pa.int64())
    names = [cells.names[place] for place in others]
    columns = [cells.columns[place].take(each) for place in others]
    names += [_free("time", names), _free("value", names)]
    columns.append(stamps)
    by_column = pa.concat_arrays([cells.columns[place] for place in stamped])
    columns.append(
        by_column.take(pa.array([column * rows + row for row in range(rows) for column in range(width)], pa.int64()))
    )
    return Cells(names, columns, True, cells.delimiter, [*cells.notes, note])


def _years_and_months(cells: Cells) -> tuple[pa.Array, list[int], list[int]] | None:
    """The stamps 2001-01, 2001-02 ... of a table with a year a row and a month a column, the columns of the months, and those
    that name a series; columns of numbers behind the months, such as a yearly mean, are left out. None for other tables."""
    months = [(month_number(name), place) for place, name in enumerate(cells.names)]
    months = [(number, place) for number, place in months if number]
    if [number for number, _ in months] != list(range(1, 13)):
        return None
    stamped = [place for _, place in months]
    others = [place for place in range(stamped[0]) if not _is_dated(cells.columns[place])]
    years = [place for place in others if _are_years(cells.columns[place])]
    if len(years) != 1 or not all(_is_numeric(cells.columns[place]) for place in stamped):
        return None
    text = [f"{year}-{number:02d}" for year in cells.columns[years[0]].to_pylist() for number, _ in months]
    return pa.array(text, pa.string()), stamped, [place for place in others if place != years[0]]


def _are_years(column: pa.Array) -> bool:
    cells = sample(column, 50)
    return bool(cells) and sum(bool(re.fullmatch(r"(1[5-9]|20|21)\d\d", cell)) for cell in cells) > 0.8 * len(cells)


def _stamped_columns(names: list[str]) -> list[int]:
    dated = [place for place, name in enumerate(names) if is_date(name)]
    if len(dated) >= _LEAST:
        return dated
    digits = [place for place, name in enumerate(names) if name.isdigit()]
    numbers = [int(names[place]) for place in digits]
    stamps = all(re.fullmatch(r"(1[5-9]|20|21)\d\d|(19|20)\d\d(0[1-9]|1[0-2])([0-3]\d)?", names[place]) for place in digits)
    rising = all(a < b for a, b in pairwise(numbers))
    return digits if stamps and rising and len(digits) < len(names) else []


def _is_numeric(column: pa.Array) -> bool:
    cells = sample(column, 50)
    return (
        all(is_number(cell) for cell in cells)
        if cells
        else bool(pc.all(pc.equal(column, "")).as_py()) or all(map(is_missing, column.to_pylist()))
    )


def _is_dated(column: pa.Array) -> bool:
    cells = sample(column, 50)
    return bool(cells) and sum(map(is_date, cells)) > 0.5 * len(cells)


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += "_"
    return name
