"""The reading room: the bytes of a file in, regular series and a report on every repair out."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.tseries.frequencies import to_offset
from pyarrow import csv

from rnncore.config import Limits, ReadConfig
from rnncore.messages import Refusal
from rnncore.series.report import Report
from rnncore.series.series import Series


@dataclass(frozen=True)
class Reading:
    """The series of a file and the report on how they were read."""

    series: list[Series]
    report: Report


@dataclass(frozen=True)
class Table:
    """Every cell as text, and what is known of the columns."""

    cells: pa.Table
    encoding: str
    delimiter: str
    decimal: str


def read(data: bytes, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Reading:  # noqa: B008
    return to_series(read_table(data, config, limits), config, limits)


def read_table(data: bytes, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Table:  # noqa: B008
    if not data.strip():
        raise Refusal("empty_file")
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    names = data.split(b"\n", 1)[0].decode("utf-8-sig").replace('"', "").split(",")
    text = {name: pa.string() for name in names}
    cells = csv.read_csv(
        io.BytesIO(data), convert_options=csv.ConvertOptions(column_types=text, strings_can_be_null=False)
    ).combine_chunks()
    return Table(cells, "utf-8", ",", ".")


def to_series(table: Table, config: ReadConfig = ReadConfig(), limits: Limits = Limits()) -> Reading:  # noqa: B008
    time, stamps, values = None, None, {}
    for name in table.cells.column_names:
        text = table.cells[name].to_pandas()
        numbers = pd.to_numeric(text.replace("", None), errors="coerce").astype("float64")
        if numbers.notna().sum() > len(numbers) / 2:
            values[name] = numbers.to_numpy()
        elif time is None:
            parsed = pd.to_datetime(text, format="ISO8601", errors="coerce")
            if parsed.notna().all():
                time, stamps = name, pd.DatetimeIndex(parsed)
    if not values:
        raise Refusal("no_numbers")
    target = config.value or next(iter(values))
    numbers = pd.Series(values[target], index=stamps)
    notes, frequency = [], None
    if stamps is not None:
        numbers = numbers.sort_index()
        frequency = pd.infer_freq(numbers.index) or "D"
        frequency = to_offset(frequency).freqstr
        numbers = numbers.asfreq(frequency)
    observed = numbers.notna().to_numpy()
    numbers = numbers.interpolate().bfill()
    index = None if stamps is None else numbers.index
    series = Series(target, numbers.to_numpy(), observed, index, frequency)
    report = Report(
        rows=table.cells.num_rows,
        time=time,
        values=list(values),
        target=target,
        series=1,
        series_column=None,
        frequency=frequency,
        first=None if index is None else index[0].isoformat(),
        last=None if index is None else index[-1].isoformat(),
        missing=int(sum(np.isnan(v).sum() for v in values.values())),
        duplicates=0,
        encoding=table.encoding,
        delimiter=table.delimiter,
        decimal=table.decimal,
        sums={name: float(np.nansum(v)) for name, v in values.items()},
        notes=notes,
    )
    return Reading([series], report)
