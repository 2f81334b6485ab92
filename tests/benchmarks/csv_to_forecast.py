"""Seconds and error from a CSV to a forecast: our command line beside neuralforecast and darts as they come.

    python -m tests.benchmarks.csv_to_forecast --data FOLDER [--only NAME ...] [--rounds 1] [--threads 1]
                                               [--peers neuralforecast darts_block darts_rnn] [--environments FOLDER]

Every program is a fresh process, from its start to a written file, by turns in every round, each round with a seed of its own;
medians. All read the same regular CSV, learn from the rows before the last three horizons, and forecast those from three
origins a horizon apart without learning again. MASE is scaled by the season of `tests.benchmarks.accuracy`. Wall and processor
seconds count child processes too; `work` is processor seconds less those of a process that only imports.

  full, fast, networks   `python -m rnncore forecast`; `--effort fast`; `--effort fast --network-only`. They also forecast the
                         rows after the last, and make bands and the baselines' forecasts.
  neuralforecast         `LSTM(h)`: two layers of 128 and a head of two, 3 h rows, 1,000 steps of 128 windows
  darts_block            `BlockRNNModel(3 h, h, model="LSTM")`: one layer of 25, 100 epochs of batches of 32
  darts_rnn              `RNNModel(3 h, training_length=4 h, model="LSTM")`: the same, fed with its own forecasts

One thread each, unless told; ours starts a second process where the run is long enough, and goes without compiled loops,
which are an extra. darts and neuralforecast get virtual environments of their own, made on the first call.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from rnncore.config import ReadConfig
from rnncore.forecasting.scores import seasonal_step
from rnncore.series import read
from rnncore.series.labels import labels
from tests.benchmarks.accuracy import KNOWN, PANELS
from tests.benchmarks.peers import FOLDER, environment, surroundings

SERIES = ("air_passengers", "daily_min_temp_melbourne", "peyton_manning_log")
OURS = {"full": (), "fast": ("--effort", "fast"), "networks": ("--effort", "fast", "--network-only")}
PEERS = {"neuralforecast": ("neuralforecast",), "darts_block": ("darts", "block"), "darts_rnn": ("darts", "rnn")}
ORIGINS = 3


def main() -> None:
    given = arguments()
    programs = {
        **{name: Ours(*options) for name, options in OURS.items()},
        **{name: Other(name, given) for name in given.peers},
    }
    started = {name: imported(program, given.threads) for name, program in programs.items()}
    ahead = {(ours, clock): [] for ours in OURS for clock in ("wall", "processor")}
    with tempfile.TemporaryDirectory() as folder:
        for name in given.only:
            task = Task.of(given.data / f"{name}.csv", Path(folder))
            found = medians(programs, task, given)
            ratios = "  ".join(f"{peer:>14}" for peer in given.peers)
            print(f"{name}, {len(task.values)} rows, horizon {task.horizon}; times as long, wall and processor:")
            print(f"  {'':15}   MASE     wall   proc.s     work   {ratios}")
            for program, one in found.items():
                print(line(program, one, started[program], [found[peer] for peer in given.peers]), flush=True)
            for (ours, clock), names in ahead.items():
                if all(is_ahead(found[ours], found[peer], clock) for peer in given.peers):
                    names.append(name)
    print("At most half of every peer's seconds at no larger MASE:")
    for (ours, clock), names in ahead.items():
        print(f"  {ours:10} {clock:10} {len(names)} of {len(given.only)} series: {', '.join(names) or 'none'}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    single = [name for name in KNOWN if name not in PANELS and name != "nyc_taxi_30min"]
    parser.add_argument("--only", nargs="+", default=SERIES, choices=single, help="names of files, without .csv")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=PEERS)
    parser.add_argument("--environments", type=Path, default=FOLDER)
    return parser.parse_args()


@dataclass(frozen=True)
class Task:
    """A regular CSV with columns `ds` and `y`; the last `ORIGINS` horizons of `values` are held out."""

    file: Path
    values: np.ndarray
    horizon: int
    season: int

    @classmethod
    def of(cls, path: Path, folder: Path) -> Task:
        horizon, season, column = KNOWN[path.stem]
        one = read(path.read_bytes(), ReadConfig(value=column)).series[0]
        stamps = one.index if one.stamps is not None else pd.date_range("2000-01-01", periods=len(one), freq="h")
        tidy = folder / path.name
        pd.DataFrame({"ds": labels(stamps), "y": one.values}).to_csv(tidy, index=False)
        return cls(tidy, one.values, horizon, season)

    @property
    def held_out(self) -> int:
        return ORIGINS * self.horizon

    def mase(self, error: float) -> float:
        """Of a mean absolute error."""
        return error / seasonal_step(self.values[: -self.held_out], self.season)


class Ours:
    """Our command line, with some options."""

    python = Path(sys.executable)
    imports = "import rnncore.terminal.run, rnncore.forecasting.recipe, rnncore.nn.crew"

    def __init__(self, *options: str):
        self.options = options

    def command(self, task: Task, seed: int, out: Path) -> list[str]:
        numbers = {"--horizon": task.horizon, "--holdout": task.held_out, "--seed": seed, "--out": out}
        told = [str(part) for pair in numbers.items() for part in pair]
        return ["-m", "rnncore", "forecast", str(task.file), *told, *self.options, "--json"]

    def error(self, task: Task, out: Path, said: str) -> float:
        scores = json.loads(said)["scores"]
        return scores["combined" if "combined" in scores else "network"]["mae"]


class Other:
    """A program of `tests.benchmarks.peers`, in an environment of its own."""

    def __init__(self, name: str, given: argparse.Namespace):
        library, *self.kind = PEERS[name]
        self.module = f"tests.benchmarks.peers.forecast_{library}"
        self.python = environment(library, given.environments / library)
        self.imports = f"import {self.module}"

    def command(self, task: Task, seed: int, out: Path) -> list[str]:
        return ["-m", self.module, *self.kind, *map(str, (task.file, task.horizon, task.held_out, seed, out))]

    def error(self, task: Task, out: Path, said: str) -> float:
        ahead = pd.read_csv(out)["forecast"].to_numpy()
        return float(np.abs(ahead - task.values[-task.held_out :]).mean())


class Run(NamedTuple):
    """wall, processor: seconds."""

    wall: float
    processor: float
    mase: float


def medians(programs: dict, task: Task, given: argparse.Namespace) -> dict[str, Run]:
    rounds = [{name: ran(one, task, seed, given.threads) for name, one in programs.items()} for seed in range(given.rounds)]
    return {
        name: Run(*(statistics.median(each) for each in zip(*(one[name] for one in rounds), strict=True))) for name in programs
    }


def ran(program: Ours | Other, task: Task, seed: int, threads: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        wall, processor, said = spent(program.python, program.command(task, seed, out), threads, folder)
        return Run(wall, processor, task.mase(program.error(task, out, said)))


def spent(python: Path, command: list[str], threads: int, folder: str) -> tuple[float, float, str]:
    """Wall and processor seconds of a process and those it started, and what it printed."""
    known = {**surroundings(), "OMP_NUM_THREADS": str(threads), "UNROLLED_COMPILED": "off"}
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [python, "-W", "ignore", *command], capture_output=True, text=True, check=False, cwd=folder, env=known
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def imported(program: Ours | Other, threads: int) -> float:
    """Processor seconds of a process that only imports; the second of two, when all files have been read before."""
    with tempfile.TemporaryDirectory() as folder:
        return [spent(program.python, ["-c", program.imports], threads, folder)[1] for _ in range(2)][1]


def line(name: str, one: Run, start: float, peers: list[Run]) -> str:
    ratios = "  ".join(f"{peer.wall / one.wall:7.2f}{peer.processor / one.processor:7.2f}" for peer in peers)
    return f"  {name:15} {one.mase:6.3f} {one.wall:8.2f} {one.processor:8.2f} {one.processor - start:8.2f}   {ratios}"


def is_ahead(ours: Run, peer: Run, clock: str) -> bool:
    return getattr(ours, clock) <= getattr(peer, clock) / 2 and ours.mase <= peer.mase


if __name__ == "__main__":
    main()
