"""From a slider to its picture: milliseconds between the key press and the first change of a chart or drawing.

    python -m tests.benchmarks.sliders [--presses 7]

Starts the app and a Chromium of its own; every slider of every chapter is moved by the arrow keys.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.conftest import FLAGS, Server

from rnncore.web.book import CHAPTERS

WATCH = """slider => new Promise(resolve => {
    const main = document.querySelector('[data-testid=stMain]');
    const roots = [...main.querySelectorAll('*')].filter(e => e.shadowRoot).map(e => e.shadowRoot);
    const charts = [...main.querySelectorAll('.stPlotlyChart')];
    const start = performance.now();
    const seen = new MutationObserver(() => { seen.disconnect(); resolve(performance.now() - start); });
    const all = {subtree: true, childList: true, attributes: true, characterData: true};
    for (const node of [...roots, ...charts]) seen.observe(node, all);
    setTimeout(() => { seen.disconnect(); resolve(null); }, 4000);
})"""


def times(page, slider, presses: int) -> list[float]:
    taken = []
    for number in range(presses):
        slider.focus()
        waiting = slider.evaluate_handle(f"slider => {{ window.changed = ({WATCH})(slider); }}")
        slider.press("ArrowRight" if number % 2 == 0 else "ArrowLeft")
        found = page.evaluate("() => window.changed")
        waiting.dispose()
        if found is not None:
            taken.append(found)
        page.wait_for_timeout(1200)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presses", type=int, default=7)
    presses = parser.parse_args().presses
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        try:
            chromium = os.environ.get("UNROLLED_CHROMIUM") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 1000})
            for chapter in CHAPTERS:
                page.goto(f"{server.url}/{chapter}")
                page.get_by_text("Predict, then look").wait_for()
                page.wait_for_timeout(4000)
                sliders = page.locator("[data-testid=stSlider] input[type=range]")
                for number in range(sliders.count()):
                    slider = sliders.nth(number)
                    try:
                        name, taken = slider.get_attribute("aria-label"), times(page, slider, presses)
                    except Error:
                        continue
                    told = f"{statistics.median(taken):.0f} ms" if taken else "changes no picture"
                    print(f"{chapter:12} {name or number!s:40.40} {told}", flush=True)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
