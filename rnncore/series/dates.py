"""Stamps in cells: explicit patterns only, tried on a sample, then read for the whole column at once.

No pattern guesses: a cell either matches and is a real point in time (30 February is not), or it is unreadable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rnncore.series.numbers import sample, tidy_array

MONTHS = {
    1: "jan january januar jänner jän jaenner janv janvier ene enero gennaio gen janeiro januari",
    2: "feb february februar febr févr fév fevr février fevrier febrero febbraio fev fevereiro februari",
    3: "mar march mär märz mrz maerz mars marzo março maart mrt",
    4: "apr april avr avril abr abril aprile",
    5: "may mai mayo maggio mag maio mei",
    6: "jun june juni juin junio giugno giu junho",
    7: "jul july juli juil juillet julio luglio lug julho",
    8: "aug august août aout ago agosto augustus",
    9: "sep sept september septembre septiembre settembre set setembro",
    10: "oct october okt oktober octobre octubre ottobre ott out outubro",
    11: "nov november novembre noviembre novembro",
    12: "dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro",
}
_MONTH_OF = {name: number for number, names in MONTHS.items() for name in names.split()}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民国": 1911, "民國": 1911}
_NAME = r"(?P<b>[a-zäöüéèûôçà]{3,10})\.?"
_DAYS = (
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mer|jeu|ven|sam|dim"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
)
_ZONES = {  # hours east of Greenwich
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "adt": -3, "est": -5, "edt": -4,
    "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_CLOCK = (
    r"(?:(?:t|_| - |,? |(?:^|[日号])|,|:| um )\s*(?P<q>上午|下午|午前|午後)?\s*(?P<H>\d{1,2})"
    r"(?:\s?[:h時时点點.]\s?(?P<M>\d{2})(?:[:分.](?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"\s?(?:uhr|[h時时点點分秒])?\s*(?P<p>[ap]\.?m\.?)?\s*"
    rf"(?P<z>(?:gmt|utc)?[+-]\d{{2}}:?(?:\d{{2}})?|{'|'.join(sorted(_ZONES, key=len, reverse=True))})?(?:\[[\w/]+\])?)?"
)


@dataclass(frozen=True)
class Pattern:
    """One way of writing a stamp; `bare` ones look like numbers too and need a reason beyond their digits."""

    name: str
    regex: str
    resolution: str  # "time", "day", "week", "month", "quarter", "half", "year"
    bare: bool = False


def _with_clock(name: str, date: str, bare: bool = False) -> Pattern:
    return Pattern(name, rf"^{date}{_CLOCK}$", "day", bare)


_YEAR, _MONTH, _DAY = r"(?P<y>1[5-9]\d\d|2[01]\d\d)", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_ERA = r"(?P<era>令和|平成|昭和|大正|民国|民國)(?P<n>\d{1,3}|元)年"
_QUARTER = r"(?:q|quartal|quarter|(?:er |e )?trimestre|trim)"
_HMS = r"(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?"

PATTERNS = (
    _with_clock("ymd", r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"),
    _with_clock("numeric", r"(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<c>\d{1,2})[-/.]\s?(?P<y>\d{4})"),
    _with_clock("numeric2", r"(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<c>\d{1,2})[-/.]\s?(?P<e>\d{2})"),
    _with_clock("cjk", r"(?P<y>\d{4}|\d{2})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日号號일]?"),
    _with_clock("roc", r"(?P<roc>[01]\d{2})(?:[-/.]|\s?年\s?)(?P<m>\d{1,2})(?:[-/.]|\s?月\s?)(?P<d>\d{1,2})\s?[日號号]?"),
    Pattern("roc_month", r"^(?P<roc>[01]\d{2})\s?年\s?(?P<m>\d{1,2})\s?[月份]+$", "month"),
    _with_clock("era", rf"{_ERA}(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日"),
    Pattern("cjk_month", r"^(?P<y>\d{4}|\d{2})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월份]+$", "month"),
    Pattern("era_month", rf"^{_ERA}(?P<m>\d{{1,2}})月$", "month"),
    Pattern("era_year", rf"^{_ERA}度?$", "year"),
    _with_clock(
        "day_name_year", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[-\s/.]*(?:de\s)?{_NAME}(?:\sde)?[-\s,./]*(?P<y>\d{{4}})"
    ),
    _with_clock("day_name_year2", rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?[-\s/.]+{_NAME}[-\s,./']+(?P<y>\d{{2}})"),
    _with_clock("name_day_year", rf"{_NAME}[-\s/.]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-\s,/.]+(?P<y>\d{{4}})"),
    _with_clock("year_name_day", rf"(?P<y>\d{{4}})[-\s/.]*{_NAME}[-\s/.]*(?P<d>\d{{1,2}})"),
    Pattern("ctime", rf"^{_NAME}\s+(?P<d>\d{{1,2}})\s+{_HMS}\s+(?:[a-z]{{3,4}}\s+)?(?P<y>\d{{4}})$", "day"),
    Pattern("name_year", rf"^{_NAME}[-\s.,/']*(?:de\s)?(?P<y>\d{{4}})$", "month"),
    Pattern("name_year2", rf"^{_NAME}[-\s.,/']*(?P<y>\d{{2}})$", "month"),
    Pattern("year_name", rf"^(?P<y>\d{{4}})[-\s./,]*{_NAME}$", "month"),
    Pattern("year2_name", rf"^(?P<y>\d{{2}})[-\s./]+{_NAME}$", "month"),
    Pattern("ym", r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})$", "month"),
    Pattern("my", r"^(?P<m>\d{1,2})[-/](?P<y>\d{4})$", "month"),
    Pattern("y_m_letter", r"^(?P<y>\d{4})[-\s:]?m(?P<m>\d{1,2})$", "month"),
    Pattern("m_letter_y", r"^m(?P<m>\d{1,2})[-\s/]?(?P<y>\d{4})$", "month"),
    Pattern("week", r"^(?P<y>\d{4})[-\s/]*(?:w|kw|wk|week|s|第)[-\s]*(?P<w>\d{1,2})(?:-?(?P<wd>[1-7]))?$", "week"),
    Pattern("week_cjk", r"^(?P<y>\d{4})年?\s?第?(?P<w>\d{1,2})\s?[周週]$", "week"),
    Pattern("week_year", r"^(?:w|kw|wk|week)\s?(?P<w>\d{1,2})[-\s/.,]+(?P<y>\d{4})$", "week"),
    Pattern("year_quarter", r"^(?P<y>\d{4})[-\s./_:]*[qt](?P<q4>[1-4])$", "quarter"),
    Pattern("quarter_year", r"^[qt](?P<q4>[1-4])[-\s./_:']*(?P<y>\d{4}|\d{2})$", "quarter"),
    Pattern("digit_quarter", rf"^(?P<q4>[1-4])\.?\s?{_QUARTER}[-\s./']*(?P<y>\d{{4}}|\d{{2}})$", "quarter"),
    Pattern("quarter_cjk", r"^(?P<y>\d{4})年?\s?第?(?P<q4>[1-4一二三四])\s?(?:季度?|四半期)$", "quarter"),
    Pattern("half", r"^(?P<y>\d{4})[-\s]*[hs](?P<h2>[12])$", "half"),
    Pattern("half_year", r"^[hs](?P<h2>[12])[-\s]*(?P<y>\d{4})$", "half"),
    Pattern("year_cjk", r"^(?P<y>\d{4})\s?年度?$", "year"),
    Pattern("fiscal_year", r"^fy\s?(?P<y>\d{4})$", "year"),
    Pattern("season_year", r"^(?P<y>\d{4})[/–-]\d{2}$", "year"),
    Pattern("day_of_year", r"^(?P<y>\d{4})[-/](?P<j>\d{3})$", "day"),
    Pattern(
        "compact_t",
        rf"^{_YEAR}{_MONTH}{_DAY}[t_\s-](?P<H>\d{{2}}):?(?P<M>\d{{2}})?:?(?P<S>\d{{2}})?(?P<z>z|[+-]\d{{2}}:?\d{{2}})?$",
        "day",
    ),
    Pattern("compact", rf"^{_YEAR}{_MONTH}{_DAY}(?:\.0+)?$", "day", True),
    Pattern("compact_month", rf"^{_YEAR}{_MONTH}(?:\.0+)?$", "month", True),
    Pattern("dot_month", rf"^{_YEAR}\.{_MONTH}$", "month", True),
    Pattern("month_dot", rf"^{_MONTH}\.{_YEAR}$", "month", True),
    Pattern("compact_minute", rf"^{_YEAR}{_MONTH}{_DAY}(?P<H>[01]\d|2[0-4])(?P<M>[0-5]\d)(?P<S>[0-5]\d)?$", "day", True),
    Pattern("compact_hour", rf"^{_YEAR}{_MONTH}{_DAY}(?P<H>[01]\d|2[0-4])$", "day", True),
    Pattern("year", r"^(?P<y>1[5-9]\d\d|20\d\d|21\d\d)(?:\.0+)?$", "year", True),
    Pattern("epoch", r"^(?P<epoch>\d{9,10}|\d{12,13}|\d{15,16}|\d{18,19})(?:[.,](?P<rest>\d{1,9}))?$", "epoch", True),
)
_COMPILED = {pattern.name: re.compile(pattern.regex) for pattern in PATTERNS}
_WEEKDAY_BEFORE = rf"^(?:{_DAYS}\.?,?\s+|(?:星期|周|週|礼拜)[一二三四五六日天]\s*)"
_WEEKDAY_BEHIND = rf"\s*(?:,?\s+{_DAYS}\.?|\(?(?:星期|周|週)[一二三四五六日天]\)?|\([月火水木金土日]\))$"
_INTERVAL = r"^(.{6,}?)(?:\s+[-–—/]\s+|/|\s*~\s*|\s+(?:to|bis|until)\s+|至)\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}.*$"
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d(:\d\d(:\d\d(\.\d{1,9})?)?)?)?")
_SLICE = 200_000  # rows read at once: keeps memory below ten times the file
_PROBE = 20_000  # rows that decide the order of day and month
_TWO_DIGIT_PIVOT = 69  # 69-99 lie in the last century, as in POSIX


def plain(cell: str) -> str:
    """One cell in the form the patterns expect: plain characters, lower case, without the name of the day."""
    cell = unicodedata.normalize("NFKC", cell).strip().lower() if not cell.isascii() else cell.strip().lower()
    if cell.startswith(('="', "'")):
        cell = cell.strip("='\"")
    if cell and not cell[0].isdigit():
        cell = re.sub(_WEEKDAY_BEFORE, "", cell)
    if cell and not cell[-1].isdigit():
        cell = re.sub(_WEEKDAY_BEHIND, "", cell)
    return re.sub(_INTERVAL, r"\1", cell) if len(cell) > 16 else cell  # an interval counts from its start


def _plain_array(cells: pa.Array) -> pa.Array:
    text = pc.utf8_lower(tidy_array(cells))
    some = [cell.lower() for cell in sample(cells, 200)]
    for names in (_WEEKDAY_BEFORE, _WEEKDAY_BEHIND):
        if any(re.search(names, cell) for cell in some):
            text = pc.replace_substring_regex(text, names, "")
    if any(re.search(_INTERVAL, cell) for cell in some if len(cell) > 16):
        text = pc.replace_substring_regex(text, _INTERVAL, r"\1")
    return pc.utf8_trim(text, " '")


def is_date(cell: str) -> bool:
    """Whether a cell can only be meant as a stamp (bare digits are not)."""
    cell = plain(cell)
    return any(_fits(pattern, cell) for pattern in PATTERNS if not pattern.bare)


def month_number(name: str) -> int | None:
    """1 to 12 for the name of a month alone: Jan, Januar, janvier, 1月."""
    name = plain(name).rstrip(".")
    found = re.fullmatch(r"(1[0-2]|[1-9])月", name)
    return int(found[1]) if found else _MONTH_OF.get(name)


def is_hour(cell: str) -> bool:
    """A time of day alone, such as 13:00, 1 PM or 13:00-14:00."""
    return bool(
        re.match(
            r"^\d{1,2}\.\d{2}\.\d{2}$|^\d{1,2}[:h]\d{2}(:\d{2}([.,]\d+)?)?\s*([ap]\.?m\.?)?(\s*[-–]\s*\d{1,2}[:h]\d{2}.*)?$|^\d{1,2}\s*[ap]\.?m\.?$",
            plain(cell),
        )
    )


def _fits(pattern: Pattern, cell: str) -> bool:
    found = _COMPILED[pattern.name].match(cell)
    if not found:
        return False
    parts = found.groupdict()
    if parts.get("b") is not None and parts["b"] not in _MONTH_OF:
        return False
    if parts.get("H") and not parts.get("M") and re.search(r"\d,\d{1,2}$", cell):  # a date, a comma, and a value
        return False
    for name, most in (("m", 12), ("d", 31), ("a", 31), ("c", 31), ("w", 53), ("H", 24)):
        if parts.get(name) is not None and not (0 if name == "H" else 1) <= int(parts[name]) <= most:
            return False
    return True


@dataclass(frozen=True)
class Stamps:
    """A column as points in time: nanoseconds since 1970, with where they could be read, and how.

    nanoseconds: (N,) int64, wall clock of the file, or UTC where every stamp has an offset; good: (N,) bool;
    offsets: (N,) minutes east of Greenwich, or None; resolution: finest unit written; facts: counts for the notes.
    """

    nanoseconds: np.ndarray
    good: np.ndarray
    resolution: str
    offsets: np.ndarray | None = None
    order: str | None = None  # "dmy", "mdy", "ymd" where the cells left it open
    other_order: str | None = None
    facts: dict = field(default_factory=dict)


def patterns_of(cells: pa.Array, bare: bool) -> list[tuple[Pattern, float]]:
    """Patterns that fit cells of a sample, best first, with the share of the sample that they fit."""
    texts = [plain(cell) for cell in sample(cells, 200)]
    if not texts:
        return []
    shares = []
    for pattern in PATTERNS:
        if pattern.bare and not bare:
            continue
        share = sum(_fits(pattern, text) for text in texts) / len(texts)
        if share:
            shares.append((pattern, share))
    return sorted(shares, key=lambda found: -found[1])


def read_stamps(cells: pa.Array, order: str | None, day_first: bool, bare: bool) -> Stamps | None:
    """Read a column of trimmed text as stamps, or None where no pattern fits at least half of a sample.

    order: the order of day and month the user asked for; day_first: what the rest of the file suggests where both are possible;
    bare: also try patterns that could be plain numbers.
    """
    iso = _read_iso(cells)
    if iso is not None:
        return iso
    fitting = patterns_of(cells, bare)
    if not fitting or sum(share for _, share in fitting) < 0.5:
        return None
    text = _plain_array(cells)
    best = fitting[0][0]
    found = _read_pattern(text, best, order, day_first)
    for pattern, share in fitting[1:4]:
        if found.good.all() or share < 0.005 or pattern.resolution == "epoch" or best.resolution == "epoch":
            continue
        found = _fill(found, text, pattern, order, day_first)
    return found


def _fill(found: Stamps, text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    """Read with a further pattern what the ones before could not."""
    left = np.flatnonzero(~found.good)
    if not len(left):
        return found
    more = _read_pattern(text.take(pa.array(left)), pattern, order or found.order, day_first)
    if not more.good.any() or (more.offsets is None) != (found.offsets is None):
        return found
    nanoseconds, good = found.nanoseconds.copy(), found.good.copy()
    nanoseconds[left[more.good]] = more.nanoseconds[more.good]
    good[left[more.good]] = True
    facts = dict(found.facts)
    facts["mixed"] = facts.get("mixed", 0) + int(more.good.sum())
    offsets = found.offsets
    if offsets is not None:
        offsets = offsets.copy()
        offsets[left[more.good]] = more.offsets[more.good]
    finest = min(found.resolution, more.resolution, key=_RESOLUTIONS.index)
    return replace(found, nanoseconds=nanoseconds, good=good, facts=facts, offsets=offsets, resolution=finest)


_RESOLUTIONS = ("time", "day", "week", "month", "quarter", "half", "year")


def _read_iso(cells: pa.Array) -> Stamps | None:
    """The quick way for the commonest form."""
    first = next((cell for cell in cells.slice(0, 20).to_pylist() if cell), "")
    if not _ISO.fullmatch(first):
        return None
    try:
        whole = cells.cast(pa.timestamp("ns"))
    except pa.ArrowInvalid:
        return None
    resolution = "day" if len(first) == 10 and pc.all(pc.equal(pc.binary_length(cells), 10)).as_py() else "time"
    return Stamps(whole.to_numpy(zero_copy_only=False).astype("int64"), np.ones(len(cells), bool), resolution)


def _read_pattern(text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    known = text.dictionary_encode() if len(text) > 20_000 and _repeats(text) else None
    if known is not None:
        found = _read_unique(known.dictionary, pattern, order, day_first)
        places = pc.fill_null(known.indices, 0).to_numpy(zero_copy_only=False)
        offsets = None if found.offsets is None else found.offsets[places]
        return replace(found, nanoseconds=found.nanoseconds[places], good=found.good[places], offsets=offsets)
    return (
        _read_unique(text, pattern, order, day_first) if len(text) <= _SLICE else _read_slices(text, pattern, order, day_first)
    )


def _read_slices(text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    """A long column slice by slice, in the order of day and month that a part of it, and then all of it, bears out."""
    probe = _read_unique(text.take(pa.array(np.linspace(0, len(text) - 1, _PROBE).astype(int))), pattern, order, day_first)
    found = _read_apart(text, pattern, probe.order, day_first) or _joined(text, pattern, probe.order, day_first)
    if found.good.all() or probe.other_order is None:
        return replace(found, other_order=probe.other_order)
    other = _joined(text, pattern, probe.other_order, day_first)
    return other if other.good.sum() > found.good.sum() else found


def _read_apart(text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps | None:
    """Days and clocks repeat where stamps do not, so each day and each clock is read once.

    None where a cell is not a day, a space and a clock, or where something has to be counted cell by cell.
    """
    parts = pc.split_pattern(text, " ", max_splits=1)
    if not pc.all(pc.equal(pc.list_value_length(parts), 2)).as_py():
        return None
    day, clock = (pc.list_element(parts, place).dictionary_encode() for place in (0, 1))
    if len(day.dictionary) + len(clock.dictionary) > len(text) // 4:
        return None
    days = _read_unique(day.dictionary, pattern, order, day_first)
    clocks = _read_unique(pc.binary_join_element_wise(day.dictionary[0], clock.dictionary, " "), pattern, order, day_first)
    counted = clocks.facts.get("hours_24") or clocks.facts.get("without_offset")
    if counted or not (days.good.all() and clocks.good.all()):
        return None
    days_of, clocks_of = (part.indices.to_numpy(zero_copy_only=False) for part in (day, clock))
    nanoseconds = days.nanoseconds[days_of] + (clocks.nanoseconds - days.nanoseconds[0])[clocks_of]
    facts = {"hours_24": 0, "without_offset": 0, "two_digit_years": len(text) if "two_digit_years" in days.facts else 0}
    offsets = None if clocks.offsets is None else clocks.offsets[clocks_of]
    return Stamps(nanoseconds, np.ones(len(text), bool), clocks.resolution, offsets, days.order, facts=facts)


def _joined(text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    parts = [_read_unique(text.slice(start, _SLICE), pattern, order, day_first) for start in range(0, len(text), _SLICE)]
    facts = {key: sum(part.facts.get(key, 0) for part in parts) for key in ("hours_24", "without_offset", "two_digit_years")}
    facts |= {key: value for key, value in parts[0].facts.items() if key == "epoch"}
    offsets = None
    if any(part.offsets is not None for part in parts):
        offsets = np.concatenate([np.zeros(len(part.good), int) if part.offsets is None else part.offsets for part in parts])
    finest = min((part.resolution for part in parts), key=_RESOLUTIONS.index)
    nanoseconds = np.concatenate([part.nanoseconds for part in parts])
    return Stamps(nanoseconds, np.concatenate([part.good for part in parts]), finest, offsets, parts[0].order, facts=facts)


def _repeats(text: pa.Array) -> bool:
    head = text.take(pa.array(np.linspace(0, len(text) - 1, 2000).astype(int)))
    return pc.count_distinct(head).as_py() < 1000


class _Parts:
    """The named groups of a pattern as whole numbers, -1 where a group is absent."""

    def __init__(self, text: pa.Array, pattern: Pattern):
        parts = pc.extract_regex(text, pattern.regex)
        self.matched = pc.is_valid(parts).to_numpy(zero_copy_only=False)
        self._text = dict(zip(_COMPILED[pattern.name].groupindex, parts.flatten(), strict=True))
        self._size = len(text)

    def __contains__(self, name: str) -> bool:
        return name in self._text

    def text(self, name: str) -> pa.Array:
        return pc.fill_null(self._text[name], "")

    def number(self, name: str, absent: int = -1) -> np.ndarray:
        if name not in self._text:
            return np.full(self._size, absent, dtype=np.int32)
        text = self.text(name)
        text = pc.if_else(pc.equal(text, ""), str(absent), text)
        return text.cast(pa.int32()).to_numpy(zero_copy_only=False)

    def looked_up(self, name: str, table: dict[str, int]) -> np.ndarray:
        text = self.text(name)
        place = pc.fill_null(pc.index_in(text, pa.array(list(table))), -1).to_numpy(zero_copy_only=False)
        return np.array([*table.values(), -1], dtype=np.int64)[place]


def _read_unique(text: pa.Array, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    parts = _Parts(text, pattern)
    if pattern.resolution == "epoch":
        return _epoch(parts)
    if "a" in parts:
        return _ordered(parts, pattern, order, day_first)
    year = _years(parts)
    nanoseconds, good, facts = _compose(parts, year, *_month_and_day(parts, year))
    return _finish(parts, pattern, nanoseconds, good & parts.matched, facts)


def _years(parts: _Parts, name: str = "y") -> np.ndarray:
    if "era" in parts:
        number = pc.replace_substring(parts.text("n"), "元", "1")
        count = pc.if_else(pc.equal(number, ""), "0", number).cast(pa.int64()).to_numpy(zero_copy_only=False)
        return parts.looked_up("era", _ERAS) + count
    if "roc" in parts:
        return parts.number("roc") + _ERAS["民國"]
    year = parts.number(name)
    short = (year >= 0) & (year < 100)
    return np.where(short, np.where(year < _TWO_DIGIT_PIVOT, 2000, 1900) + year, year)


def _month_and_day(parts: _Parts, year: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Month and day of the first day of what a cell names; days may run past the month for weeks and days of the year."""
    if "b" in parts:
        return parts.looked_up("b", _MONTH_OF), parts.number("d", 1)
    if "q4" in parts:
        return parts.looked_up("q4", dict(zip("1234一二三四", [1, 4, 7, 10] * 2, strict=True))), parts.number("d", 1)
    if "h2" in parts:
        return parts.number("h2") * 6 - 5, parts.number("d", 1)
    if "w" in parts:
        january_4 = (np.clip(year, 1, 9999) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(int) + 3
        monday = -((january_4 + 3) % 7)  # days back from 4 January to the Monday of week 1; 1970-01-01 was a Thursday
        week = parts.number("w")
        day = 4 + monday + (week - 1) * 7 + np.maximum(parts.number("wd", 1), 1) - 1
        return np.where((week >= 1) & (week <= 53), 1, -1), np.where(week >= 1, day, 1)
    if "j" in parts:
        return np.ones(len(year), np.int64), parts.number("j")
    return parts.number("m", 1), parts.number("d", 1)


def _compose(parts: _Parts, year: np.ndarray, month: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict]:
    good = (year >= 1678) & (year <= 2261) & (month >= 1) & (month <= 12)
    first = ((np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1).astype("datetime64[M]")
    length = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(int)
    free = "w" in parts or "j" in parts
    good &= (day <= 366 + 7) if free else (day >= 1) & (day <= length)
    days = first.astype("datetime64[D]").astype(np.int64) + np.where(good, day, 1) - 1
    seconds, fraction, sound, late = _clock(parts, len(year))
    nanoseconds = days * 86_400 + seconds
    nanoseconds *= 1_000_000_000
    nanoseconds += fraction
    return nanoseconds, good & sound, {"hours_24": int((late & good & sound & parts.matched).sum())}


def _clock(parts: _Parts, size: int) -> tuple[np.ndarray, np.ndarray | int, np.ndarray, np.ndarray]:
    """Seconds of the day, nanoseconds within the second, whether sound, and whether written as hour 24."""
    if "H" not in parts:
        return np.zeros(size, np.int64), 0, np.ones(size, bool), np.zeros(size, bool)
    hour, minute, second = (np.maximum(parts.number(name), 0) for name in "HMS")
    late = (hour == 24) & (minute == 0) & (second == 0)
    sound = ((hour < 24) | late) & (minute < 60) & (second < 61)
    if "p" in parts:
        half = pc.if_else(pc.equal(parts.text("p"), ""), parts.text("q"), parts.text("p"))
        hour = _half_day(hour, half)
    fraction: np.ndarray | int = 0
    if "f" in parts:
        text = parts.text("f")
        if pc.any(pc.greater(pc.binary_length(text), 0)).as_py():
            fraction = pc.utf8_rpad(text, 9, "0").cast(pa.int64()).to_numpy(zero_copy_only=False)
    return hour * 3600 + minute * 60 + second, fraction, sound, late


def _half_day(hour: np.ndarray, half: pa.Array) -> np.ndarray:
    """The 24-hour clock from the 12-hour one: 12 AM is midnight, 12 PM noon."""
    if not pc.any(pc.not_equal(half, "")).as_py():
        return hour
    half = pc.replace_substring(half, ".", "")
    after = pc.is_in(half, pa.array(["pm", "p", "下午", "午後"])).to_numpy(zero_copy_only=False)
    before = pc.is_in(half, pa.array(["am", "a", "上午", "午前"])).to_numpy(zero_copy_only=False)
    return np.where(after & (hour < 12), hour + 12, np.where(before & (hour == 12), 0, hour))


def _finish(parts: _Parts, pattern: Pattern, nanoseconds: np.ndarray, good: np.ndarray, facts: dict, **more) -> Stamps:
    """Offsets and resolution on top of the composed stamps."""
    resolution, offsets = pattern.resolution, None
    if "H" in parts and (parts.number("H")[good] >= 0).any():
        resolution = "time"
    if "z" in parts:
        zone = parts.text("z")
        written = pc.not_equal(zone, "").to_numpy(zero_copy_only=False)
        if written[good].any():
            offsets = _minutes_east(zone)
            facts = {**facts, "without_offset": int((good & ~written).sum())}
            nanoseconds = nanoseconds - offsets * 60_000_000_000
    if ("e" in parts or "y" in parts) and (parts.number("e" if "e" in parts else "y")[good] < 100).any():
        facts = {**facts, "two_digit_years": int(good.sum())}
    return Stamps(nanoseconds, good, resolution, offsets, facts=facts, **more)


def _minutes_east(zone: pa.Array) -> np.ndarray:
    parts = pc.extract_regex(zone, r"(?P<s>[+-])(?P<h>\d{2}):?(?P<m>\d{2})?$").flatten()
    sign = np.where(pc.equal(pc.fill_null(parts[0], "+"), "-").to_numpy(zero_copy_only=False), -1, 1)
    hours, minutes = (
        pc.if_else(pc.equal(pc.fill_null(part, ""), ""), "0", part).cast(pa.int64()).to_numpy(zero_copy_only=False)
        for part in parts[1:]
    )
    named = pc.fill_null(pc.index_in(zone, pa.array(list(_ZONES))), -1).to_numpy(zero_copy_only=False)
    return sign * (hours * 60 + minutes) + 60 * np.array([*_ZONES.values(), 0])[named]


def _ordered(parts: _Parts, pattern: Pattern, order: str | None, day_first: bool) -> Stamps:
    """Day, month and year as numbers: the order that reads all cells wins; where two do, the more regular grid."""
    first, second = parts.number("a"), parts.number("c")
    readings = {}
    short = "e" in parts
    for name in ("dmy", "mdy", "ymd") if short else ("dmy", "mdy"):
        if name == "ymd":
            year = first + np.where(first < _TWO_DIGIT_PIVOT, 2000, 1900)
            month, day = second, parts.number("e")
        else:
            year = _years(parts, "e" if short else "y")
            day, month = (first, second) if name == "dmy" else (second, first)
        nanoseconds, good, facts = _compose(parts, year, month, day)
        readings[name] = (nanoseconds, good & parts.matched, facts)
    if order in readings:
        taken, open_to = order, None
    else:
        taken, open_to = _choose_order(readings, parts, day_first)
    nanoseconds, good, facts = readings[taken]
    return _finish(parts, pattern, nanoseconds, good, facts, order=taken, other_order=open_to)


def _choose_order(readings: dict, parts: _Parts, day_first: bool) -> tuple[str, str | None]:
    most = max(int(good.sum()) for _, good, _ in readings.values())
    possible = [name for name, (_, good, _) in readings.items() if good.sum() >= most - 0.001 * most and most]
    if len(possible) == 1:
        return possible[0], None
    if not possible:
        return "dmy", None
    dotted = pc.equal(parts.text("sep"), ".").to_numpy(zero_copy_only=False).mean() > 0.5
    preferred = "dmy" if dotted or day_first else "mdy"
    scores = {
        name: regularity(readings[name][0][readings[name][1]]) + (0.02 if name == preferred else 0.0) for name in possible
    }
    if dotted and "dmy" in possible:
        scores["dmy"] += 0.3
    ranked = sorted(possible, key=lambda name: -scores[name])
    by_convention = dotted and ranked[0] == "dmy" and "e" not in parts
    return ranked[0], None if by_convention else ranked[1]


def regularity(nanoseconds: np.ndarray) -> float:
    """How much a column of stamps looks like a time axis, 0 to 3: steps in one direction, all alike, and none left out."""
    if len(nanoseconds) < 2:
        return 0.0
    steps = np.diff(nanoseconds)
    moving = steps[steps != 0]
    one_way = max((moving > 0).mean(), (moving < 0).mean()) if len(moving) else 0.0
    known = np.unique(nanoseconds)
    if len(known) < 2:
        return float(one_way)
    alike = _evenness(known)
    days = known.astype("datetime64[ns]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    in_month = (days - months.astype("datetime64[D]")).astype(int)
    if len(np.unique(months)) == len(known) and (in_month == in_month[0]).all():
        firsts = 0.03 if in_month[0] == 0 else -0.03  # months begin on the first more often than on any other day
        alike = max(alike, _evenness(months.astype(int)) + firsts)
    return float(one_way + alike)


def _evenness(known: np.ndarray) -> float:
    """Share of the commonest step, plus the share of its grid that is there, for sorted distinct stamps."""
    kinds, counts = np.unique(np.diff(known), return_counts=True) if len(known) > 1 else (np.ones(1), np.ones(1))
    step = float(kinds[counts.argmax()])
    return float(counts.max() / counts.sum()) + min(1.0, len(known) / ((float(known[-1]) - float(known[0])) / step + 1))


def _epoch(parts: _Parts) -> Stamps:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their count of digits."""
    written = parts.text("epoch")
    number = pc.if_else(pc.equal(written, ""), "0", written).cast(pa.int64()).to_numpy(zero_copy_only=False)
    largest = int(number.max(initial=0))
    unit, scale = next(
        (name, scale)
        for name, scale, top in (("s", 10**9, 10**11), ("ms", 10**6, 10**14), ("us", 10**3, 10**17), ("ns", 1, 2**63))
        if largest < top
    )
    nanoseconds = number * scale
    if unit == "s" and pc.any(pc.not_equal(parts.text("rest"), "")).as_py():
        nanoseconds = nanoseconds + pc.utf8_rpad(parts.text("rest"), 9, "0").cast(pa.int64()).to_numpy(zero_copy_only=False)
    return Stamps(nanoseconds, parts.matched, "time", facts={"epoch": unit})


def read_hours(cells: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of the day in a column of hours (13, 13:00, 1 PM, 1300, 13:00-14:00), and where they could be read."""
    text = _plain_array(cells)
    parts = pc.extract_regex(
        text,
        r"^(?P<H>\d{1,2}?)(?:[:h.]?(?P<M>\d{2})(?:[:.]?(?P<S>\d{2})(?:[.,]\d+)?)?)?(?:\.0)?\s*(?:h|uhr|[時时点點])?(?P<p>[ap]\.?m\.?)?(?:\s*[-–]\s*\d{1,2}[:h.]?\d{0,2}.*)?$",
    )
    matched = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    hour, minute, second = (
        pc.if_else(pc.equal(pc.fill_null(part, ""), ""), "0", part).cast(pa.int64()).to_numpy(zero_copy_only=False)
        for part in parts.flatten()[:3]
    )
    hour = _half_day(hour, pc.fill_null(parts.flatten()[3], ""))
    good = matched & (hour <= 24) & (minute < 60) & (second < 61)
    return hour * 3600 + minute * 60 + second, good
