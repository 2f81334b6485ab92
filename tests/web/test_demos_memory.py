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


def test_the_table_sets_ours_at_the_same_length_beside_each_published_figure(opened):
    rows = opened().dataframe[1].value
    figures = rows[rows["Published"] != "–"]
    assert len(figures) == len(memory.PUBLISHED)
    places = {(one.task, one.length) for one in memory.PUBLISHED}
    assert len(rows) == len(figures) + len(places)  # chrono, once at every length
    first = rows.iloc[0]
    assert (first["Task"], first["Published"], first["Weights there"]) == ("Adding 100", "74,000 sequences", "93")
    counted = [one.solved for one in memory.trained("adding", "lstm", 100)]
    assert first["Ours"].startswith(f"{min(counted):,}–{max(counted):,} sequences")
    assert first["Weights here"] == f"{4 * 32 * (2 + 32) + 4 * 32 + 33:,}"


def test_a_training_that_failed_is_told_with_its_score_and_what_was_spent(opened):
    rows = opened().dataframe[1].value
    (plain,) = memory.trained("adding", "rnn", 600)
    (row,) = rows[(rows["Task"] == "Adding 600") & (rows["Cell"] == "RNN, tanh")].to_dict("records")
    assert row["Ours"] == f"not in {plain.sequences[-1]:,} sequences ({plain.best:.3g})"
    assert row["Published"] == "0.177"


@pytest.mark.parametrize("task", memory.TASKS)
def test_every_cell_has_a_line_that_tells_its_record(opened, task):
    lines = told(opened(by_length=task))
    for cell in memory.CELLS:
        one = memory.record(task, cell)
        counted = f"none of {one.tried}" if not one.solved else f"every one of {one.tried}"
        some = f"{one.solved} of {one.tried} trainings"
        assert (counted if one.solved in (0, one.tried) else some) in lines


def test_the_shipped_settings_are_taken_unless_the_reader_sets_others(opened):
    shipped = memory.usual("copy", "lstm", 10)
    assert f"{shipped.units} units" in told(opened(task="copy", steps_copy=10))
    own = told(opened(task="copy", steps_copy=10, own="true", units=16, updates=1000))
    assert "16 units" in own
    assert "at most 1,000 updates" in own


def test_the_longest_published_lengths_can_be_set(opened):
    assert "500 steps back" in told(opened(task="adding", steps_adding=1000))
    assert "1010 steps back" in told(opened(task="copy", steps_copy=1000))
