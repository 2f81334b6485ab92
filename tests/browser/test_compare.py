"""The page that compares: from the click to the pictures, found again after a refresh, stopped, and why it cannot be."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SEQUENCE = "source=generate&sequence=random_walk"


def ready(page, server):
    """The page with a random walk and two origins of four steps, in fast effort."""
    page.goto(f"{server.url}/compare?{SEQUENCE}")
    for label, value in (("Horizon", "4"), ("Origins", "2")):
        page.get_by_label(label, exact=True).fill(value)
        page.get_by_label(label, exact=True).press("Enter")
    expect(page.get_by_text(re.compile("2 forecasts of 4 steps, 4 rows apart")).first).to_be_visible()
    effort = page.get_by_label("Effort", exact=True)
    effort.click()
    effort.press("ArrowDown")  # where the page had to scroll, that has closed the list again
    page.get_by_role("option", name="fast").click()


def test_cells_are_compared_in_one_click_and_found_again_after_a_refresh(page, server):
    page.goto(f"{server.url}/compare")
    expect(page.get_by_text("Try one of these")).to_be_visible()
    ready(page, server)
    page.get_by_role("button", name="RNN against GRU against LSTM").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="Scores over all origins")).to_be_visible(timeout=180_000)
    expect(page.get_by_text(re.compile("has the lowest error"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(6, timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="All forecasts (CSV)").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("time,origin,actual,")
    assert len(lines) == 1 + 2 * 4

    page.goto(page.url.replace("lang=en", "lang=zh"))
    expect(page.get_by_role("heading", name="全部起点上的得分")).to_be_visible()
    page.get_by_role("button", name="用这份数据再次回测").click()
    expect(page.get_by_role("button", name="回测当前设置")).to_be_visible()


def test_a_backtest_is_stopped_and_scores_what_it_has(page, server):
    ready(page, server)
    page.get_by_label("Origins", exact=True).fill("30")
    page.get_by_label("Origins", exact=True).press("Enter")
    page.get_by_text("Refit at every origin", exact=True).click()
    expect(page.get_by_text(re.compile("networks are trained 30 times"))).to_be_visible()
    page.get_by_role("button", name="Backtest these settings").click()
    expect(page.get_by_text(re.compile("So far .* leads"))).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Stop and score").click()
    expect(page.get_by_text(re.compile(r"Stopped early: \d+ of 30 origins"))).to_be_visible(timeout=60_000)


def test_what_cannot_be_backtested_or_found_is_told(page, server):
    ready(page, server)
    page.get_by_label("Origins", exact=True).fill("190")
    page.get_by_label("Origins", exact=True).press("Enter")
    expect(page.get_by_text(re.compile("take at most 97 origins"))).to_be_visible()
    page.goto(f"{server.url}/compare?test=wrong")
    expect(page.get_by_text("There is no backtest behind this link")).to_be_visible()
    page.goto(f"{server.url}/compare?view=runs")
    expect(page.get_by_text("There are no finished runs in this browser yet")).to_be_visible()
