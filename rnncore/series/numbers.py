"""Numbers in cells: missing markers, decimal and thousands marks, signs, currencies, percent, units."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = (
    "", "na", "n/a", "#n/a", "#na", "<na>", "n.a.", "n.a", "n. a.", "nan", "-nan", "nat", "null", "(null)", "[null]",
    "\\n", "none", "nil", "-", "--", "---", "----", "–", "—", "－", "?", "??", "???", ".", "..", "...", "…", "*",
    "**", "/", "//", "///", ":", "x", "xx", "#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!", "1.#ind",
    "-1.#ind", "1.#qnan", "#error", "error", "err", "missing", "(missing)", "unknown", "not available", "no data",
    "nodata", "void", "tbd", "nd", "n/d", "n.d.", "nv", "n.v.", "k.a.", "k. a.", "s/d", "s.d.", "nc", "ns", "fehlt",
    "inf", "-inf", "+inf", "infinity", "-infinity", "无", "無", "空", "缺", "缺失", "缺测", "缺測", "暂无", "暂缺",
    "无数据", "未知", "欠測", "欠損", "欠", "なし", "不明", "×", "없음",
)  # fmt: skip
MULTIPLIERS = {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "Mio": 1e6, "Mio.": 1e6, "Mrd": 1e9, "Mrd.": 1e9, "B": 1e9, "bn": 1e9}
MULTIPLIERS |= {
    "千": 1e3,
    "万": 1e4,
    "萬": 1e4,
    "亿": 1e8,
    "億": 1e8,
    "万元": 1e4,
    "亿元": 1e8,
    "億元": 1e8,
    "万円": 1e4,
    "億円": 1e8,
}

# a yen sign in Shift-JIS is a backslash everywhere else
_CURRENCY = r"(?:[€$¥£₹₽₩元円\\]|US\$|CHF|EUR|USD|GBP|JPY|CNY|RMB|SEK|NOK|DKK|Fr\.|SFr\.|Rs\.?|R\$|kr\.?|zł)"
_DIGITS = r"(?:\d[\d.,'_ ]*|[.,]\d+)"
_SHAPE = re.compile(
    rf"^(?P<open>\()?\s*(?:{_CURRENCY})?\s*(?P<sign>[+-])?\s*(?:{_CURRENCY})?\s*"
    rf"(?P<digits>{_DIGITS}?)(?P<exponent>[eE][+-]?\d+)?\s*(?P<unit>[^\d\s.,()+-][^\d,()]{{0,11}})?\s*(?P<minus>-)?(?P<close>\))?$"
)
_PLAIN = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "`": "'", "ʼ": "'", "′": "'", "−": "-", "–": "-", "‐": "-", "‑": "-"}
)
_SWISS_DASH = re.compile(r"[.,][-—]{1,2}$")  # "20.-" is twenty francs and no centimes
_SAMPLE = 400


def is_missing(cell: str) -> bool:
    return cell.strip().lower() in _MISSING_SET


_MISSING_SET = frozenset(MISSING)
_MISSING_ARRAY = pa.array(MISSING)


def missing_mask(cells: pa.Array) -> pa.Array:
    """Which trimmed cells are empty or hold a missing marker, in any case."""
    return pc.is_in(pc.utf8_lower(cells), _MISSING_ARRAY)


def tidy(cell: str) -> str:
    """Full-width characters, typographic spaces, apostrophes and minus signs in their plain form."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell).translate(_APOSTROPHES)
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return _SWISS_DASH.sub("", cell.strip())


def tidy_array(cells: pa.Array) -> pa.Array:
    """`tidy` for a column."""
    if not pc.all(pc.string_is_ascii(cells)).as_py():
        cells = pc.utf8_normalize(cells, "NFKC")
        cells = pc.replace_substring_regex(cells, "[’‘´`ʼ′]", "'")
        cells = pc.replace_substring_regex(cells, "[−–‐‑]", "-")
    if pc.any(pc.starts_with(cells, '="')).as_py():
        cells = pc.replace_substring_regex(cells, '^="(.*)"$', r"\1")
    cells = pc.utf8_trim_whitespace(cells)
    if pc.any(pc.or_(pc.ends_with(cells, "-"), pc.ends_with(cells, "—"))).as_py():
        cells = pc.replace_substring_regex(cells, _SWISS_DASH.pattern, "")
    return cells


@dataclass(frozen=True)
class Shape:
    """How one numeric cell is written."""

    digits: str
    unit: str
    signs: bool  # currency, percent, brackets or a minus behind the digits


def shape(cell: str) -> Shape | None:
    """The parts of a numeric cell, or None where it is no number."""
    cell = tidy(cell)
    found = _SHAPE.match(cell)
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    digits = found["digits"].strip()
    if not re.fullmatch(
        r"\d+|\d*[.,]\d+|\d+[.,]|\d{1,3}(?:[.,'_ ]\d{2,3})*[.,' _]\d{3}(?:[.,]\d*)?|\d{1,3}(?:'\d{3})+(?:[.,]\d*)?", digits
    ):
        return None
    return Shape(digits, (found["unit"] or "").strip(), not _PLAIN.match(digits))


def is_number(cell: str) -> bool:
    """A number with at most a sign, currency, percent or multiplier; other units are judged by the whole column."""
    found = shape(cell)
    return found is not None and (not found.unit or is_known_unit(found.unit))


_FOOTNOTES = frozenset(("*", "**", "†", "‡", "p", "r", "e", "b", "s", "u"))  # provisional, revised, estimated ...


def is_known_unit(unit: str) -> bool:
    return bool(re.fullmatch(rf"%|‰|{_CURRENCY}", unit)) or unit in MULTIPLIERS or unit in _FOOTNOTES


def sample(cells: pa.Array, size: int = _SAMPLE) -> list[str]:
    """Cells spread evenly over the column, head and tail included, those that are missing left out."""
    places = np.unique(np.linspace(0, len(cells) - 1, min(size, len(cells))).astype(int)) if len(cells) else []
    return [cell for cell in cells.take(pa.array(places, pa.int64())).to_pylist() if cell and not is_missing(cell)]


_TWO_WAYS = r"[1-9]\d{0,2}([.,])\d{3}"


def evidence(digits: Sequence[str]) -> Counter:
    """How often the digits can only be read with "." or with "," as decimal mark, and how often either way ("?." and "?,")."""
    counted: Counter = Counter()
    for one in digits:
        one = re.sub("[' _]", "", one) if not re.fullmatch(_TWO_WAYS, one) else one
        points, commas = one.count("."), one.count(",")
        if points and commas:
            counted["." if one.rfind(".") > one.rfind(",") else ","] += 1
        elif points > 1:
            counted[","] += 1
        elif commas > 1:
            counted["."] += 1
        elif points or commas:
            mark = "." if points else ","
            counted["?" + mark if re.fullmatch(_TWO_WAYS, one) else mark] += 1
        elif one.isdigit():
            counted["long" if len(one) > 3 else "short"] += 1
    return counted


def column_evidence(cells: pa.Array) -> Counter:
    """`evidence` of a column: from a sample, or from every cell where the sample leaves both readings open."""
    if _points_decide(cells.slice(0, _SAMPLE)):
        return Counter({".": 1})
    found = evidence([one.digits for one in map(shape, sample(cells)) if one])
    if (found["?."] or found["?,"]) and not (found["."] or found[","]) and len(cells) > _SAMPLE:
        plain = tidy_array(cells)
        decided = pc.match_substring_regex(
            plain, r"(^|[^\d.,])(0|\d{4,})[.,]\d{3}\D*$|[.,]\d{1,2}($|[^\d.,])|[.,]\d{4}|[.,]\d{3}[.,]\d"
        )
        whole = pc.match_substring_regex(plain, r"^\D*\d+\D*$")
        telling = pc.or_(decided, whole)
        more = evidence([one.digits for one in map(shape, plain.filter(telling).slice(0, 2000).to_pylist()) if one])
        found.update(more)
    return found


def _points_decide(cells: pa.Array) -> bool:
    """The quick answer for plain numbers: some have a point that cannot group thousands."""
    plain = pc.match_substring_regex(cells, r"^([+-]?\d*\.?\d*)?$")
    return pc.all(plain).as_py() and pc.any(pc.match_substring_regex(cells, r"\.\d{1,2}$|\.\d{4}|^[+-]?(0|\d{4,})\.")).as_py()


@dataclass(frozen=True)
class Numbers:
    """A column as numbers: values (N,) float64 with NaN for missing or unreadable cells; the rest says how it came about."""

    values: np.ndarray
    missing: np.ndarray  # (N,) bool: empty or marked
    unreadable: np.ndarray  # (N,) bool: neither missing nor a number
    signs: Counter = field(default_factory=Counter)  # what was taken off: "%", currencies, units -> cells
    mixed: int = 0  # cells with the other decimal mark

    @property
    def share(self) -> float:
        """Part of the cells that are not missing which are numbers."""
        present = len(self.values) - int(self.missing.sum())
        return (present - int(self.unreadable.sum())) / present if present else 0.0


def read_numbers(cells: pa.Array, decimal: str) -> Numbers:
    """Read a column of trimmed text with the given decimal mark; the other marks group thousands."""
    missing = missing_mask(cells)
    present = pc.if_else(missing, pa.scalar(None, pa.string()), cells)
    if decimal == ".":
        try:
            present.slice(0, _SAMPLE).cast(pa.float64())  # that it cannot be done shows late in a long column
            values = present.cast(pa.float64())
        except pa.ArrowInvalid:
            pass
        else:
            return Numbers(_floats(values), _bools(missing), np.zeros(len(cells), bool))
    return _read_dressed(present, missing, decimal)


def _read_dressed(present: pa.Array, missing: pa.Array, decimal: str) -> Numbers:
    text = tidy_array(present)
    signs: Counter = Counter()
    scale = None
    if _is_dressed(text):
        text, signs = _without_currency(text)
        if not signs:
            text, scale, signs = _undress(text)
    while pc.any(pc.match_substring_regex(text, r"\d[ '_]\d{3}")).as_py():
        text = pc.replace_substring_regex(text, r"(\d)[ '_](\d{3})", r"\1\2")
    text, odd = _without_groups(text, decimal)
    if decimal == ",":
        text = pc.replace_substring(
            pc.if_else(pc.fill_null(pc.match_substring(text, "."), False), pa.scalar(None, pa.string()), text), ",", "."
        )
    sound = pc.fill_null(pc.match_substring_regex(text, _PLAIN.pattern), False)
    values = _floats(pc.if_else(sound, text, pa.scalar(None, pa.string())).cast(pa.float64()))
    if scale is not None:
        values = values * scale
    missing_cells = _bools(missing)
    return Numbers(values, missing_cells, ~missing_cells & ~_bools(sound), signs, odd)


def _is_dressed(text: pa.Array) -> bool:
    """Whether any cell holds more than digits, marks, and a sign before them."""
    return bool(pc.any(pc.match_substring_regex(text, r"[^\d.,'_ +-]|\d\s*-$|^[+-]\s")).as_py())


def _without_currency(text: pa.Array) -> tuple[pa.Array, Counter]:
    """The quick way for one currency before every cell and nothing else to take off; no sign where that is not so."""
    sign = re.match(_CURRENCY, next((cell for cell in text.slice(0, _SAMPLE).to_pylist() if cell), ""))
    if not sign or not pc.all(pc.starts_with(text, sign[0])).as_py():
        return text, Counter()
    bare = pc.utf8_ltrim_whitespace(pc.utf8_slice_codeunits(text, len(sign[0])))
    if _is_dressed(bare):
        return text, Counter()
    return bare, Counter({sign[0]: len(text) - text.null_count})


def _without_groups(text: pa.Array, decimal: str) -> tuple[pa.Array, int]:
    """Without the marks that group thousands, and how many cells were read with the other decimal mark."""
    group = "," if decimal == "." else "."
    if not pc.any(pc.match_substring(text, group)).as_py():
        return text, 0
    mixed = pc.fill_null(pc.match_substring_regex(text, rf"^[+-]?\d*[{group}](\d{{1,2}}|\d{{4,}})([eE][+-]?\d+)?$"), False)
    odd = int(pc.sum(mixed).as_py() or 0)
    if odd:
        text = pc.if_else(mixed, pc.replace_substring(text, group, decimal), text)
    grouped = pc.match_substring_regex(
        text, rf"^[+-]?\d{{1,3}}([{group}]\d{{2,3}})*[{group}]\d{{3}}([{decimal}]\d*)?([eE][+-]?\d+)?$"
    )
    return pc.if_else(pc.fill_null(grouped, False), pc.replace_substring(text, group, ""), text), odd


def _undress(text: pa.Array) -> tuple[pa.Array, np.ndarray | None, Counter]:
    """Take currencies, percent signs, units, brackets and trailing minus signs off; multipliers become a scale."""
    parts = pc.extract_regex(text, _SHAPE.pattern)
    field_of = {name: parts.field(place) for place, name in enumerate(_SHAPE.groupindex)}
    unit = pc.utf8_trim_whitespace(pc.fill_null(field_of["unit"], ""))
    counted = Counter({entry["values"]: entry["counts"] for entry in pc.value_counts(unit).to_pylist() if entry["values"]})
    allowed = _allowed_units(counted, len(text) - text.null_count)
    lead = pc.fill_null(pc.replace_substring_regex(text, rf"^[(\s+-]*({_CURRENCY})?.*$", r"\1"), "")
    leading = {entry["values"]: entry["counts"] for entry in pc.value_counts(lead).to_pylist() if entry["values"]}
    sound = pc.fill_null(pc.is_in(unit, pa.array(["", *allowed], pa.string())), False)
    bracket = pc.not_equal(pc.fill_null(field_of["open"], ""), "")
    behind = pc.not_equal(pc.fill_null(field_of["minus"], ""), "")
    minus = pc.or_(pc.or_(bracket, behind), pc.equal(pc.fill_null(field_of["sign"], ""), "-"))
    digits = pc.utf8_trim_whitespace(pc.fill_null(field_of["digits"], ""))
    bare = pc.binary_join_element_wise(
        pc.if_else(minus, "-", ""), digits, pc.fill_null(field_of["exponent"], ""), "", null_handling="skip"
    )
    scale = None
    if any(one in MULTIPLIERS for one in allowed):
        scale = np.array([MULTIPLIERS.get(one, 1.0) if one in allowed else 1.0 for one in unit.to_pylist()])
    taken = Counter({one: counted[one] for one in allowed}) + Counter(leading)
    brackets = int(pc.sum(pc.or_(bracket, behind)).as_py() or 0)
    if brackets:
        taken["(-)"] = brackets
    return pc.if_else(sound, bare, text), scale, taken


def _allowed_units(counted: Counter, present: int) -> list[str]:
    """Currencies, percent and multipliers always; any other word only where nearly every cell carries it."""
    usual = [unit for unit in counted if is_known_unit(unit)]
    return usual + [unit for unit, count in counted.items() if unit not in usual and count >= max(2, 0.8 * present)]


def _floats(values: pa.Array) -> np.ndarray:
    found = pc.fill_null(values, float("nan")).to_numpy(zero_copy_only=False).astype(np.float64, copy=True)
    found[~np.isfinite(found)] = np.nan
    return found


def _bools(mask: pa.Array) -> np.ndarray:
    return pc.fill_null(mask, False).to_numpy(zero_copy_only=False)
