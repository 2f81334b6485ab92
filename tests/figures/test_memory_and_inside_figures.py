"""What the pictures of memory tasks and of a trained network show."""

import numpy as np

from rnncore.figures import inside, memory


def label(key):
    return key


def test_the_marked_numbers_stand_out_and_their_sum_is_written():
    figure = memory.adding(np.array([0.2, 0.9, 0.4]), np.array([True, False, True]), 0.6, label)
    bars, asked = figure.data
    assert bars.marker.color[0] == bars.marker.color[2] != bars.marker.color[1]
    assert asked.text == ("0.60",)


def test_a_task_shows_what_is_read_above_what_is_to_be_said():
    read, says = memory.strips(["1", "2", "", "!"], ["", "", "1", "2"], np.ones(4), np.ones(4), label).data
    assert read.text == ("1", "2", "", "!")
    assert says.text == ("", "", "1", "2")
    assert read.y[0] > says.y[0]


def test_a_training_that_failed_is_a_cross_and_breaks_the_line_of_medians():
    ones = [memory.Trained(10, 32, 0, -1.0, 500), memory.Trained(20, 32, 0, -9.0, None), memory.Trained(20, 32, 1, -9.0, None)]
    _, arrived, medians, solved, failed = memory.by_length({"rnn": ones}, label).data
    np.testing.assert_allclose(arrived.y, [1e-1, 1e-9, 1e-9])
    assert list(medians.y) == [500, None]
    assert (list(solved.x), list(solved.y)) == ([10], [500])
    assert len(set(failed.x)) == 2  # two crosses at one length do not hide each other
    assert "unsolved" in failed.hovertemplate


def test_the_line_runs_through_the_median_seed_where_most_seeds_succeed():
    needed = (300, None, 100)
    ones = [memory.Trained(10, 32, seed, -1.0, count) for seed, count in enumerate(needed)]
    assert list(memory.by_length({"gru": ones}, label).data[2].y) == [300]


def test_own_trainings_are_drawn_stronger_than_those_that_ship():
    seeds = [memory.Curve("shipped", "gru", [1, 2], [1.0, share], False) for share in (0.5, 0.4)]
    one, other, own = memory.curves([*seeds, memory.Curve("yours", "gru", [1, 2], [1.0, 0.3], True)], label).data
    assert own.line.width > one.line.width
    assert (one.showlegend, other.showlegend, own.showlegend) == (True, False, True)


def test_a_free_run_that_ended_early_hides_neither_the_forecast_nor_what_came():
    run, forecast = np.array([5.0, 9.0, 90.0]), np.array([5.0, -6.0, -7.0, -8.0])
    figure = inside.free_run(np.arange(4.0), run, forecast, np.array([4.5, -9.0]), (-20.0, 20.0), "y", label)
    read, came, free, foretold = figure.data
    assert [(list(one.x), len(one.y)) for one in (came, free, foretold)] == [([1, 2], 2), ([1, 2, 3], 3), ([1, 2, 3, 4], 4)]
    assert list(read.x) == [-3, -2, -1, 0]
    assert figure.layout.yaxis.range == (-9.0, 20.0)
    within = inside.free_run(np.arange(4.0), run, forecast, np.empty(0), (-20.0, 200.0), "y", label)
    assert within.layout.yaxis.range is None
    assert [one.name for one in within.data] == ["read", "free_line", "forecast"]


def test_the_forecast_begins_right_after_the_last_row_that_was_read():
    figure = inside.window(np.arange(4.0), np.array([4.0, 5.0]), np.array([4.5]), None, "y", label)
    read, came, forecast = figure.data
    assert list(read.x) == [-3, -2, -1, 0]
    assert list(forecast.x) == [1, 2]
    assert list(came.x) == [1]


def test_gates_run_from_nothing_to_full_and_states_have_a_sign():
    figure = inside.strips({"f": np.full((2, 5), 0.5), "c": np.full((2, 5), -3.0)}, [7, 1], label)
    gate, state = figure.data
    assert (gate.zmin, gate.zmax) == (0, 1)
    assert (state.zmin, state.zmax) == (-3, 3)
    assert list(gate.x) == [-4, -3, -2, -1, 0]
    assert gate.customdata[0][0][0] == 8


def test_every_row_of_the_window_meets_every_explained_step():
    figure = inside.sensitivity(np.array([[1.0, -2.0, 0.5]]), [3], label)
    (heat,) = figure.data
    assert list(heat.x) == [-2, -1, 0]
    assert list(heat.y) == [4]
    assert heat.zmin == -heat.zmax


def test_trained_and_fresh_layers_are_named_when_there_are_several():
    fresh = np.array([0.0, -1.0, -2.0])
    lines = {"trained": np.zeros(3), "fresh": fresh, "low": 2 * fresh, "high": fresh / 2}
    assert [one.name for one in inside.flow({"1": lines}, label).data if one.name] == ["trained", "fresh"]
    both = inside.flow({"1": lines, "2": lines}, label)
    named = {one.name: one for one in both.data if one.name}
    assert list(named) == ["1: trained", "1: fresh", "2: trained", "2: fresh"]
    np.testing.assert_allclose(named["2: fresh"].y, fresh)
    assert named["1: fresh"].customdata[2] == "0.01"
    assert both.layout.yaxis.range[0] < -4, "the lowest draw is in the picture"


def test_a_stretched_strip_shows_when_a_unit_moves_and_still_tells_its_value():
    grid = np.array([[0.80, 0.82, 0.81], [0.5, 0.5, 0.5]])
    (strip,) = inside.strips({"f": grid}, [0, 1], label, stretched=True).data
    np.testing.assert_allclose(strip.z, [[0, 1, 0.5], [0.5, 0.5, 0.5]], atol=1e-12)
    np.testing.assert_allclose(np.array(strip.customdata)[..., 1], grid)
