"""A real server and a real Chromium."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=30_000)  # a busy machine may take its time
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Server:
    """`streamlit run app.py` on a free port, with a data folder of its own."""

    def __init__(self, folder: Path, workers: int = 1, app: str = "app.py"):
        self.folder, self.process, self.workers, self.app = folder, None, workers, app
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        env = {**os.environ, "UNROLLED_DATA": str(self.folder), "UNROLLED_WORKERS": str(self.workers)}
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            self.app,
            f"--server.port={self.port}",
            "--server.address=127.0.0.1",
        ]
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.2)
        raise TimeoutError((self.folder / "server.log").read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("UNROLLED_CHROMIUM"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium):
    """One browser with its own storage; a test that needs a stranger opens another."""
    opened = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 1000}, accept_downloads=True)
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context):
    return context.new_page()
