import numpy as np
import pandas as pd
import pytest

from rnncore.series import Series, pack, unpack

STAMPS = {
    "month ends": pd.date_range("2020-01-31", periods=40, freq="ME"),
    "hours across both clock changes": pd.date_range("2024-03-30", periods=24 * 220, freq="h", tz="Europe/Berlin"),
    "a fixed offset": pd.date_range("2024-01-01", periods=10, freq="D", tz="UTC+08:00"),
    "working days": pd.date_range("2024-01-01", periods=30, freq="B"),
}


def made(name, stamps, frequency, rows=None):
    rows = len(stamps) if rows is None else rows
    values = np.random.default_rng(0).normal(size=rows)
    return Series(name, values, np.arange(rows) % 7 > 0, stamps, frequency)


@pytest.mark.parametrize("name", STAMPS)
def test_series_come_back_from_storage_as_they_were(name):
    stamps = STAMPS[name]
    whole = [made("a", stamps, stamps.freqstr), made("=b", None, None, rows=5)]
    for before, after in zip(whole, unpack(pack(whole)), strict=True):
        assert (before.name, before.frequency) == (after.name, after.frequency)
        assert np.array_equal(before.values, after.values)
        assert np.array_equal(before.observed, after.observed)
        assert before.stamps is None if after.stamps is None else before.stamps.equals(after.stamps)


def test_stamps_after_follow_the_last_row():
    series = made("a", STAMPS["month ends"], "ME")
    assert [f"{stamp:%Y-%m-%d}" for stamp in series.stamps_after(3)] == ["2023-05-31", "2023-06-30", "2023-07-31"]
    assert list(made("b", None, None, rows=5).stamps_after(2)) == [6, 7]


def test_hours_go_on_through_a_clock_change():
    stamps = pd.date_range("2024-10-26 00:00", periods=26, freq="h", tz="Europe/Berlin")
    after = made("a", stamps, "h").stamps_after(3)
    assert [f"{stamp:%H:%M%z}" for stamp in after] == ["02:00+0200", "02:00+0100", "03:00+0100"]
