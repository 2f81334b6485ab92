"""Pictures of the gradient's reach and of a training that explodes: they show the numbers they were given."""

import numpy as np
import pytest

from rnncore.figures.explosion import before_and_after, courses
from rnncore.figures.reach import Band, across_lengths, by_lag, failures, powers, precisions, reach_map


def label(key, /, **facts):
    return " ".join([key, *(f"{name}={value}" for name, value in facts.items())])


def single_draw(x, values):
    return Band(np.array(x), *[np.array(values)] * 3)


def named(figure, name):
    (trace,) = [trace for trace in figure.data if trace.name == name]
    return trace


def test_every_cell_has_its_line_its_colour_and_a_sentence_for_each_length():
    cells = {cell: single_draw([5, 1000], [-1.0, -400.0 - n]) for n, cell in enumerate(("rnn", "gru", "lstm"))}
    drawn = across_lengths(cells, -50, label)
    assert len({named(drawn, cell).line.color for cell in cells}) == 3
    assert len({named(drawn, cell).line.dash for cell in cells}) == 3
    assert named(drawn, "lstm").customdata[1] == "told_length cell=lstm length=1000 value=1.0 × 10⁻⁴⁰²"


def test_the_spread_over_draws_is_a_band_around_the_line():
    band = Band(np.array([5, 10]), np.array([-1.0, -2.0]), np.array([-1.5, -3.0]), np.array([-0.5, -1.0]))
    low, high, line = across_lengths({"rnn": band}, -50, label).data
    assert [list(trace.y) for trace in (low, high, line)] == [[-1.5, -3], [-0.5, -1], [-1, -2]]
    assert high.fill == "tonexty"
    assert low.hoverinfo == high.hoverinfo == "skip"


def test_what_single_precision_cannot_hold_is_shaded_only_where_it_is_in_the_picture():
    deep, shallow = (across_lengths({"rnn": single_draw([5, 10], [0.0, low])}, -50, label) for low in (-60.0, -5.0))
    assert deep.layout.shapes[0].y1 == pytest.approx(np.log10(1.4e-45), abs=0.1)
    assert not shallow.layout.shapes


def test_theory_lies_over_the_measurement_and_tells_its_value():
    drawn = by_lag(
        single_draw([0, 1], [0.0, -2.0]), {"bound": np.array([0.0, 1.0]), "radius": np.array([0.0, -1.0])}, -50, label
    )
    assert list(named(drawn, "bound").y) == [0, 1]
    assert named(drawn, "measured").customdata[1] == "told_lag lag=1 value=0.01"
    assert named(drawn, "radius").customdata[1] == "told_theory name=radius lag=1 value=0.1"
    low, high = drawn.layout.yaxis.range
    assert low < -2 < 1 < high


def test_the_largest_possible_gradient_is_drawn_at_the_lags_where_it_was_found():
    largest = Band(np.array([0, 50, 99]), np.array([0.0, 3, 7]), np.array([0.0, 2, 5]), np.array([0.0, 4, 9]))
    drawn = by_lag(single_draw([0, 99], [0.0, -2.0]), {}, -50, label, largest)
    line = named(drawn, "jacobian")
    assert (list(line.x), list(line.y)) == ([0, 50, 99], [0, 3, 7])
    assert line.customdata[1] == "told_theory name=jacobian lag=50 value=1,000"
    assert line.line.dash != named(drawn, "measured").line.dash
    assert drawn.layout.yaxis.range[1] > 9


def test_the_map_has_a_row_for_each_length_and_nothing_beyond_its_first_step():
    heat = reach_map(np.array([2, 3]), [np.array([0.0, -1]), np.array([0.0, -1, -2])], label).data[0]
    np.testing.assert_array_equal(heat.z, np.array([[0, -1, np.nan], [0, -1, -2]], np.float32))


def test_a_cross_stands_where_single_precision_says_zero():
    drawn = precisions(np.array([0.0, -30, -60]), np.array([0.0, -30, -np.inf]), label)
    assert list(named(drawn, "single_precision").x) == [0, 1]
    cross = drawn.data[-1]
    assert (list(cross.x), list(cross.y)) == ([2], [-60.0])


def test_single_precision_also_fails_where_rounding_keeps_it_above_zero():
    double, single = np.array([0.0, -44, -46, -48, -np.inf]), np.array([0.01, -44.1, -44.5, -44.5, -np.inf])
    assert list(failures(double, single)) == [2, 3]


def test_axes_carry_at_most_eight_powers_of_ten():
    assert powers(-400, 3)["ticktext"] == ["10⁻⁴⁰⁰", "10⁻³⁰⁰", "10⁻²⁰⁰", "10⁻¹⁰⁰", "1"]
    assert powers(-3.2, 1.5)["ticktext"] == ["10⁻³", "10⁻²", "10⁻¹", "1", "10"]
    assert "0.5" in powers(-0.9, 0.1)["ticktext"]


def test_a_run_that_broke_down_ends_in_a_cross_and_stays_beside_the_other():
    run = {"loss": [0.3, 0.2, 0.1], "norm": [1.0, 2.0, 1.0], "radius": [1.0, 1.1, 1.2]}
    wild = {"loss": [0.3, 5e3], "norm": [1.0, np.inf], "radius": [1.0, 90.0]}
    drawn = courses({"clipped": run, "free": wild}, ["free"], 3, label)
    crosses = [trace for trace in drawn.data if trace.mode == "markers"]
    assert [list(cross.x) for cross in crosses] == [[2], [1], [2]]  # at the last number there is
    (norm,) = [trace for trace in drawn.data if trace.name == "clipped" and trace.yaxis == "y2"]
    assert norm.customdata[1] == "told_update update=2 value=2 run=clipped panel=norm"


def test_a_spectral_radius_that_hardly_moves_fills_its_panel():
    run = {"loss": [0.3, 0.2], "norm": [1.0, 2.0], "radius": [2.5, 2.8]}
    low, high = courses({"clipped": run}, [], 2, label).layout.yaxis3.range
    assert low < np.log10(2.5) < np.log10(2.8) < high
    assert high - low < 1.5


def test_a_network_in_ruins_does_not_squeeze_the_others():
    stages = {"before": np.linspace(0, -2, 60), "clipped": np.linspace(0, -1, 60), "free": np.linspace(0, -90, 60)}
    drawn = before_and_after(stages, 29, label)
    assert drawn.layout.yaxis.range[0] > -5
    assert drawn.layout.shapes[0].x0 == 29
    assert named(drawn, "reach_free").y[59] == -90
