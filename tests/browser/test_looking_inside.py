"""Inside, on a network trained in the test: from the result to its units, in both languages, and again from the store."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def charts(page, count):
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(count, timeout=30_000)


def test_a_trained_network_is_opened_from_its_result(page, context, server):
    page.goto(f"{server.url}/inside")
    expect(page.get_by_text("There is no trained network here yet")).to_be_visible()

    page.goto(f"{server.url}/forecast?source=sample&sample=retail_sales")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"\d+ % · (?:epoch|origin)")).wait_for(timeout=60_000)
    page.get_by_role("button", name="Stop and forecast").click()
    page.get_by_role("link", name="Look inside this network").click(timeout=60_000)

    expect(page.get_by_role("heading", name="Take one unit out")).to_be_visible(timeout=30_000)
    charts(page, 9)
    first = page.get_by_text(re.compile(r"Without unit \d+ the forecast moves by")).inner_text()
    unit = page.get_by_test_id("stSelectbox").last.locator("input")
    unit.scroll_into_view_if_needed()
    unit.click()
    page.get_by_role("option").nth(5).click()
    expect(page.get_by_text(first, exact=True)).to_have_count(0)
    page.get_by_text("Integrated gradients", exact=True).click()
    expect(page.get_by_text("First forecast step: all rows together")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_text("Each unit by itself", exact=True).click()
    expect(page.get_by_role("switch", name="Each unit by itself")).to_be_checked()

    summed = page.get_by_text("First forecast step: all rows together").inner_text()
    page.get_by_role("slider").press("ArrowLeft")
    expect(page.get_by_text(summed, exact=True)).to_have_count(0)
    expect(page.get_by_text(re.compile("It (comes to rest|falls into a rhythm|runs away|wanders)"))).to_be_visible()
    expect(page.get_by_text("what came", exact=True).first).to_be_visible(timeout=60_000)  # a window whose end is known
    charts(page, 9)

    other = context.new_page()
    other.goto(re.sub(r"\?.*", "", page.url) + "?" + re.search(r"run=[^&]+", page.url)[0] + "&lang=zh")
    expect(other.get_by_role("heading", name="它能回看多远")).to_be_visible()
    expect(other.get_by_text("正在查看内部")).to_have_count(0)
