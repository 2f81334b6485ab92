"""A chart of a large file: bytes on their way to the browser, and seconds until it is drawn, whole and zoomed."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.benchmarks.reading import write_files
from tests.browser.conftest import Server

CHART = ".st-key-setup-split .js-plotly-plot"


class Wire:
    """Bytes that the server sent to a page, by the kind of their element."""

    def __init__(self, page: Page):
        self.sent: dict[str, int] = {}
        page.on("websocket", lambda socket: socket.on("framereceived", self._add))

    def _add(self, frame: bytes) -> None:
        told = ForwardMsg.FromString(frame)
        kind = told.WhichOneof("type")
        if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            kind = told.delta.new_element.WhichOneof("type")
        self.sent[kind] = self.sent.get(kind, 0) + len(frame)

    def take(self) -> tuple[int, int]:
        """Bytes of charts, and of everything, since the last call."""
        sent, self.sent = self.sent, {}
        return sent.get("plotly_chart", 0), sum(sent.values())


def measure(browser: Browser, server: Server, rows: int) -> None:
    path = write_files(server.folder, rows)[0]
    page = browser.new_page(locale="en-US", viewport={"width": 1280, "height": 1000})
    wire = Wire(page)
    page.goto(f"{server.url}/forecast")
    page.locator("input[type=file]").first.wait_for(state="attached")
    page.wait_for_timeout(1000)
    wire.take()
    begun = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(path)
    page.locator(f"{CHART} .scatterlayer .js-line").first.wait_for(timeout=120_000)
    tell(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB", begun, page, wire)
    for _ in range(3):
        tell("a tenth of that, zoomed", drag(page, 0.1), page, wire)
    page.close()


def drag(page: Page, share: float) -> float:
    """Drags over this share of the chart, in its middle, and waits for the details; when the button was let go."""
    before = line(page)[0]
    box = page.locator(f"{CHART} .nsewdrag").first.bounding_box()
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle - box["width"] * share / 2, height)
    page.mouse.down()
    page.mouse.move(middle + box["width"] * share / 2, height, steps=4)
    begun = time.perf_counter()
    page.mouse.up()
    page.wait_for_function(f"before => ({LINE})[1] && ({LINE})[0] !== before", arg=before, timeout=30_000)
    return begun


LINE = f"""(() => {{
    const drawn = document.querySelector("{CHART}")?.data[0].x ?? [];
    return [String(drawn[0]), drawn.length];
}})()"""


def line(page: Page) -> tuple[str, int]:
    """Where the line of the series begins, and how many points it has."""
    return page.evaluate(LINE)


def tell(what: str, begun: float, page: Page, wire: Wire) -> None:
    seconds = time.perf_counter() - begun
    page.wait_for_timeout(1500)
    chart, all_bytes = wire.take()
    sent = f"{chart / 1e3:6.1f} kB of charts, {all_bytes / 1e3:6.1f} kB in all"
    print(f"{what:28} {seconds:6.2f} s, {line(page)[1]:5} points, {sent}")
