"""Tables whose header holds the stamps: one row a series, one column a point in time, turned into long form."""

from __future__ import annotations

import re
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from rnncore.config import Limits
from rnncore.messages import Note, Refusal
from rnncore.series.dates import is_date
from rnncore.series.numbers import is_missing, is_number, sample
from rnncore.series.table import Cells

_LEAST = 3  # stamps in the header


def turn(cells: Cells, limits: Limits) -> Cells:
    """The same values in long form where the header is a run of stamps, else the cells as they are."""
    stamped = _stamped_columns(cells.names) if cells.header else []
    if len(stamped) < _LEAST or not all(_is_numeric(cells.columns[place]) for place in stamped[:20]):
        return cells
    others = [place for place in range(len(cells.names)) if place not in set(stamped)]
    if any(_is_dated(cells.columns[place]) for place in others):
        return cells
    rows, width = cells.rows, len(stamped)
    if rows * width > limits.max_rows:
        raise Refusal("too_many_rows", rows=rows * width, limit=limits.max_rows)
    each = pa.array([row for row in range(rows) for _ in range(width)], pa.int64())
    names = [cells.names[place] for place in others]
    columns = [cells.columns[place].take(each) for place in others]
    names += [_free("time", names), _free("value", names)]
    columns.append(pa.array([cells.names[place] for place in stamped] * rows, pa.string()))
    by_column = pa.concat_arrays([cells.columns[place] for place in stamped])
    columns.append(
        by_column.take(pa.array([column * rows + row for row in range(rows) for column in range(width)], pa.int64()))
    )
    note = Note("wide_turned", width, {"rows": rows})
    return Cells(names, columns, True, cells.delimiter, [*cells.notes, note])


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
