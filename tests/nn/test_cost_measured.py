"""What is counted without torch against what torch has and does; what is measured against sense."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from rnncore import cost
from rnncore.cells import GATES
from rnncore.nn.cost import TORCH, measure
from rnncore.nn.minimal import MinGRU


@pytest.mark.parametrize("cell", cost.WAYS)
def test_parameters_are_those_that_torch_has(cell):
    layer = MinGRU(3, 7) if cell == "mingru" else TORCH[cell](3, 7)
    assert cost.parameters(cell, 3, 7) == sum(p.numel() for p in layer.parameters())


@pytest.mark.parametrize("cell", cost.WAYS)
def test_multiply_adds_of_matrices_are_those_that_torch_counts(cell):
    inputs, units, steps, batch = 3, 7, 5, 2
    products = cost.multiply_adds(cell, inputs, units, steps, batch) - batch * steps * units * cost.STATE_PRODUCTS[cell]
    with FlopCounterMode(display=False) as counted:
        if cell == "mingru":
            MinGRU(inputs, units)(torch.zeros(batch, steps, inputs))
        else:
            kernel, recurrent = (torch.zeros(GATES[cell] * units, width) for width in (inputs, units))
            for _ in range(steps):
                torch.zeros(batch, inputs) @ kernel.T + torch.zeros(batch, units) @ recurrent.T
    assert counted.get_total_flops() == 2 * products


@pytest.mark.parametrize(("cell", "way"), [("lstm", "torch"), ("mingru", "sequential"), ("mingru", "doubling")])
def test_more_steps_cost_more_of_everything(cell, way):
    short, long = (measure(cell, 16, steps, way=way, batch=8, seconds=0.01) for steps in (10, 200))
    assert short.parameters == long.parameters == cost.parameters(cell, 8, 16)
    assert long.multiply_adds == 20 * short.multiply_adds
    assert 10 * short.memory < long.memory < 40 * short.memory
    assert long.step > short.step
    assert long.step > long.forward > 0


def test_memory_holds_at_least_the_states():
    states = 4 * 8 * 100 * 16  # float32, B x T x H
    for cell, ways in cost.WAYS.items():
        assert measure(cell, 16, 100, way=ways[0], batch=8, seconds=0.01).memory >= states
