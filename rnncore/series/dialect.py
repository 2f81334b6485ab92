"""How a file is laid out: delimiter, quote, preamble, header, units row; found by scoring candidates on a sample of lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, zip_longest

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Refusal
from rnncore.series.dates import is_date, is_hour
from rnncore.series.numbers import is_missing, is_number, shape
from rnncore.series.vocabulary import is_time_name

CANDIDATES = (",", ";", "\t", "|", " ", "，", "；")
SEPARATOR = "\x1f"  # stands in for delimiters that are no single byte
_SAMPLE_LINES = 400
_SAMPLE_BYTES = 400_000
_UNITS = re.compile(
    r"[\[(（].{0,20}[\])）]|%|‰|°[cfk]?|℃|℉|[kmgt]?wh?|[kmgt]?wh/\w+|k?pa|hpa|mbar|bar|[kcm]?m|m/s|km/h|mph|k?n|m[23²³]|mm|k?g|t|l|ml|v|a|hz"
    r"|s|sec|min|h|hours?|days?|eur|usd|chf|gbp|jpy|cny|rmb|€|\$|£|¥|元|万元|亿元|千元|円|百万円|千円|億円|人|件|台|吨|万人|kwh|mw|"
    r"stk\.?|stück|pieces?|pcs|text|datetime|timestamp|string|float|int|integer|double|number|numeric|real|yyyy.*|dd.mm.*|-|–|",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dialect:
    """delimiter: one of the file's characters, " " where columns are aligned by blanks; quote: '"', "'" or None;
    start: bytes before the first data row; names: header cells or None; the counts are of lines left out."""

    delimiter: str
    quote: str | None
    start: int
    width: int
    names: list[str] | None
    preamble: int = 0
    units: list[str] = field(default_factory=list)
    unclosed: int = 0  # quote marks read as text because they do not pair up
    spaced: int = 1  # blanks that make a delimiter
    framed: bool = False  # every line begins and ends with the delimiter, as in a Markdown table
    joined: bool = False  # the last comma of each line is a decimal mark, the others divide


def find_dialect(text: bytes, config: ReadConfig, limits: Limits) -> Dialect:
    """The dialect of UTF-8 `text`."""
    offset, hint = _separator_line(text)
    sample = _sample(text[offset:])
    quote, unclosed = _quote(text, sample)
    wanted = config.delimiter or hint
    if wanted == "\\t":
        wanted = "\t"
    options = [_Option(sample, one, quote, spaced) for one, spaced in _options(sample, wanted)]
    best = max(options, key=lambda option: option.score)
    widest = max((len(row) for row in best.rows), default=0)
    if widest > limits.max_columns:
        raise Refusal("too_many_columns", columns=widest, limit=limits.max_columns)
    if not wanted and _splits_decimals(best):
        return _undivided(text, sample, best, quote, offset)
    layout = _layout(best.rows, best.width, config.header)
    skipped = offset + _bytes_before(sample, best, layout.first)
    return Dialect(
        best.delimiter,
        quote,
        skipped,
        layout.width,
        layout.names,
        layout.preamble + (offset > 0),
        layout.units,
        unclosed,
        best.spaced,
        best.framed,
    )


def _splits_decimals(option: _Option) -> bool:
    """A header one cell shorter than its rows, which end in two whole numbers: 1,5 without quote marks."""
    rows = [row for row in option.rows if row and any(cell.strip() for cell in row)]
    if option.delimiter != "," or len(rows) < 4 or len(rows[0]) != option.width - 1 or option.width not in (2, 3):
        return False
    if any(kind_of(cell) != "text" for cell in rows[0]):
        return False
    body = [row for row in rows[1:] if len(row) == option.width]
    whole = all(re.fullmatch(r"\s*-?\d+", row[-2]) and re.fullmatch(r"\d{1,4}\s*", row[-1]) for row in body)
    return whole and (option.width == 2 or all(kind_of(row[0]) == "date" for row in body))


def _undivided(text: bytes, sample: str, option: _Option, quote: str | None, offset: int) -> Dialect:
    names = [cell.strip() for cell in option.rows[0]]
    start = offset + _bytes_before(sample, option, 1)
    return Dialect(",", quote, start, option.width - 1, names, joined=True)


def _separator_line(text: bytes) -> tuple[int, str | None]:
    """Excel's first line `sep=;`."""
    found = re.match(rb"\s*\"?sep=(.|\t)\"?[;,\t]*\n", text[:40], re.IGNORECASE)
    return (found.end(), found[1].decode("utf-8", "replace")) if found else (0, None)


def _sample(text: bytes) -> str:
    lines = text[:_SAMPLE_BYTES].split(b"\n", _SAMPLE_LINES)
    cut = len(lines) > _SAMPLE_LINES or len(text) > _SAMPLE_BYTES
    return b"\n".join(lines[:-1] if cut and len(lines) > 1 else lines).decode("utf-8", "ignore")


def _quote(text: bytes, sample: str) -> tuple[str | None, int]:
    """The quote character, and how many quote marks are left to be read as text because they do not pair up."""
    marks = text.count(b'"')
    if marks % 2:
        return None, marks
    if marks:
        return '"', 0
    single = len(re.findall(r"(?:^|[,;\t|])'[^'\n]*'(?=$|[,;\t|])", sample, re.MULTILINE))
    return ("'", 0) if single > 2 and single * 2 == sample.count("'") else (None, 0)


def _options(sample: str, wanted: str | None) -> list[tuple[str, int]]:
    if wanted and wanted.strip(" "):
        return [(wanted, 1)]
    blanks = [(" ", 1)] + ([(" ", 2)] if "  " in sample else [])
    return blanks if wanted else [(one, 1) for one in CANDIDATES if one != " " and (one in sample or one == ",")] + blanks


class _Option:
    """The sample, split one way, and how good that looks."""

    def __init__(self, sample: str, delimiter: str, quote: str | None, spaced: int):
        self.delimiter, self.spaced = delimiter, spaced
        self.rows, self.ends = split(sample, delimiter, quote, spaced)
        self.framed = delimiter == "|" and _is_framed(self.rows)
        if self.framed:
            self.rows = [row[1:-1] if row and not row[0].strip() else row for row in self.rows]
        widths = Counter(len(row) for row in self.rows if len(row) > 1 or (row and row[0].strip()))
        many = {width: count for width, count in widths.items() if width > 1 and count > 1}
        total = sum(widths.values())
        self.width = (
            max(many, key=many.get) if many and sum(many.values()) > 0.4 * total else max(widths, key=widths.get, default=1)
        )
        self.score = self._score(widths)

    def _score(self, widths: Counter) -> float:
        rows = [row for row in self.rows if len(row) == self.width][-200:]
        cells = [cell for row in rows for cell in (row if len(row) <= 60 else row[:30] + row[-30:])]
        if not cells:
            return 0.0
        known = sum(_worth(cell, self.delimiter) for cell in cells) / len(cells)
        steady = widths[self.width] / max(1, sum(widths.values()))
        penalty = 0.6 if self.width == 1 else (0.85 if self.delimiter == " " else 1.0)
        return known * steady**0.5 * (1 + 0.04 * min(self.width, 8)) * penalty


def _is_framed(rows: list[list[str]]) -> bool:
    full = [row for row in rows if len(row) > 2]
    return bool(full) and sum(not row[0].strip() and not row[-1].strip() for row in full) > 0.8 * len(full)


@lru_cache(maxsize=20_000)
def _worth(cell: str, delimiter: str) -> float:
    """How much a cell looks like the one thing a cell should hold."""
    cell = cell.strip()
    kind = kind_of(cell)
    if kind in ("number", "date", "hour"):
        return 1.0
    if kind == "missing":
        return 0.5 if cell else 0.3
    if any(mark in cell for mark in ";\t|") or re.search(r"\d,", cell):
        return 0.0
    return 0.4 if len(cell) < 60 else 0.1


@lru_cache(maxsize=20_000)
def kind_of(cell: str) -> str:
    """ "number", "date", "hour", "missing" or "text"."""
    cell = cell.strip()
    if is_missing(cell):
        return "missing"
    if is_number(cell):
        return "number"
    if is_date(cell):
        return "date"
    if is_hour(cell):
        return "hour"
    found = shape(cell)
    return "number" if found and found.unit and len(found.unit) <= 6 else "text"


def split(sample: str, delimiter: str, quote: str | None, spaced: int = 1) -> tuple[list[list[str]], list[int]]:
    """Rows of cells, and for each row the number of the line it ends on, counted from 1."""
    if delimiter == " ":
        blanks = re.compile(f" {{{spaced},}}")
        lines = sample.split("\n")
        rows = [[cell.strip('"') for cell in _split_blanks(line, blanks, quote)] if line.strip() else [] for line in lines]
        return rows, list(range(1, len(lines) + 1))
    if len(delimiter) > 1 or ord(delimiter) > 127:
        sample, delimiter = sample.replace(delimiter, SEPARATOR), SEPARATOR
    options = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    reader = csv.reader(io.StringIO(sample), delimiter=delimiter, skipinitialspace=True, **options)
    rows, ends = [], []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:
        pass
    return rows, ends


def _split_blanks(line: str, blanks: re.Pattern, quote: str | None) -> list[str]:
    line = line.strip(" ")
    if quote and quote in line:
        return [found[0] for found in re.finditer(rf"{quote}[^{quote}]*{quote}|[^ ]+", line)]
    return blanks.split(line)


def _bytes_before(sample: str, option: _Option, first: int) -> int:
    """Bytes of the lines before row `first`."""
    if first == 0:
        return 0
    lines = option.ends[first - 1] if first <= len(option.ends) else sample.count("\n") + 1
    return sum(len(line.encode()) + 1 for line in sample.split("\n")[:lines])


@dataclass(frozen=True)
class _Layout:
    first: int  # row of the sample with which the data begin
    width: int
    names: list[str] | None
    preamble: int
    units: list[str]


def _layout(rows: list[list[str]], width: int, header: bool | None) -> _Layout:
    """Where the data begin, and which row above them is the header."""
    kinds = _column_kinds(rows, width)
    first = _first_data_row(rows, width, kinds)
    above = [place for place in range(first) if any(cell.strip() for cell in rows[place]) and not _is_rule(rows[place])]
    if header is False:
        start = next((place for place, row in enumerate(rows) if len(row) == width), 0)
        return _Layout(start, width, None, start, [])
    if header is True and not above and rows:
        above, first = [first], first + 1
    numbered = first < len(rows) and _is_numbered_header(rows, first)
    if numbered:
        above, first = [*above, first], first + 1
    if numbered:
        place, unit_rows, upper = above[-1], [], []
    else:
        place, unit_rows, upper = _header_row(rows, above, width)
    if place is None:
        return _Layout(first, width, None, len(above), [])
    names = [cell.strip().strip('"').strip() for cell in rows[place]]
    for row in upper:  # a header of several rows: what the lowest leaves open, those above it say
        names = [name or cell.strip() for name, cell in zip_longest(names, rows[row][: len(names)], fillvalue="")]
    names[0] = names[0].lstrip("#").strip()
    corner = [rows[row][0].strip() for row in unit_rows if rows[row] and not any(cell.strip() for cell in rows[row][1:])]
    if corner and is_time_name(corner[0]):
        names[0] = corner[0]
    while len(names) > width and not names[-1]:
        names.pop()
    if len(names) == width - 1:
        empty_end = all(not row[-1].strip() for row in rows[first:] if len(row) == width)
        names = [*names, ""] if empty_end else ["", *names]
    names += [""] * (width - len(names))
    units = [cell.strip() for cell in rows[unit_rows[0]]] if unit_rows else []
    preamble = len(above) - 1 - len(unit_rows)
    return _Layout(first, max(width, len(names)), names, preamble, units)


def _is_rule(row: list[str]) -> bool:
    """A line of dashes between header and data."""
    return bool(row) and all(re.fullmatch(r"[\s:=+-]*[-=]{2,}[\s:=+-]*", cell) for cell in row if cell.strip())


def _column_kinds(rows: list[list[str]], width: int) -> list[str]:
    """The commonest kind of the cells of each column, text and missing cells only where there is nothing else."""
    body = [row for row in rows if len(row) == width]
    body = body[len(body) // 3 :] if len(body) > 3 else body[1:] or body
    kinds = []
    for column in range(width):
        counted = Counter(kind_of(row[column]) for row in body)
        counted.pop("missing", None)
        kinds.append(max(counted, key=counted.get) if counted else "missing")
    return kinds


def _first_data_row(rows: list[list[str]], width: int, kinds: list[str]) -> int:
    """The first row whose cells are of the kinds of their columns."""
    typed = [column for column, kind in enumerate(kinds) if kind in ("number", "date", "hour")]
    if not typed:
        return min(1, len(rows))
    for place, row in enumerate(rows):
        if len(row) < max(1, width - 1) or len(row) > width + 1:
            continue
        here = [kind_of(row[column]) if column < len(row) else "missing" for column in typed]
        fits = sum(kind == kinds[column] for kind, column in zip(here, typed, strict=True))
        wrong = sum(kind not in ("missing", kinds[column]) for kind, column in zip(here, typed, strict=True))
        if fits and wrong <= fits / 2 and not (wrong and fits == 1):
            return place
    return len(rows)


def _is_numbered_header(rows: list[list[str]], place: int) -> bool:
    """A row 0, 1, 2 ... or, behind words, 2019, 2020 ..., above values that are not such a row."""
    if place + 1 >= len(rows):
        return False
    cells = [cell.strip() for cell in rows[place]]
    numbers = [cell for cell in cells if cell.isdigit()]
    words = [cell for cell in cells if cell and not cell.isdigit()]
    below = [cell.strip() for cell in rows[place + 1]]
    if len(numbers) < 2 or any(cell in below[at : at + 1] for at, cell in enumerate(cells) if cell.isdigit()):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(numbers)}
    start = int(numbers[0])
    if start in (0, 1):
        counting_on = {int(b) - int(a) for a, b in pairwise(cell for cell in below if cell.isdigit())} == {1}
        return (
            steps == {1}
            and place == 0
            and len(numbers) >= 3
            and not counting_on
            and all(kind_of(word) == "text" for word in words)
        )
    return steps == {1} and 1500 <= start <= 2200 and bool(words) and all(kind_of(word) == "text" for word in words)


def _header_row(rows: list[list[str]], above: list[int], width: int) -> tuple[int | None, list[int], list[int]]:
    """The header among the rows above the data, the rows of units between it and them, and further rows of the header above."""
    near: list[int] = []
    for place in reversed(above[-8:]):
        row = [cell.strip() for cell in rows[place]]
        full = width - 1 <= len(row) <= width + 2 and sum(map(bool, row)) >= 0.5 * min(width, len(row))
        if full or (not near and width > 1 and len(row) == width and _are_units(row)):
            near.insert(0, place)
        elif near:
            break
    if not near:
        return None, [], []
    worded = [place for place in near if not _holds_data(rows[place])]
    near = worded or near
    near = [place for place in near if len(rows[place]) >= width] or near
    best = near[-1]
    for place in reversed(near[:-1]):
        lower, upper = ([cell.strip() for cell in rows[one]] for one in (best, place))
        if _distinct(upper) > _distinct(lower) or _are_units(lower):
            best = place
    return best, [place for place in near if place > best], [place for place in reversed(near) if place < best]


def _holds_data(row: list[str]) -> bool:
    """Whether a good part of the filled cells are dates or numbers, as in a line about the file."""
    filled = [cell for cell in row if cell.strip()]
    return sum(is_date(cell) or is_number(cell) for cell in filled) >= 0.4 * len(filled)


def _distinct(row: list[str]) -> int:
    return len({cell for cell in row if cell})


def _is_unit(cell: str) -> bool:
    return _UNITS.fullmatch(cell.strip()) is not None


def _are_units(row: list[str]) -> bool:
    return _is_unit(row[0]) | (row[0].lower() in ("date", "time", "datum", "zeit")) and all(_is_unit(cell) for cell in row[1:])
