"""Every page for those who cannot see it, and every chapter by hand: one control is moved, and the picture changes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from rnncore.web.book import CHAPTERS

pytestmark = pytest.mark.browser
# Marks of Streamlit's own: the menu's list, and the drop zone's role.
KNOWN = {"list", "listitem", "presentation-role-conflict"}
PAGES = ["", "forecast", "runs", "forecast?source=sample", *CHAPTERS]


def settled(page, address):
    page.goto(address)
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=30_000)
    page.wait_for_timeout(2500)


def marks(page):
    """What axe finds, but for the colours in which Streamlit shows code."""
    for mark in Axe().run(page).response["violations"]:
        nodes = [node["html"][:200] for node in mark["nodes"] if 'class="token' not in node["html"]]
        if nodes:
            yield mark["id"], nodes[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_open_to_everybody(chromium, server, scheme):
    context = chromium.new_context(color_scheme=scheme, locale="en-US", viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    wrong = {}
    for address in PAGES:
        settled(page, f"{server.url}/{address}")
        wrong |= {(address, name): where for name, where in marks(page) if name not in KNOWN}
    context.close()
    assert not wrong


@pytest.mark.parametrize("chapter", list(CHAPTERS))
def test_a_control_of_each_chapter_moves_its_picture(page, server, chapter):
    settled(page, f"{server.url}/{chapter}")
    expect(page.get_by_text("Predict, then look")).to_be_visible(timeout=30_000)
    before = pictures(page)
    control = page.locator("[data-testid=stSlider] [role=slider], [data-testid=stSlider] input[type=range]").first
    control.focus()
    control.press("ArrowRight")
    control.press("ArrowRight")
    page.wait_for_function("before => window.unrolledPictures() !== before", arg=before, timeout=15_000)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)


def pictures(page):
    """All that is drawn on the page, as text: what charts and drawings are made of."""
    page.evaluate(
        """() => { window.unrolledPictures = () => {
            const main = document.querySelector('[data-testid=stMain]');
            const charts = [...main.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 100);
            const drawings = [...main.querySelectorAll('*')].filter(element => element.shadowRoot);
            return charts.map(svg => svg.innerHTML).join() + drawings.map(element => element.shadowRoot.innerHTML).join();
        } }"""
    )
    return page.evaluate("() => window.unrolledPictures()")
