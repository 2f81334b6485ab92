"""Seconds of one epoch on a GPU and on one thread of its host, and of a plain torch loop on the same GPU.

    python -m tests.benchmarks.engine_gpu [--cells lstm gru rnn] [--units 16 64 256] [--steps 48 336] [--rounds 5]

Two layers on 4,941 windows, a horizon of 12, batches of 64. By turns in every round; medians of seconds on the clock.
`bfloat16` is ours with that precision. `torch` is nn.LSTM of several layers by cuDNN and torch.optim.Adam, its windows on the
GPU as well; neither it nor ours rounds float32 to TF32. The processor works out four updates after four that are not counted.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
import torch

from rnncore import nn
from rnncore.config import Layer, NetworkConfig, TrainingConfig
from tests.benchmarks import growth
from tests.benchmarks.peers.run_torch import Model
from tests.benchmarks.peers.serving import unfolded


def main() -> None:
    given, found = arguments(), {}
    if not torch.cuda.is_available():
        raise SystemExit("There is no GPU here that torch can use.")
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    print("cell  units steps   GPU, s   times as long: bfloat16      torch  processor")
    for cell in given.cells:
        for steps in given.steps:
            for units in given.units:
                work = {"cell": cell, "units": units, "steps": steps, "layers": 2, "horizon": 12, "batch": 64}
                found[cell, units, steps] = one = medians({**work, "windows": given.windows}, given.rounds)
                ratios = " ".join(f"{one[name] / one['gpu']:10.2f}" for name in ("bfloat16", "torch", "processor"))
                print(f"{cell:5} {units:5} {steps:5} {one['gpu']:8.4f}                {ratios}", flush=True)
    growth.tell(found, "units", "steps")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", default=["lstm", "gru", "rnn"])
    for name, default in (("units", [16, 64, 256]), ("steps", [48, 336])):
        parser.add_argument(f"--{name}", nargs="+", type=int, default=default)
    for name, default in (("windows", 4941), ("rounds", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def medians(work: dict, rounds: int) -> dict[str, float]:
    X, Y = unfolded(work)
    peers = {
        "gpu": epochs(work, X, Y, updates(work), device="cuda"),
        "bfloat16": epochs(work, X, Y, updates(work), device="cuda", precision="bfloat16"),
        "torch": plain(work, X, Y),
    }
    times = [{name: clocked(epoch) for name, epoch in peers.items()} for _ in range(rounds + 1)]  # the first is not counted
    few = epochs(work, X, Y, 4, device="cpu", precision="float32")
    processor = [clocked(few) for _ in range(2)][1] * updates(work) / 4
    return {"processor": processor, **{name: statistics.median(one[name] for one in times[1:]) for name in peers}}


def updates(work: dict) -> int:
    return -(-work["windows"] // work["batch"])


def epochs(work: dict, X: np.ndarray, Y: np.ndarray, length: int, **knobs):
    network = NetworkConfig(layers=(Layer(cell=work["cell"], units=work["units"]),) * work["layers"])
    training = TrainingConfig(batch_size=work["batch"], schedule="constant", **knobs)
    task = nn.Task(1, work["horizon"], len(X), lambda which: (X[which], Y[which]))
    trained = nn.train(network, training, task, nn.Course(10**9, length), seed=0)
    return lambda: next(trained)


def plain(work: dict, X: np.ndarray, Y: np.ndarray):
    X, Y = torch.from_numpy(X).cuda(), torch.from_numpy(Y).cuda()
    model = Model(work).cuda()
    optimizer = torch.optim.Adam(model.parameters())

    def epoch():
        for batch in torch.randperm(len(X), device="cuda").split(work["batch"]):
            optimizer.zero_grad()
            loss = torch.nn.functional.l1_loss(model(X[batch]), Y[batch])
            loss.backward()
            optimizer.step()

    return epoch


def clocked(epoch) -> float:
    torch.cuda.synchronize()
    began = time.perf_counter()
    epoch()
    torch.cuda.synchronize()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
