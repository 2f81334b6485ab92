"""What each column is for: time, value, series name, counter, or something that is left out."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rnncore.messages import Note, Refusal
from rnncore.series.dates import Stamps, is_date, is_hour, patterns_of, plain, read_hours, read_stamps, regularity
from rnncore.series.numbers import Numbers, column_evidence, missing_mask, read_numbers, sample, shape
from rnncore.series.table import Cells

TIME_NAMES = frozenset(
    [
        "date",
        "dates",
        "time",
        "datetime",
        "timestamp",
        "stamp",
        "ds",
        "day",
        "days",
        "month",
        "months",
        "year",
        "years",
        "week",
        "weeks",
        "quarter",
        "period",
        "epoch",
        "unix",
        "utc",
        "t",
        "ts",
        "dt",
        "dteday",
        "hour",
        "datum",
        "zeit",
        "zeitpunkt",
        "zeitstempel",
        "tag",
        "monat",
        "jahr",
        "woche",
        "quartal",
        "uhrzeit",
        "mois",
        "année",
        "annee",
        "an",
        "jour",
        "semaine",
        "trimestre",
        "heure",
        "horodatage",
        "fecha",
        "mes",
        "año",
        "data",
        "日期",
        "时间",
        "時間",
        "日時",
        "日付",
        "年月",
        "年份",
        "月份",
        "年度",
        "年",
        "月",
        "日",
        "周",
        "季度",
        "时刻",
        "時刻",
        "交易日期",
        "年月日",
        "统计时间",
        "날짜",
        "시간",
        "dato",
        "giorno",
        "mese",
        "anno",
    ]
)
TARGET_NAMES = [
    "y",
    "value",
    "values",
    "target",
    "cnt",
    "count",
    "sales",
    "demand",
    "total",
    "amount",
    "qty",
    "quantity",
    "load",
    "consumption",
    "volume",
    "revenue",
    "price",
    "close",
    "passengers",
    "traffic",
    "ot",
    "销量",
    "销售额",
    "销售量",
    "销售",
    "数量",
    "值",
    "数值",
    "金额",
    "收入",
    "营业额",
    "客流量",
    "用电量",
    "负荷",
    "收盘价",
    "收盘",
    "產量",
    "銷量",
    "銷售額",
    "銷售",
    "數量",
    "數值",
    "金額",
    "売上",
    "売上高",
    "販売数",
    "数",
    "値",
    "wert",
    "menge",
    "umsatz",
    "absatz",
    "verkauf",
    "verkäufe",
    "anzahl",
    "betrag",
    "preis",
    "verbrauch",
    "last",
    "valeur",
    "ventes",
    "quantité",
    "montant",
    "prix",
    "ventas",
    "valor",
]
_CALENDAR = {
    "year": ["year", "yr", "jahr", "année", "annee", "año", "anno", "年", "年份", "年度", "yyyy", "y"],
    "month": ["month", "mon", "mo", "mnth", "monat", "mois", "mes", "mese", "月", "月份", "mm", "m"],
    "day": ["day", "dom", "dayofmonth", "tag", "jour", "día", "giorno", "日", "dd", "d", "dy"],
    "hour": [
        "hour",
        "hr",
        "hh",
        "std",
        "stunde",
        "uhrzeit",
        "heure",
        "hora",
        "ora",
        "time",
        "zeit",
        "时",
        "時",
        "小时",
        "小時",
        "时间",
        "時間",
        "时刻",
        "時刻",
        "hod",
        "h",
        "he",
        "hour_ending",
    ],
    "minute": ["minute", "min", "mi", "minuten", "分", "分钟"],
    "quarter": ["quarter", "qtr", "quartal", "trimestre", "季度", "q"],
    "week": ["week", "wk", "woche", "semaine", "kw", "周", "週"],
}
_ID_NAMES = [
    "id",
    "ids",
    "unique_id",
    "uid",
    "series",
    "store",
    "shop",
    "item",
    "sku",
    "product",
    "station",
    "sensor",
    "meter",
    "device",
    "customer",
    "site",
    "location",
    "code",
    "region",
    "country",
    "city",
    "name",
    "key",
    "group",
    "variable",
    "category",
    "type",
    "metric",
    "symbol",
    "ticker",
    "门店",
    "店铺",
    "编号",
    "商品",
    "产品",
    "地区",
    "城市",
    "站点",
    "名称",
    "filiale",
    "artikel",
    "standort",
]
_SHARE = 0.6  # of the cells present that must read as numbers (as stamps) for a column to be one


def tokens(name: str) -> list[str]:
    """The words of a column name, in lower case."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return [word for word in re.split(r"[\s_\-./()\[\]:（）#]+", spaced.lower()) if word]


def is_time_name(name: str) -> bool:
    words = tokens(name)
    return (
        bool(TIME_NAMES.intersection(words))
        or name.strip().lower() in TIME_NAMES
        or bool(re.search(r"日期|时间|時間|日時|年月|date|zeitpunkt", name.lower()))
    )


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
    decimal: str
    notes: list[Note]


def read_types(cells: Cells, decimal: str | None, order: str | None) -> Typed:
    """Read every column as numbers or stamps where most of its cells are."""
    kinds = {name: _kind(column) for name, column in zip(cells.names, cells.columns, strict=True)}
    columns = dict(zip(cells.names, cells.columns, strict=True))
    dotted_dates = any(
        re.match(r"\d{1,2}\.\d{1,2}\.\d{2}", cell)
        for name in cells.names
        if kinds[name] == "date"
        for cell in sample(columns[name], 20)
    )
    european = cells.delimiter == ";" or dotted_dates
    numeric = [name for name in cells.names if kinds[name] in ("number", "bare")]
    marks, taken, notes = _choose_marks(
        {name: columns[name] for name in numeric if kinds[name] == "number" or _has_point(columns[name])}, decimal, european
    )
    numbers = {name: read_numbers(columns[name], marks.get(name, taken)) for name in numeric}
    numbers = {name: one for name, one in numbers.items() if one.share >= _SHARE}
    stamps = {}
    for name in cells.names:
        if kinds[name] == "date":
            found = read_stamps(columns[name], order, european or taken == ",", bare=False)
            if found is not None and found.good.sum() >= 0.5 * max(1, len(found.good) - missing_mask(columns[name]).true_count):
                stamps[name] = found
    hours = [name for name in cells.names if kinds[name] == "hour"]
    return Typed(numbers, stamps, hours, taken, notes)


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


def _choose_marks(columns: dict[str, pa.Array], wanted: str | None, european: bool) -> tuple[dict[str, str], str, list[Note]]:
    """The decimal mark of each column and of the file, from what the cells leave open and what they do not."""
    if wanted:
        return dict.fromkeys(columns, wanted), wanted, []
    found = {name: column_evidence(column) for name, column in columns.items()}
    certain = {name: "." if one["."] >= one[","] else "," for name, one in found.items() if one["."] or one[","]}
    votes = Counter(certain.values())
    unsure = [name for name, one in found.items() if name not in certain and (one["?."] or one["?,"])]
    if votes:
        taken = votes.most_common(1)[0][0] if votes["."] != votes[","] else ("," if european else ".")
        return {**dict.fromkeys(unsure, taken), **certain}, taken, []
    if not unsure:
        return {}, ".", []
    taken = _undecided(found[unsure[0]], european)
    example = next(cell for cell in sample(columns[unsure[0]]) if re.search(r"\d[.,]\d{3}", cell))
    facts = {"decimal": taken, "example": example, "column": unsure[0]}
    return dict.fromkeys(unsure, taken), taken, [Note("decimal_chosen", 1, facts, {"decimal": [".", ","]})]


def _undecided(found: Counter, european: bool) -> str:
    """One mark before exactly three digits, in every cell: a decimal mark, or one that groups thousands."""
    mark = "." if found["?."] >= found["?,"] else ","
    other = "," if mark == "." else "."
    if found["long"]:  # 1234 beside 1.235: thousands are not grouped here
        return mark
    if found["short"] >= 2:  # 950 beside 1.002: no decimals where they would be zero
        return other
    home = "," if european else "."
    return home if mark in (".", ",") else other


@dataclass(frozen=True)
class Axis:
    """The time axis: its name, its stamps, and the columns it was put together from."""

    name: str
    stamps: Stamps
    columns: tuple[str, ...]


def find_time(cells: Cells, typed: Typed, wanted: str | None, order: str | None) -> Axis | None:
    """The column, or the columns together, that give each row its time; None where the rows have none."""
    if wanted == "" or not cells.rows:
        return None
    if wanted is not None:
        return _wanted_time(cells, typed, wanted, order)
    dated = [name for name in typed.stamps if _varies(typed.stamps[name])] or list(typed.stamps)
    if dated:
        best = max(dated, key=lambda name: _time_rank(name, typed.stamps[name], cells))
        return _with_hour(cells, typed, best)
    return _calendar_columns(cells, typed) or _bare_time(cells, typed, order)


def _wanted_time(cells: Cells, typed: Typed, wanted: str, order: str | None) -> Axis:
    if wanted not in cells.names and " " in wanted:
        parts = wanted.split(" ")
        axis = _calendar_columns(cells, typed) or next(
            (_with_hour(cells, typed, name) for name in typed.stamps if name == parts[0]), None
        )
        if axis and axis.name == wanted:
            return axis
    name = resolve(wanted, cells.names)
    if name in typed.stamps:
        return _with_hour(cells, typed, name)
    column = cells.columns[cells.names.index(name)]
    found = (
        read_stamps(column, order, typed.decimal == ",", bare=True)
        or _serial_days(typed.numbers.get(name))
        or _decimal_years(typed.numbers.get(name))
    )
    if found is None or found.good.sum() < 0.5 * len(found.good):
        example = next(iter(sample(column, 20)), "")
        raise Refusal("time_unreadable", column=name, example=example)
    return Axis(name, found, (name,))


def _varies(stamps: Stamps) -> bool:
    good = stamps.nanoseconds[stamps.good]
    return len(good) > 0 and bool((good != good[0]).any())


def _time_rank(name: str, stamps: Stamps, cells: Cells) -> tuple:
    good = stamps.nanoseconds[stamps.good]
    return (
        round(float(stamps.good.mean()), 1),
        is_time_name(name),
        round(regularity(good[:5000]), 1),
        -cells.names.index(name),
    )


def _with_hour(cells: Cells, typed: Typed, name: str) -> Axis:
    """A date and, where the date repeats, the hour that stands in a column of its own."""
    stamps = typed.stamps[name]
    if stamps.resolution != "day":
        return Axis(name, stamps, (name,))
    candidates = [hour for hour in typed.hours if hour != name]
    good = stamps.nanoseconds[stamps.good]
    if len(np.unique(good)) < len(good):
        candidates += [
            other for other in typed.numbers if set(tokens(other)) & set(_CALENDAR["hour"]) and _are_hours(typed.numbers[other])
        ]
    for other in candidates:
        seconds, sound = read_hours(cells.columns[cells.names.index(other)])
        if sound.mean() > 0.8:
            minute = _companion(cells, typed, "minute", 59)
            columns = (name, other) + ((minute,) if minute else ())
            if minute:
                seconds = seconds + np.nan_to_num(typed.numbers[minute].values).astype(np.int64) * 60
            late = int((seconds[sound & stamps.good] >= 86_400).sum())
            facts = {**stamps.facts, "hours_24": stamps.facts.get("hours_24", 0) + late}
            combined = Stamps(
                stamps.nanoseconds + seconds * 1_000_000_000,
                stamps.good & sound,
                "time",
                stamps.offsets,
                stamps.order,
                stamps.other_order,
                facts,
            )
            return Axis(" ".join(columns), combined, columns)
    return Axis(name, stamps, (name,))


def _are_hours(numbers: Numbers) -> bool:
    values = numbers.values[~np.isnan(numbers.values)]
    if not len(values) or (values != np.round(values)).any() or values.min() < 0:
        return False
    return values.max() <= 24 or (values.max() <= 2400 and (values % 100 < 60).all())


def _companion(cells: Cells, typed: Typed, part: str, most: int) -> str | None:
    for name in cells.names:
        if name.lower() in _CALENDAR[part] and name in typed.numbers:
            values = typed.numbers[name].values
            if np.nanmin(values) >= 0 and np.nanmax(values) <= most:
                return name
    return None


def _calendar_columns(cells: Cells, typed: Typed) -> Axis | None:
    """Year, month, day (hour) or year and quarter (week) in columns of their own."""
    named = {
        part: next((name for name in cells.names if name.lower().strip() in words), None) for part, words in _CALENDAR.items()
    }
    year = named["year"]
    if not year or year not in typed.numbers or not _are_years(typed.numbers[year]):
        return None
    for parts in (
        ("month", "day", "hour", "minute"),
        ("month", "day", "hour"),
        ("month", "day"),
        ("month",),
        ("quarter",),
        ("week",),
    ):
        if all(named[part] and named[part] != year for part in parts):
            columns = (year, *(named[part] for part in parts))
            found = _compose(cells, columns, parts)
            if found is not None and found.good.mean() > 0.8:
                return Axis(" ".join(columns), found, columns)
    return None


def _are_years(numbers: Numbers) -> bool:
    values = numbers.values[~np.isnan(numbers.values)]
    return len(values) > 0 and bool((values == np.round(values)).all() and values.min() >= 1500 and values.max() <= 2200)


def _compose(cells: Cells, columns: tuple[str, ...], parts: tuple[str, ...]) -> Stamps | None:
    """Write the parts as one text per row and read that; hours are added behind."""
    text = [pc.replace_substring_regex(cells.columns[cells.names.index(name)], r"\.0+$", "") for name in columns]
    date = [
        pc.if_else(pc.equal(one, ""), "?", one)
        for one in text[: 1 + min(2, sum(part in ("month", "day", "quarter", "week") for part in parts))]
    ]
    if parts[0] == "quarter":
        date[1] = pc.binary_join_element_wise("Q", pc.replace_substring_regex(date[1], r"^\D+", ""), "")
    elif parts[0] == "week":
        date[1] = pc.binary_join_element_wise("W", pc.replace_substring_regex(date[1], r"^\D+", ""), "")
    else:
        date[1:] = [pc.replace_substring_regex(one, r"\s*[月日]$", "") for one in date[1:]]
    joined = pc.binary_join_element_wise(*date, "-")
    found = read_stamps(joined, None, False, bare=False)
    if found is None or "hour" not in parts:
        return found
    seconds, sound = read_hours(text[parts.index("hour") + 1])
    if "minute" in parts:
        minutes = text[parts.index("minute") + 1]
        seconds = (
            seconds + pc.if_else(pc.match_substring_regex(minutes, r"^\d{1,2}$"), minutes, "0").cast(pa.int64()).to_numpy() * 60
        )
    return Stamps(found.nanoseconds + seconds * 1_000_000_000, found.good & sound, "time", facts=found.facts)


def _bare_time(cells: Cells, typed: Typed, order: str | None) -> Axis | None:
    """Digits that can be a time: 20240105, 1871, 1704067200; by the column's name, or, in front, by their regular steps."""
    named = [name for name in cells.names if name in typed.numbers and is_time_name(name)]
    first = [name for name in cells.names[:2] if name in typed.numbers and name not in named]
    for name in named + first:
        column = cells.columns[cells.names.index(name)]
        fitting = patterns_of(column, bare=True)
        found = read_stamps(column, order, False, bare=True) if fitting and fitting[0][0].bare and fitting[0][1] > 0.9 else None
        if found is None and name in named:
            found = _serial_days(typed.numbers[name]) or _decimal_years(typed.numbers[name])
        if found is None or found.good.mean() < 0.8 or not _varies(found):
            continue
        if name in named or _is_axis(found, alone=len(typed.numbers) == 1, year=fitting[0][0].name == "year"):
            return Axis(name, found, (name,))
    return None


def _is_axis(stamps: Stamps, alone: bool, year: bool) -> bool:
    """Whether unnamed digits rise or fall in steps as only a time axis does."""
    good = stamps.nanoseconds[stamps.good]
    steps = np.diff(good)
    if alone or len(good) < 3 or not ((steps > 0).all() or (steps < 0).all()):
        return False
    return regularity(good) > (1.95 if year else 1.5)


def _serial_days(numbers: Numbers | None) -> Stamps | None:
    """Excel's days since 1899-12-30, for columns that are called a date."""
    if numbers is None:
        return None
    present = ~np.isnan(numbers.values)
    values = numbers.values[present]
    if len(values) < 2 or values.min() < 18_000 or values.max() > 80_000 or not _one_way(values):
        return None
    seconds = np.round((np.where(present, numbers.values, 25_569) - 25_569) * 86_400)
    resolution = "day" if (values == np.floor(values)).all() else "time"
    return Stamps(seconds.astype(np.int64) * 1_000_000_000, present, resolution, facts={"epoch": "Excel"})


def _decimal_years(numbers: Numbers | None) -> Stamps | None:
    """Years with a fraction, as R writes monthly and quarterly series: 1949.083 is February 1949."""
    if numbers is None:
        return None
    present = ~np.isnan(numbers.values)
    values = numbers.values[present]
    if (
        len(values) < 3
        or values.min() < 1500
        or values.max() > 2200
        or (values == np.floor(values)).all()
        or not _one_way(values)
    ):
        return None
    step = float(np.median(np.abs(np.diff(values))))
    per_year = next((count for count in (12, 4, 2) if abs(step * count - 1) < 0.05), None)
    if per_year is None:
        return None
    whole = np.where(present, numbers.values, 1970.0)
    year = np.floor(whole + 0.02 / per_year)
    part = np.clip(np.floor((whole - year) * per_year + 0.02), 0, per_year - 1)
    months = ((year - 1970) * 12 + part * (12 // per_year)).astype(np.int64).astype("datetime64[M]")
    return Stamps(months.astype("datetime64[ns]").astype(np.int64), present, "month", facts={"epoch": "year"})


def _one_way(values: np.ndarray) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())


def plain_name(cell: str) -> str:
    return plain(cell)


@dataclass(frozen=True)
class Roles:
    """What each column is taken for."""

    values: list[str]
    target: str
    series: str | None
    codes: np.ndarray | None  # (N,) int: which series a row belongs to
    series_names: list[str]
    role: dict[str, str]
    notes: list[Note]


def find_roles(cells: Cells, typed: Typed, axis: Axis | None, value: str | None, series: str | None) -> Roles:
    """Value columns, the one among them that becomes the series, and the column that names several series."""
    used = set(axis.columns) if axis else set()
    notes: list[Note] = []
    chosen = _series_column(cells, typed, axis, used, series)
    codes, series_names = _codes(cells, chosen) if chosen else (None, [])
    ids = set(chosen or ())
    if value is not None:
        value = _wanted_value(cells, typed, value, used)
    values = [
        name
        for name in cells.names
        if name in typed.numbers and name not in used and name not in ids and np.isfinite(typed.numbers[name].values).any()
    ]
    counters = [
        name
        for name in values
        if _is_counter(typed.numbers[name].values) and name.lower() not in TARGET_NAMES and name != value
    ]
    if len(counters) < len(values):
        values = [name for name in values if name not in counters]
    else:
        counters = []
    if not values:
        raise Refusal("no_numbers", columns=", ".join(cells.names[:8]))
    target = value or _target(values, typed)
    if value is None and len(values) > 1:
        notes.append(Note("target_chosen", 1, {"value": target, "columns": len(values)}, {"value": values}))
    left_out = [name for name in cells.names if name not in used | ids | set(values) | set(counters)]
    if counters:
        notes.append(Note("counter_left_out", len(counters), {"names": ", ".join(counters)}))
    if left_out:
        notes.append(
            Note("columns_left_out", len(left_out), {"names": ", ".join(left_out[:8]) + (" ..." if len(left_out) > 8 else "")})
        )
    role = {
        name: "time"
        if name in used
        else "series"
        if name in ids
        else "value"
        if name in values
        else "counter"
        if name in counters
        else "text"
        for name in cells.names
    }
    label = " ".join(chosen) if chosen else None
    if chosen:
        notes.append(Note("series_found", len(series_names), {"column": label}, {"series": [label, ""]}))
    return Roles(values, target, label, codes, series_names, role, notes)


def _wanted_value(cells: Cells, typed: Typed, value: str, used: set[str]) -> str:
    name = resolve(value, cells.names)
    if name not in typed.numbers or name in used:
        example = next(iter(sample(cells.columns[cells.names.index(name)], 20)), "")
        raise Refusal("value_not_numeric", column=name, example=example)
    return name


def _is_counter(values: np.ndarray) -> bool:
    return len(values) > 2 and values[0] in (0, 1) and bool((np.diff(values) == 1).all())


def _target(values: list[str], typed: Typed) -> str:
    """A name that means the quantity itself, else the first column that varies and is no flag or calendar field."""
    for wanted in TARGET_NAMES:
        for name in values:
            if name.strip().lower() == wanted:
                return name
    for wanted in TARGET_NAMES:
        for name in values:
            if len(wanted) > 2 and (wanted in tokens(name) or (not wanted.isascii() and wanted in name)):
                return name
    calendar = {word for words in _CALENDAR.values() for word in words} | {
        "holiday",
        "weekday",
        "workday",
        "workingday",
        "season",
        "id",
    }
    for name in values:
        known = typed.numbers[name].values
        known = known[~np.isnan(known)]
        if len(np.unique(known[:5000])) > 2 and not set(tokens(name)) & calendar:
            return name
    return values[0]


def _series_column(cells: Cells, typed: Typed, axis: Axis | None, used: set[str], wanted: str | None) -> tuple[str, ...] | None:
    """The column, or the pair, whose values tell apart the rows that share a stamp."""
    if wanted == "":
        return None
    if wanted is not None:
        names = list(cells.names)
        if wanted not in names and " " in wanted and all(part in names for part in wanted.split(" ")):
            return tuple(wanted.split(" "))
        return (resolve(wanted, names),)
    if axis is None:
        return None
    good = axis.stamps.good
    stamps = np.unique(axis.stamps.nanoseconds[good], return_inverse=True)[1]
    repeats = len(stamps) - (int(stamps.max()) + 1 if len(stamps) else 0)
    candidates = _id_candidates(cells, typed, used, len(stamps))
    coded = {name: _codes(cells, (name,))[0][good] for name in candidates}
    if repeats < 0.3 * len(stamps):
        return next(((name,) for name in candidates if name not in typed.numbers and _starts_over(coded[name], stamps)), None)
    left = {name: _repeats(stamps, coded[name]) for name in candidates}
    solved = [name for name in candidates if left[name] <= 0.05 * repeats]
    if solved:
        return (min(solved, key=lambda name: (left[name] > 0, name in typed.numbers, candidates.index(name))),)
    for place, one in enumerate(candidates[:6]):
        for other in candidates[place + 1 : 6]:
            if _repeats(stamps, coded[one] * (int(coded[other].max()) + 1) + coded[other]) <= 0.05 * repeats:
                return (one, other)
    return None


def _id_candidates(cells: Cells, typed: Typed, used: set[str], rows: int) -> list[str]:
    """Text columns that repeat their values; then whole numbers that do, those called an id first."""
    text, numbers = [], []
    for name, column in zip(cells.names, cells.columns, strict=True):
        if name in used or name in typed.stamps:
            continue
        if name in typed.numbers:
            if not set(tokens(name)) & set(_ID_NAMES):
                continue
            values = typed.numbers[name].values
            if np.isnan(values).any() or (values != np.round(values)).any():
                continue
        if 2 <= pc.count_distinct(column).as_py() <= max(2, rows // 2):
            (numbers if name in typed.numbers else text).append(name)
    return text + numbers


def _codes(cells: Cells, names: tuple[str, ...]) -> tuple[np.ndarray, list[str]]:
    columns = [cells.columns[cells.names.index(name)] for name in names]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " / ")
    coded = joined.dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def _repeats(stamps: np.ndarray, codes: np.ndarray) -> int:
    return len(stamps) - len(np.unique(codes * (int(stamps.max()) + 1) + stamps))


def _starts_over(codes: np.ndarray, stamps: np.ndarray) -> bool:
    """Blocks of rows of one name each, in each of which the stamps rise, while over the whole file they do not."""
    changes = np.flatnonzero(np.diff(codes)) + 1
    if not len(changes) or len(changes) + 1 != len(np.unique(codes)) or len(codes) < 3 * (len(changes) + 1):
        return False
    steps = np.diff(stamps)
    inside = np.ones(len(steps), bool)
    inside[changes - 1] = False
    return bool((steps[inside] > 0).all() and (steps[~inside] < 0).any())
