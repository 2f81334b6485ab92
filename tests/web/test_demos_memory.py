"""What the chapter on memory tells, against calculations of its own."""

from functools import partial

import pytest

from rnncore import memory


@pytest.fixture
def opened(chapter):
    return partial(chapter, "memory")


def told(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption]).replace("\\", "")


def test_guessing_is_told_for_the_task_and_length_that_are_set(opened):
    assert "**0.3466**" in told(opened(task="copy", steps_copy=40))  # 10 ln 8 / 60
    assert "**0.1667**" in told(opened())


def test_the_furthest_reach_is_that_of_the_cell_whose_gradient_arrives(opened):
    app = opened(task="adding", steps_adding=100)
    app.radio(key="guess.memory.memory_furthest").set_value("irnn").run()
    app.button(key="reveal.memory.memory_furthest").click().run()
    assert "after 50 steps back" in app.success[0].value.replace("\\", "")


def test_the_table_sets_the_nearest_of_ours_beside_each_published_figure(opened):
    rows = opened().dataframe[1].value
    assert len(rows) == len(memory.PUBLISHED)
    first = rows.iloc[0]
    (ours,) = [
        one for one in memory.shipped()[1]
        if (one.config["task"], one.config["memory_cell"], one.config["steps"]) == ("adding", "lstm", 100)
    ]  # fmt: skip
    assert first["Published"] == "74,000 sequences (length 100)"
    assert first["Ours"] == f"{ours.solved:,} sequences (length 100)"
