"""Every cell on every memory task, at growing lengths, with the gradient's reach before training.

nice -n 19 python -m tests.benchmarks.memory [--updates 2000] [--seed 0] [--task adding ...] [--out FILE.json]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rnncore import memory, results
from rnncore.config import MemoryConfig
from rnncore.nn.memory import train

LENGTHS = {"adding": (25, 50, 100, 200), "copy": (10, 25, 50), "echo": (5, 10, 20, 40)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--task", action="append", choices=memory.TASKS)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    outcomes = []
    for task in given.task or memory.TASKS:
        for steps in LENGTHS[task]:
            for cell in memory.CELLS:
                config = MemoryConfig(task=task, memory_cell=cell, steps=steps, updates=given.updates, seed=given.seed)
                outcomes.append(train(config))
                tell(config, outcomes[-1])
                if given.out:
                    store(given, outcomes)


def tell(config: MemoryConfig, one: memory.Outcome) -> None:
    said = f"{one.best / one.guessing:6.3f} of guessing, solved after {one.solved or '-'}"
    print(
        f"{config.task:7s}{config.steps:4d} {config.memory_cell:7s}{said}, reach {one.reached:.1f}, {one.seconds:.0f} s",
        flush=True,
    )


def store(given: argparse.Namespace, outcomes: list[memory.Outcome]) -> None:
    command = f"python -m tests.benchmarks.memory --updates {given.updates} --seed {given.seed} --out {given.out}"
    plain = MemoryConfig(updates=given.updates, seed=given.seed).model_dump(
        include={"units", "batch", "learning_rate", "updates"}
    )
    results.store(given.out, command, {**plain, "seed": given.seed}, {"outcomes": [one.as_dict() for one in outcomes]})


if __name__ == "__main__":
    main()
