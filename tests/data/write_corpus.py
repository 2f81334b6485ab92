"""Writes the corpus of hard small files beside this script, and `expected.json` with what must come out of each.

Run it again after a change: `python tests/data/write_corpus.py`. Expectations are stated here, never taken from the reader.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
EXPECTED: dict[str, dict] = {}


def days(start: str, count: int, step: float = 1, form: str = "%Y-%m-%d") -> list[str]:
    begin = datetime.fromisoformat(start)
    return [(begin + timedelta(days=step * place)).strftime(form) for place in range(count)]


def months(start: int, count: int, form: str) -> list[str]:
    return [form.format(y=start + place // 12, m=place % 12 + 1) for place in range(count)]


def lines(header: str, stamps: list[str], values: list, delimiter: str = ",", end: str = "\n") -> str:
    rows = [f"{stamp}{delimiter}{value}" for stamp, value in zip(stamps, values, strict=True)]
    return end.join(([header] if header else []) + rows) + end


def file(name: str, content: str | bytes, written_in: str = "utf-8", /, **expected) -> None:
    data = content if isinstance(content, bytes) else content.encode(written_in)
    (HERE / name).write_bytes(data)
    EXPECTED[name] = expected


TEN = [10, 12, 11, 14, 13, 16, 15, 18, 17, 20]  # sums to 146
HALVES = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5]  # sums to 60


def comma(values: list, digits: int = 1) -> list[str]:
    return [f"{value:.{digits}f}".replace(".", ",") for value in values]


def chinese() -> None:
    day = [f"2024年1月{d}日" for d in range(1, 11)]
    common = {"rows": 10, "frequency": "D", "first": "2024-01-01", "last": "2024-01-10", "missing": 0}
    file(
        "zh_gb18030_days.csv",
        lines("日期,销量", day, TEN),
        "gb18030",
        encoding="gb18030",
        time="日期",
        values=["销量"],
        sums={"销量": 146},
        **common,
    )
    file("zh_big5_days.csv", lines("日期,銷量", day, TEN), "big5", encoding="big5", time="日期", values=["銷量"], **common)
    file(
        "zh_fullwidth.csv",
        lines(
            "日期，数量",
            days("2024-01-01", 10, form="%Y/%m/%d"),
            ["１０", "１２", "１１", "１４", "１３", "１６", "１５", "１８", "１７", "２０"],
            "，",
        ),
        delimiter="，",
        sums={"数量": 146},
        **common,
    )
    file(
        "zh_months.csv",
        lines("月份,销售额（万元）", months(2023, 12, "{y}年{m}月"), [f"{v}万" for v in range(1, 13)]),
        rows=12,
        frequency="MS",
        first="2023-01-01",
        last="2023-12-01",
        sums={"销售额（万元）": 780_000},
        notes=["signs_removed"],
    )
    file(
        "zh_quarters.csv",
        lines("季度,产值", [f"{y}年第{q}季度" for y in (2021, 2022, 2023) for q in (1, 2, 3, 4)], list(range(12))),
        rows=12,
        frequency="QS-JAN",
        first="2021-01-01",
        last="2023-10-01",
    )
    file(
        "zh_total_and_source.csv",
        lines("日期,客流量", day, TEN) + "合计,146\n数据来源：统计局,\n",
        rows=10,
        frequency="D",
        sums={"客流量": 146},
        notes=["footer_skipped"],
    )
    file(
        "zh_yuan.csv",
        lines("日期,金额", days("2024-01-01", 10), [f'"￥{1000 + v:,}.50"' for v in TEN]),
        rows=10,
        frequency="D",
        decimal=".",
        sums={"金额": 10151},
    )
    file(
        "zh_shops.csv",
        "日期,门店,销量\n"
        + "".join(f"{d},{s},{v}\n" for s in ("东店", "西店") for d, v in zip(days("2024-01-01", 10), TEN, strict=True)),
        rows=20,
        series=2,
        series_column="门店",
        frequency="D",
        values=["销量"],
        duplicates=0,
        sums={"销量": 292},
    )
    file(
        "zh_missing_words.csv",
        lines("日期,气温", days("2024-01-01", 10), [1, 2, "无", 4, "缺测", 6, "--", 8, "", 10]),
        rows=10,
        missing=4,
        sums={"气温": 31},
    )
    file(
        "zh_afternoon.csv",
        lines("时间,负荷", [f"2024-01-05 {'上午' if h < 12 else '下午'}{h % 12 or 12}:00" for h in range(24)], list(range(24))),
        rows=24,
        frequency="h",
        first="2024-01-05",
        last="2024-01-05T23:00:00",
    )


def german() -> None:
    day = days("2024-01-01", 10, form="%d.%m.%Y")
    common = {"rows": 10, "first": "2024-01-01", "last": "2024-01-10", "frequency": "D"}
    file(
        "de_semicolon_comma.csv",
        lines("Datum;Menge", day, comma(HALVES), ";", "\r\n"),
        delimiter=";",
        decimal=",",
        sums={"Menge": 60},
        **common,
    )
    file(
        "de_latin1_umlaut.csv",
        lines("Tag;Größe", day, comma(HALVES), ";"),
        "latin-1",
        encoding="latin-1",
        values=["Größe"],
        decimal=",",
        sums={"Größe": 60},
        **common,
    )
    file(
        "de_cp1252_euro.csv",
        lines("Datum;Umsatz in €", day, [f"{v} €" for v in comma(HALVES, 2)], ";"),
        "cp1252",
        encoding="cp1252",
        decimal=",",
        sums={"Umsatz in €": 60},
        **common,
    )
    file(
        "de_thousands.csv",
        lines("Datum;Wert", day, [f"{v}.234.567,25" for v in range(1, 11)], ";"),
        decimal=",",
        sums={"Wert": 55_000_000 + 2_345_670 + 2.5},
        **common,
    )
    file(
        "de_ambiguous_thousands.csv",
        lines("Datum;Stück", day, [f"1.{v}50" for v in range(10)], ";"),
        decimal=",",
        sums={"Stück": 15_000},
        notes=["decimal_chosen"],
        **common,
    )
    file(
        "de_tab_comma.csv",
        lines("Datum\tWert", day, comma(HALVES), "\t"),
        delimiter="\t",
        decimal=",",
        sums={"Wert": 60},
        **common,
    )
    file(
        "de_month_names.csv",
        lines(
            "Monat;Absatz",
            [
                "Jan 2024",
                "Feb 2024",
                "Mär 2024",
                "Apr 2024",
                "Mai 2024",
                "Jun 2024",
                "Jul 2024",
                "Aug 2024",
                "Sep 2024",
                "Okt 2024",
                "Nov 2024",
                "Dez 2024",
            ],
            range(12),
            ";",
        ),
        rows=12,
        frequency="MS",
        first="2024-01-01",
        last="2024-12-01",
    )
    file(
        "de_weeks.csv",
        lines("Woche;Absatz", [f"KW {w} 2024" for w in range(1, 11)], TEN, ";"),
        rows=10,
        frequency="W-MON",
        first="2024-01-01",
    )
    file(
        "de_hour_24.csv",
        lines("Zeit;Last", [f"01.03.2024 {h:02d}:00" for h in range(1, 25)], range(24), ";"),
        rows=24,
        frequency="h",
        first="2024-03-01T01:00:00",
        last="2024-03-02T00:00:00",
        notes=["hours_24"],
    )
    summer = [f"{d}.10.2024 {h:02d}:00" for d in (26, 27, 28) for h in range(24)]
    summer.insert(summer.index("27.10.2024 02:00"), "27.10.2024 02:00")
    file(
        "de_clock_back.csv",
        lines("Zeit;Last", summer, range(73), ";"),
        rows=73,
        frequency="h",
        duplicates=0,
        notes=["clock_repeats"],
        absent=["duplicates_merged", "gaps_filled"],
    )
    spring = [f"{d}.03.2024 {h:02d}:00" for d in (30, 31) for h in range(24)]
    spring.remove("31.03.2024 02:00")
    file(
        "de_clock_forward.csv",
        lines("Zeit;Last", spring, range(47), ";"),
        rows=47,
        frequency="h",
        notes=["clock_skips"],
        absent=["gaps_filled"],
    )
    file(
        "de_footer.csv",
        lines("Datum;Menge", day, comma(HALVES), ";") + "Summe;60,0\nQuelle: Amt\n",
        sums={"Menge": 60},
        notes=["footer_skipped"],
        **common,
    )
    file(
        "de_preamble.csv",
        "Bericht Absatz\nStand: 12.01.2024\n\n" + lines("Datum;Menge", day, comma(HALVES), ";"),
        sums={"Menge": 60},
        values=["Menge"],
        notes=["preamble_skipped"],
        **common,
    )
    file(
        "de_padded_preamble.csv",
        "Messstation Nord;;\n;;\nDatum;Temp;Wind\n;°C;m/s\n"
        + "".join(f"{d};{v};3,5\n" for d, v in zip(day, comma(HALVES), strict=True)),
        values=["Temp", "Wind"],
        sums={"Temp": 60, "Wind": 35},
        notes=["preamble_skipped", "units_skipped"],
        **common,
    )


def swiss_and_french() -> None:
    day = days("2024-01-01", 10, form="%d.%m.%Y")
    file(
        "ch_apostrophe.csv",
        lines("Datum;Betrag CHF", day, [f"{v}'234.50" for v in range(1, 11)], ";"),
        rows=10,
        frequency="D",
        decimal=".",
        delimiter=";",
        sums={"Betrag CHF": 57_345},
    )
    file(
        "ch_typographic_apostrophe.csv",
        lines("Datum;Betrag", day, [f"CHF {v}’234.50" for v in range(1, 11)], ";"),
        rows=10,
        decimal=".",
        sums={"Betrag": 57_345},
    )
    file(
        "fr_spaces.csv",
        lines("Date;Montant", days("2024-01-13", 10, form="%d/%m/%Y"), [f"{v}\u202f234,5" for v in range(1, 11)], ";"),
        rows=10,
        decimal=",",
        frequency="D",
        first="2024-01-13",
        sums={"Montant": 57_345},
    )
    file(
        "fr_nbsp_latin1.csv",
        lines("Année;Population", range(2001, 2011), [f"{v}\xa0234" for v in range(1, 11)], ";"),
        "latin-1",
        rows=10,
        encoding="latin-1",
        frequency="YS-JAN",
        first="2001-01-01",
        sums={"Population": 57_340},
    )
    file(
        "fr_months.csv",
        lines(
            "Mois;Ventes",
            [
                "janv. 2024",
                "févr. 2024",
                "mars 2024",
                "avr. 2024",
                "mai 2024",
                "juin 2024",
                "juil. 2024",
                "août 2024",
                "sept. 2024",
                "oct. 2024",
                "nov. 2024",
                "déc. 2024",
            ],
            range(12),
            ";",
        ),
        rows=12,
        frequency="MS",
        last="2024-12-01",
    )
    file(
        "fr_h_clock.csv",
        lines("Horodatage;Débit", [f"05/02/2024 {h:02d}h30" for h in range(24)], comma([v / 2 for v in range(24)]), ";"),
        rows=24,
        frequency="h",
        decimal=",",
        first="2024-02-05T00:30:00",
        sums={"Débit": 138},
    )


def american() -> None:
    file(
        "us_dollars.csv",
        lines("Date,Sales", days("2024-01-01", 14, form="%m/%d/%Y"), [f'"${1000 + v:,}.25"' for v in range(14)]),
        rows=14,
        frequency="D",
        first="2024-01-01",
        last="2024-01-14",
        sums={"Sales": 14_094.5},
    )
    file(
        "us_ambiguous_months.csv",
        lines("Date,Sales", [f"{m:02d}/01/2024" for m in range(1, 13)], range(12)),
        rows=12,
        frequency="MS",
        first="2024-01-01",
        last="2024-12-01",
        notes=["date_order"],
    )
    file(
        "us_pm.csv",
        lines(
            "Time,Load",
            [f"1/5/2024 {h % 12 or 12}:00 {'AM' if h < 12 else 'PM'}" for h in range(24)]
            + [f"1/13/2024 {h}:00 AM" for h in range(1, 3)],
            range(26),
        ),
        rows=26,
        first="2024-01-05",
        frequency="h",
    )
    file(
        "us_parentheses.csv",
        lines(
            "Month,Profit",
            ["Jan-24", "Feb-24", "Mar-24", "Apr-24", "May-24", "Jun-24"],
            ["(1,200)", "300", '"1,500"', "(200)", "100", "500"],
        ).replace("(1,200)", '"(1,200)"'),
        rows=6,
        frequency="MS",
        sums={"Profit": 1000},
        notes=["signs_removed"],
    )
    file(
        "us_percent.csv",
        lines("Date,Rate", days("2024-01-01", 10), [f"{v}%" for v in HALVES]),
        rows=10,
        sums={"Rate": 60},
        decimal=".",
    )
    file(
        "us_quarters.csv",
        lines("Period,GDP", [f"Q{q} {y}" for y in (2020, 2021, 2022) for q in (1, 2, 3, 4)], range(12)),
        rows=12,
        frequency="QS-JAN",
        last="2022-10-01",
    )
    file(
        "us_business_days.csv",
        lines("Date,Close", [d for d in days("2024-01-01", 28) if datetime.fromisoformat(d).weekday() < 5], range(100, 120)),
        rows=20,
        frequency="B",
        absent=["gaps_filled"],
    )
    file(
        "us_month_ends.csv",
        lines("Date,Value", ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"], range(6)),
        rows=6,
        frequency="ME",
        first="2024-01-31",
        last="2024-06-30",
    )
    file(
        "us_weeks_descending.csv",
        lines("Week,Gas", days("2024-03-01", 10, -7, "%m/%d/%Y"), TEN),
        rows=10,
        frequency="W-FRI",
        last="2024-03-01",
        notes=["sorted"],
    )
    file(
        "us_year_month_columns.csv",
        "Year,Month,Sales\n" + "".join(f"{y},{m},{m}\n" for y in (2022, 2023) for m in range(1, 13)),
        rows=24,
        frequency="MS",
        first="2022-01-01",
        last="2023-12-01",
        values=["Sales"],
        sums={"Sales": 156},
    )
    file(
        "us_date_hour_columns.csv",
        "Date,Hour,Load\n" + "".join(f"01/{d:02d}/2024,{h},{h}\n" for d in (13, 14) for h in range(24)),
        rows=48,
        frequency="h",
        values=["Load"],
        time="Date Hour",
        last="2024-01-14T23:00:00",
        duplicates=0,
    )


def japanese() -> None:
    file(
        "jp_shift_jis.csv",
        lines("日付,売上", days("2024-01-01", 10, form="%Y/%m/%d"), TEN),
        "shift_jis",
        rows=10,
        encoding="shift_jis",
        values=["売上"],
        sums={"売上": 146},
    )
    file(
        "jp_power.csv",
        "2024/1/3 23:55 UPDATE\n"
        + "DATE,TIME,実績(万kW)\n"
        + "".join(f"2024/1/{d},{h}:00,{2000 + h}\n" for d in (1, 2) for h in range(24)),
        "shift_jis",
        rows=48,
        frequency="h",
        encoding="shift_jis",
        values=["実績(万kW)"],
        last="2024-01-02T23:00:00",
        notes=["preamble_skipped"],
    )
    file(
        "jp_era.csv",
        lines("年月日,来客数", [f"令和6年1月{d}日" for d in range(1, 11)], TEN),
        rows=10,
        first="2024-01-01",
        frequency="D",
    )
    file(
        "jp_weekday.csv",
        lines("日付,気温", [f"2024-01-{d:02d} ({'月火水木金土日'[(d - 1) % 7]})" for d in range(1, 11)], HALVES),
        rows=10,
        frequency="D",
        sums={"気温": 60},
    )


def stamps() -> None:
    file(
        "epoch_seconds.csv",
        lines("timestamp,value", [1_704_067_200 + 60 * v for v in range(10)], TEN),
        rows=10,
        frequency="min",
        first="2024-01-01",
        values=["value"],
    )
    file(
        "epoch_milliseconds.csv",
        lines("ts,value", [(1_704_067_200 + 3600 * v) * 1000 for v in range(10)], TEN),
        rows=10,
        frequency="h",
        first="2024-01-01",
    )
    file(
        "epoch_nanoseconds.csv",
        lines("time,value", [(1_704_067_200 + v) * 10**9 for v in range(10)], TEN),
        rows=10,
        frequency="s",
        last="2024-01-01T00:00:09",
    )
    file(
        "compact_days.csv",
        lines("date,value", days("2024-01-01", 10, form="%Y%m%d"), TEN),
        rows=10,
        frequency="D",
        values=["value"],
    )
    file(
        "compact_months.csv",
        lines("period,value", months(2022, 24, "{y}{m:02d}"), range(24)),
        rows=24,
        frequency="MS",
        last="2023-12-01",
    )
    file(
        "years_with_point.csv",
        lines("year,volume", [f"{y}.0" for y in range(1871, 1881)], TEN),
        rows=10,
        frequency="YS-JAN",
        first="1871-01-01",
        values=["volume"],
    )
    file("iso_weeks.csv", lines("week,value", [f"2024-W{w:02d}" for w in range(1, 11)], TEN), rows=10, frequency="W-MON")
    file(
        "iso_zulu.csv",
        lines("time,value", [f"2024-01-01T{h:02d}:00:00Z" for h in range(10)], TEN),
        rows=10,
        frequency="h",
        first="2024-01-01T00:00:00+00:00",
    )
    offsets = [f"2024-03-31T{h:02d}:00:00+0{1 if h < 2 else 2}:00" for h in range(10) if h != 2]
    file(
        "iso_offsets_change.csv",
        lines("time,value", offsets, range(9)),
        rows=9,
        frequency="h",
        duplicates=0,
        notes=["offsets_differ"],
        absent=["gaps_filled"],
    )
    file(
        "ambiguous_monthly_dmy.csv",
        lines("date,value", [f"01/{m:02d}/{y}" for y in (2022, 2023) for m in range(1, 13)], range(24)),
        rows=24,
        frequency="MS",
        last="2023-12-01",
        notes=["date_order"],
    )
    file(
        "duplicates_and_gap.csv",
        lines("date,value", [*days("2024-01-04", 5), "2024-01-08", "2024-01-11", "2024-01-12", "2024-01-13"], range(9)),
        rows=9,
        duplicates=1,
        frequency="D",
        notes=["duplicates_merged", "gaps_filled"],
    )
    file(
        "irregular_minutes.csv",
        lines("time,speed", [f"2024-01-01 08:{m:02d}:00" for m in (4, 9, 14, 20, 25, 30, 34, 39, 49, 54)], TEN),
        rows=10,
        frequency="5min",
        notes=["rows_moved", "gaps_filled"],
    )
    file(
        "r_decimal_years.csv",
        '"","time","value"\n' + "".join(f'"{k + 1}",{1949 + k / 12:.10g},{112 + k}\n' for k in range(24)),
        rows=24,
        time="time",
        values=["value"],
        frequency="MS",
        first="1949-01-01",
        last="1950-12-01",
    )


def shapes() -> None:
    day = days("2024-01-01", 10)
    file("no_header.csv", lines("", day, TEN), rows=10, frequency="D", notes=["no_header"])
    file(
        "numbers_only.csv",
        "Y\n" + "\n".join(map(str, TEN)) + "\n",
        rows=10,
        time=None,
        frequency=None,
        first=None,
        last=None,
        values=["Y"],
        sums={"Y": 146},
    )
    file(
        "numbered_header.csv",
        "0,1,2\n" + "".join(f"{v / 10},{v / 20},{v / 40}\n" for v in TEN),
        rows=10,
        time=None,
        values=["0", "1", "2"],
    )
    file(
        "index_column.csv",
        ",date,value\n" + "".join(f"{k},{d},{v}\n" for k, (d, v) in enumerate(zip(day, TEN, strict=True))),
        rows=10,
        time="date",
        values=["value"],
        notes=["counter_left_out"],
    )
    file(
        "aligned_blanks.csv",
        "date          value   other\n" + "".join(f"{d}    {v:5d}   {v * 2:5d}\n" for d, v in zip(day, TEN, strict=True)),
        rows=10,
        delimiter=" ",
        values=["value", "other"],
        sums={"value": 146, "other": 292},
    )
    file(
        "date_and_clock_by_blanks.csv",
        "date time value\n" + "".join(f"2024-01-01 {h:02d}:00 {h}\n" for h in range(24)),
        rows=24,
        delimiter=" ",
        frequency="h",
        values=["value"],
    )
    file(
        "pipes.csv",
        "| date | value |\n|---|---|\n" + "".join(f"| {d} | {v} |\n" for d, v in zip(day, TEN, strict=True)),
        rows=10,
        delimiter="|",
        values=["value"],
        frequency="D",
    )
    file("excel_sep.csv", "sep=;\n" + lines("date;value", day, TEN, ";"), rows=10, delimiter=";", values=["value"])
    file("utf8_bom.csv", b"\xef\xbb\xbf" + lines("date,value", day, TEN).encode(), rows=10, encoding="utf-8-sig", time="date")
    file(
        "utf16.csv",
        lines("date\tvalue", day, TEN, "\t", "\r\n"),
        "utf-16",
        rows=10,
        encoding="utf-16",
        delimiter="\t",
        sums={"value": 146},
    )
    file("carriage_returns.csv", lines("date,value", day, TEN, end="\r"), rows=10, frequency="D")
    file("nul_bytes.csv", lines("date,value", day, TEN).replace("2024-01-05", "2024-01-05\x00"), rows=10, notes=["nul_removed"])
    file(
        "unclosed_quote.csv",
        lines("date,place,value", [f"{d},x" for d in day], TEN).replace("2024-01-04,x", '2024-01-04,"x'),
        rows=10,
        sums={"value": 146},
        notes=["quotes_as_text"],
    )
    file("cut_off.csv", lines("date,value", day, TEN) + "2024-01-1", rows=10, last="2024-01-10", notes=["last_row_cut_off"])
    file(
        "ragged.csv",
        lines("date,value,remark", [f"{d},{v}" for d, v in zip(day, TEN, strict=True)], ["ok"] * 10)
        .replace("12,ok", "12")
        .replace("11,ok", "11,ok,and more"),
        rows=10,
        sums={"value": 146},
        notes=["rows_padded", "rows_cut"],
    )
    file(
        "trailing_delimiters.csv",
        "date,value,,\n" + "".join(f"{d},{v},,\n" for d, v in zip(day, TEN, strict=True)) + ",,,\n",
        rows=10,
        values=["value"],
        notes=["empty_rows"],
    )
    file(
        "twice_the_same_name.csv",
        "date,value,value\n" + "".join(f"{d},{v},{v + 1}\n" for d, v in zip(day, TEN, strict=True)),
        rows=10,
        values=["value", "value.1"],
        notes=["columns_named"],
    )
    file(
        "repeated_header.csv",
        lines("date,value", day[:5], TEN[:5]) + lines("date,value", day[5:], TEN[5:]),
        rows=10,
        sums={"value": 146},
        notes=["headers_repeated"],
    )
    file(
        "comments.csv",
        "# station 12\n# unit: mm\n" + lines("date,rain", day, HALVES),
        rows=10,
        values=["rain"],
        sums={"rain": 60},
    )
    file(
        "r_row_names.csv",
        "date,value\n" + "".join(f"{k + 1},{d},{v}\n" for k, (d, v) in enumerate(zip(day, TEN, strict=True))),
        rows=10,
        time="date",
        values=["value"],
    )
    file("sentinel.csv", lines("date,value", day, [*TEN[:4], -999, *TEN[5:]]), rows=10, missing=0, notes=["sentinel_suspected"])
    file(
        "melted.csv",
        "date,variable,value\n" + "".join(f"{d},{n},{v}\n" for d, v in zip(day, TEN, strict=True) for n in ("a", "b", "c")),
        rows=30,
        series=3,
        series_column="variable",
        frequency="D",
    )
    file(
        "store_numbers.csv",
        "store,date,sales\n" + "".join(f"{s},{d},{v}\n" for s in (11, 12) for d, v in zip(day, TEN, strict=True)),
        rows=20,
        series=2,
        series_column="store",
        values=["sales"],
    )
    file(
        "panel_short.csv",
        "id,date,y\n" + "".join(f"a,{d},{v}\n" for d, v in zip(day, TEN, strict=True)) + "b,2024-01-01,1\nb,2024-01-02,2\n",
        rows=12,
        series=1,
        notes=["series_too_short"],
    )
    file(
        "markers.csv",
        lines("date,value", day, [1, "NA", 3, "?", 5, "null", 7, "#N/A", 9, "-"]),
        rows=10,
        missing=5,
        sums={"value": 25},
    )
    file(
        "wide_months.csv",
        "product,2024-01,2024-02,2024-03,2024-04\napples,1,2,3,4\npears,5,6,7,8\n",
        rows=8,
        series=2,
        frequency="MS",
        first="2024-01-01",
        last="2024-04-01",
    )


def exports() -> None:
    """In the dress of well-known sources; each of these came out wrong at first contact."""
    day = days("2024-01-01", 10)
    bank = '"Data Source","World Development Indicators",\n\n"Country Name","Country Code","1990","1991","1992","1993",\n'
    file(
        "export_world_bank.csv",
        bank + '"Aruba","ABW","1","2","3","4",\n"Chad","TCD","5","6","","8",\n',
        rows=8,
        series=2,
        series_column="Country Name",
        frequency="YS-JAN",
        missing=1,
    )
    quotes = "Price,Close,High\nTicker,AAPL,AAPL\nDate,,\n" + "".join(
        f"{d},{v},{v + 1}\n" for d, v in zip(day, TEN, strict=True)
    )
    file("export_quotes.csv", quotes, rows=10, time="Date", values=["Close", "High"], target="Close", notes=["units_skipped"])
    quarter = [f"01.01.2024 00:{m:02d} - 01.01.2024 00:{m + 15:02d}" for m in (0, 15, 30)] + [
        "01.01.2024 00:45 - 01.01.2024 01:00"
    ]
    file(
        "export_intervals.csv",
        lines('"MTU (CET/CEST)","Load [MW]"', quarter, [1, 2, 3, 4]),
        rows=4,
        frequency="15min",
        first="2024-01-01",
        values=["Load [MW]"],
    )
    weeks = days("2010-02-05", 8, 7)
    stores = "".join(f"{s},{d},{w},{v}\n" for s in (1, 2) for d in (1, 2, 3) for v, w in enumerate(weeks))
    file(
        "export_stores.csv",
        "Store,Dept,Date,Weekly_Sales\n" + stores,
        rows=48,
        series=6,
        series_column="Store Dept",
        frequency="W-FRI",
        duplicates=0,
    )
    air = "".join(f"10/03/2004;{h:02d}.00.00;{h},5;;\n" for h in range(24))
    file(
        "export_dotted_clock.csv",
        "Date;Time;CO;;\n" + air + ";;;;\n",
        rows=24,
        time="Date Time",
        frequency="h",
        decimal=",",
        values=["CO"],
        notes=["empty_rows"],
    )
    file(
        "export_dotted_hours.csv",
        lines("Dato;Forbrug", [f"13-01-2024 {h:02d}.00" for h in range(24)], comma([h / 2 for h in range(24)]), ";"),
        rows=24,
        frequency="h",
        decimal=",",
    )
    file(
        "export_server_log.csv",
        lines("time;hits", [f"10/Jan/2024:{h:02d}:00:00 +0000" for h in range(24)], range(24), ";"),
        rows=24,
        frequency="h",
    )
    file(
        "export_ctime.csv",
        lines("time;hits", [f"Wed Jan 10 {h:02d}:00:00 2024" for h in range(24)], range(24), ";"),
        rows=24,
        frequency="h",
    )
    file(
        "export_unquoted_comma.csv",
        "date,value\n" + "".join(f"{d},{v},5\n" for d, v in zip(day, TEN, strict=True)),
        rows=10,
        values=["value"],
        sums={"value": 151},
        decimal=",",
        notes=["decimal_joined"],
    )
    subtotals = "Month,Sales\nJan 2023,1\nFeb 2023,2\nMar 2023,3\nQ1 Total,6\nApr 2023,4\n"
    subtotals += "May 2023,5\nJun 2023,6\nQ2 Total,15\nGrand total,21\n"
    file(
        "export_subtotals.csv",
        subtotals,
        rows=6,
        frequency="MS",
        sums={"Sales": 21},
        notes=["rows_no_data", "footer_skipped"],
        absent=["gaps_filled"],
    )
    file(
        "export_footnotes.csv",
        lines("date,value", day, [*TEN[:4], "13*", *TEN[5:9], "20p"]),
        rows=10,
        sums={"value": 146},
        notes=["signs_removed"],
    )
    file(
        "export_statistics.csv",
        "数据库：月度数据,,,\n指标,2024年3月,2024年2月,2024年1月\n居民消费价格指数,100.1,100.7,99.2\n食品,99.1,97.1,94.1\n数据来源：国家统计局,,,\n",
        series=2,
        frequency="MS",
        first="2024-01-01",
    )
    file(
        "export_dots_and_noise.csv",
        "Zeit;Ü\n" + "".join(f"{d};{v}\n" for d, v in zip(day, TEN, strict=True)),
        "latin-1",
        rows=10,
        encoding="latin-1",
        values=["Ü"],
    )
    file(
        "export_minutes_two_columns.csv",
        "Date,Time,MW\n" + "".join(f"2024-03-20,{h:02d}{m},{h}\n" for h in range(24) for m in ("00", "30")),
        rows=48,
        time="Date Time",
        frequency="30min",
    )


def odd_but_common() -> None:
    """What a file meets on its way: remarks of several lines, a crash while it was written, other people's calendars."""
    day = [f"2024-01-{d:02d}" for d in range(1, 11)]
    file(
        "remarks_of_two_lines.csv",
        "d,remark,v\n" + "".join(f'{d},"checked,\nthen ""sent"", {v}",{v}\n' for d, v in zip(day, TEN, strict=True)),
        rows=10,
        values=["v"],
        sums={"v": sum(TEN)},
        absent=["quotes_as_text"],
    )
    file("nul_tail.csv", lines("d,v", day, TEN).encode() + b"\0" * 512, rows=10, sums={"v": sum(TEN)}, notes=["nul_removed"])
    file(
        "zone_names.csv",
        "time,load\n"
        + "".join(f"2023-11-05 0{h}:00 {z},{h}\n" for h, z in ((0, "EDT"), (1, "EDT"), (1, "EST"), (2, "EST"), (3, "EST"))),
        rows=5,
        frequency="h",
        duplicates=0,
        first="2023-11-05T00:00:00-04:00",
        last="2023-11-05T03:00:00-05:00",
    )
    file(
        "jp_yen_backslash.csv",
        "年月日,売上高\r\n" + "".join(f'{d},"\\{1000 + v:,}"\r\n' for d, v in zip(day, TEN, strict=True)),
        "cp932",
        rows=10,
        sums={"売上高": 10_000 + sum(TEN)},
    )
    file(
        "tw_roc_years.csv",
        "日期,數量\n" + "".join(f"113/01/{n + 1:02d},{v}\n" for n, v in enumerate(TEN)),
        "big5",
        frequency="D",
        first="2024-01-01",
        last="2024-01-10",
    )
    file(
        "tw_roc_months.csv", lines("月份,數量", [f"113年{m}月" for m in range(1, 11)], TEN), frequency="MS", first="2024-01-01"
    )
    file(
        "zh_fullwidth_thousands.csv",
        "日期,数量\n" + "".join(f'２０２４／０１／{n + 10},"７，{v + 100}"\n' for n, v in enumerate(TEN)),
        frequency="D",
        notes=["decimal_chosen"],
    )
    file(
        "three_keys.csv",
        "date,country,shop,product,sold,hot\n"
        + "".join(
            f"{d},{c},{s},{p},{n},{n % 2}\n" for n, d in enumerate(day) for c in "NF" for s in "AB" for p in ("hat", "pen")
        ),
        rows=80,
        series=8,
        values=["sold", "hot"],
        frequency="D",
        duplicates=0,
    )
    file(
        "postal_codes.csv",
        "zip,date,v\n" + "".join(f"{z},{d},{v}\n" for z in ("00501", "02108", "90210") for d, v in zip(day, TEN, strict=True)),
        rows=30,
        series=3,
        values=["v"],
        duplicates=0,
    )
    file(
        "jp_two_headers.csv",
        "ダウンロードした時刻：2024/02/01 10:00:00\n\n,東京,東京,東京\n"
        "年月日,平均気温(℃),平均気温(℃),平均気温(℃)\n"
        ",,品質情報,均質番号\n" + "".join(f"2024/1/{n + 1},{v},8,1\n" for n, v in enumerate(TEN)),
        "cp932",
        rows=10,
        time="年月日",
        values=["平均気温(℃)", "品質情報", "均質番号"],
        target="平均気温(℃)",
    )
    months = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober")
    file(
        "de_unnamed_year_and_month.csv",
        "Verbraucherpreisindex;;;\nDeutschland;;;\n;;Index;Veränderung\n;;2020=100;in (%)\n"
        + "".join(f"2020;{m};{v},5;+0,1\n" for m, v in zip(months, TEN, strict=True))
        + "__________\nStand: 01.02.2024 / 10:15:00\n",
        "cp1252",
        rows=10,
        frequency="MS",
        first="2020-01-01",
        last="2020-10-01",
        decimal=",",
    )
    file(
        "year_by_months.csv",
        "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Annual\n"
        + "".join(
            f"{year}," + ",".join(str(n + 1) if (year, n) != (2002, 11) else "" for n in range(12)) + ",78\n"
            for year in (2000, 2001, 2002)
        ),
        rows=36,
        series=1,
        frequency="MS",
        first="2000-01-01",
        last="2002-12-01",
        sums={"value": 3 * 78 - 12},
        missing=1,
        notes=["years_turned"],
    )
    file(
        "mixed_ids.csv",
        "sku,qty,date\n" + "".join(f"{name},{v},{d}\n" for d, v in zip(day, TEN, strict=True) for name in ("7", "12", "A3")),
        rows=30,
        series=3,
        values=["qty"],
        duplicates=0,
    )


def refused() -> None:
    file("refused_empty.csv", b"", refusal="empty_file")
    file("refused_blank.csv", b"\xef\xbb\xbf \r\n\r\n", refusal="empty_file")
    file("refused_header_only.csv", "date,value\n", refusal="header_only")
    file("refused_one_row.csv", "date,value\n2024-01-01,5\n", refusal="one_row")
    file("refused_words.csv", "name,place\nann,here\nbob,there\neve,where\n", refusal="no_numbers")
    file("refused_pdf.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", refusal="other_format")
    file("refused_gzip.csv", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", refusal="other_format")
    file("refused_excel.csv", b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", refusal="other_format")
    file("refused_png.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", refusal="other_format")
    file("refused_html.csv", "<!DOCTYPE html>\n<html><body>404</body></html>\n", refusal="other_format")
    file("refused_json.csv", '[{"date": "2024-01-01", "value": 5}]\n', refusal="other_format")
    file("refused_one_number.csv", "5", refusal="one_row")
    file("refused_same_time.csv", "date,value\n" + "2024-01-01,5\n" * 5, refusal="one_stamp")
    file("refused_letter.csv", "Dear all,\nplease find attached the numbers.\nBest regards\n", refusal="no_numbers")
    file("refused_noise.csv", bytes(range(256)) * 8, refusal="binary_file")


if __name__ == "__main__":
    for old in HERE.glob("*.csv"):
        old.unlink()
    for subject in (chinese, german, swiss_and_french, american, japanese, stamps, shapes, exports, odd_but_common, refused):
        subject()
    (HERE / "expected.json").write_text(json.dumps(EXPECTED, ensure_ascii=False, indent=1) + "\n", "utf-8")
