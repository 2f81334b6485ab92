"""`Series`: regular values in time, as every later room takes them; and their Arrow form, in which they are stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.tseries.frequencies import to_offset

_BESIDE = "beside"  # and a number: the columns of covariates in Arrow


@dataclass(frozen=True)
class Covariate:
    """A column beside the values. values: (N,) float64, finite, over the rows of its series. future: (F,) over the rows that
    follow, of a column that is known in advance, as far as they are given; None of one that is known only in the past."""

    name: str
    values: np.ndarray
    future: np.ndarray | None = None

    @property
    def is_known(self) -> bool:
        """In advance."""
        return self.future is not None


@dataclass(frozen=True)
class Series:
    """Values at equal steps of a frequency, or numbered rows where the file has no stamps.

    values: (N,) float64, finite; observed: (N,) bool, False where a gap was filled; stamps: (N,) with a frequency, or None;
    frequency: canonical pandas alias ("MS", "W-SAT", "D", "30min"), None exactly where stamps is None; covariates: what else is
    known, in the order of the file.
    """

    name: str
    values: np.ndarray
    observed: np.ndarray
    stamps: pd.DatetimeIndex | None = None
    frequency: str | None = None
    covariates: tuple[Covariate, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def index(self) -> pd.Index:
        """Stamps, or row numbers from 1."""
        return pd.RangeIndex(1, len(self) + 1) if self.stamps is None else self.stamps

    def stamps_after(self, steps: int) -> pd.Index:
        """The `steps` stamps, or row numbers, that follow the last row."""
        if self.stamps is None:
            return pd.RangeIndex(len(self) + 1, len(self) + steps + 1)
        last = self.stamps[-1].tz_localize(None)
        point = to_offset(self.frequency).rollback(last)
        if point == last:
            return pd.date_range(self.stamps[-1], periods=steps + 1, freq=self.frequency)[1:]
        later = pd.date_range(point, periods=steps + 1, freq=self.frequency)[1:] + (last - point)  # months on their 15th
        return later.tz_localize(self.stamps.tz, ambiguous=np.zeros(steps, bool), nonexistent="shift_forward")

    def head(self, rows: int) -> Series:
        """The first `rows` rows; what is known in advance stays known beyond them."""
        stamps = None if self.stamps is None else self.stamps[:rows]
        beside = tuple(
            Covariate(one.name, one.values[:rows], np.concatenate([one.values[rows:], one.future]) if one.is_known else None)
            for one in self.covariates
        )
        return Series(self.name, self.values[:rows], self.observed[:rows], stamps, self.frequency, beside)


def pack(series: Sequence[Series]) -> bytes:
    """Arrow IPC bytes of one or more series."""
    columns: dict[str, list] = {"series": [], "time": [], "value": [], "observed": []}
    for number, one in enumerate(series):
        columns["series"].append(np.full(len(one), number, dtype=np.int32))
        columns["time"].append(_instants(one))
        columns["value"].append(one.values)
        columns["observed"].append(one.observed)
    for place in range(max((len(one.covariates) for one in series), default=0)):
        columns[f"{_BESIDE}{place}"] = [
            one.covariates[place].values if place < len(one.covariates) else np.zeros(len(one)) for one in series
        ]
    about = [
        {"name": one.name, "frequency": one.frequency, "zone": _zone(one)}
        | ({"covariates": [_about(beside) for beside in one.covariates]} if one.covariates else {})
        for one in series
    ]
    table = pa.table({name: np.concatenate(parts) for name, parts in columns.items()})
    table = table.replace_schema_metadata({"series": json.dumps(about)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _about(covariate: Covariate) -> dict:
    return {"name": covariate.name, "future": covariate.future.tolist() if covariate.is_known else None}


def _instants(series: Series) -> np.ndarray:
    """Stamps as (N,) datetime64[ns], in UTC where they have a zone; zeros where there are none."""
    if series.stamps is None:
        return np.zeros(len(series), dtype="datetime64[ns]")
    stamps = series.stamps if series.stamps.tz is None else series.stamps.tz_convert("UTC").tz_localize(None)
    return stamps.to_numpy().astype("datetime64[ns]")


def _zone(series: Series) -> str | None:
    return None if series.stamps is None or series.stamps.tz is None else str(series.stamps.tz)


def unpack(data: bytes) -> list[Series]:
    """The series that `pack` wrote."""
    table = pa.ipc.open_stream(data).read_all()
    about = json.loads(table.schema.metadata[b"series"])
    columns = {name: table[name].to_numpy() for name in table.column_names}
    found = []
    for number, one in enumerate(about):
        rows = columns["series"] == number
        stamps = None
        if one["frequency"] is not None:
            stamps = pd.DatetimeIndex(columns["time"][rows])
            if one["zone"]:
                stamps = stamps.tz_localize("UTC").tz_convert(one["zone"])
        beside = tuple(
            Covariate(
                held["name"], columns[f"{_BESIDE}{place}"][rows], None if held["future"] is None else np.array(held["future"])
            )
            for place, held in enumerate(one.get("covariates", ()))
        )
        found.append(Series(one["name"], columns["value"][rows], columns["observed"][rows], stamps, one["frequency"], beside))
    return found
