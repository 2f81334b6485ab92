"""neuralforecast: its LSTM, GRU or RNN, for as many steps as an epoch has batches. Only the steps are timed."""

import logging
import time

import pandas as pd
from neuralforecast import NeuralForecast
from neuralforecast.models import GRU, LSTM, RNN
from pytorch_lightning.callbacks import Callback

from tests.benchmarks.peers.serving import Epoch, series, serve

CELLS = {"lstm": LSTM, "gru": GRU, "rnn": RNN}


class Clock(Callback):
    """Tells its class, because the library works with a copy of what it is given."""

    def on_train_start(self, *_):
        self.began = time.process_time()

    def on_train_end(self, *_):
        Clock.seconds = time.process_time() - self.began


def prepare(work: dict) -> Epoch:
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    values = series(work)
    rows = pd.DataFrame({"unique_id": "a", "ds": range(len(values)), "y": values})
    quiet = {"accelerator": "cpu", "logger": False, "enable_progress_bar": False, "enable_model_summary": False}

    def epoch(steps: int = -(-work["windows"] // work["batch"])) -> float:
        model = CELLS[work["cell"]](
            h=work["horizon"],
            input_size=work["steps"],
            encoder_n_layers=work["layers"],
            encoder_hidden_size=work["units"],
            max_steps=steps,
            windows_batch_size=work["batch"],
            random_seed=1,
            enable_checkpointing=False,
            callbacks=[Clock()],
            **quiet,
        )
        NeuralForecast(models=[model], freq=1).fit(rows)
        return Clock.seconds

    epoch(2)
    return epoch


if __name__ == "__main__":
    serve(prepare)
