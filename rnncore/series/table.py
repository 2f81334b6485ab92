"""`Table`: every cell of a file as text, with what is known of its columns."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series.dialect import SEPARATOR, Dialect, find_dialect, kind_of, split
from rnncore.series.numbers import sample


@dataclass(frozen=True)
class Cells:
    """names: of the columns, unique; columns: their trimmed text; header: whether the names stand in the file."""

    names: list[str]
    columns: list[pa.Array]
    header: bool
    delimiter: str
    notes: list[Note] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def keep(self, mask: np.ndarray) -> Cells:
        """The rows where `mask` is true."""
        chosen = pa.array(mask)
        return Cells(self.names, [column.filter(chosen) for column in self.columns], self.header, self.delimiter, self.notes)


def parse(text: bytes, config: ReadConfig, limits: Limits) -> Cells:
    """Split UTF-8 `text` into cells; every line left out or repaired is a note."""
    _check_longest_line(text, limits)
    dialect = find_dialect(text, config, limits)
    notes = _dialect_notes(dialect)
    body = text[dialect.start :]
    if not body.strip():
        raise Refusal("header_only" if dialect.names else "empty_file")
    columns, more = _parse_body(body, dialect)
    if dialect.quote and _swallows_lines(columns, dialect):
        dialect = Dialect(**{**dialect.__dict__, "quote": None, "unclosed": body.count(dialect.quote.encode())})
        columns, more = _parse_body(body, dialect)
        notes.append(Note("quotes_as_text", dialect.unclosed))
    longest = max((pc.max(pc.utf8_length(column)).as_py() or 0 for column in columns if len(column)), default=0)
    if longest > limits.max_cell:
        raise Refusal("cell_too_long", length=longest, limit=limits.max_cell)
    columns = [pc.utf8_trim_whitespace(column) for column in columns]
    if dialect.quote is None:
        columns = [pc.utf8_trim(column, '" ') for column in columns]
    names, renamed = _names(dialect)
    if renamed:
        notes.append(Note("columns_named", len(renamed), {"names": ", ".join(renamed)}))
    cells = Cells(names, columns, dialect.names is not None, dialect.delimiter, notes + more)
    return _without_empty_rows(_without_empty_columns(cells), dialect)


def _check_longest_line(text: bytes, limits: Limits) -> None:
    """Refuse a cell beyond the limit before memory is spent on it."""
    if len(text) <= limits.max_cell:
        return
    longest = max(text.split(b"\n"), key=len) if text.count(b"\n") < 1000 else _longest(text)
    if len(longest) <= limits.max_cell:
        return
    cell = max(len(one) for one in re.split(rb"[,;\t|]", longest))
    if cell > limits.max_cell:
        raise Refusal("cell_too_long", length=cell, limit=limits.max_cell)


def _longest(text: bytes) -> bytes:
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == 10)
    ends = np.concatenate([[-1], ends, [len(text)]])
    place = int(np.argmax(np.diff(ends)))
    return text[ends[place] + 1 : ends[place + 1]]


def _dialect_notes(dialect: Dialect) -> list[Note]:
    notes = []
    if dialect.unclosed:
        notes.append(Note("quotes_as_text", dialect.unclosed))
    if dialect.preamble:
        notes.append(Note("preamble_skipped", dialect.preamble))
    if dialect.units:
        notes.append(Note("units_skipped", 1, {"units": ", ".join(unit for unit in dialect.units if unit)}))
    if dialect.joined:
        notes.append(Note("decimal_joined", 1))
    if dialect.names is None:
        notes.append(Note("no_header", 1, {}, {"header": [False, True]}))
    return notes


def _parse_body(body: bytes, dialect: Dialect) -> tuple[list[pa.Array], list[Note]]:
    if dialect.delimiter == " ":
        body = _blanks_to_separators(body, dialect)
    elif len(dialect.delimiter) > 1 or ord(dialect.delimiter) > 127:
        body = body.replace(dialect.delimiter.encode(), SEPARATOR.encode())
    if dialect.joined and dialect.width > 1:
        body = re.sub(rb"(?m)^([^,\n]*),", rb"\1" + SEPARATOR.encode(), body)
    if dialect.framed:
        body = re.sub(rb"(?m)^ *\||\| *$", b"", body)
        body = re.sub(rb"(?m)^[-| :]+\n", b"", body)
    if dialect.width == 1:
        body = body.strip(b"\n")
    odd: list[tuple[int, int, str]] = []
    table = _arrow(body, dialect, odd, threads=True)
    if odd:
        odd.clear()
        table = _arrow(body, dialect, odd, threads=False)
    columns = [column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns]
    return _with_odd_rows(columns, odd, dialect, cut_off=not body.endswith(b"\n")) if odd else (columns, [])


def _blanks_to_separators(body: bytes, dialect: Dialect) -> bytes:
    body = re.sub(rb"(?m)^ +| +$", b"", body)
    if dialect.quote:
        return re.sub(rb'"[^"\n]*"| +', lambda found: SEPARATOR.encode() if found[0].startswith(b" ") else found[0], body)
    return re.sub(f" {{{dialect.spaced},}}".encode(), SEPARATOR.encode(), body)


def _arrow(body: bytes, dialect: Dialect, odd: list, threads: bool) -> pa.Table:
    def keep_odd(row: csv.InvalidRow) -> str:
        odd.append((row.number or 0, row.actual_columns, row.text))
        return "skip"

    names = [f"{place}" for place in range(dialect.width)]
    separator = SEPARATOR if dialect.joined else _single(dialect.delimiter)
    try:
        return csv.read_csv(
            pa.BufferReader(body),
            read_options=csv.ReadOptions(column_names=names, block_size=_block(body), use_threads=threads),
            parse_options=csv.ParseOptions(
                delimiter=separator,
                quote_char=dialect.quote or False,
                newlines_in_values=dialect.quote is not None,
                ignore_empty_lines=dialect.width > 1,
                invalid_row_handler=keep_odd,
            ),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise Refusal("not_a_table", reason=str(error)[:200]) from None


def _single(delimiter: str) -> str:
    """The one byte that divides cells while they are parsed."""
    return delimiter if len(delimiter) == 1 and ord(delimiter) < 128 and delimiter != " " else SEPARATOR


def _block(body: bytes) -> int:
    """Large enough for the longest row, a few MB otherwise."""
    head = max((len(line) for line in body[:1_000_000].split(b"\n", 2000)[:2000]), default=0)
    return min(len(body) + 1, max(1 << 20, 50 * head)) if len(body) < 1 << 24 else max(1 << 22, 50 * head)


def _with_odd_rows(columns: list[pa.Array], odd: list, dialect: Dialect, cut_off: bool) -> tuple[list[pa.Array], list[Note]]:
    """Put rows with too few or too many cells back in their places: padded, or without their surplus."""
    width, rows = dialect.width, len(columns[0])
    delimiter = SEPARATOR if dialect.joined else _single(dialect.delimiter)
    short = surplus = dropped = 0
    places, filled = [], []
    last = max(number for number, _, _ in odd)
    for before, (number, count, line) in enumerate(odd):
        if cut_off and number == last == rows + len(odd) and count < width and not short and rows > 3:
            dropped += 1
            continue
        cells = (split(line.replace("\n", " "), delimiter, dialect.quote)[0] or [[]])[0]
        surplus += any(cell.strip() for cell in cells[width:])
        short += count < width
        places.append(number - 1 - before)
        filled.append((cells + [""] * width)[:width])
    notes = []
    if short:
        notes.append(Note("rows_padded", short, {"width": width}))
    if surplus:
        notes.append(Note("rows_cut", surplus, {"width": width}))
    if dropped:
        notes.append(Note("last_row_cut_off", dropped))
    order = np.argsort(np.concatenate([np.arange(rows) + 0.5, np.array(places, float)]), kind="stable")
    order = pa.array(order)
    mended = [
        pa.concat_arrays([column, pa.array([row[place] for row in filled], pa.string())])
        for place, column in enumerate(columns)
    ]
    return [column.take(order) for column in mended], notes


def _swallows_lines(columns: list[pa.Array], dialect: Dialect) -> bool:
    """A cell with line ends that holds the beginning of another row is two quote marks that do not belong together."""
    usual = Counter(kind_of(cell) for cell in sample(columns[0], 60)).most_common(1)
    begins_with = usual[0][0] if usual else "text"
    for column in columns:
        spread = column.filter(pc.match_substring(column, "\n"))
        if any(_holds_row(cell, begins_with, dialect) for cell in spread.slice(0, 1000).to_pylist()):
            return True
    return False


def _holds_row(cell: str, begins_with: str, dialect: Dialect) -> bool:
    """A line in the cell begins as rows do; where rows begin with a word, the cell also has the delimiters of whole rows."""
    later = [line.partition(dialect.delimiter) for line in cell.split("\n")[1:]]
    if not any(mark and kind_of(head.strip(' "')) == begins_with for head, mark, _ in later):
        return False
    return begins_with != "text" or cell.count(dialect.delimiter) >= len(later) * (dialect.width - 1)


def _names(dialect: Dialect) -> tuple[list[str], list[str]]:
    """Unique names; those that were made up or changed."""
    given = dialect.names or [""] * dialect.width
    names: list[str] = []
    taken: set[str] = set()
    changed = []
    for place, name in enumerate(given[: dialect.width]):
        unique = " ".join(name.split()) or f"column_{place + 1}"
        number = 1
        base = unique
        while unique in taken:
            unique = f"{base}.{number}"
            number += 1
        if unique != base:
            changed.append(unique)
        taken.add(unique)
        names.append(unique)
    return names, changed


def _without_empty_columns(cells: Cells) -> Cells:
    """Columns without a name and without a value come from delimiters at the end of a line."""
    kept = []
    for place, column in enumerate(cells.columns):
        unnamed = cells.names[place] == f"column_{place + 1}"
        if unnamed and len(cells.columns) > 1 and pc.max(pc.binary_length(column)).as_py() in (0, None):
            continue
        kept.append(place)
    if len(kept) == len(cells.columns):
        return cells
    names, columns = [cells.names[place] for place in kept], [cells.columns[place] for place in kept]
    return Cells(names, columns, cells.header, cells.delimiter, cells.notes)


def _without_empty_rows(cells: Cells, dialect: Dialect) -> Cells:
    """Drop rows without a single filled cell, and repetitions of the header within the data."""
    empty = np.ones(cells.rows, bool)
    for column in cells.columns if dialect.width > 1 else []:
        places = np.flatnonzero(empty)
        if not len(places):
            break
        chosen = column if len(places) == len(column) else column.take(pa.array(places))
        empty[places] = pc.equal(chosen, "").to_numpy(zero_copy_only=False)
    if dialect.width == 1:
        empty[:] = False
    repeated = np.zeros(cells.rows, bool)
    if cells.header and len(cells.names) > 1 and cells.rows:
        repeated = pc.equal(cells.columns[0], cells.names[0]).to_numpy(zero_copy_only=False)
        repeated &= pc.equal(cells.columns[1], cells.names[1]).to_numpy(zero_copy_only=False)
    notes = list(cells.notes)
    if empty.any():
        notes.append(Note("empty_rows", int(empty.sum())))
    if repeated.any():
        notes.append(Note("headers_repeated", int(repeated.sum())))
    gone = empty | repeated
    kept = cells.keep(~gone) if gone.any() else cells
    return Cells(kept.names, kept.columns, kept.header, kept.delimiter, notes)
