"""Error of the default run beside every baseline, on series whose end it has not seen; coverage of the bands; CPU seconds.

    python -m tests.benchmarks.accuracy --data FOLDER [--only NAME ...] [--seed 0] [--fast] [--out FILE.json]

Single series are forecast from three origins a horizon apart, by networks trained once before the first of them; panels
(`m3_monthly_100`, `m4_hourly_60`) at the competitions' own test window. MASE is scaled by the season of `KNOWN`, whatever
season the run finds. At the end: geometric mean over the single series of MASE over that of the seasonal naive forecast, for
the pool, its networks alone, its classical members alone, ETS and Theta.
"""

from __future__ import annotations

import argparse
import json
import math
import time
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
SHOWN = ("combined", "network", "classical", "seasonal_naive", "naive", "ets", "theta")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=list(KNOWN), help="names of files, without .csv")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def trained(path: Path, asked: argparse.Namespace) -> Recipe:
    horizon, _, column = KNOWN[path.stem]
    reading = read(path.read_bytes(), ReadConfig(value=column))
    holdout = horizon if path.stem in PANELS else 3 * horizon
    forecast = ForecastConfig(horizon=horizon, holdout=holdout, effort="fast" if asked.fast else "full")
    recipe = Recipe(reading.series, RunConfig(forecast=forecast, training=TrainingConfig(seed=asked.seed)), nn)
    for _ in recipe.epochs():
        pass
    return recipe


def measure(path: Path, asked: argparse.Namespace) -> dict:
    began = time.process_time()
    recipe = trained(path, asked)
    seconds = time.process_time() - began
    summary, result = Summary(recipe, recipe.networks(), recipe.partners), recipe.finish()
    season = KNOWN[path.stem][1]
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
    return {
        "mase": found,
        "coverage": result.coverage,
        "seconds": seconds,
        "verdict": result.verdict,
        "weights": result.weights,
    }


def line(name: str, one: dict) -> str:
    worse = one["mase"]["combined"] / min(one["mase"]["naive"], one["mase"]["seasonal_naive"])
    told = f"  {worse:.2f} x the better naive: the first sentence says {one['verdict'][0]}" if worse > 1.05 else ""
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
        cover = np.mean([list(one["coverage"].values()) for one in single], axis=0)
        print(f"coverage of the bands, mean of {len(single)}: " + ", ".join(f"{100 * share:.1f} %" for share in cover))


if __name__ == "__main__":
    main()
