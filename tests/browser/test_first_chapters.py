"""The first two chapters in a browser: a control is moved and the pictures follow, and what moves can be stopped."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds for a page to be laid out on a busy machine


def opened(page, server, chapter, title):
    page.goto(f"{server.url}/{chapter}")
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=PATIENCE)


def test_more_current_makes_the_neuron_fire_and_the_address_remembers_it(page, server):
    opened(page, server, "brain?lang=en&brain.current=1.95", "From the brain to a unit")
    expect(page.get_by_text("never reaches the threshold")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("slider", name="Input current").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile(r"again and again, \d+ times a second"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"brain\.current=2\.15"))


def test_a_drawing_that_moves_can_be_paused(page, server):
    opened(page, server, "brain?lang=en", "From the brain to a unit")
    pause = page.get_by_role("button", name="Pause").first
    expect(pause).to_be_visible(timeout=PATIENCE)
    drawing = page.locator("svg[aria-label^='Drawing of a neuron']")
    assert not drawing.evaluate("svg => svg.animationsPaused()")
    pause.click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert drawing.evaluate("svg => svg.animationsPaused()")


def test_a_changed_weight_moves_the_forward_pass_and_the_step_in_chinese_too(page, server):
    opened(page, server, "network?lang=zh", "一个网络，逐个数字看")
    forward = page.locator("svg[aria-label^='标出数字的网络']")
    step = page.locator("svg[aria-label^='网络图']")
    expect(forward).to_contain_text("y = 1.29", timeout=PATIENCE)
    expect(step).to_contain_text("1.100 →")
    page.locator(".st-key-network-y_h1").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    # 1.29 and 0.05 tanh(1.1) more
    expect(forward).to_contain_text("y = 1.33")
    expect(step).to_contain_text("1.150 →")
    expect(page).to_have_url(re.compile(r"network\.y_h1=1\.15"))
