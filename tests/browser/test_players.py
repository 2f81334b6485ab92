"""Drawings that are played through time in the browser: they move, tell where they stand, and a link brings that back."""

import math
import re

import pytest
from playwright.sync_api import TimeoutError, expect

from rnncore.worked import Elman

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds for a page to be laid out on a busy machine


def opened(page, server, chapter, name, **settings):
    """The player of that name, on a page whose address holds the settings."""
    query = "&".join(f"{chapter}.{key}={value}" for key, value in settings.items())
    page.goto(f"{server.url}/{chapter}?lang=en&{query}")
    player = page.locator(f".st-key-player-{chapter}-{name}")
    expect(player.locator("output")).not_to_be_empty(timeout=PATIENCE)
    return player


def number(player, name):
    return float(player.locator(f'[data-text="{name}"]').first.text_content().replace("−", "-"))


def test_one_step_is_played_move_by_move_and_its_link_opens_the_same_picture(page, server):
    player = opened(page, server, "recurrence", "t", seed=2, t=13)
    expect(player.locator("output")).to_contain_text("t = 4, move 1: the input 1.00 arrives.")
    expect(player.locator('[data-text="y"]')).to_be_hidden()
    for _ in range(2):
        player.get_by_role("slider").press("ArrowRight")
    expect(player.locator("output")).to_contain_text("t = 4, move 3")
    x = [math.sin(t * math.pi / 6) for t in range(4)]
    trace, y = Elman.draw(2).run(x)
    assert number(player, "y") == pytest.approx(y[3], abs=0.006)
    assert number(player, "h_before.1") == pytest.approx(trace.h[2, 0, 1], abs=0.006)
    page.wait_for_url(re.compile(r"recurrence\.t=15"))
    page.reload()
    expect(player.locator("output")).to_contain_text("t = 4, move 3", timeout=PATIENCE)


def shown_soon(locator, milliseconds):
    try:
        locator.wait_for(timeout=milliseconds)
    except TimeoutError:
        return False
    return True


def type_into_first_cell(page, grid, value, taken):
    """Types into a table's first cell until the page has taken it.

    A table that still moves, or is drawn anew under the hand, drops a click or the typed text, so the whole gesture is
    repeated. A click on a cell that is already chosen opens it: Enter is pressed only where it did not.
    """
    typing = page.locator(".gdg-input")
    for _ in range(8):
        grid.scroll_into_view_if_needed()
        box = grid.bounding_box()
        page.mouse.click(box["x"] + 90, box["y"] + 55)
        if not shown_soon(typing, 500):
            page.keyboard.press("Enter")
        if shown_soon(typing, 2000):
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(value)
            page.keyboard.press("Enter")
            if shown_soon(taken, 8000):
                return
        page.keyboard.press("Escape")
    expect(taken).to_be_visible()


def test_a_changed_weight_changes_the_numbers_and_stands_in_the_address(page, server):
    player = opened(page, server, "recurrence", "t", t=16)
    page.get_by_text("The weights: change any of them").click()
    taken = player.locator('[data-text="W_xh.0"]', has_text=re.compile(r"^2\.50$"))
    type_into_first_cell(page, page.get_by_test_id("stDataFrame").first, "2.5", taken)
    page.wait_for_url(re.compile(r"recurrence\.w=2\.5_"))


def test_a_diagram_plays_without_the_server_and_a_click_on_its_timeline_goes_there(page, server):
    lstm = opened(page, server, "gates", "lstm_t", lstm_sequence="pulse")
    lstm.locator('[data-t="20"]').click()
    expect(lstm.locator("output")).to_contain_text("t = 20: input 0.00.")
    assert number(lstm, "c") > 0.9
    assert number(lstm, "f") == pytest.approx(1, abs=0.01)
    page.wait_for_url(re.compile(r"gates\.lstm_t=20"))
    page.context.set_offline(True)
    lstm.get_by_role("button", name="Play").click()
    expect(lstm.locator("output")).to_contain_text("t = 22")
    page.context.set_offline(False)
