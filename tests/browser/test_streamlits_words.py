"""Streamlit's own words in the reader's language, as far as they stand in the way."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SHOWN = "element => [getComputedStyle(element).fontSize, getComputedStyle(element, '::after').content]"


@pytest.mark.parametrize(("lang", "shown"), [("zh", ["0px", '"选择文件"']), ("en", ["14px", "none"])])
def test_the_upload_box_speaks_the_readers_language(page, server, lang, shown):
    page.goto(f"{server.url}/forecast?lang={lang}")
    button = page.get_by_test_id("stFileUploaderDropzone").locator("button p")
    expect(button).to_be_visible(timeout=30_000)
    assert button.evaluate(SHOWN) == shown
