"""The chapter on memory: a training is started, watched and told."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_cell_is_trained_on_the_chosen_task_and_its_curve_stays(page, server):
    page.goto(f"{server.url}/memory?memory.task=echo&memory.steps_echo=5&memory.cell=rnn")
    expect(page.get_by_text("Who remembers nothing says 0")).to_be_visible()
    page.get_by_role("button", name="Train RNN, tanh at 5").click()
    expect(page.get_by_text(re.compile("RNN, tanh solved the task after [0-9,]+ sequences"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text("RNN, tanh, yours")).to_be_visible()
    page.get_by_role("link", name="Gates").click()
    expect(page).to_have_url(re.compile("/gates"))
    page.get_by_role("link", name="Memory").click()
    expect(page.get_by_role("heading", name="Success against length")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Something went wrong")).to_have_count(0)


def test_cause_and_effect_share_one_picture_that_fits_on_a_phone(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/memory?memory.by_length=copy")
    picture = page.locator(".st-key-figure-memory-lengths .js-plotly-plot")
    expect(picture.get_by_text("gradient that arrives, before training")).to_be_visible()
    expect(picture.get_by_text("sequences until solved")).to_be_visible()
    box = picture.bounding_box()
    assert box["width"] <= 390
    assert box["height"] <= 844
