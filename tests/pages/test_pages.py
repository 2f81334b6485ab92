"""Every script under pages/, in every language, through the frame, with torch out of reach."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").rglob("*.py"))


@pytest.fixture
def visit(tmp_path):
    def run(page: Path, language: str, **query: str) -> str:
        env = {**os.environ, "UNROLLED_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, str(Path(__file__).with_name("visit.py")), str(page), f"lang={language}"]
        command += [f"{name}={value}" for name, value in query.items()]
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr[-3000:]
        return done.stdout

    return run


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_opens_in_each_language_without_torch(visit, page, language):
    shown = visit(page, language)
    assert bool(re.search("[\u4e00-\u9fff]", shown)) == (language == "zh")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("source", "key", "name"), [("sample",) * 2 + ("retail_sales",), ("generate", "sequence", "mackey_glass")]
)
def test_forecast_page_shows_the_data_that_its_address_names(visit, source, key, name, language):
    shown = visit(ROOT / "pages/lab/forecast.py", language, source=source, **{key: name})
    assert {"en": "Train", "zh": "开始训练"}[language] in shown


def test_pages_are_thin():
    for page in PAGES:
        assert len(page.read_text().splitlines()) <= 80, page
