"""What the server costs, from its start to fifty visitors: time, CPU, memory, bytes. Starts the app and a Chromium of its own.

    python -m tests.benchmarks.server [--only start rest reruns crowd charts] [--rows 1000000] [--seconds 15]

    start    the process until it answers, and the first paint of the first page and of later ones, beside those of a Streamlit
             page that says one word: what the framework and the browser take. The browser has a profile on disk, as those of
             visitors have, where it keeps what it loaded and compiled: it is warm from the fourth visit on
    rest     memory of the whole app while nothing happens: server, scheduler, nanny and one warm worker
    reruns   one visitor, idle and while two networks train: latency, and CPU of the server's process alone
    crowd    more and more visitors at one rerun a second, and the memory each leaves while idle
    charts   a large file in Chromium: bytes of its chart, and seconds until it is drawn, whole and zoomed

The machine's load is told, for other programs' work is in these times.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from tests.benchmarks import charts
from tests.benchmarks.visitors import Crowd, arrive, leave, play
from tests.browser.conftest import FLAGS, Server

VISITORS = (1, 5, 10, 20, 50)


@contextmanager
def serving(workers: int = 1, app: str = "app.py") -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), workers, app)
        os.environ["UNROLLED_DATA"] = folder  # runs are submitted from here, into the same store
        server.start()
        try:
            yield server
        finally:
            server.stop()


CHROMIUM = {"executable_path": os.environ.get("UNROLLED_CHROMIUM") or shutil.which("chromium"), "args": FLAGS}
# To ask the page whether the heading stands would tell it up to half a second late.
WATCH = """new MutationObserver((_, watch) => {
    if (!document.querySelector("h1")) return
    watch.disconnect()
    requestAnimationFrame(() => { window.painted = performance.now() })
}).observe(document, {childList: true, subtree: true})"""


@contextmanager
def browsing():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


def median(values, unit: float = 1000) -> float:
    return unit * statistics.median(values)


def start(options) -> None:
    """By turns, and every round with a server and a browser that have not seen each other."""
    with sync_playwright() as playwright, tempfile.NamedTemporaryFile("w", suffix=".py") as word:
        print("import streamlit as st\nst.title('One')", file=word, flush=True)
        found = {"app.py": ([], [], []), word.name: ([], [], [])}
        for _ in range(options.rounds):
            for app, (health, cold, warm) in found.items():
                begun = time.perf_counter()
                with serving(app=app) as server, tempfile.TemporaryDirectory() as profile:
                    health.append(time.perf_counter() - begun)
                    context = playwright.chromium.launch_persistent_context(profile, locale="en-US", **CHROMIUM)
                    context.add_init_script(WATCH)
                    first, _, _, *later = (first_paint(context, server.url) for _ in range(9))
                    cold.append(first)
                    warm += later
                    context.close()
    print(f"{'ms':10} to health   first paint: cold  its CPU   warm  its CPU")
    for name, (health, cold, warm) in zip(("Unrolled", "one word"), found.values(), strict=True):
        (cold, cold_cpu), (warm, warm_cpu) = (map(median, zip(*paints, strict=True)) for paints in (cold, warm))
        print(f"{name:10} {median(health):9.0f} {cold:19.0f} {cold_cpu:8.0f} {warm:6.0f} {warm_cpu:8.0f}")


def first_paint(context, url: str) -> tuple[float, float]:
    """Seconds from asking for the page until its heading is drawn, and how long of that the browser's main thread worked."""
    page = context.new_page()
    watch = context.new_cdp_session(page)
    watch.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url, wait_until="commit")
    taken = page.wait_for_function("window.painted").json_value() / 1000
    told = {one["name"]: one["value"] for one in watch.send("Performance.getMetrics")["metrics"]}
    page.close()
    return taken, told["TaskDuration"]


def memory(process: psutil.Process) -> int:
    """Bytes of a process; what it shares with others counts by its share where the system tells it (Linux)."""
    full = process.memory_full_info()
    return getattr(full, "pss", full.rss)


def rest(_options) -> None:
    with serving() as server:
        own = psutil.Process(server.process.pid)
        asyncio.run(visit_once(server.url))
        settled, deadline = 0, time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(3)
            before, settled = settled, sum(map(memory, [own, *own.children(recursive=True)]))
            if abs(settled - before) < 1e6:
                break
        everyone = [own, *own.children(recursive=True)]
        for process in everyone:
            name = "server" if process == own else " ".join(process.cmdline()[-1:])[:40]
            print(f"  {name:42}{process.memory_info().rss / 1e6:6.0f} MB resident {memory(process) / 1e6:6.0f} MB of its own")
        print(f"at rest {sum(map(memory, everyone)) / 1e6:.0f} MB with one warm worker")


async def visit_once(url: str) -> None:
    await leave(await arrive(url, 1))


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def watched(visitors, process, seconds: float, interval: float = 1.0) -> tuple[Crowd, str]:
    """Lets them play; what came of it, and that as a line of a table."""
    spent, begun = cpu(process), time.monotonic()
    crowd = await play(visitors, seconds, interval)
    spent, begun = cpu(process) - spent, time.monotonic() - begun
    line = f"{median(crowd.seconds):7.0f} {1000 * crowd.slowest:7.0f} {crowd.errors:7} {1000 * spent / len(crowd.seconds):8.1f}"
    return crowd, f"{line} {100 * spent / begun:6.0f} {os.getloadavg()[0]:6.1f}"


HEAD = "p50 ms  p95 ms  errors  CPU ms    CPU %   load"


def reruns(options) -> None:
    """Idle and training by turns, so that both meet the same machine."""
    with serving(workers=2) as server:
        asyncio.run(compare(server, options))


async def compare(server: Server, options) -> None:
    process = psutil.Process(server.process.pid)
    visitors = await arrive(server.url, 1)
    await play(visitors, 3, 0.25)
    seconds = {"idle": [], "training": []}
    print(f"{'one visitor':22}{HEAD}")
    with training() as (begin, pause):
        for _ in range(options.rounds):
            for state, change in (("idle", pause), ("training", begin)):
                await asyncio.to_thread(change)  # the visitor's connection goes on living
                crowd, line = await watched(visitors, process, options.seconds, 0.25)
                seconds[state] += crowd.seconds
                print(f"{state:21}{line}", flush=True)
    await leave(visitors)
    for name, place in (("p50", 9), ("p95", 18)):
        idle, busy = (1000 * statistics.quantiles(values, n=20)[place] for values in seconds.values())
        print(f"{name}: {idle:.0f} ms idle, {busy:.0f} ms while two networks train: {busy / idle:.2f} x")


@contextmanager
def training():
    """Two real runs; what starts them or lets them go on, and what lets them rest."""
    from rnncore import runs
    from rnncore.config import RunConfig, TrainingConfig
    from rnncore.series import read, samples

    sample = next(one for one in samples() if one.key == "nyc_taxi")
    config = RunConfig(training=TrainingConfig(epochs=10_000, budget=1800))
    begun = []

    def wait(state: str) -> None:
        while any(run.state != state for run in map(runs.find, begun)):
            time.sleep(0.2)

    def begin() -> None:
        if not begun:
            begun.extend(runs.submit(read(sample.bytes()).series, config, title=f"run {n}").token for n in range(2))
        for run in map(runs.find, begun):
            if run.state == "paused":
                runs.proceed(run)
        wait("running")
        while not all(any(epoch.stage == "member" for epoch in runs.epochs(runs.find(token))) for token in begun):
            time.sleep(0.2)

    def pause() -> None:
        for run in map(runs.find, begun):
            runs.pause(run)
        wait("paused")

    try:
        yield begin, pause
    finally:
        for token in begun:
            runs.delete(runs.find(token))


def crowd(options) -> None:
    with serving() as server:
        asyncio.run(grow(server, options))


async def grow(server: Server, options) -> None:
    process = psutil.Process(server.process.pid)
    first = await arrive(server.url, 1)
    await play(first, 3, 0.25)
    for page, query in (("", ""), ("forecast", "source=sample&sample=nyc_taxi")):
        before = process.memory_info().rss
        visitors = await arrive(server.url, VISITORS[-1], page=page, query=query)
        grown = (process.memory_info().rss - before) / len(visitors)
        print(f"{grown / 1e6:.2f} MB a visitor who rests on {page or 'the first page'}")
        if not page:
            await leave(visitors)
    print(f"{'visitors':22}{HEAD}")
    for count in VISITORS:
        _, line = await watched(visitors[:count], process, options.seconds)
        print(f"{count:<21}{line}", flush=True)
    await leave(first + visitors)


def draw(options) -> None:
    with serving() as server, browsing() as browser:
        charts.measure(browser, server, options.rows)


PARTS = {"start": start, "rest": rest, "reruns": reruns, "crowd": crowd, "charts": draw}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=3, help="servers started, and turns of idle and training")
    parser.add_argument("--seconds", type=float, default=15, help="of each line of a table")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    for name in options.only:
        print(f"# {name} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)", flush=True)
        PARTS[name](options)


if __name__ == "__main__":
    main()
