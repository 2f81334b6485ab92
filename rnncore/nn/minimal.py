"""minGRU (Feng et al. 2024, "Were RNNs all we needed?", section 3.1 and appendix B): a recurrence without a matrix in it.

    z_t = sigmoid(W_z x_t + b_z)        gate
    n_t = g(W_n x_t + b_n)              candidate; g(v) = v + 1/2 for v >= 0, sigmoid(v) below: always positive
    h_t = (1 - z_t) * h_(t-1) + z_t * n_t

Gates and candidates of all steps are known before the first state is; what is left is h_t = a_t * h_(t-1) + b_t, with h_0 = 0.
Three ways to solve that, which agree: `sequential` takes T steps of little work; `doubling` takes log2(T) rounds over the
whole sequence; `logarithms` takes one cumulative sum of logarithms, as the paper does. Tensors are (T, B, H).
"""

from __future__ import annotations

from rnncore.cost import Way
from rnncore.nn.runtime import torch

nn = torch.nn


def sequential(a, b):
    h = b.clone()
    states = h.unbind(0)
    for t, keep in enumerate(a.unbind(0)[1:], 1):
        states[t].addcmul_(keep, states[t - 1])
    return h


def doubling(a, b):
    """After each round a step knows what twice as many steps up to it do together (Hillis and Steele 1986)."""
    a, h, reach = a.clone(), b.clone(), 1
    while reach < len(a):
        h[reach:] = torch.addcmul(h[reach:], a[reach:], h[:-reach])
        a[reach:] = a[reach:] * a[:-reach]
        reach *= 2
    return h


class Scan(torch.autograd.Function):
    """`solve(a, b)` with a gradient: dL/db runs through the same recurrence, backwards in time."""

    @staticmethod
    def forward(ctx, a, b, solve):
        h = solve(a, b)
        ctx.save_for_backward(a, h)
        ctx.solve = solve
        return h

    @staticmethod
    def backward(ctx, by_h):
        a, h = ctx.saved_tensors
        following = torch.cat([a[:1], a[1:].flip(0)])
        by_b = ctx.solve(following, by_h.flip(0)).flip(0)
        by_a = torch.cat([torch.zeros_like(a[:1]), by_b[1:] * h[:-1]])
        return by_a, by_b, None


def logarithms(log_a, log_b):
    """h_t = A_t * sum of b_s / A_s for s <= t, where A_t = a_1 ... a_t; in logarithms it neither overflows nor vanishes."""
    log_product = log_a.cumsum(dim=0)
    return (log_product + torch.logcumsumexp(log_b - log_product, dim=0)).exp()


class MinGRU(nn.Module):
    """(B, T, F) -> all states (B, T, H)."""

    def __init__(self, inputs: int, units: int, way: Way = "sequential"):
        super().__init__()
        self.gate, self.candidate = nn.Linear(inputs, units), nn.Linear(inputs, units)
        self.way = way

    def forward(self, x):
        x = x.transpose(0, 1).contiguous()
        gate, candidate = self.gate(x), self.candidate(x)  # (T, B, H) each
        if self.way == "logarithms":
            log_z, log_keep = -nn.functional.softplus(-gate), -nn.functional.softplus(gate)
            log_n = torch.where(candidate >= 0, (candidate.relu() + 0.5).log(), -nn.functional.softplus(-candidate))
            return logarithms(log_keep, log_z + log_n).transpose(0, 1)
        z, n = torch.sigmoid(gate), torch.relu(candidate) + torch.sigmoid(-torch.relu(-candidate))
        solve = {"sequential": sequential, "doubling": doubling}[self.way]
        return Scan.apply(1 - z, z * n, solve).transpose(0, 1)
