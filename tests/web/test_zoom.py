"""What a browser tells of a zoom: two ends of an axis, or anything else."""

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from rnncore.series import Series
from rnncore.web import zoom

ROWS = 5000
DATED = Series("a", np.zeros(ROWS), np.ones(ROWS, bool), pd.date_range("2024-01-01", periods=ROWS, freq="h"), "h")
NUMBERED = Series("a", np.zeros(ROWS), np.ones(ROWS, bool), None, None)


@pytest.fixture
def told(monkeypatch):
    """Puts what the browser said into the session; returns what is made of it."""

    def say(series, span):
        monkeypatch.setattr(st, "session_state", {zoom._key("chart", series): {"span": span}})
        return zoom.span("chart", series)

    return say


def test_ends_of_an_axis_come_out_as_its_own_kind(told):
    first, last = told(DATED, ["2024-01-02 03:04:05.6789", "2024-02-01"])
    assert (first, last) == (np.datetime64("2024-01-02T03:04:05.678900"), np.datetime64("2024-02-01"))
    assert told(NUMBERED, ["12.5", "300"]) == (12.5, 300.0)


@pytest.mark.parametrize("series", [DATED, NUMBERED])
@pytest.mark.parametrize(
    "span", [None, [], ["1"], ["1", "2", "3"], ["x", "y"], [None, None], ["NaN", "NaT"], ["inf", "2"], [[], {}], 7, "2024", {}]
)
def test_anything_else_is_the_whole(told, series, span):
    assert told(series, span) is None


def test_a_series_on_another_axis_starts_whole(told):
    told(DATED, ["2024-01-02", "2024-02-01"])
    assert zoom.span("chart", DATED.head(4000)) is None
