"""Long columns are read by shorter ways; what comes out is what the cells say."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from rnncore.series.dates import read_stamps
from rnncore.series.numbers import read_numbers

ROWS = 250_000
MINUTES = pd.date_range("2023-12-30 22:17", periods=ROWS, freq="min")
FORMS = {
    "%d.%m.%Y %H:%M": "dmy",
    "%m/%d/%Y %I:%M %p": "mdy",
    "%d/%m/%y %H:%M:%S": "dmy",
    "%Y/%m/%d %H:%M": None,
    "%d/%m/%Y %H:%M+02:00": "dmy",
}


@pytest.mark.parametrize("form", FORMS)
def test_long_column_of_days_and_clocks_reads_to_its_stamps(form):
    read = read_stamps(pa.array(MINUTES.strftime(form), pa.string()), None, day_first=False, bare=False)
    east = 120 if form.endswith("+02:00") else 0
    expected = (MINUTES - pd.Timedelta(minutes=east)).as_unit("ns").asi8
    assert (read.nanoseconds == expected).all()
    assert read.good.all()
    assert (read.order, read.resolution) == (FORMS[form], "time")
    assert (read.offsets == 120).all() if east else read.offsets is None
    assert read.facts["two_digit_years"] == (ROWS if "%y" in form else 0)


@pytest.mark.parametrize("odd", ["31.02.2024 10:00", "closed", "05.01.2024"])
def test_one_odd_cell_of_a_long_column_costs_no_other(odd):
    cells = list(MINUTES.strftime("%d.%m.%Y %H:%M"))
    cells[123_456] = odd
    read = read_stamps(pa.array(cells), None, day_first=False, bare=False)
    others = np.arange(ROWS) != 123_456
    assert (read.nanoseconds == MINUTES.as_unit("ns").asi8)[others].all()
    assert read.good[others].all()
    assert read.good[123_456] == (odd == "05.01.2024")


def test_midnight_as_hour_24_is_counted_cell_by_cell():
    cells = [f"{stamp:%d.%m.%Y} 24:00" for stamp in MINUTES[:ROWS:1440]] + list(MINUTES.strftime("%d.%m.%Y %H:%M"))
    read = read_stamps(pa.array(cells), "dmy", day_first=True, bare=False)
    assert read.facts["hours_24"] == len(range(0, ROWS, 1440))


@pytest.mark.parametrize(("sign", "between"), [("$", ""), ("€", " "), ("US$", ""), ("CHF", " ")])
def test_a_currency_before_every_cell_is_taken_off_as_it_is_from_some(sign, between):
    written = ["1,234.50", "0.5", "12", "-7.25", "1,000,000"]
    cells = [f"{sign}{between}{one}" for one in written]
    alike, mixed = read_numbers(pa.array(cells), "."), read_numbers(pa.array([*cells, "(3)"]), ".")
    assert alike.values.tolist() == mixed.values[:-1].tolist() == [1234.5, 0.5, 12, -7.25, 1_000_000]
    assert mixed.values[-1] == -3
    assert alike.signs[sign] == mixed.signs[sign] == len(cells)
    assert not alike.unreadable.any()


def test_empty_cells_below_a_currency_stay_empty():
    read = read_numbers(pa.array(["$1", "", "$", "$x", "$3"]), ".")
    assert read.missing.tolist() == [False, True, False, False, False]
    assert read.unreadable.tolist() == [False, False, True, True, False]
    assert read.values[[0, 4]].tolist() == [1, 3]
