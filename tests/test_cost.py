"""What a layer costs, counted by head, and the measurements that ship."""

import pytest

from rnncore import cost


@pytest.mark.parametrize(
    ("cell", "parameters", "multiply_adds"),
    [
        ("rnn", 3 * (2 + 3 + 2), 3 * (2 + 3)),
        ("gru", 3 * 3 * (2 + 3 + 2), 3 * 3 * (2 + 3) + 9),
        ("lstm", 4 * 3 * (2 + 3 + 2), 4 * 3 * (2 + 3) + 9),
        ("mingru", 2 * 3 * (2 + 1), 2 * 3 * 2 + 6),
    ],
)
def test_counts_of_three_units_that_read_two_inputs(cell, parameters, multiply_adds):
    assert cost.parameters(cell, inputs=2, units=3) == parameters
    assert cost.multiply_adds(cell, inputs=2, units=3, steps=1) == multiply_adds
    assert cost.multiply_adds(cell, inputs=2, units=3, steps=10, batch=4) == 40 * multiply_adds


def test_shipped_measurements_cover_every_cell_and_agree_with_the_counts():
    measured = cost.measured()
    assert {(one.cell, one.way) for one in measured} == {(cell, way) for cell, ways in cost.WAYS.items() for way in ways}
    for one in measured:
        assert one.parameters == cost.parameters(one.cell, one.inputs, one.units)
        assert one.multiply_adds == cost.multiply_adds(one.cell, one.inputs, one.units, one.steps, one.batch)
        assert 0 < one.forward < one.step
        assert one.memory >= 4 * one.batch * one.steps * one.units
    assert "tests.benchmarks.cost" in cost.shipped().command
