"""Zooming into a long series in a real browser."""

import pytest
from playwright.sync_api import expect

DRAWN = """() => {
    const plot = document.querySelector('.st-key-setup-split .js-plotly-plot');
    const x = plot ? [...plot.data[0].x].map(String) : [];
    return { first: x[0], last: x.at(-1), rows: x.length };
}"""


@pytest.fixture
def chart(page, server):
    """The taxi rides on the Forecast page, and their chart."""
    page.goto(f"{server.url}/forecast?source=sample&sample=nyc_taxi")
    drag = page.locator(".st-key-setup-split .nsewdrag").first
    expect(drag).to_be_visible()
    page.wait_for_timeout(1000)  # the chart moves while the page is laid out
    return drag


def zoom(page, chart, start, end):
    box = chart.bounding_box()
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], height)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], height, steps=4)
    page.mouse.up()


def changed(page, before):
    page.wait_for_function(f"before => ({DRAWN})().first !== before && ({DRAWN})().rows", arg=before["first"])
    return page.evaluate(DRAWN)


def test_zoom_shows_every_row_and_a_double_click_the_whole(page, chart):
    whole = page.evaluate(DRAWN)
    assert whole["rows"] < 2100  # of 10,320
    zoom(page, chart, 0.4, 0.45)
    part = changed(page, whole)
    assert part["first"].startswith("2014-09-2")
    assert part["rows"] == pytest.approx(0.05 * 10_320, abs=20)
    page.get_by_role("spinbutton", name="Horizon").fill("30")
    page.keyboard.press("Enter")
    page.wait_for_timeout(2000)
    assert page.evaluate(DRAWN) == part  # other settings leave the view alone
    chart.dblclick()
    assert changed(page, part) == whole
