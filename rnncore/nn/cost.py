"""Measures what a recurrent layer costs here: seconds of a pass and of a training step, bytes kept for the backward pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from rnncore import cost
from rnncore.config import CostConfig
from rnncore.cost import CostCell, Measurement, Way
from rnncore.nn.article import Adam
from rnncore.nn.minimal import MinGRU
from rnncore.nn.runtime import torch

nn = torch.nn
TORCH = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


def measure(
    cell: CostCell,
    units: int,
    steps: int,
    *,
    way: Way = "torch",
    inputs: int = 8,
    batch: int = 32,
    seconds: float = 1.0,
) -> Measurement:
    """One layer of `units` on `batch` sequences of noise, `steps` long; repeated for about `seconds`, at least three times."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = MinGRU(inputs, units, way) if cell == "mingru" else TORCH[cell](inputs, units, batch_first=True)
        x = torch.randn(batch, steps, inputs)
    adam = Adam(layer)

    def forward():
        states = layer(x)
        return states if cell == "mingru" else states[0]

    def step():
        forward().square().mean().backward()
        adam.step()

    step()  # the first call of everything is slower
    return Measurement(
        *(cell, way, inputs, units, steps, batch),
        parameters=sum(p.numel() for p in layer.parameters()),
        multiply_adds=cost.multiply_adds(cell, inputs, units, steps, batch),
        forward=_seconds(torch.no_grad()(forward), seconds / 4),
        step=_seconds(step, seconds),
        memory=_kept(layer, forward),
    )


def compare(config: CostConfig) -> list[Measurement]:
    """Every cell, in every way it can be worked out, at one size."""
    sized = {"units": config.units, "steps": config.steps, "seconds": config.seconds}
    return [measure(cell, way=way, **sized) for cell, ways in cost.WAYS.items() for way in ways]


def _seconds(work: Callable[[], object], budget: float) -> float:
    """Median of as many calls as fit into `budget` seconds, at least three; of processor time, which other programs that
    run meanwhile hardly change."""
    times = []
    while len(times) < 3 or sum(times) < budget:
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times)


def _kept(layer, forward: Callable[[], object]) -> int:
    """Bytes of all storage that a pass forwards saves for the one backwards, each counted once, weights left out."""
    weights = {p.untyped_storage().data_ptr() for p in layer.parameters()}
    kept = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        states = forward()
    del states
    return sum(kept.values())
