"""Seconds of one epoch here, beside a plain torch loop, Keras on TensorFlow, darts and neuralforecast, as units and steps grow.

    python -m tests.benchmarks.engine_epoch [--cells lstm gru rnn] [--units 16 64 128 256] [--steps 48] [--rounds 3]
                                            [--peers bfloat16 torch keras darts neuralforecast] [--environments FOLDER]

Two layers on 4,941 windows, a horizon of 12, batches of 64. One process each, one thread each, by turns in every round; medians
of processor seconds. Long sequences: `--steps 1000 --windows 512 --units 64`. `bfloat16` is ours with that precision. Keras,
darts and neuralforecast get virtual environments of their own in FOLDER, made on the first call (some 2 GB each). Where numba
is installed, ours takes its compiled loops.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import growth
from tests.benchmarks.peers import FOLDER, Peer, by_turns

PEERS = ("bfloat16", "torch", "keras", "darts", "neuralforecast")


def main() -> None:
    given = arguments()
    found: dict[tuple, dict[str, float]] = {}
    print(f"cell  units steps  ours, s   times as long: {'  '.join(f'{name:>14}' for name in given.peers)}")
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(name, given.environments)) for name in ("ours", *given.peers)]
        for cell in given.cells:
            for steps in given.steps:
                for units in given.units:
                    work = {"cell": cell, "units": units, "steps": steps, **settings(given)}
                    found[cell, units, steps] = medians = by_turns(peers, work, given.rounds)
                    ours = medians["ours"]
                    ratios = "  ".join(f"{medians[name] / ours:14.2f}" for name in given.peers)
                    print(f"{cell:5} {units:5} {steps:5} {ours:8.3f}   {'':16}{ratios}", flush=True)
    growth.tell(found, "units", "steps")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", default=["lstm", "gru", "rnn"])
    parser.add_argument("--units", nargs="+", type=int, default=[16, 64, 128, 256])
    parser.add_argument("--steps", nargs="+", type=int, default=[48])
    for name, default in (("layers", 2), ("windows", 4941), ("horizon", 12), ("batch", 64), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--environments", type=Path, default=FOLDER)
    return parser.parse_args()


def settings(given: argparse.Namespace) -> dict:
    return {name: getattr(given, name) for name in ("layers", "windows", "horizon", "batch")}


if __name__ == "__main__":
    main()
