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
    page.get_by_role("link", name="Memory").click()
    expect(page.get_by_role("heading", name="Success against length")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Something went wrong")).to_have_count(0)
