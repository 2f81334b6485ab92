"""A table written in any dialect reads back to the same stamps and the same sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.messages import Refusal
from rnncore.series import read
from rnncore.series.frequency import find_grid, grid_of

FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%Y年%m月%d日", "%d %b %Y", "%Y%m%d", "%Y-%m-%dT00:00:00Z"]
FREQUENCIES = ["D", "W-SAT", "MS", "ME", "QS-JAN", "YS-JAN", "B", "h", "15min", "30s", "2h", "QE-DEC", "W-MON", "BME"]


def number(value, decimal, group):
    whole, part = f"{value:,.2f}".split(".")
    return whole.replace(",", group) + decimal + part


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-99_999_99, 99_999_99), min_size=14, max_size=40),
    form=st.sampled_from(FORMS),
    dress=st.sampled_from(
        [(",", ".", ""), (";", ",", "."), (";", ",", ""), ("\t", ",", " "), (";", ".", "'"), ("|", ".", ",")]
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_dialect_reads_back(values, form, dress, encoding, end):
    delimiter, decimal, group = dress
    stamps = pd.date_range("2023-11-20", periods=len(values))
    rows = [
        f"{stamp:{form}}{delimiter}{number(value / 100, decimal, group)}" for stamp, value in zip(stamps, values, strict=True)
    ]
    report = read(end.join([f"日期{delimiter}销量", *rows, ""]).encode(encoding)).report
    assert report.rows == len(values)
    assert report.sums["销量"] == pytest.approx(sum(values) / 100, abs=1e-6)
    assert (report.frequency, report.first[:10], report.last[:10]) == ("D", "2023-11-20", f"{stamps[-1]:%Y-%m-%d}")
    assert (report.delimiter, report.decimal, report.encoding) == (delimiter, decimal, encoding)


@settings(max_examples=60, deadline=None)
@given(
    alias=st.sampled_from(FREQUENCIES),
    start=st.datetimes(pd.Timestamp("1950-01-01"), pd.Timestamp("2040-01-01")),
    drop=st.sets(st.integers(1, 38), max_size=6),
)
def test_frequency_is_found_although_rows_are_absent(alias, start, drop):
    stamps = pd.date_range(pd.Timestamp(start).normalize(), periods=40, freq=alias).as_unit("ns").asi8
    kept = np.delete(stamps, list(drop))
    grid = find_grid([kept]).grid
    assert grid.alias == alias
    positions = grid.positions(stamps)
    assert (np.diff(positions) == 1).all()
    assert (grid.stamps(int(positions[0]), 40).asi8 == stamps).all()
    assert (grid_of(alias, stamps).positions(stamps)[1:] > grid_of(alias, stamps).positions(stamps)[:-1]).all()


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(list(range(20))))
def test_the_order_of_rows_does_not_matter(order):
    rows = [f"2024-02-{day + 1:02d},{day * day}" for day in range(20)]
    plain = read(("date,value\n" + "\n".join(rows)).encode()).series[0]
    mixed = read(("date,value\n" + "\n".join(rows[place] for place in order)).encode()).series[0]
    assert (plain.stamps == mixed.stamps).all()
    assert (plain.values == mixed.values).all()


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_bytes_of_any_kind_are_read_or_refused(data):
    try:
        reading = read(data)
    except Refusal:
        return
    assert all(np.isfinite(series.values).all() for series in reading.series)


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="0123456789-/.,;:\t\n\" ab年月日é€'|", max_size=200))
def test_text_of_any_shape_is_read_or_refused(text):
    try:
        reading = read(text.encode())
    except Refusal:
        return
    reading.report.as_dict("en")
