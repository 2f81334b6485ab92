"""Training on the memory tasks: one recurrent layer and a dense head on the steps that are asked for."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from rnncore import memory
from rnncore.config import MemoryConfig
from rnncore.memory import Outcome, Sequences
from rnncore.messages import Epoch
from rnncore.nn.article import Adam
from rnncore.nn.optimizers import clip
from rnncore.nn.runtime import one_thread, torch

nn = torch.nn
CLIP, TESTED = 1.0, 256  # gradient norm; fresh sequences at every look
LAYERS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class TaskNetwork(nn.Module):
    """x (T, B, F) -> (S, B, K) for the last S steps. It begins with the weights that `memory.cell` draws."""

    def __init__(self, config: MemoryConfig):
        super().__init__()
        cell = memory.cell(config)
        how = {"nonlinearity": cell.activation} if cell.name == "rnn" else {}
        self.layer = LAYERS[cell.name](cell.inputs, cell.units, **how)
        self.head = nn.Linear(cell.units, memory.OUTPUTS[config.task])
        biases = [cell.b_xh, cell.b_hh] if cell.name == "gru" else [cell.b, np.zeros_like(cell.b)]
        with torch.no_grad():
            for held, drawn in zip(self.layer.parameters(), [cell.W_xh, cell.W_hh, *biases], strict=True):
                held.copy_(torch.from_numpy(drawn))

    def forward(self, x, steps: int):
        return self.head(self.layer(x)[0][-steps:])


def train(config: MemoryConfig, tell: Callable[[Epoch], str | None] = lambda _epoch: None) -> Outcome:
    """Fresh sequences at every update, Adam, gradients clipped to norm 1; ends early when the task is solved, or when `tell`,
    which hears of every look, answers "stop"."""
    one_thread()
    random, guess = np.random.default_rng([config.seed, 11]), memory.guessing(config.task, config.steps)
    tested = memory.draw(config.task, config.steps, TESTED, np.random.default_rng([config.seed, 13]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        network = TaskNetwork(config)
    adam, began, worked = Adam(network, config.learning_rate), time.perf_counter(), time.process_time()
    between = memory.between_looks(config.updates)
    looks = -(-config.updates // between)
    sequences, scores, stopped = [], [], False
    for looked in range(1, looks + 1):
        losses, norms = zip(*(_update(network, adam, config, random) for _ in range(between)), strict=True)
        with torch.no_grad():
            scores.append(float(_loss(network, config.task, tested)))
        sequences.append(looked * between * config.batch)
        seconds, fraction = time.perf_counter() - began, min(1.0, looked * between / config.updates)
        done = scores[-1] < memory.SOLVED * guess or not np.isfinite(scores[-1])
        epoch = Epoch(
            "member", config.memory_cell, config.seed, looked, looks, float(np.mean(losses)), scores[-1], min(scores),
            float(np.mean(norms)), config.learning_rate, seconds, 1.0 if done else fraction, seconds * (1 / fraction - 1),
        )  # fmt: skip
        stopped = tell(epoch) == "stop"
        if done or stopped:
            break
    finite = [score if np.isfinite(score) else 1e300 for score in scores]
    worked = time.process_time() - worked
    return Outcome(config.model_dump(), sequences, finite, guess, memory.reached(config), worked, stopped)


def _update(network: TaskNetwork, adam: Adam, config: MemoryConfig, random: np.random.Generator) -> tuple[float, float]:
    loss = _loss(network, config.task, memory.draw(config.task, config.steps, config.batch, random))
    loss.backward()
    norm = clip(adam.gradient, CLIP)
    adam.step()
    return float(loss.detach()), float(norm)


def _loss(network: TaskNetwork, task: str, given: Sequences):
    """Mean cross-entropy over all steps of the copy task, mean squared error elsewhere."""
    said = network(torch.from_numpy(given.x.astype(np.float32)), len(given.target))
    if task == "copy":
        return nn.functional.cross_entropy(said.flatten(0, 1), torch.from_numpy(given.target).flatten())
    return ((said[..., 0] - torch.from_numpy(given.target.astype(np.float32))) ** 2).mean()
