"""How often chance is recognised as chance, and what can be forecast is taken for it; verdicts and leaks of real files.

    python -m tests.benchmarks.diagnosis [--draws 300] [--data FOLDER]

First, for each kind of simulated series and number of rows, the percentage of draws called white noise / a random walk; then,
for every CSV file of the folder, the series that are called so, and the columns that give another one away.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from rnncore.forecasting import seasons
from rnncore.forecasting.randomness import random_walk, white_noise
from rnncore.series import read, read_table
from rnncore.series.leaks import find_leaks
from tests.forecasting.test_randomness import STRUCTURED, autoregression

ROWS = (80, 120, 200, 500, 2000)
CHANCE = {
    "normal noise": lambda rows, random: random.normal(size=rows),
    "heavy-tailed noise (t, 3)": lambda rows, random: random.standard_t(3, size=rows),
    "exponential noise": lambda rows, random: random.exponential(size=rows),
    "walk": lambda rows, random: random.normal(size=rows).cumsum(),
    "walk, heavy-tailed steps": lambda rows, random: random.standard_t(3, size=rows).cumsum(),
    "walk with drift 0.3": lambda rows, random: (0.3 + random.normal(size=rows)).cumsum(),
}
CLOSE = {
    f"autoregression {share}": lambda rows, random, share=share: autoregression(share, rows, random) for share in (0.2, 0.95)
}


def simulated(draws: int) -> None:
    print(f"{'noise / walk, %':28}" + "".join(f"{rows:>10}" for rows in ROWS))
    for kind, make in (CHANCE | CLOSE | STRUCTURED).items():
        shown = []
        for rows in ROWS:
            random = np.random.default_rng(1)
            series = [make(rows, random) for _ in range(draws)]
            season = 7 if "week" in kind else 12
            called = [np.mean([ask(one, season) is not None for one in series]) for ask in (white_noise, random_walk)]
            shown.append(f"{100 * called[0]:5.0f} /{100 * called[1]:3.0f}")
        print(f"{kind:28}" + "".join(shown), flush=True)


def real(path: Path) -> None:
    content = path.read_bytes()
    series, called = read(content).series, {"white noise": 0, "random walk": 0}
    for one in series:
        season = seasons.calendar_seasons(one.frequency)[0] if one.frequency else seasons.detect(one.values)
        called["white noise"] += white_noise(one.values, season) is not None
        called["random walk"] += random_walk(one.values, season) is not None
    print(f"{path.stem:32} {len(series):4} series: {called}", flush=True)
    table = read_table(content)
    axis = table.axis.columns if table.axis else ()
    columns = {name: column.values for name, column in table.typed.numbers.items() if name not in axis}
    for target in columns if len(columns) > 1 else ():
        began = time.perf_counter()
        found = find_leaks(list(columns), list(columns.values()), target)
        seconds = time.perf_counter() - began
        for leak in found:
            print(f"    {target}: {leak.kind} of {', '.join(leak.columns)} ({seconds:.2f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    simulated(asked.draws)
    for path in sorted(asked.data.glob("[!_]*.csv")) if asked.data else ():
        real(path)


if __name__ == "__main__":
    main()
