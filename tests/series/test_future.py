"""Rows to come of columns known in advance: the table that is taken away, and what is made of it when it comes back."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.config import ReadConfig
from rnncore.messages import Refusal
from rnncore.series import future, pack, read, unpack

ROWS = 12


def file_of(**columns):
    return pd.DataFrame(columns).to_csv(index=False).encode()


def days(rows=ROWS, start="2024-01-01"):
    return pd.date_range(start, periods=rows).strftime("%Y-%m-%d")


def sales(known=("price",), past=(), **columns):
    """Series of a file with the values 0, 1, 2 ..., a column of prices, and a day a row."""
    held = {"day": days(), "sales": np.arange(ROWS) * 1.5, "price": np.arange(ROWS) + 10.25} | columns
    return read(file_of(**held), ReadConfig(value="sales", known=known, past=past)).series


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def filled(series, steps, *cells):
    """The template of so many steps with `cells` (a row each) in place of its empty ones."""
    head, *rows = rows_of(future.template(series, steps))
    kept = len(head) - len(cells[0])
    return written(head, *(row[:kept] + list(given) for row, given in zip(rows, cells, strict=True)))


def written(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def given_of(series, name="price"):
    return next(one.future.tolist() for one in series.covariates if one.name == name)


def codes(notes):
    return {note.code: note.count for note in notes}


def test_the_template_holds_the_rows_that_follow_with_a_cell_for_each_known_column():
    series = sales(known=("price", "ad"), past=("rain",), ad=np.arange(ROWS) % 2 + 0.5, rain=np.arange(ROWS) ** 1.5)
    assert rows_of(future.template(series, 3)) == [
        ["time", "price", "ad"],
        ["2024-01-13", "", ""],
        ["2024-01-14", "", ""],
        ["2024-01-15", "", ""],
    ]


def test_what_the_file_gave_already_stands_in_the_template():
    held = {"day": days(14), "sales": [*np.arange(ROWS) * 1.5, None, None], "price": np.arange(14) + 10.25}
    series = read(file_of(**held), ReadConfig(value="sales", known=("price",))).series
    assert [row[1] for row in rows_of(future.template(series, 3))] == ["price", "22.25", "23.25", ""]


@pytest.mark.parametrize("columns", [{}, {"day": None}], ids=["dated", "numbered"])
def test_a_filled_template_gives_its_cells_to_the_rows_that_follow(columns):
    held = {"day": days(), "sales": np.arange(ROWS) * 1.5, "price": np.arange(ROWS) + 10.25} | columns
    frame = pd.DataFrame({name: values for name, values in held.items() if values is not None})
    series = read(frame.to_csv(index=False).encode(), ReadConfig(value="sales", known=("price",))).series
    whole, notes = future.attach(series, filled(series, 3, [7], [8.5], [-9]))
    assert given_of(whole[0]) == [7, 8.5, -9]
    assert codes(notes) == {"future_read": 3}
    assert given_of(unpack(pack(whole))[0]) == [7, 8.5, -9]


def test_rows_in_any_order_go_to_their_dates_and_those_of_the_past_are_left_out_and_counted():
    rows = [["time", "price"], ["2024-01-15", 3], ["2024-01-12", 99], ["2024-01-13", 1], ["2024-01-02", 99], ["2024-01-14", 2]]
    (one,), notes = future.attach(sales(), written(*rows))
    assert given_of(one) == [1, 2, 3]
    assert codes(notes) == {"future_read": 3, "future_in_past": 2}
    assert one.covariates[0].values.max() == ROWS - 1 + 10.25


def test_what_comes_after_an_empty_cell_is_not_reached():
    rows = [["time", "price"], ["2024-01-13", 1], ["2024-01-14", ""], ["2024-01-15", 3]]
    (one,), _ = future.attach(sales(), written(*rows))
    assert given_of(one) == [1]


def test_two_rows_of_one_date_are_averaged():
    rows = [["time", "price"], ["2024-01-13", 1], ["2024-01-13", 2], ["2024-01-14", 5]]
    assert given_of(future.attach(sales(), written(*rows))[0][0]) == [1.5, 5]


def test_dates_and_decimals_may_be_written_as_the_reader_writes_them():
    text = b"time;price\n13.01.2024;1,5\n14.01.2024;2,25\n15.01.2024;3,125\n"
    assert given_of(future.attach(sales(), text)[0][0]) == [1.5, 2.25, 3.125]


def test_rows_go_to_the_series_they_name_and_those_of_strangers_are_counted():
    shops = pd.DataFrame(
        {"shop": np.repeat(["north", "=south"], ROWS), "day": [*days(), *days()], "sales": np.arange(24) * 1.5, "price": 4.5}
    )
    shops.loc[3, "price"] = 5.25
    series = read(shops.to_csv(index=False).encode(), ReadConfig(value="sales", known=("price",))).series
    table = rows_of(future.template(series, 2))
    assert [row[:2] for row in table] == [
        ["series", "time"],
        ["north", "2024-01-13"],
        ["north", "2024-01-14"],
        ["'=south", "2024-01-13"],
        ["'=south", "2024-01-14"],
    ]
    cells = [[*row[:2], price] for row, price in zip(table[1:], (1.5, 2.5, 3.5, 4.5), strict=True)]
    rows = [table[0], *reversed(cells), ["west", "2024-01-13", 9]]
    whole, notes = future.attach(series, written(*rows))
    assert {one.name: given_of(one) for one in whole} == {"north": [1.5, 2.5], "=south": [3.5, 4.5]}
    assert codes(notes) == {"future_read": 4, "future_of_others": 1}


def hourly(rows, zone="Europe/Berlin", start="2024-10-26 12:00"):
    """Across the hour in which that zone's clocks are put back: each stamp with its offset."""
    index = pd.date_range(start, periods=rows, freq="h", tz=zone)
    return [stamp.isoformat() for stamp in index]


def test_hours_with_an_offset_are_placed_in_absolute_time_when_the_clocks_go_back():
    stamps = hourly(24)
    held = file_of(time=stamps[:12], load=np.arange(12) * 1.5, sun=np.arange(12) + 0.5)
    series = read(held, ReadConfig(value="load", known=("sun",), zone="Europe/Berlin")).series
    labels = [row[0] for row in rows_of(future.template(series, 6))[1:]]
    assert [pd.Timestamp(label) for label in labels] == [pd.Timestamp(stamp) for stamp in stamps[12:18]]
    utc = [pd.Timestamp(stamp).tz_convert("UTC").isoformat() for stamp in stamps[12:18]]
    for written_as in (labels, utc):
        rows = [["time", "sun"], *zip(written_as, range(6), strict=True)]
        (one,), notes = future.attach(series, written(*rows))
        assert given_of(one, "sun") == [0, 1, 2, 3, 4, 5]
        assert codes(notes) == {"future_read": 6}


def test_months_on_their_fifteenth_go_on_there():
    stamps = pd.date_range("2022-01-01", periods=ROWS, freq="MS") + pd.Timedelta(days=14)
    held = file_of(day=stamps.strftime("%Y-%m-%d"), sales=np.arange(ROWS) * 1.5, price=np.arange(ROWS) + 0.5)
    series = read(held, ReadConfig(value="sales", known=("price",))).series
    whole, _ = future.attach(series, filled(series, 2, [1.5], [2.5]))
    assert given_of(whole[0]) == [1.5, 2.5]
    assert [row[0] for row in rows_of(future.template(series, 2))[1:]] == ["2023-01-15", "2023-02-15"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"time,cost\n2024-01-13,1\n2024-01-14,2\n", "future_no_column"),
        (b"when,price\nsoon,1.5\nlater,2.5\nnever,3.5\n", "future_no_time"),
        (b"%PDF-1.7\n\x00\x01\x02", None),
        (b"", None),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(text, code):
    with pytest.raises(Refusal) as refused:
        future.attach(sales(), text)
    assert code in (refused.value.code, None)


def test_of_several_series_the_rows_must_say_whose_they_are():
    shops = pd.DataFrame({"shop": np.repeat(["north", "south"], ROWS), "day": [*days(), *days()], "sales": np.arange(24) * 1.5})
    shops["price"] = np.arange(24) + 0.5
    series = read(shops.to_csv(index=False).encode(), ReadConfig(value="sales", known=("price",))).series
    with pytest.raises(Refusal, match="future_no_series"):
        future.attach(series, b"time,price\n2024-01-13,1.5\n2024-01-14,2.5\n")


def test_without_a_known_column_there_is_nothing_to_hand_in():
    with pytest.raises(Refusal, match="future_without_known"):
        future.attach(sales(known=(), past=("price",)), b"time,price\n2024-01-13,1.5\n")


HOSTILE = ["=1+1", "@cmd", "a,b", 'say "so"', "<b>x</b>", "价格", " price ", "-", "line\nbreak", "2024", "series", "row"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_finds_its_rows_whatever_it_is_called(name):
    frame = pd.DataFrame({"day": days(), "sales": np.arange(ROWS) * 1.5, name: np.arange(ROWS) + 10.25})
    held = read(frame.to_csv(index=False).encode(), ReadConfig(value="sales"))
    column = next(one for one in held.report.values if one != "sales")
    series = read(frame.to_csv(index=False).encode(), ReadConfig(value="sales", known=(column,))).series
    whole, _ = future.attach(series, filled(series, 3, [1.5], [2.5], [3.5]))
    assert given_of(whole[0], column) == [1.5, 2.5, 3.5]
    assert not rows_of(future.template(series, 1))[0][1].startswith(("=", "@", "-"))


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=1, max_size=40),
    st.sampled_from(["D", "h", "MS", "W-SAT", "15min", "QS", "B"]),
    st.randoms(use_true_random=False),
)
def test_whatever_the_frequency_and_the_order_every_row_comes_back_to_its_place(cells, frequency, shuffled):
    stamps = pd.date_range("2021-03-01", periods=40, freq=frequency)
    held = file_of(time=stamps, sales=np.arange(40) * 1.5, price=np.arange(40) + 0.25)
    series = read(held, ReadConfig(value="sales", known=("price",))).series
    head, *rows = rows_of(future.template(series, len(cells)))
    rows = [[label, cell] for (label, _), cell in zip(rows, cells, strict=True)]
    shuffled.shuffle(rows)
    (one,), _ = future.attach(series, written(head, *rows))
    assert given_of(one) == cells
