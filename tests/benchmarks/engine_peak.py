"""What share of the processor's measured matrix peak a training step reaches, as units and steps grow.

    python -m tests.benchmarks.engine_peak [--cells lstm] [--units 16 64 128 256] [--steps 48 1000] [--rounds 5]

The peak is the fastest of many products of two square matrices by torch, measured between the steps, on one thread. A step is
forward and backward pass and update of two layers on 64 windows, counted as three times the multiply-adds of `rnncore.cost`, of
two operations each. Where numba is installed, the compiled loops are taken where they are quicker.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable

import numpy as np

from rnncore import cost, nn
from rnncore.config import Layer, NetworkConfig, TrainingConfig
from rnncore.nn.runtime import torch
from tests.benchmarks import growth
from tests.benchmarks.peers.serving import clocked

LAYERS, BATCH, HORIZON, SQUARE = 2, 64, 12, 1024
EACH = 5  # training steps between two looks at the clock


def main() -> None:
    given, found = arguments(), {}
    for cell in given.cells:
        for steps in given.steps:
            for units in given.units:
                seconds, peak = measure(cell, units, steps, given.rounds)
                found[cell, units, steps] = {"a training step": seconds}
                speed = operations(cell, units, steps) / seconds / 1e9
                shown = f"{speed:6.1f} of {peak:.1f} GFLOP/s, {100 * speed / peak:.0f} % of the peak"
                print(f"{cell:5} {units:4} units {steps:5} steps {1000 * seconds:9.2f} ms a training step {shown}", flush=True)
    growth.tell(found, "units", "steps")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", default=["lstm"])
    parser.add_argument("--units", nargs="+", type=int, default=[16, 64, 128, 256])
    parser.add_argument("--steps", nargs="+", type=int, default=[48])
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def measure(cell: str, units: int, steps: int, rounds: int) -> tuple[float, float]:
    """Median processor seconds of a training step, and the peak (GFLOP/s) measured between."""
    train, a, c = training(cell, units, steps), torch.ones(SQUARE, SQUARE), torch.empty(SQUARE, SQUARE)
    for action in (train, lambda: torch.mm(a, a, out=c)):
        action()  # the first call of everything is slower
    times, products = [], []
    for _ in range(rounds):
        products += [clocked(torch.mm, a, a, out=c) for _ in range(5)]
        times.append(clocked(train) / EACH)
    return statistics.median(times), 2 * SQUARE**3 / min(products) / 1e9


def training(cell: str, units: int, steps: int) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(BATCH, steps, 1)).astype(np.float32)
    Y = rng.normal(size=(BATCH, HORIZON)).astype(np.float32)
    network = NetworkConfig(layers=(Layer(cell=cell, units=units),) * LAYERS)
    task = nn.Task(1, HORIZON, BATCH, lambda which: (X[which], Y[which]))
    epochs = nn.train(network, TrainingConfig(batch_size=BATCH, precision="float32"), task, nn.Course(10**9, EACH), seed=0)
    return lambda: next(epochs)


def operations(cell: str, units: int, steps: int) -> float:
    counted = sum(cost.multiply_adds(cell, inputs, units, steps, BATCH) for inputs in (1, *[units] * (LAYERS - 1)))
    return 2 * 3 * counted


if __name__ == "__main__":
    main()
