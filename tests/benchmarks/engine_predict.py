"""Seconds of 1,000 recursive steps and of 10,000 windows, here and with torch's nn.LSTM alone.

    python -m tests.benchmarks.engine_predict [--cell lstm] [--units 16 64 128] [--steps 250 1000] [--windows 2500 10000]
                                              [--rounds 5]

Recursive steps in two meanings, each beside torch doing the same with the same weights:
  state    the network reads its own last output and keeps its state, as it is left to itself on the page Inside; here by
           `rnncore.cells.onward`
  window   the network reads the last 48 values anew for every step, from a state of zeros, as a run with strategy "recursive"
           does: it was trained on such windows, and each is scaled by itself, so no state can be carried from one to the next
Both sides by turns in one process on one thread; medians of processor seconds. The outputs must agree.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable

import numpy as np

from rnncore import nn
from rnncore.config import Layer, NetworkConfig
from rnncore.inside import Network
from rnncore.nn.runtime import torch
from tests.benchmarks import growth
from tests.benchmarks.peers.run_torch import CELLS
from tests.benchmarks.peers.serving import clocked

LAYERS, WINDOW, HORIZON = 2, 48, 12
BEGIN = np.random.default_rng(0).normal(size=WINDOW).astype(np.float32)


class Plain(torch.nn.Module):
    """torch's layers in one, with the weights of ours."""

    def __init__(self, cell: str, units: int, weights: dict[str, np.ndarray]):
        super().__init__()
        self.recurrent = CELLS[cell](1, units, num_layers=LAYERS, batch_first=True)
        self.head = torch.nn.Linear(units, len(weights["head.bias"]))
        held = {name: torch.from_numpy(value) for name, value in weights.items()}
        named = {
            f"recurrent.{kind}_l{n}": held[f"layers.{n}.{kind}_l0"]
            for n in range(LAYERS)
            for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        self.load_state_dict({**named, "head.weight": held["head.weight"], "head.bias": held["head.bias"]})

    def forward(self, x, state=None):
        states, state = self.recurrent(x, state)
        return self.head(states[:, -1]), state


def main() -> None:
    given, found = arguments(), {}
    for units in given.units:
        for steps in given.steps:
            found[f"{units} units, state", steps] = by_state(given, units, steps)
            found[f"{units} units, window", steps] = by_window(given, units, steps)
        for windows in given.windows:
            found[f"{units} units, windows", windows] = many(given, units, windows)
    for what, name in (("windows", "windows"), ("state", "steps"), ("window", "steps")):
        growth.tell({key: one for key, one in found.items() if key[0].endswith(f" {what}")}, name)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell", default="lstm", choices=CELLS)
    for name, default in (("units", [16, 64, 128]), ("steps", [250, 1000]), ("windows", [2500, 10_000])):
        parser.add_argument(f"--{name}", nargs="+", type=int, default=default)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def by_state(given: argparse.Namespace, units: int, steps: int) -> dict[str, float]:
    config, weights, plain = drawn(given.cell, units, outputs=1)
    mine, others = (Network.of_weights(config, weights), BEGIN[0], steps), (plain, BEGIN[0], steps)
    return compare(f"{units} units, state, {steps} steps", state_by_numpy, state_by_torch, given.rounds, mine, others)


def by_window(given: argparse.Namespace, units: int, steps: int) -> dict[str, float]:
    config, weights, plain = drawn(given.cell, units, outputs=1)
    mine, others = (nn.predictor(config, weights), BEGIN, steps), (by_torch(plain), BEGIN, steps)
    return compare(f"{units} units, window, {steps} steps", window, window, given.rounds, mine, others)


def many(given: argparse.Namespace, units: int, windows: int) -> dict[str, float]:
    config, weights, plain = drawn(given.cell, units, outputs=HORIZON)
    inputs = (np.random.default_rng(1).normal(size=(windows, WINDOW, 1)).astype(np.float32),)
    ours, theirs = nn.predictor(config, weights), by_torch(plain)
    return compare(f"{units} units, {windows} windows", ours, theirs, given.rounds, inputs, inputs)


def drawn(cell: str, units: int, outputs: int):
    config = NetworkConfig(layers=(Layer(cell=cell, units=units),) * LAYERS)
    weights = {name: value.detach().numpy() for name, value in nn.Network(config, 1, outputs, seed=0).named_parameters()}
    return config, weights, Plain(cell, units, weights)


def compare(name: str, ours: Callable, theirs: Callable, rounds: int, mine: tuple, others: tuple) -> dict:
    np.testing.assert_allclose(ours(*mine), theirs(*others), atol=1e-4)
    times = [(clocked(ours, *mine), clocked(theirs, *others)) for _ in range(rounds)]
    here, there = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"{name:32} here {here:7.3f} s, torch {there:7.3f} s: {there / here:5.1f} times as long", flush=True)
    return {"here": here, "torch": there}


def state_by_numpy(network: Network, value: float, steps: int) -> np.ndarray:
    step, said = network.onward(), np.empty((steps, 1), np.float32)
    x = np.full(1, value, np.float32)
    for at in range(steps):
        x = said[at] = step(x)
    return said[:, 0]


@torch.no_grad()
def state_by_torch(plain: Plain, value: float, steps: int) -> np.ndarray:
    x, state, said = torch.full((1, 1, 1), float(value)), None, []
    for _ in range(steps):
        x, state = plain(x[:, None] if x.ndim == 2 else x, state)
        said.append(float(x))
    return np.array(said)


def by_torch(plain: Plain) -> Callable[[np.ndarray], np.ndarray]:
    return torch.no_grad()(lambda inputs: plain(torch.from_numpy(inputs))[0].numpy())


def window(predict: Callable[[np.ndarray], np.ndarray], begin: np.ndarray, steps: int) -> np.ndarray:
    values = np.concatenate([begin, np.empty(steps, np.float32)])
    for at in range(len(begin), len(values)):
        values[at] = predict(values[None, at - len(begin) : at, None])[0, 0]
    return values[len(begin) :]


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
