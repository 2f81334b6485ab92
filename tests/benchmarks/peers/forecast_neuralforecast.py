"""neuralforecast from a CSV to forecasts: its LSTM, with everything but the horizon left to the library.

    python -m tests.benchmarks.peers.forecast_neuralforecast FILE.csv HORIZON HELD_OUT SEED OUT.csv

Networks are trained once, on the rows before the held-out end, and asked from origins a horizon apart.
"""

import sys

import pandas as pd
from neuralforecast import NeuralForecast
from neuralforecast.models import LSTM


def main(file: str, horizon: int, held_out: int, seed: int, out: str) -> None:
    rows = pd.read_csv(file, parse_dates=["ds"]).assign(unique_id="a")
    known = len(rows) - held_out
    model = NeuralForecast(models=[LSTM(h=horizon, random_seed=seed)], freq=pd.infer_freq(rows["ds"]))
    model.fit(rows[:known])
    ahead = [model.predict(df=rows[:origin]) for origin in range(known, len(rows), horizon)]
    pd.concat(ahead).rename(columns={"ds": "time", "LSTM": "forecast"}).to_csv(out, columns=["time", "forecast"], index=False)


if __name__ == "__main__":
    file, *numbers, out = sys.argv[1:]
    main(file, *map(int, numbers), out)
