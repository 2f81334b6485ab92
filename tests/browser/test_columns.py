"""A column that is known in advance: marked, its rows taken away, filled in, handed back, and used."""

import csv
import io
import math
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ROWS, AHEAD = 160, 20
PLANNED = [number % 3 == 1 for number in range(AHEAD)]


def advertised(number):
    return (number * number) % 7 in (1, 2)


def shop():
    """A week, and 40 more on days with an advertisement."""
    rows = ["day,sales,ad,visitors"]
    for number in range(ROWS):
        day, ad = date(2024, 1, 1) + timedelta(days=number), advertised(number // 2)
        wave = 10 * math.sin(2 * math.pi * number / 7)
        rows.append(f"{day},{100 + wave + 40 * ad + (number * 37 % 11) / 10:.1f},{ad:d},{number * 53 % 97}.5")
    return "\n".join(rows).encode()


def download(page, name):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8-sig"))))


def hand_in(page, rows):
    text = "\n".join(["time,ad", *(f"{row['time']},{ad:d}" for row, ad in zip(rows, PLANNED, strict=False))])
    plan = {"name": "plan.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").nth(1).set_input_files(plan)


def test_a_known_column_is_marked_its_rows_are_handed_in_and_the_forecast_follows_them(page, server):
    page.goto(f"{server.url}/forecast?lang=en")
    page.locator("input[type=file]").first.set_input_files({"name": "shop.csv", "mimeType": "text/csv", "buffer": shop()})
    page.get_by_text("Use other columns of the file").click()
    page.get_by_role("combobox", name=re.compile("Known in advance")).click()
    page.get_by_role("option", name="ad", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"{AHEAD} rows after the last one")).to_be_visible()
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_disabled()

    rows = download(page, f"Template of {AHEAD} future rows")
    assert [rows[0], len(rows)] == [{"time": "2024-06-09", "ad": ""}, AHEAD]
    hand_in(page, rows[:3])
    expect(page.get_by_text("3 future rows were read.")).to_be_visible()
    expect(page.get_by_text("no value at 2024-06-12")).to_be_visible()
    expect(train).to_be_disabled()
    hand_in(page, rows)
    expect(page.get_by_text(f"{AHEAD} future rows were read.")).to_be_visible()
    expect(train).to_be_enabled()

    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.get_by_role("link", name="Forecast", exact=True).click()
    expect(page.get_by_text("Future rows from plan.csv.")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Effort")).click()
    page.get_by_role("option", name="fast").click()
    train.click()
    expect(page.get_by_text("Scores on the held-out end")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("1 column besides the values: ad")).to_be_visible()
    said = [float(row["forecast"]) for row in download(page, "Forecast (CSV)")]
    with_ad, without = ([value for value, ad in zip(said, PLANNED, strict=True) if ad == wanted] for wanted in (True, False))
    assert 30 < sum(with_ad) / len(with_ad) - sum(without) / len(without) < 50

    page.get_by_role("button", name="New run with this data").click()
    expect(train).to_be_enabled()
