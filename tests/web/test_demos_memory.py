"""What the chapter on memory tells, against calculations of its own."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnncore import memory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))

    def opened(**settings):
        app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
        app.query_params["lang"] = "en"
        app.run()
        for key, value in settings.items():
            app.query_params[f"memory.{key}"] = str(value)
        app.switch_page(str(ROOT / "pages/learn/memory.py")).run()
        assert not app.exception
        return app

    return opened


def told(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


def test_guessing_is_told_for_the_task_and_length_that_are_set(chapter):
    assert "**0.3466**" in told(chapter(task="copy", steps_copy=40))  # 10 ln 8 / 60
    assert "**0.1667**" in told(chapter())


def test_the_furthest_reach_is_that_of_the_cell_whose_gradient_arrives(chapter):
    app = chapter(task="adding", steps_adding=100)
    app.radio(key="guess.memory.memory_furthest").set_value("irnn").run()
    app.button(key="reveal.memory.memory_furthest").click().run()
    assert "after 50 steps back" in app.success[0].value.replace("\\", "")


def test_the_table_sets_the_nearest_of_ours_beside_each_published_figure(chapter):
    rows = chapter().dataframe[1].value
    assert len(rows) == len(memory.PUBLISHED)
    first = rows.iloc[0]
    (ours,) = [
        one for one in memory.shipped()[1]
        if (one.config["task"], one.config["memory_cell"], one.config["steps"]) == ("adding", "lstm", 100)
    ]  # fmt: skip
    assert first["Published"] == "74,000 sequences (length 100)"
    assert first["Ours"] == f"{ours.solved:,} sequences (length 100)"
