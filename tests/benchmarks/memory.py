"""Every cell on every memory task, at growing lengths up to the published ones, with the gradient's reach before training.

nice -n 19 python -m tests.benchmarks.memory --out FILE.json [--task adding] [--length 600] [--cell gru] [--seed 0]

Trains what FILE.json does not hold yet, and writes it there after every training, so that it can be interrupted at any time;
two of them may fill one file, with different tasks. All of it takes about half an hour of one processor core. A training ends
when its task is solved, or at the first look after its updates are spent: none is given up before.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from rnncore import memory, results
from rnncore.config import MemoryConfig
from rnncore.nn.memory import train

COMMAND = "python -m tests.benchmarks.memory --out rnncore/results/memory.json"
SEEDS = (0, 1, 2)
COPYING = {"units": 128, "updates": 6000}  # thirty bits want more room than the two numbers of the adding problem
PLAN = (  # task, lengths, cells, seeds, and what differs from the defaults of MemoryConfig
    ("adding", (25, 50, 100), memory.CELLS, SEEDS, {}),
    ("adding", (200,), memory.CELLS, SEEDS[:1], {}),
    ("adding", (500,), ("chrono",), SEEDS[:2], {}),
    ("adding", (600, 1000), ("chrono",), SEEDS[:1], {}),
    ("adding", (600,), ("gru",), SEEDS[:1], {}),
    ("adding", (500,), ("lstm",), SEEDS[:1], {"updates": 7000}),
    ("adding", (600,), ("rnn", "lstm"), SEEDS[:1], {"updates": 1500}),
    ("adding", (1000,), ("lstm",), SEEDS[:1], {"updates": 1500}),
    ("copy", (10, 25), memory.CELLS, SEEDS[:1], {}),
    ("copy", (5,), ("lstm", "chrono"), SEEDS[:1], COPYING),
    ("copy", (10,), ("lstm", "chrono"), SEEDS[:1], COPYING | {"updates": 8000}),
    ("copy", (1000,), ("lstm", "chrono"), SEEDS[:1], {"updates": 1000}),
    ("copy", (1000,), ("gru",), SEEDS[:1], {"updates": 500}),
    ("copy", (1000,), ("rnn",), SEEDS[:1], {"updates": 1500}),
    ("echo", (5, 10), memory.CELLS, SEEDS, {}),
    ("echo", (20, 40), memory.CELLS, SEEDS[:1], {}),
)


def main() -> None:
    given = parsed()
    for config in planned():
        asked = all(
            wanted is None or wanted == held
            for wanted, held in (
                (given.task, config.task), (given.length, config.steps), (given.cell, config.memory_cell),
                (given.seed, config.seed),
            )
        )  # fmt: skip
        if asked and not any(one.config == config.model_dump() for one in held(given.out)):
            trained = train(config)
            tell(config, trained)
            store(given.out, [*held(given.out), trained])


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--task", choices=memory.TASKS)
    parser.add_argument("--length", type=int)
    parser.add_argument("--cell", choices=memory.CELLS)
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


def planned() -> list[MemoryConfig]:
    return [
        MemoryConfig(task=task, memory_cell=cell, steps=steps, seed=seed, **differing)
        for task, lengths, cells, seeds, differing in PLAN
        for steps in lengths
        for seed in seeds
        for cell in cells
    ]


def held(path: Path) -> list[memory.Outcome]:
    if not path.exists():
        return []
    return [memory.Outcome(**one) for one in json.loads(path.read_text("utf-8"))["result"]["outcomes"]]


def tell(config: MemoryConfig, one: memory.Outcome) -> None:
    said = f"{one.best / one.guessing:6.3f} of guessing, solved after {one.solved or '-'}"
    print(
        f"{config.task:7s}{config.steps:5d} {config.memory_cell:7s}seed {config.seed}{said}, reach {one.reached:.1f}, "
        f"{one.seconds:.0f} s",
        flush=True,
    )


def store(path: Path, outcomes: list[memory.Outcome]) -> None:
    """Whole or not at all: who reads at this moment finds the file as it was."""
    part = path.with_suffix(f".{os.getpid()}")
    results.store(part, COMMAND, {"seeds": list(SEEDS)}, {"outcomes": [one.as_dict() for one in outcomes]})
    part.replace(path)


if __name__ == "__main__":
    main()
