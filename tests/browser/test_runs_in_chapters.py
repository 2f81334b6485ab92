"""Runs that a reader starts from a chapter, on a real worker."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_seed_that_nobody_has_run_is_trained_from_the_chapter(page, server):
    page.goto(f"{server.url}/walkthrough?walkthrough.seed=42")
    expect(page.get_by_text("For seed 42 nobody knows the curve yet")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Train here, now").click()
    told = page.get_by_text(re.compile("Seed 42, run here: the loss fell"))
    expect(told).to_be_visible(timeout=90_000)
    first, last = (float(number) for number in re.findall(r"\d+\.?\d*(?= to |\. Building)", told.inner_text()))
    assert first > 30 > 3 > last
    expect(page.get_by_text("seed 42", exact=True).first).to_be_visible(timeout=30_000)  # in the legends further down


def test_costs_are_measured_from_the_chapter(page, server):
    page.goto(f"{server.url}/outlook?outlook.axis=steps&outlook.at_steps=10")
    page.get_by_role("button", name="Measure here, now").click()
    expect(page.get_by_text("The stars at 10 were measured just now")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("here, just now", exact=True)).to_be_visible(timeout=30_000)
