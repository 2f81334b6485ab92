"""Ours: the engine as a run uses it, without a validation part."""

from rnncore import nn
from rnncore.config import Layer, NetworkConfig, TrainingConfig
from tests.benchmarks.peers.serving import Epoch, clocked, serve, unfolded


def prepare(work: dict, precision: str = "float32") -> Epoch:
    X, Y = unfolded(work)
    network = NetworkConfig(layers=(Layer(cell=work["cell"], units=work["units"]),) * work["layers"])
    training = TrainingConfig(batch_size=work["batch"], schedule="constant", precision=precision)
    task = nn.Task(1, work["horizon"], len(X), lambda which: (X[which], Y[which]))
    updates = -(-len(X) // work["batch"])
    next(nn.train(network, training, task, nn.Course(2, 2), seed=0))
    epochs = nn.train(network, training, task, nn.Course(10**9, updates), seed=0)
    return lambda: clocked(next, epochs)


if __name__ == "__main__":
    serve(prepare)
