"""MASE of the default run beside the baselines, for every series in a folder of CSV files.

    python tests/benchmarks/accuracy.py --data FOLDER [--seeds 3] [--horizon 12] [--only NAME ...] [--season NAME=48 ...]

One line a file and seed, each method's MASE on the held-out end, then the geometric mean of network over seasonal naive.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from rnncore import nn
from rnncore.config import ForecastConfig, ReadConfig, RunConfig, TrainingConfig
from rnncore.forecasting import Recipe
from rnncore.forecasting.summary import METHODS
from rnncore.messages import Refusal
from rnncore.series import read


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--horizon", type=int)
    parser.add_argument("--only", nargs="*", default=[], help="names of files, without .csv")
    parser.add_argument("--season", nargs="*", default=[], help="NAME=ROWS")
    parser.add_argument("--value", nargs="*", default=[], help="NAME=COLUMN")
    parser.add_argument("--budget", type=float)
    return parser.parse_args()


def measure(path: Path, asked: argparse.Namespace, seed: int) -> dict | None:
    seasons, values = (dict(one.split("=", 1) for one in given) for given in (asked.season, asked.value))
    name = path.stem
    forecast = ForecastConfig(horizon=asked.horizon, season=int(seasons[name]) if name in seasons else None)
    try:
        reading = read(path.read_bytes(), ReadConfig(value=values.get(name)))
        recipe = Recipe(
            reading.series, RunConfig(forecast=forecast, training=TrainingConfig(seed=seed, budget=asked.budget)), nn
        )
        for _ in recipe.epochs():
            pass
        result = recipe.finish()
    except Refusal as refused:
        print(f"{name:32} refused: {refused.code} {refused.facts}", flush=True)
        return None
    numbers = {method: result.scores[method]["mase"] for method in METHODS}
    shown = " ".join("    none" if value is None else f"{value:8.3f}" for value in numbers.values())
    kind = f"{result.chosen['representation']} {result.chosen['season']} {result.chosen['transform']}"
    print(f"{name:32} {seed:4} {result.horizon:4} {result.season:5} {shown} {result.seconds:6.1f}  {kind}", flush=True)
    return numbers


def main() -> None:
    asked = arguments()
    print(f"{'series':32} seed    K     m  " + " ".join(f"{method[:8]:>8}" for method in METHODS) + " seconds  chosen")
    ratios = []
    for path in sorted(asked.data.glob("[!_]*.csv")):
        if not asked.only or path.stem in asked.only:
            for seed in range(asked.seeds):
                found = measure(path, asked, seed)
                if found and found["network"] and found["seasonal_naive"]:
                    ratios.append(math.log(found["network"] / found["seasonal_naive"]))
    if ratios:
        print(f"network over seasonal naive, geometric mean of {len(ratios)}: {math.exp(sum(ratios) / len(ratios)):.3f}")


if __name__ == "__main__":
    main()
