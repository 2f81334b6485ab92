"""Every cell on every memory task, at growing lengths, with the gradient's reach before training.

nice -n 19 python -m tests.benchmarks.memory [--updates 4000] [--seed 0] [--out FILE.json [--resume]]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rnncore import memory, results
from rnncore.config import MemoryConfig
from rnncore.nn.memory import train

LENGTHS = {"adding": (25, 50, 100, 200, 400), "copy": (10, 25), "echo": (5, 10, 20, 40)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--resume", action="store_true", help="keep what stands in FILE.json already with the same settings")
    given = parser.parse_args()
    outcomes = held(given.out) if given.resume else []
    for task, steps in sorted(((name, steps) for name in memory.TASKS for steps in LENGTHS[name]), key=lambda one: one[1]):
        for cell in memory.CELLS:
            config = MemoryConfig(task=task, memory_cell=cell, steps=steps, updates=given.updates, seed=given.seed)
            if any(one.config == config.model_dump() for one in outcomes):
                continue
            outcomes.append(train(config))
            tell(config, outcomes[-1])
            if given.out:
                store(given, outcomes)


def held(path: Path | None) -> list[memory.Outcome]:
    if path is None or not path.exists():
        return []
    return [memory.Outcome(**one) for one in json.loads(path.read_text("utf-8"))["result"]["outcomes"]]


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
