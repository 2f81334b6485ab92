"""The result as JSON and as a CSV that is safe to open."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest

from rnncore.forecasting import Result
from rnncore.series.labels import harmless, labels
from tests.forecasting.conftest import make, run

PANEL = [make(np.random.default_rng(n).normal(size=60), "h", name) for n, name in enumerate(("=1+1", 'north, "old"'))]


def test_a_result_survives_json():
    result = run(PANEL, epochs=1)
    assert Result.from_dict(json.loads(json.dumps(result.as_dict(), allow_nan=False))) == result


def test_the_csv_of_one_series_has_no_column_for_its_name(monthly):
    result = run(monthly, epochs=1)
    table = pd.read_csv(io.StringIO(result.csv()))
    assert list(table) == ["time", "forecast", "lower_80", "upper_80", "lower_95", "upper_95"]
    assert table["time"][0] == "2030-01-01"
    np.testing.assert_allclose(table["forecast"], result.forecasts[0].forecast, rtol=1e-9)


def test_the_csv_of_several_series_names_them_harmlessly():
    rows = list(csv.DictReader(io.StringIO(run(PANEL, epochs=1, levels=(90.0,)).csv())))
    assert list(rows[0]) == ["series", "time", "forecast", "lower_90", "upper_90"]
    assert {row["series"] for row in rows} == {"'=1+1", 'north, "old"'}
    assert rows[0]["time"] == "2020-01-03T12:00:00"


@pytest.mark.parametrize("name", ["=cmd", "+1", "-1", "@SUM", "\tx", "\rx"])
def test_a_name_that_a_spreadsheet_would_run_is_neutralised(name):
    assert harmless(name) == "'" + name


def test_stamps_are_written_as_iso_and_rows_as_numbers():
    assert labels(pd.RangeIndex(3, 5)) == [3, 4]
    assert labels(pd.date_range("2024-02-28", periods=2, freq="D")) == ["2024-02-28", "2024-02-29"]
    assert labels(pd.date_range("2024-01-01", periods=2, freq="12h"))[0] == "2024-01-01T00:00:00"
    assert labels(pd.date_range("2024-01-01", periods=1, freq="D", tz="Europe/Berlin")) == ["2024-01-01T00:00:00+01:00"]
