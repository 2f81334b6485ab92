"""Keras on TensorFlow: layers, `compile`, `fit`."""

import keras

from tests.benchmarks.peers.serving import Epoch, clocked, serve, unfolded

CELLS = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}


def prepare(work: dict) -> Epoch:
    keras.utils.set_random_seed(0)
    keras.backend.clear_session()
    X, Y = unfolded(work)
    recurrent = [CELLS[work["cell"]](work["units"], return_sequences=True) for _ in range(work["layers"] - 1)]
    recurrent.append(CELLS[work["cell"]](work["units"]))
    model = keras.Sequential([keras.Input((work["steps"], 1)), *recurrent, keras.layers.Dense(work["horizon"])])
    model.compile(optimizer="adam", loss="mae")
    rest = len(X) % work["batch"]
    model.fit(X[: work["batch"] + rest], Y[: work["batch"] + rest], batch_size=work["batch"], epochs=2, verbose=0)
    return lambda: clocked(model.fit, X, Y, batch_size=work["batch"], epochs=1, verbose=0)


if __name__ == "__main__":
    serve(prepare)
