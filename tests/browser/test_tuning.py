"""The page that tunes: a search is started, watched, found again after a refresh, stopped, and its settings are used."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_search_is_watched_stopped_and_used(page, server):
    page.goto(f"{server.url}/tune?source=sample&sample=retail_sales")
    page.get_by_role("button", name="Search", exact=True).click(timeout=60_000)
    expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible(timeout=120_000)
    assert "search=" in page.url

    page.reload()
    expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Stop and keep the best so far").click()
    expect(page.get_by_text("The best settings were not run in full")).to_be_visible(timeout=120_000)
    expect(page.locator(".js-plotly-plot")).to_have_count(1)

    chinese = page.context.new_page()
    chinese.goto(f"{page.url}&lang=zh")
    expect(chinese.get_by_role("heading", name="排行榜")).to_be_visible(timeout=60_000)
    chinese.close()

    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=60_000)
    assert re.search(r"/forecast", page.url)
