from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnncore.runs import tables

ROOT = Path(__file__).parents[2]


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Opens a chapter in English with its demos set: `chapter("gates", units=12)`."""
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))

    def opened(name, **settings):
        app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=120)
        app.query_params["lang"] = "en"
        app.run()
        for key, value in settings.items():
            app.query_params[f"{name}.{key}"] = str(value)
        app.switch_page(str(ROOT / f"pages/learn/{name}.py")).run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of runs that nobody has used yet."""
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    monkeypatch.delenv("UNROLLED_STORE", raising=False)
    yield
    tables.close()
