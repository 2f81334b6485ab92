import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from rnncore.figures import diagrams, gates, state, unrolled
from rnncore.figures.wiring import timeline, written
from rnncore.worked import three_jobs, wires


def words(key):
    return f"<{key}>"


def values_asked_for(drawing):
    return set(re.findall(r'data-(?:text|level)="([^"]+)"', drawing))


@pytest.mark.parametrize(("cell", "draw"), [("lstm", diagrams.lstm_diagram), ("gru", diagrams.gru_diagram)])
def test_every_wire_of_a_diagram_has_its_value(cell, draw):
    trace = three_jobs(cell).unroll(np.ones((4, 1, 1)))
    known = set(wires(trace, 0))
    drawing = draw(words)
    assert values_asked_for(drawing) <= known
    assert {"x", "h", "h_before", *trace.cell.gates} <= values_asked_for(drawing)
    assert all(f"a_{gate}" in values_asked_for(drawing) for gate in trace.cell.gates)


@pytest.mark.parametrize(
    "drawing",
    [
        diagrams.lstm_diagram(words, timeline(0, 10, 0, [("x", "input", np.array([1.0, -1.0]))])),
        diagrams.gru_diagram(words),
        unrolled.loop_and_chain(np.ones(4), np.ones((4, 3)), np.ones(4), words),
        unrolled.sheet(3, "tanh", words),
    ],
    ids=["lstm", "gru", "chain", "sheet"],
)
def test_a_drawing_is_well_formed_and_shows_words_as_they_are(drawing):
    ElementTree.fromstring(drawing)
    assert "<forget" not in drawing


def test_the_sheet_holds_every_number_of_both_equations():
    names = values_asked_for(unrolled.sheet(2, "relu", words))
    assert {"W_hh.0.1", "W_hh.1.1", "W_xh.1", "W_hy.0", "b.1", "b_y", "x", "y", "u.0", "r.1", "h.0", "h_before.1"} <= names
    assert "W_hh.0.2" not in names


def test_the_chain_has_one_copy_for_each_step_with_its_numbers():
    drawing = unrolled.loop_and_chain(np.array([0.25, -0.5]), np.ones((2, 3)), np.array([-0.004, 1.5]), words)
    assert re.findall(r'data-t="(\d)"', drawing) == ["1", "2"]
    assert all(f">{number}<" in drawing for number in ("0.25", "−0.50", "0.00", "1.50"))


def test_written_numbers_have_a_real_minus_and_no_negative_zero():
    assert [written(value) for value in (-1.239, -0.001, 0.5)] == ["−1.24", "0.00", "0.50"]


def test_a_bar_of_the_timeline_points_up_for_what_is_above_zero():
    drawing = timeline(0, 30, 0, [("x", "input", np.array([1.0, -0.5, 0.0]))])
    assert [float(height) for height in re.findall(r"v(-?[\d.]+)", drawing)] == pytest.approx([-14, 7, 0])


def test_gate_map_has_a_strip_for_each_gate_and_marks_the_step():
    strips = {"i": np.array([[0.0, 1.0], [0.5, 0.2], [1, 0]]), "c": np.array([[-1.0, 1.0], [0, 0], [1, 1]])}
    figure = gates.gate_map(strips, 2, words)
    assert np.array(figure.data[0].z).tolist() == strips["i"].T.tolist()
    assert (figure.data[0].zmin, figure.data[1].zmin) == (0, -1)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (1.5, 2.5)


def test_a_difference_of_zero_lies_on_the_floor_of_the_axis_and_says_zero():
    inputs = np.zeros((3, 2, 1))
    line = state.two_pasts(inputs, {"": np.array([1.0, 1e-4, 0.0])}, words).data[-1]
    assert list(line.y) == [1.0, 1e-4, state.NOTHING]
    assert list(line.customdata) == [1.0, 1e-4, 0.0]


def test_gradients_go_back_as_powers_of_ten():
    figure = gates.gradient_back({"state": np.array([0.0, -2.0]), "gates": np.array([0.0, -3.0])}, words)
    assert [list(line.y) for line in figure.data] == [[1.0, pytest.approx(0.01)], [1.0, pytest.approx(0.001)]]


def test_cells_share_one_scale():
    figure = gates.states_of_cells({"rnn": np.array([[0.5]]), "lstm": np.array([[-0.1]])}, words)
    assert {(strip.zmin, strip.zmax) for strip in figure.data} == {(-0.5, 0.5)}
