"""What calendar features and columns known in advance are worth: MASE of a run's networks with and without them.

    python -m tests.benchmarks.covariates --data FOLDER calendar|columns|past [--only NAME ...] [--seed 0] [--pool]

Every series is forecast from three origins a horizon apart, by networks trained once before the first of them; `--pool` takes
the whole pool instead of the networks alone. Of the columns, the rows beyond each origin are the file's own: what a perfect
forecast of them would be worth. The newest horizon of a file is kept back as the future that the last forecast is given.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

from rnncore import nn
from rnncore.config import ForecastConfig, ReadConfig, RunConfig, TrainingConfig
from rnncore.forecasting import Recipe
from rnncore.series import read

# Horizon and value column.
CALENDAR = {
    "daily_min_temp_melbourne": (30, None),
    "peyton_manning_log": (30, None),
    "nyc_taxi_30min": (48, None),
    "bike_day": (30, "cnt"),
    "etth1": (24, "OT"),
    "co2_weekly_gaps": (26, None),
    "seattle_weather": (30, "temp_max"),
    "pedestrians_daily_covid": (30, None),
}
# Horizon, value column, and columns that do not give it away.
COLUMNS = {
    "bike_day": (30, "cnt", ("tempC", "hum", "windspd", "holiday", "workday")),
    "etth1": (24, "OT", ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL")),
    "seattle_weather": (30, "temp_max", ("precipitation", "temp_min", "wind")),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("what", choices=("calendar", "columns", "past"))
    parser.add_argument("--only", nargs="*", default=[], help="names of files, without .csv")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pool", action="store_true")
    return parser.parse_args()


def mase(path: Path, horizon: int, config: ReadConfig, asked: argparse.Namespace, calendar: bool) -> tuple[float, float]:
    """Of the leading forecast; and CPU seconds."""
    began = time.process_time()
    series = [one.head(len(one) - horizon) for one in read(path.read_bytes(), config).series]
    forecast = ForecastConfig(
        horizon=horizon, holdout=3 * horizon, members=1, network_only=not asked.pool, calendar_features=calendar
    )
    recipe = Recipe(series, RunConfig(forecast=forecast, training=TrainingConfig(seed=asked.seed)), nn)
    for _ in recipe.epochs():
        pass
    result = recipe.finish()
    return result.scores[result.leading]["mase"], time.process_time() - began


def main() -> None:
    asked = arguments()
    print(f"{'series':28} without    with   ratio  CPU s without, with")
    ratios = []
    for name, (horizon, value, *columns) in (CALENDAR if asked.what == "calendar" else COLUMNS).items():
        if asked.only and name not in asked.only:
            continue
        path, plain = asked.data / f"{name}.csv", ReadConfig(value=value)
        taken = {"columns": "known", "past": "past"}.get(asked.what)
        more = plain.model_copy(update={taken: columns[0]}) if taken else plain
        (without, before), (with_, after) = (
            mase(path, horizon, config, asked, calendar)
            for config, calendar in ((plain, False), (more, asked.what == "calendar"))
        )
        ratios.append(math.log(with_ / without))
        print(f"{name:28} {without:7.3f} {with_:7.3f} {with_ / without:7.3f}  {before:.0f}, {after:.0f}", flush=True)
    print(f"geometric mean of the ratios: {math.exp(sum(ratios) / len(ratios)):.3f}")


if __name__ == "__main__":
    main()
