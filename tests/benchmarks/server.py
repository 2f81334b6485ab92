"""What a visitor costs the server: CPU of a rerun, first paint, memory. Starts the app and a Chromium of its own.

    python tests/benchmarks/server.py [--reruns 40]

CPU is that of the server's process alone, read before and after a number of reruns of the Forecast page, a widget changed
each time. Training runs elsewhere and is not in it.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.conftest import FLAGS, Server

PICTURES = {"upload": "", "144 rows": "?source=sample&sample=air_passengers", "10,320 rows": "?source=sample&sample=nyc_taxi"}


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return 1000 * (times.user + times.system)


def rerun(page, process, reruns: int) -> float:
    """CPU milliseconds a rerun; the horizon goes up and down by one."""
    box = page.get_by_role("spinbutton", name="Horizon")
    page.wait_for_timeout(2000)
    idle, start = cpu(process), time.monotonic()
    page.wait_for_timeout(2000)
    idle = (cpu(process) - idle) / (time.monotonic() - start)
    before, start = cpu(process), time.monotonic()
    for number in range(reruns):
        box.fill(str(10 + number % 2))
        box.press("Enter")
        page.wait_for_timeout(250)
    spent = cpu(process) - before - idle * (time.monotonic() - start)
    return spent / reruns


def first_paint(context, url: str) -> float:
    """Milliseconds until the heading stands, in a browser that has loaded the app before."""
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url)
    page.get_by_role("heading", level=1).wait_for()
    taken = 1000 * (time.perf_counter() - start)
    page.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reruns", type=int, default=40)
    reruns = parser.parse_args().reruns
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        start = time.perf_counter()
        server.start()
        print(f"start to health: {time.perf_counter() - start:.1f} s")
        try:
            chromium = os.environ.get("UNROLLED_CHROMIUM") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            context = browser.new_context(locale="en-US")
            print(f"first paint, cold: {first_paint(context, server.url):.0f} ms")
            warm = statistics.median(first_paint(context, server.url) for _ in range(5))
            print(f"first paint, warm: {warm:.0f} ms")
            process = psutil.Process(server.process.pid)
            for name, address in list(PICTURES.items())[1:]:
                page = context.new_page()
                page.goto(f"{server.url}/forecast{address}")
                page.get_by_role("spinbutton", name="Horizon").wait_for()
                print(f"rerun with {name}: {rerun(page, process, reruns):.1f} ms of CPU")
                page.close()
            print(f"memory of the server: {process.memory_info().rss / 1e6:.0f} MB")
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
