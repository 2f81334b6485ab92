"""Time of the gradients chapter's sweep, as a ratio to the same measurement by torch's autograd.grad over all states.

    python -m tests.benchmarks.gradients [--rounds 5] [--hidden 64] [--batch 8] [--longest 100 1000]

Both sides are given the same cells (rnn, lstm, gru), weights, inputs and directions, and find the norms of dL/dh_t, dL/dc_t for
every t at every length from 5 to the longest; for each `longest`, with how seconds grow from one to the next. torch runs each
cell's own step once over the longest sequence and then calls autograd.grad once for each length, over all states before it.
The two take turns; medians of processor time are compared. One thread each. Ours finds spectral radius and Lyapunov exponent
besides; its time is told with them (`whole`) and without (`norms`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1]))

import cells_in_torch as in_torch
import numpy as np
import torch

from rnncore.config import GradientConfig
from rnncore.gradients import measure, prepare, reaches
from tests.benchmarks import growth

LENGTHS = (5, 10, 20, 50, 100, 200, 500, 1000)


def norms_by_torch(cell, x: np.ndarray, v: np.ndarray, lengths: list[int]) -> list[np.ndarray]:
    """Norms of the gradients by h (and c) by lag, for each length."""
    hs, cs, _ = in_torch.unroll(cell, x)
    v = torch.tensor(v)
    told = []
    for length in lengths:
        states = hs[:length] + cs[:length]
        found = torch.autograd.grad((hs[length - 1] * v).sum(), states, retain_graph=True, allow_unused=True)
        told.append(np.array([0.0 if one is None else float(one.norm()) for one in found[:length]])[::-1])
    return told


def norms_by_torch_for_all(config: GradientConfig, settings: dict) -> dict:
    return {cell: norms_by_torch(one.cell, one.x, one.v, list(config.lengths)) for cell, one in settings.items()}


def norms_by_us(config: GradientConfig) -> dict:
    settings = {cell: prepare(config, cell, max(config.lengths)) for cell in config.cells}
    return {cell: reaches(one.trace, one.v, config.lengths) for cell, one in settings.items()}


def seconds(work, *given) -> float:
    """Of the processor, so that what else runs on the machine does not count."""
    began = time.process_time()
    work(*given)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--longest", nargs="+", type=int, default=[100, 1000])
    for name, default in (("rounds", 5), ("hidden", 64), ("batch", 8)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    growth.tell({("the sweep", longest): sweep(given, longest) for longest in given.longest}, "steps")


def sweep(given: argparse.Namespace, longest: int) -> dict[str, float]:
    """Median seconds of each way, for all lengths up to the longest; the ways must agree."""
    lengths = tuple(length for length in LENGTHS if length <= longest)
    config = GradientConfig(hidden=given.hidden, batch=given.batch, lengths=lengths)
    settings = {cell: prepare(config, cell, max(lengths)) for cell in config.cells}
    theirs, ours = norms_by_torch_for_all(config, settings), norms_by_us(config)
    for cell in config.cells:
        for one, other in zip(ours[cell], theirs[cell], strict=True):
            held = other > 1e-150  # torch sums squares, and those are 0 below
            assert np.allclose(one.h[held], other[held], rtol=1e-8), cell
    times: dict[str, list[float]] = {"whole": [], "norms": [], "torch": []}
    for _ in range(given.rounds):
        times["whole"].append(seconds(measure, config))
        times["norms"].append(seconds(norms_by_us, config))
        times["torch"].append(seconds(norms_by_torch_for_all, config, settings))
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"3 cells, lengths {', '.join(map(str, lengths))}, {given.hidden} units, batch {given.batch}, {given.rounds} rounds")
    for name, value in medians.items():
        spread = f"{min(times[name]):.2f}-{max(times[name]):.2f}"
        print(f"{name:6} {value:6.2f} s  ({spread})  {value / medians['torch']:.3f} of torch's time", flush=True)
    return medians


if __name__ == "__main__":
    main()
