"""The engine: the network, its training and its predictions. The only room that imports torch.

`rnncore.forecasting` is handed this room as its `engine` and calls `train` and `predict`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnncore.config import NetworkConfig, TrainingConfig
from rnncore.nn.network import Network
from rnncore.nn.runtime import device
from rnncore.nn.training import Course, Step, Task, Training, forward, write
from rnncore.weights import load, save

__all__ = ["Course", "Network", "Step", "Task", "Training", "device", "load", "predict", "predictor", "save", "train"]


def train(
    network: NetworkConfig,
    training: TrainingConfig,
    task: Task,
    course: Course,
    seed: int,
    weights: dict[str, np.ndarray] | None = None,
) -> Training:
    """A training that has not begun: iterate over it. It starts from `weights` where some are given."""
    return Training(network, training, task, course, seed, weights)


def predictor(network: NetworkConfig, weights: dict[str, np.ndarray], where: str = "cpu") -> Callable[[np.ndarray], np.ndarray]:
    """Inputs (n, T, F) -> outputs (n, K) of the network with `weights`, which is built once for any number of calls."""
    built = Network(network, weights["layers.0.weight_ih_l0"].shape[1], len(weights["head.bias"]), seed=0)
    write(built, weights)
    built.to(device(where))
    return lambda inputs: forward(built, inputs)


def predict(network: NetworkConfig, weights: dict[str, np.ndarray], inputs: np.ndarray, where: str = "cpu") -> np.ndarray:
    """Outputs (n, K) of the network with `weights` for inputs (n, T, F)."""
    return predictor(network, weights, where)(inputs)
