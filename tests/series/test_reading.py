"""What a reader of a file relies on: choices can be switched, limits hold, refusals name the cause, nothing is silent."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnncore.series
from rnncore.config import Limits, ReadConfig
from rnncore.messages import Refusal
from rnncore.series import read, read_table, to_series
from rnncore.texts import LANGUAGES, words

DAYS = [f"2024-01-{day:02d}" for day in range(1, 21)]


def table(*rows, header="date,value"):
    return "\n".join([header, *rows]).encode() + b"\n"


def daily(values, header="date,value"):
    return table(*(f"{day},{value}" for day, value in zip(DAYS, values, strict=False)), header=header)


def codes(reading):
    return [note.code for note in reading.report.notes]


def note(reading, code):
    return next(one for one in reading.report.notes if one.code == code)


def refused(data, config=ReadConfig(), limits=Limits()):  # noqa: B008
    with pytest.raises(Refusal) as caught:
        read(data, config, limits)
    return caught.value


def test_stamps_are_regular_and_values_finite_after_repairs():
    data = table(
        "2024-01-05,5",
        "2024-01-01,1",
        "2024-01-01,3",
        "2024-01-02,",
        "2024-01-03,3",
        "2024-01-06,6",
        "2024-01-07,7",
        "2024-01-08,8",
    )
    reading = read(data)
    series = reading.series[0]
    assert series.frequency == "D"
    assert list(series.stamps) == list(pd.date_range("2024-01-01", "2024-01-08"))
    assert series.values.tolist() == [2, 2.5, 3, 4, 5, 6, 7, 8]
    assert series.observed.tolist() == [True, False, True, False, True, True, True, True]
    assert {"sorted", "duplicates_merged", "gaps_filled", "missing_filled"} <= set(codes(reading))


@pytest.mark.parametrize(("how", "value"), [("mean", 2), ("sum", 4), ("first", 1), ("last", 3)])
def test_duplicates_are_merged_as_asked(how, value):
    data = table("2024-01-01,1", "2024-01-01,3", "2024-01-02,5", "2024-01-03,6")
    reading = read(data, ReadConfig(duplicates=how))
    assert reading.series[0].values[0] == value
    assert reading.report.sums == {"value": 15}


@pytest.mark.parametrize(("how", "filled"), [("linear", [2, 3]), ("previous", [1, 1])])
def test_gaps_are_filled_as_asked(how, filled):
    data = table("2024-01-01,1", "2024-01-04,4", "2024-01-05,5", "2024-01-06,6", "2024-01-07,7")
    assert read(data, ReadConfig(gaps=how)).series[0].values[1:3].tolist() == filled


def test_a_gap_can_be_filled_from_the_season_before():
    rows = [f"{day:%Y-%m-%d},{day.day_of_week}" for day in pd.date_range("2024-01-01", periods=28) if day.day != 17]
    series = read(table(*rows), ReadConfig(gaps="season")).series[0]
    assert series.values[16] == 2
    assert not series.observed[16]


def test_the_order_of_day_and_month_can_be_switched():
    data = table(*(f"{month:02d}/01/2024,{month}" for month in range(1, 13)))
    reading = read(data)
    assert reading.report.frequency == "MS"
    other = note(reading, "date_order").choices["date_order"][1]
    switched = read(data, ReadConfig(date_order=other))
    assert switched.report.frequency == "D"
    assert switched.report.last == "2024-01-12T00:00:00"


def test_the_decimal_mark_can_be_switched():
    data = daily(["146.376", "147.079", "159.336", "163.669"])
    reading = read(data)
    assert reading.report.sums["value"] == pytest.approx(616.46)
    assert note(reading, "decimal_chosen").choices == {"decimal": [".", ","]}
    assert read(data, ReadConfig(decimal=",")).report.sums["value"] == 616_460


def test_plain_thousands_are_no_question():
    assert "decimal_chosen" not in codes(read(daily(["146376", "147079", "159336"])))


def test_the_value_column_can_be_chosen_without_parsing_again():
    parsed = read_table(table(*(f"{day},1.5,{2 * place}" for place, day in enumerate(DAYS)), header="date,level,flow"))
    assert note(to_series(parsed), "target_chosen").choices == {"value": ["level", "flow"]}
    chosen = to_series(parsed, ReadConfig(value="flow"))
    assert chosen.report.target == "flow"
    assert chosen.series[0].values.tolist() == list(range(0, 40, 2))
    assert "target_chosen" not in codes(chosen)


def test_an_unknown_column_is_refused_with_the_nearest_names():
    refusal = refused(daily(range(9)), ReadConfig(value="valu"))
    assert refusal.code == "column_not_found"
    assert "value" in refusal.facts["close"]


def test_a_column_of_words_is_refused_as_value_and_as_time():
    data = table(*(f"{day},up,{place}" for place, day in enumerate(DAYS)), header="date,trend,value")
    assert refused(data, ReadConfig(value="trend")).code == "value_not_numeric"
    assert refused(data, ReadConfig(time="trend")).code == "time_unreadable"


def test_without_time_the_rows_are_numbered():
    reading = read(daily(range(9)), ReadConfig(time=""))
    assert reading.series[0].stamps is None
    assert (reading.report.time, reading.report.frequency, reading.report.first, reading.report.last) == (None,) * 4


def test_a_sentinel_is_asked_about_and_only_taken_when_told():
    data = daily([5, 6, -999, 7, 8])
    asked = read(data)
    assert note(asked, "sentinel_suspected").choices == {"sentinel": [-999]}
    assert asked.series[0].values.min() == -999
    told = read(data, ReadConfig(sentinel=-999))
    assert told.series[0].values.tolist() == [5, 6, 6.5, 7, 8]
    assert told.report.missing == 1


def test_a_zone_converts_stamps_that_carry_an_offset():
    data = table(*(f"2024-01-01T{hour:02d}:00:00Z,{hour}" for hour in range(10)))
    series = read(data, ReadConfig(zone="Asia/Shanghai")).series[0]
    assert series.stamps[0].isoformat() == "2024-01-01T08:00:00+08:00"
    assert refused(data, ReadConfig(zone="Mars/North")).code == "unknown_zone"


def test_a_local_zone_keeps_both_of_the_repeated_hours():
    stamps = pd.date_range("2024-10-26", "2024-10-29", freq="h", tz="Europe/Berlin").tz_localize(None)
    data = table(*(f"{stamp:%Y-%m-%d %H:%M},{place}" for place, stamp in enumerate(stamps)))
    reading = read(data, ReadConfig(zone="Europe/Berlin"))
    assert len(reading.series[0]) == len(stamps)
    assert reading.series[0].observed.all()


def test_a_frequency_that_is_asked_for_is_used():
    reading = read(daily(range(20)), ReadConfig(frequency="W-MON"))
    assert reading.report.frequency == "W-MON"
    assert "rows_merged" in codes(reading)
    assert refused(daily(range(9)), ReadConfig(frequency="often")).code == "unknown_frequency"


def test_days_in_a_far_century_do_not_make_a_grid_of_millions():
    data = table("1901-01-01 00:00:00,1", *(f"2024-01-01 00:00:{second:02d},{second}" for second in range(30)))
    reading = read(data)
    assert "too_many_gaps" in codes(reading)
    assert reading.series[0].stamps is None
    assert refused(data, ReadConfig(frequency="s")).code == "grid_too_long"


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"date,value\n" + b"x" * 2_000_000, Limits(max_megabytes=1), "file_too_large"),
        (b"\n".join(b"%d" % row for row in range(400)), Limits(max_rows=10), "too_many_rows"),
        (
            b",".join(b"c%d" % place for place in range(50)) + b"\n" + b",".join([b"1"] * 50),
            Limits(max_columns=20),
            "too_many_columns",
        ),
        (b"date,value\n2024-01-01," + b"9" * 20_000 + b"\n2024-01-02,1\n", Limits(), "cell_too_long"),
        (
            table(*(f"{name},{day},1" for name in "abc" for day in DAYS), header="id,date,value"),
            Limits(max_series=2),
            "too_many_series",
        ),
    ],
)
def test_limits_are_refused_with_the_limit_in_the_sentence(data, limits, code):
    refusal = refused(data, limits=limits)
    assert refusal.code == code
    for language in LANGUAGES:
        assert "{limit}" in words()[f"refusal.{code}"][language]


def test_an_unknown_encoding_is_refused():
    assert refused(daily(range(9)), ReadConfig(encoding="klingon")).code == "unknown_encoding"
    assert refused(daily(range(9)), ReadConfig(encoding="hex")).code == "unknown_encoding"


def test_an_encoding_that_was_guessed_can_be_chosen():
    data = "日期,销量\n".encode("gb18030") + daily(range(9)).split(b"\n", 1)[1]
    assert note(read(data), "encoding_guessed").choices["encoding"][0] == "gb18030"
    assert read(data, ReadConfig(encoding="gbk")).report.values == ["销量"]


def test_a_cell_of_two_megabytes_is_read_when_the_limit_allows():
    rows = [f"{day},{place},ok" for place, day in enumerate(DAYS)]
    rows[10] += "x" * 2_000_000
    reading = read(table(*rows, header="date,value,remark"), limits=Limits(max_cell=3_000_000))
    assert reading.report.rows == 20
    assert reading.report.sums == {"value": 190}


def test_several_series_share_one_frequency_and_have_their_own_grids():
    rows = [f"a,{day},1" for day in DAYS] + [f"b,{day},2" for day in DAYS[3:12] if day != "2024-01-07"]
    reading = read(table(*rows, header="id,date,value"))
    assert [(one.name, len(one), one.frequency) for one in reading.series] == [("a", 20, "D"), ("b", 9, "D")]
    assert reading.report.series_column == "id"
    assert reading.series[1].stamps[0] == pd.Timestamp("2024-01-04")


def test_a_series_column_can_be_refused_or_named():
    data = table(*(f"{name},{day},{place}" for name in "ab" for place, day in enumerate(DAYS)), header="id,date,value")
    assert read(data, ReadConfig(series="")).report.duplicates == 20
    assert read(data, ReadConfig(series="id")).report.series == 2


def test_the_commonest_gap_makes_the_frequency_not_the_smallest():
    rows = [f"2024-01-01 {hour:02d}:00,{hour}" for hour in range(20)] + ["2024-01-01 19:01,5"]
    assert read(table(*rows)).report.frequency == "h"


def test_stamps_and_packed_stamps_agree_for_a_fixed_offset():
    data = table(*(f"2024-01-01T{hour:02d}:00:00+08:00,{hour}" for hour in range(10)))
    series = read(data).series
    back = rnncore.series.unpack(rnncore.series.pack(series))
    assert back[0].stamps.tz_convert("UTC").tolist() == series[0].stamps.tz_convert("UTC").tolist()


def test_preview_and_roles_show_the_file_as_it_is():
    report = read(daily([1, "NA", 3])).report
    assert report.preview[1] == ["2024-01-02", "NA"]
    assert report.columns == [{"name": "date", "role": "time"}, {"name": "value", "role": "value"}]


def test_values_survive_one_pass_through_text_exactly():
    values = np.random.default_rng(0).normal(size=20) * 1e6
    found = read(daily([repr(float(value)) for value in values])).series[0].values
    assert found.tolist() == values.tolist()


def test_every_note_and_refusal_has_its_words():
    used = set()
    for path in Path(rnncore.series.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(call, ast.Call)
                and getattr(call.func, "id", "") in ("Note", "Refusal")
                and isinstance(call.args[0], ast.Constant)
            ):
                used.add(f"{call.func.id.lower()}.{call.args[0].value}")
    assert len(used) > 50
    assert used <= set(words())
    assert all(set(words()[key]) == set(LANGUAGES) for key in used)


def test_a_sum_beyond_the_largest_number_is_left_out_without_a_warning():
    report = read(b"date,v\n2022-01-01,1.7e308\n2022-01-02,1.6e308\n2022-01-03,1.7e308\n").report
    assert report.sums == {"v": None}


@pytest.mark.parametrize(("zone", "after"), [("", "2020-05-15T12:00:00"), ("+02:00", "2020-05-15T12:00:00+02:00")])
def test_months_on_their_fifteenth_stay_there(zone, after):
    lines = "".join(f"2020-0{month}-15 12:00{zone},{month}\n" for month in (1, 2, 3, 4))
    reading = read(f"date,v\n{lines}".encode())
    assert reading.report.frequency == "MS"
    assert "rows_moved" not in [note.code for note in reading.report.notes]
    assert reading.series[0].stamps_after(2)[0].isoformat() == after


def test_quarters_counted_from_mid_month_stay_there():
    lines = "".join(f"{year}-{month}-15,{year}\n" for year in (2019, 2020) for month in ("02", "05", "08", "11"))
    one = read(f"date,v\n{lines}".encode()).series[0]
    assert [str(stamp.date()) for stamp in one.stamps_after(2)] == ["2021-02-15", "2021-05-15"]
