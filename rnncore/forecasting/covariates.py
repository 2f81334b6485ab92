"""What is known beside the values, as the networks of a run take it.

A column known in advance has, first of all, an effect: a row's value moves with the column's, by the same amount wherever the
row stands. It is taken off all rows before anything else is learnt, and put back on the forecast (regression with the rest left
to the model, as in Hyndman and Athanasopoulos, Forecasting: Principles and Practice, chapter 10). What the effect leaves, the
networks may find in the columns themselves, which they read beside the values. The cycles of the calendar have no such
effect: their part stands in the season.

Letters: S series, N rows of one, K rows ahead, C columns, D of them known in advance, W rows of a window, n windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnncore.forecasting import calendar, ridge
from rnncore.messages import Note, Refusal
from rnncore.series.labels import labels
from rnncore.series.scaling import level_and_spread, scale
from rnncore.series.series import Covariate, Series

ARRAYS = ("center", "spread", "unit", "effect")
FARTHEST = 5.0  # spreads from the mean that a network is shown; what lies beyond looks like that


@dataclass(frozen=True)
class Table:
    """names: the D = `known` columns known in advance, then the others. columns: of each series (N + K, C), in the file's
    units; in the rows ahead, a column that is not known keeps its last value. calendar: how many of the first are the
    calendar's."""

    names: tuple[str, ...]
    known: int
    columns: tuple[np.ndarray, ...]
    calendar: int = 0

    def __bool__(self) -> bool:
        return bool(self.names)


def gather(series: Sequence[Series], ends: Sequence[int], horizon: int, with_calendar: bool) -> Table:
    """Of all series; ends: where the held-out end of each begins. Refuses where rows ahead are missing (`future_missing`)."""
    dated = with_calendar and all(one.stamps is not None for one in series)
    seen = [calendar.features(_all_stamps(one, horizon), end) for one, end in zip(series, ends, strict=True)] if dated else []
    cycles = [name for name in seen[0] if all(name in one for one in seen)] if seen else []
    # By name: a saved model finds its columns again in a file that has them in another order.
    first = sorted(series[0].covariates, key=lambda one: (not one.is_known, one.name))
    kinds = [(one.name, one.is_known) for one in first]
    columns = []
    for number, one in enumerate(series):
        held = {beside.name: beside for beside in one.covariates}
        if {(beside.name, beside.is_known) for beside in one.covariates} != set(kinds):
            raise Refusal("covariates_differ", series=one.name, columns=[name for name, _ in kinds])
        _check_future(one, horizon, len(series) > 1)
        found = [seen[number][name] for name in cycles] + [_whole(held[name], horizon) for name, _ in kinds]
        columns.append(np.stack(found, axis=1) if found else np.empty((len(one) + horizon, 0)))
    known = len(cycles) + sum(is_known for _, is_known in kinds)
    return Table((*cycles, *(name for name, _ in kinds)), known, tuple(columns), len(cycles))


def prolonged(one: Series, horizon: int) -> Series:
    """For whoever only looks back: the last value of each column known in advance stands for those to come, which are not asked
    for."""
    beside = tuple(
        replace(held, future=np.pad(np.r_[held.values[-1:], held.future], (0, horizon), mode="edge")[1 : horizon + 1])
        if held.is_known and len(held.future) < horizon
        else held
        for held in one.covariates
    )
    return replace(one, covariates=beside)


def _all_stamps(one: Series, horizon: int):
    return one.stamps.append(one.stamps_after(horizon))


def _whole(one: Covariate, horizon: int) -> np.ndarray:
    """(N + K,)."""
    ahead = one.future[:horizon] if one.is_known else np.full(horizon, one.values[-1])
    return np.concatenate([one.values, ahead])


def _check_future(one: Series, horizon: int, several: bool) -> None:
    known = [beside for beside in one.covariates if beside.is_known]
    given = min((len(beside.future) for beside in known), default=horizon)
    if given >= horizon:
        return
    facts = {
        "columns": [beside.name for beside in known if len(beside.future) == given],
        "row": str(labels(one.stamps_after(given + 1))[-1]),
        "needed": horizon,
    }
    raise Refusal("future_missing_of", series=one.name, **facts) if several else Refusal("future_missing", **facts)


def notes(series: Sequence[Series], table: Table, horizon: int) -> list[Note]:
    """What the networks are given, and where rows ahead lie farther out than any row before."""
    given = [Note("calendar_used", table.calendar, {"names": list(table.names[: table.calendar])})] if table.calendar else []
    own = list(table.names[table.calendar :])
    given += [Note("covariates_used", len(own), {"names": own})] if own else []
    return given + _beyond(series, horizon)


def _beyond(series: Sequence[Series], horizon: int) -> list[Note]:
    found: dict[str, Note] = {}
    for one in series:
        for beside in one.covariates:
            if beside.is_known and len(beside.future) and len(beside.values):
                low, high = float(beside.values.min()), float(beside.values.max())
                ahead = beside.future[:horizon]
                worst = float(ahead[np.argmax(np.maximum(ahead - high, low - ahead))])
                if max(worst - high, low - worst) > 0.1 * (high - low):
                    facts = {"column": beside.name, "future": worst, "low": low, "high": high}
                    found.setdefault(beside.name, Note("future_beyond", 1, facts))
    return list(found.values())


@dataclass(frozen=True)
class Beside:
    """How the columns of a run are taken. names, known: as in `Table`. center, spread (S, C): of each training part, by which
    columns are scaled. effect (D,): change of the (transformed) value, in spreads of its training part (`unit` (S,)), for a
    column that is one spread higher."""

    names: tuple[str, ...]
    known: int
    center: np.ndarray
    spread: np.ndarray
    unit: np.ndarray
    effect: np.ndarray

    @classmethod
    def fit(cls, table: Table, values: Sequence[np.ndarray], ends: Sequence[int], lags: Sequence[int]) -> Beside:
        """From the rows before `ends` of each series, transformed. lags: the effect is that of differences over so many rows,
        which neither a trend nor a season disturbs."""
        parts = [columns[:end] for columns, end in zip(table.columns, ends, strict=True)]
        found = np.array([[level_and_spread(column, "standard") for column in part.T] for part in parts])
        units = np.array([level_and_spread(one[:end], "standard")[1] for one, end in zip(values, ends, strict=True)])
        beside = cls(table.names, table.known, found[:, :, 0], found[:, :, 1], units, np.zeros(table.known))
        if not table.known:
            return beside
        steps, moves = [np.empty((0, table.known))], [np.empty(0)]
        for number, (columns, one, end) in enumerate(zip(table.columns, values, ends, strict=True)):
            scaled = beside.scaled(columns[:end], number)[:, : table.known]
            own = scale(one[:end], 0.0, units[number])
            for lag in lags:
                steps.append(scaled[lag:] - scaled[:-lag])
                moves.append(own[lag:] - own[:-lag])
        x, y = np.concatenate(steps), np.concatenate(moves)
        if len(x) <= table.known + 2:
            return beside
        effect = ridge.fit(x, y[:, None]).map[:-1, 0]
        # What the clock does stands in the season: taken off beforehand, it doubled the error on half-hourly rides.
        effect[: table.calendar] = 0.0
        return cls(table.names, table.known, beside.center, beside.spread, units, effect)

    def scaled(self, columns: np.ndarray, number: int) -> np.ndarray:
        """(N, C) of the series `number`, in its spreads from its mean."""
        return scale(columns, self.center[number], self.spread[number])

    def effects(self, columns: np.ndarray, number: int) -> np.ndarray:
        """(N,), in transformed units: what is taken off the values of the series `number`."""
        return self.unit[number] * (self.scaled(columns, number)[:, : self.known] @ self.effect)

    def as_parts(self) -> tuple[dict, dict[str, np.ndarray]]:
        """JSON values, and arrays."""
        facts = {"names": list(self.names), "known": self.known}
        return facts, {f"beside_{name}": getattr(self, name) for name in ARRAYS}

    @classmethod
    def from_parts(cls, facts: dict, arrays: Mapping[str, np.ndarray]) -> Beside:
        """From what `as_parts` gave; raises KeyError where something lacks."""
        return cls(tuple(facts["names"]), facts["known"], *(arrays[f"beside_{name}"] for name in ARRAYS))


class Strips:
    """The scaled columns around origins, for networks. columns: of each series (N + K, C)."""

    def __init__(self, beside: Beside, columns: Sequence[np.ndarray]):
        scaled = [np.clip(beside.scaled(one, number), -FARTHEST, FARTHEST) for number, one in enumerate(columns)]
        self.known, self.rows = beside.known, np.concatenate(scaled)
        self.length = np.array([len(one) for one in scaled])
        self.start = np.cumsum([0, *self.length[:-1]])

    def around(self, series: np.ndarray, origin: np.ndarray, window: int, horizon: int) -> np.ndarray:
        """(n, W + K, C): the rows before each origin, the first one repeated where there are none, and those after it; of a
        column that is not known in advance, the last row before the origin stands for those."""
        at = origin[:, None] + np.arange(-window, horizon)
        at = np.clip(at, 0, self.length[series, None] - 1)
        found = self.rows[self.start[series, None] + at]
        found[:, window:, self.known :] = found[:, window - 1 : window, self.known :]
        return found
