"""Error of the default run beside every baseline, on series whose end it has not seen; coverage of the bands; CPU seconds.

    python -m tests.benchmarks.accuracy --data FOLDER [--only NAME ...] [--seed 0] [--fast] [--once] [--precision float32]
                                        [--out FILE.json]

Single series are forecast from three origins a horizon apart, each by a run of its own that knows the rows before it, or with
`--once` all by networks trained before the first of them; panels (`m3_monthly_100`, `m4_hourly_60`) at the competitions' own
test window. MASE is scaled by the season of `KNOWN`, whatever
season the run finds. At the end: geometric mean over the single series of MASE over that of the seasonal naive forecast, for
the pool, its networks alone, its classical members alone, ETS and Theta.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnncore import nn
from rnncore.config import ForecastConfig, ReadConfig, RunConfig, TrainingConfig
from rnncore.forecasting import Recipe, pool
from rnncore.forecasting.scores import seasonal_step
from rnncore.forecasting.summary import Summary
from rnncore.series import read

# Horizon, season of the score, value column; the last two are panels.
KNOWN = {
    "air_passengers": (12, 12, None),
    "retail_sales": (12, 12, None),
    "sunspots_monthly": (12, 12, None),
    "co2_weekly_gaps": (26, 52, None),
    "nile_annual": (6, 1, None),
    "daily_min_temp_melbourne": (30, 7, None),
    "peyton_manning_log": (30, 7, None),
    "nyc_taxi_30min": (48, 48, None),
    "taylor_halfhourly_no_dates": (48, 48, None),
    "etth1": (24, 24, "OT"),
    "bike_day": (30, 7, "cnt"),
    "m3_monthly_100": (18, 12, None),
    "m4_hourly_60": (48, 24, None),
}
PANELS = ("m3_monthly_100", "m4_hourly_60")
ORIGINS = 3
SHOWN = ("combined", "network", "classical", "seasonal_naive", "naive", "ets", "theta")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(KNOWN), help="names of files, without .csv")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--precision", default="auto", choices=("auto", "float32", "bfloat16"))
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def runs(path: Path, asked: argparse.Namespace) -> Iterator[Recipe]:
    """Every run that a file is scored by, once it is over."""
    horizon, _, column = KNOWN[path.stem]
    series = read(path.read_bytes(), ReadConfig(value=column)).series
    origins = 1 if path.stem in PANELS else ORIGINS
    holdout, later = (origins * horizon, [0]) if asked.once else (horizon, [k * horizon for k in reversed(range(origins))])
    effort = "fast" if asked.fast else "full"
    for rows in later:
        forecast = ForecastConfig(horizon=horizon, holdout=holdout, effort=effort)
        known = [one.head(len(one) - rows) for one in series]
        training = TrainingConfig(seed=asked.seed, precision=asked.precision)
        recipe = Recipe(known, RunConfig(forecast=forecast, training=training), nn)
        for _ in recipe.epochs():
            pass
        yield recipe


def measure(path: Path, asked: argparse.Namespace) -> dict:
    """Means over all runs; seconds: of all of them."""
    began, found = time.process_time(), []
    for recipe in runs(path, asked):
        spent = time.process_time() - began
        found.append(scored(recipe, KNOWN[path.stem][1]) | {"seconds": spent})
        began = time.process_time()
    means = {
        part: {name: float(np.mean([one[part][name] for one in found])) for name in found[0][part]}
        for part in ("mase", "coverage")
    }
    sums = {part: sum(one[part] for one in found) for part in ("seconds", "points")}
    return means | sums | {"runs": [one["told"] for one in found]}


def scored(recipe: Recipe, season: int) -> dict:
    """Of one run: MASE by method, share within each band, and what its user is told."""
    summary, result = Summary(recipe, recipe.networks(), recipe.partners), recipe.finish()
    parts = zip(recipe.plan.series, recipe.plan.splits, strict=True)
    steps = [seasonal_step(one.values[: split.validation], season) for one, split in parts]
    unit, counts = np.repeat(steps, summary.counts("held_out")), summary.counts("validation")

    def mase(forecast: np.ndarray) -> float:
        return float(np.mean(np.abs(forecast - summary.actual["held_out"]).mean(1) / unit))

    held = {
        name: summary.pool(name, False)(summary.parts(name, "held_out"), summary.series("held_out"))
        for name in result.scores
        if name in ("combined", "network")
    }
    partners = pool.fit(recipe.partners.members, recipe.partners.at("validation"), summary.actual["validation"], counts)
    held["classical"] = partners(recipe.partners.at("held_out"), summary.series("held_out"))
    found = {name: mase(one) for name, one in (held | recipe.partners.judges_at("held_out")).items()}
    worse = found["combined"] / min(found["naive"], found["seasonal_naive"])
    told = {"worse": worse, "verdict": result.verdict, "weights": result.weights}
    return {"mase": found, "coverage": result.coverage, "told": told, "points": summary.actual["held_out"].size}


def line(name: str, one: dict) -> str:
    told = "".join(
        f"  {one['worse']:.2f} x the better naive: the first sentence says {one['verdict'][0]}"
        for one in one["runs"]
        if one["worse"] > 1.05
    )
    numbers = " ".join(f"{one['mase'][method]:8.3f}" for method in SHOWN)
    bands = " ".join(f"{100 * share:5.1f}" for share in one["coverage"].values())
    return f"{name:28} {numbers}  {bands} {one['seconds']:7.1f}{told}"


def main() -> None:
    asked, found = arguments(), {}
    print(f"{'series':28} " + " ".join(f"{method[:8]:>8}" for method in SHOWN) + "   80 %  95 %   CPU s")
    for name in asked.only:
        found[name] = measure(asked.data / f"{name}.csv", asked)
        print(line(name, found[name]), flush=True)
        if asked.out:
            asked.out.write_text(json.dumps(found, indent=1))
    single = [one for name, one in found.items() if name not in PANELS]
    if single:
        for method in SHOWN:
            ratio = [math.log(one["mase"][method] / one["mase"]["seasonal_naive"]) for one in single]
            print(f"{method:14} over seasonal naive, geometric mean of {len(single)}: {math.exp(np.mean(ratio)):.3f}")
        print(f"bands held, mean of {len(single)}: {held(single)}")
    print(f"bands held, of all values: {held(list(found.values()), by_points=True)}")


def held(found: list[dict], by_points: bool = False) -> str:
    weights = [one["points"] if by_points else 1 for one in found]
    shares = np.average([list(one["coverage"].values()) for one in found], axis=0, weights=weights)
    return ", ".join(f"{100 * share:.1f} %" for share in shares)


if __name__ == "__main__":
    main()
