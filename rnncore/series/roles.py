"""What each column is for: value, target, series name, counter, or something that is left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from rnncore.config import ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series.axis import Axis
from rnncore.series.columns import Typed, resolve
from rnncore.series.numbers import sample
from rnncore.series.table import Cells
from rnncore.series.vocabulary import COUNTER_NAMES, FLAG_NAMES, ID_NAMES, TARGET_NAMES, is_time_name, tokens


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
    known: list[str]
    past: list[str]


def find_roles(cells: Cells, typed: Typed, axis: Axis | None, config: ReadConfig) -> Roles:
    """Value columns, the one among them that becomes the series, and the column that names several series."""
    value, series = config.value, config.series
    used = set(axis.columns) if axis else set()
    ids = _series_column(cells, typed, axis, used, series) or ()
    codes, series_names = _codes(cells, ids) if ids else (None, [])
    if value is not None:
        value = _wanted_value(cells, typed, value, used)
    numeric = [name for name in typed.numbers if name not in used and name not in ids]
    values = [name for name in numeric if np.isfinite(typed.numbers[name].values).any()]
    values = _without(values, typed.digits_as_time - {value} if axis else set())
    counters = {name for name in values if _is_counter(name, typed.numbers[name].values)}
    known, past = _covariates(cells, typed, config, value, used.union(ids))
    values = _without(values, counters - {value, *known, *past})
    if not values:
        raise Refusal("no_numbers", columns=", ".join(cells.names[:8]))
    role = {name: "counter" if name in counters else "text" for name in cells.names}
    role |= dict.fromkeys(used, "time") | dict.fromkeys(ids, "series") | dict.fromkeys(values, "value")
    label = " ".join(ids) or None
    notes = _column_notes(role)
    if ids:
        notes.append(Note("series_found", len(series_names), {"column": label}, {"series": [label, ""]}))
    targets = [name for name in values if name not in {*known, *past}]
    if not targets and value is None:
        raise Refusal("covariates_only", columns=known + past)
    target = value or _target(targets, typed)
    if value is None and len(values) > 1:
        notes.append(Note("target_chosen", 1, {"value": target, "columns": len(values)}, {"value": values}))
    role |= dict.fromkeys(known, "known") | dict.fromkeys(past, "past")
    return Roles(values, target, label, codes, series_names, role, notes, known, past)


def _covariates(
    cells: Cells, typed: Typed, config: ReadConfig, value: str | None, used: set[str]
) -> tuple[list[str], list[str]]:
    """The columns that are wanted as known in advance and as known in the past, by their full names."""
    known, past = (list(dict.fromkeys(resolve(name, cells.names) for name in names)) for names in (config.known, config.past))
    for name in known + past:
        if name not in typed.numbers or name in used:
            example = next(iter(sample(cells.columns[cells.names.index(name)], 20)), "")
            raise Refusal("covariate_not_numeric", column=name, example=example)
        if name == value:
            raise Refusal("covariate_is_target", column=name)
        if name in known and name in past:
            raise Refusal("covariate_twice", column=name)
    return known, past


def _without(names: list[str], unlikely: set[str]) -> list[str]:
    """The names that are not unlikely, or all where nothing else is left."""
    return [name for name in names if name not in unlikely] or names


def _column_notes(role: dict[str, str]) -> list[Note]:
    notes = []
    for kind, code in (("counter", "counter_left_out"), ("text", "columns_left_out")):
        names = [name for name, one in role.items() if one == kind]
        if names:
            notes.append(Note(code, len(names), {"names": ", ".join(names[:8]) + (" ..." if len(names) > 8 else "")}))
    return notes


def _wanted_value(cells: Cells, typed: Typed, value: str, used: set[str]) -> str:
    name = resolve(value, cells.names)
    if name not in typed.numbers or name in used:
        example = next(iter(sample(cells.columns[cells.names.index(name)], 20)), "")
        raise Refusal("value_not_numeric", column=name, example=example)
    return name


def _is_counter(name: str, values: np.ndarray) -> bool:
    """Row numbers, in any order, under a name that says so or under none."""
    label = name.lower().rstrip(".")
    if not (label in COUNTER_NAMES or name.startswith("column_") or is_time_name(name)) or len(values) < 3:
        return False
    if np.isnan(values).any() or (values != np.round(values)).any():
        return False
    if _counts_on(values):
        return True
    return not is_time_name(name) and np.ptp(values) < 1.2 * len(values) and len(np.unique(values)) > 0.9 * len(values)


def _counts_on(values: np.ndarray) -> bool:
    return values[0] in (0, 1) and bool((np.diff(values) == 1).all())


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
    for name in values:
        known = typed.numbers[name].values
        known = known[~np.isnan(known)]
        if len(np.unique(known[:5000])) > 2 and not _counts_on(known) and FLAG_NAMES.isdisjoint(tokens(name)):
            return name
    return values[0]


def _series_column(cells: Cells, typed: Typed, axis: Axis | None, used: set[str], wanted: str | None) -> tuple[str, ...] | None:
    """The column, or the fewest columns, whose values together tell apart the rows that share a stamp."""
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
    stamps = _ranks(axis.stamps.nanoseconds[good])
    repeats = len(stamps) - (int(stamps.max()) + 1 if len(stamps) else 0)
    candidates = _id_candidates(cells, typed, used, axis.stamps.good, stamps)
    coded = {name: _codes(cells, (name,))[0][good] for name in candidates}
    if repeats < 0.3 * len(stamps):
        return next(((name,) for name in candidates if name not in typed.numbers and _starts_over(coded[name], stamps)), None)
    left = {name: _repeats(stamps, coded[name]) for name in candidates}
    solved = [name for name in candidates if left[name] <= 0.05 * repeats]
    if solved:
        return (min(solved, key=lambda name: (left[name] > 0, name in typed.numbers, candidates.index(name))),)
    needed = candidates[:6]
    if not needed or _repeats(stamps, _together(coded, needed)) > 0.05 * repeats:
        return None
    for name in reversed(candidates[:6]):
        without = [one for one in needed if one != name]
        if _repeats(stamps, _together(coded, without)) <= 0.05 * repeats:
            needed = without
    return tuple(sorted(needed, key=cells.names.index))


def _ranks(values: np.ndarray) -> np.ndarray:
    """The place of each value (n,) among the distinct ones, from 0; without sorting what is in order already."""
    if (values[1:] > values[:-1]).all():
        return np.arange(len(values))
    return np.unique(values, return_inverse=True)[1]


def _together(coded: dict[str, np.ndarray], names: list[str]) -> np.ndarray:
    """One code for each combination of the values of several columns."""
    codes = coded[names[0]]
    for name in names[1:]:
        codes = pd.factorize(codes * (int(coded[name].max()) + 1) + coded[name])[0]
    return codes


def _id_candidates(cells: Cells, typed: Typed, used: set[str], good: np.ndarray, stamps: np.ndarray) -> list[str]:
    """Text columns that repeat their values; then whole numbers that do, where they are called an id or act as one.

    A column called an id in which some cells are no numbers ("7", "12", "A3") holds names.
    """
    text, numbers = [], []
    for name, column in zip(cells.names, cells.columns, strict=True):
        if name in used or name in typed.stamps:
            continue
        if name in typed.numbers:
            if ID_NAMES.isdisjoint(tokens(name)) and not _crosses(cells, name, good, stamps):
                continue
            read = typed.numbers[name]
            known = read.values[~read.unreadable]
            if np.isnan(known).any() or (known != np.round(known)).any():
                continue
        if 2 <= pc.count_distinct(column).as_py() <= max(2, len(stamps) // 2):
            (numbers if name in typed.numbers else text).append(name)
    return text + numbers


def _crosses(cells: Cells, name: str, good: np.ndarray, stamps: np.ndarray) -> bool:
    """Whether each value of the column stands at (nearly) every stamp, and once: no measured quantity does that."""
    distinct = int(stamps.max()) + 1
    if 0.9 * 2 * distinct > len(stamps):  # too few rows for even two values at every stamp
        return False
    codes, values = _codes(cells, (name,))
    full = len(values) * distinct
    return len(values) > 1 and 0.9 * full <= len(stamps) <= full and _repeats(stamps, codes[good]) == 0


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
