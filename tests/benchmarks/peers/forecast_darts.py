"""darts from a CSV to forecasts: `BlockRNNModel` or `RNNModel` with an LSTM, and otherwise what the library chooses.

    python -m tests.benchmarks.peers.forecast_darts block|rnn FILE.csv HORIZON HELD_OUT SEED OUT.csv

The series is scaled by the library's `Scaler` and held in float32, as its guides advise. Look-back has no default: three
horizons, which is that of neuralforecast.
"""

import sys

import numpy as np
import pandas as pd
from darts import TimeSeries
from darts.dataprocessing.transformers import Scaler
from darts.models import BlockRNNModel, RNNModel


def main(kind: str, file: str, horizon: int, held_out: int, seed: int, out: str) -> None:
    rows = pd.read_csv(file, parse_dates=["ds"])
    series, known = TimeSeries.from_dataframe(rows, "ds", "y").astype(np.float32), len(rows) - held_out
    scaler = Scaler().fit(series[:known])
    scaled = scaler.transform(series)
    if kind == "block":
        model = BlockRNNModel(input_chunk_length=3 * horizon, output_chunk_length=horizon, model="LSTM", random_state=seed)
    else:
        model = RNNModel(input_chunk_length=3 * horizon, training_length=4 * horizon, model="LSTM", random_state=seed)
    model.fit(scaled[:known])
    origins = range(known, len(rows), horizon)
    ahead = [scaler.inverse_transform(model.predict(horizon, series=scaled[:origin])) for origin in origins]
    pd.concat([one.to_series() for one in ahead]).to_csv(out, header=["forecast"], index_label="time")


if __name__ == "__main__":
    kind, file, *numbers, out = sys.argv[1:]
    main(kind, file, *map(int, numbers), out)
