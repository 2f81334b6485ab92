"""What RNN, GRU, LSTM and minGRU cost as units and length grow: parameters, multiply-adds, seconds, memory.

    python -m tests.benchmarks.cost [--seconds 1] [--out FILE.json]

One layer on noise: all units at 100 steps, all lengths at 64 units. Processor time on one thread.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rnncore import cost, results
from rnncore.nn.cost import measure

UNITS = (16, 32, 64, 128, 256)
STEPS = (10, 30, 100, 300, 1000)
FIXED_UNITS, FIXED_STEPS = 64, 100
INPUTS, BATCH = 8, 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="spent on each number")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    sizes = sorted({(units, FIXED_STEPS) for units in UNITS} | {(FIXED_UNITS, steps) for steps in STEPS})
    found = []
    for cell, ways in cost.WAYS.items():
        for way in ways:
            for units, steps in sizes:
                shape = {"way": way, "inputs": INPUTS, "batch": BATCH}
                found.append(measure(cell, units, steps, **shape, seconds=given.seconds))
                tell(found[-1])
    if given.out:
        command = f"python -m tests.benchmarks.cost --seconds {given.seconds:g} --out {given.out}"
        settings = {"units": UNITS, "steps": STEPS, "inputs": INPUTS, "batch": BATCH, "seed": 0, "threads": 1}
        results.store(given.out, command, settings, {"measurements": [one.as_dict() for one in found]})


def tell(one: cost.Measurement) -> None:
    name = one.cell if one.way == "torch" else f"{one.cell} {one.way}"
    counts = f"{one.parameters:9,} parameters {one.multiply_adds / 1e6:8.1f} M multiply-adds"
    times = f"{1000 * one.forward:8.2f} ms forwards {1000 * one.step:8.2f} ms a step"
    print(f"{name:18} {one.units:4} units {one.steps:5} steps {counts} {times} {one.memory / 1e6:7.2f} MB", flush=True)


if __name__ == "__main__":
    main()
