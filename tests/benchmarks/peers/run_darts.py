"""darts: BlockRNNModel. Only the epoch itself is timed, not what Lightning does before and after."""

import time

from darts import TimeSeries
from darts.models import BlockRNNModel
from pytorch_lightning.callbacks import Callback

from tests.benchmarks.peers.serving import Epoch, series, serve


class Clock(Callback):
    def on_train_epoch_start(self, *_):
        self.began = time.process_time()

    def on_train_epoch_end(self, *_):
        self.seconds = time.process_time() - self.began


def prepare(work: dict) -> Epoch:
    clock, values = Clock(), TimeSeries.from_values(series(work))
    quiet = {"accelerator": "cpu", "logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    model = BlockRNNModel(
        work["steps"],
        work["horizon"],
        model=work["cell"].upper(),
        hidden_dim=work["units"],
        n_rnn_layers=work["layers"],
        batch_size=work["batch"],
        random_state=0,
        pl_trainer_kwargs={**quiet, "enable_checkpointing": False, "callbacks": [clock]},
    )
    model.fit(values[: work["steps"] + work["horizon"] + work["batch"]], epochs=1)

    def epoch() -> float:
        model.fit(values, epochs=1)
        return clock.seconds

    return epoch


if __name__ == "__main__":
    serve(prepare)
