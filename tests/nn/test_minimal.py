"""minGRU: its three scans against its equations, values and gradients."""

import pytest
import torch

from rnncore.cost import WAYS
from rnncore.nn.minimal import MinGRU, Scan, doubling, sequential

STEPS = [1, 2, 7, 64]


def unrolled(cell, x):
    """The equations of the paper, one step after another, left to autograd."""
    h, states = torch.zeros(len(x), cell.gate.out_features, dtype=x.dtype), []
    for t in range(x.shape[1]):
        gate, candidate = cell.gate(x[:, t]), cell.candidate(x[:, t])
        z = torch.sigmoid(gate)
        n = torch.where(candidate >= 0, candidate + 0.5, torch.sigmoid(candidate))
        h = (1 - z) * h + z * n
        states.append(h)
    return torch.stack(states, dim=1)


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("way", WAYS["mingru"])
def test_every_scan_follows_the_equations_in_values_and_gradients(way, steps):
    torch.manual_seed(steps)
    cell = MinGRU(3, 5, way).double()
    x = (4 * torch.randn(2, steps, 3, dtype=torch.float64)).requires_grad_()
    weight = torch.randn(2, steps, 5, dtype=torch.float64)
    given, expected = cell(x), unrolled(cell, x)
    torch.testing.assert_close(given, expected, rtol=1e-10, atol=1e-10)
    wanted = [x, *cell.parameters()]
    torch.testing.assert_close(
        torch.autograd.grad((given * weight).sum(), wanted),
        torch.autograd.grad((expected * weight).sum(), wanted),
        rtol=1e-9,
        atol=1e-9,
    )


@pytest.mark.parametrize("solve", [sequential, doubling])
def test_a_scan_of_ones_counts_and_its_gradient_counts_backwards(solve):
    a, b = torch.ones(5, 1, 1, requires_grad=True), torch.ones(5, 1, 1, requires_grad=True)
    h = Scan.apply(a, b, solve)
    assert h.flatten().tolist() == [1, 2, 3, 4, 5]
    h.sum().backward()
    assert b.grad.flatten().tolist() == [5, 4, 3, 2, 1]
    assert a.grad.flatten().tolist() == [0, 4 * 1, 3 * 2, 2 * 3, 1 * 4]


def test_logarithms_survive_gates_that_are_shut_and_long_sequences():
    cell = MinGRU(1, 2, "logarithms")
    with torch.no_grad():
        cell.gate.bias.copy_(torch.tensor([60.0, -60.0]))
        cell.candidate.bias.copy_(torch.tensor([1.0, -60.0]))
    x = torch.randn(1, 2000, 1)
    states = cell(x)
    states.sum().backward()
    assert torch.isfinite(states).all()
    assert all(torch.isfinite(p.grad).all() for p in cell.parameters())
