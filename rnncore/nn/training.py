"""Training: an iterator that yields after every epoch and can be left, stored and taken up again after any of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from rnncore.config import NetworkConfig, TrainingConfig
from rnncore.nn.losses import loss
from rnncore.nn.network import Network
from rnncore.nn.optimizers import clip, scheduled, update
from rnncore.nn.recorded import Recorded
from rnncore.nn.runtime import device, one_thread, torch

Predict = Callable[[np.ndarray], np.ndarray]  # (n, T, F) -> (n, K)
HELD = 8_000_000  # numbers of windows that are kept, 32 MB: more would count in a worker's budget
PORTION = 4096  # windows taken at once for that


@dataclass(frozen=True)
class Task:
    """What a network is trained for.

    inputs, outputs: F and K. count: windows to learn from. take: their numbers (B,) -> inputs (B, T, F) and targets (B, K),
    both scaled, float32, always the same for a number. validate: given `predict`, the validation error and a preview; None
    where nothing is held back, and then the last weights are the best. small: the network is asked for a correction only, and
    begins with none at all.
    """

    inputs: int
    outputs: int
    count: int
    take: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    validate: Callable[[Predict], tuple[float, list[float] | None]] | None = None
    small: bool = False


@dataclass(frozen=True)
class Course:
    """How long a training goes on: `updates` in all, `epoch` of them between two looks at the validation part.

    seconds: time limit; the
    schedule hurries so that it ends by then. rate: of the learning rate, where a trained network is only to be adjusted.
    """

    updates: int
    epoch: int = 20
    seconds: float | None = None
    rate: float = 1.0


@dataclass(frozen=True)
class Step:
    """What an epoch brought: mean loss and gradient norm (before clipping) of its updates, validation error, preview."""

    epoch: int
    epochs: int
    loss: float
    validation: float | None
    best: float | None
    gradient_norm: float
    learning_rate: float
    preview: list[float] | None


class Training:
    """Iterates over `Step`s. `weights()` are the best so far, or None before the first finite epoch.

    After the end `exploded` tells whether a loss was not finite, `out_of_time` whether `seconds` cut it short.
    """

    def __init__(self, network: NetworkConfig, training: TrainingConfig, task: Task, course: Course, seed: int, weights=None):
        one_thread()
        self.config, self.task, self.course = training, task, course
        self.device = device(training.device)
        self.network = Network(network, task.inputs, task.outputs, seed, training.precision).to(self.device)
        if task.small:
            self.network.head.weight.data.zero_()
            self.network.head.bias.data.zero_()
        self.flat, self.gradient = _flatten(self.network)
        self.slots = torch.zeros(2, len(self.flat), device=self.device)
        self.learn = partial(gradient_step, training, self.network, self.gradient)
        if self.device.type == "cuda" and not any(self.network.dropouts):  # whose masks are drawn by the processor
            self.learn = Recorded(self.learn)
        self.order = np.random.default_rng([seed, 1])
        self.unseen = self._tensor(np.empty(0, dtype=np.int64))
        self.updates, self.seconds, self.stale = 0, 0.0, 0
        self.best, self.best_error, self.best_updates = None, math.inf, 0
        self.exploded = self.out_of_time = False
        if weights is not None:
            write(self.network, weights)
            self._look()

    @property
    def epochs(self) -> int:
        return math.ceil(self.course.updates / self.course.epoch)

    @property
    def over(self) -> bool:
        patience = self.config.patience
        idle = patience is not None and self.task.validate is not None and self.stale >= patience
        return self.exploded or self.out_of_time or idle or self.updates >= self.course.updates

    def __iter__(self):
        return self

    def __next__(self) -> Step:
        if self.over:
            raise StopIteration
        start = time.perf_counter()
        step = self._epoch(start - self.seconds)
        self.seconds += time.perf_counter() - start
        if step is None:
            raise StopIteration
        return step

    def _epoch(self, began: float) -> Step | None:
        """One epoch; None when a loss was not finite. `began`: when the training would have begun had it never paused."""
        told, rate = [], 0.0
        self.network.train()
        for _ in range(min(self.course.epoch, self.course.updates - self.updates)):
            elapsed = time.perf_counter() - began
            if self.course.seconds is not None and elapsed >= self.course.seconds and self.updates:
                self.out_of_time = True
                break
            rate = self.course.rate * scheduled(self.config, self._progress(elapsed))
            told.append(self._update(rate))
        if not told:
            return None
        losses, norms = torch.stack(told, dim=1).tolist()
        if not np.isfinite([losses, norms]).all():
            self.exploded = True
            return None
        error, preview = self._look()
        best = self.best_error if math.isfinite(self.best_error) else None
        number = math.ceil(self.updates / self.course.epoch)
        return Step(number, self.epochs, float(np.mean(losses)), error, best, float(np.mean(norms)), rate, preview)

    def _progress(self, elapsed: float) -> float:
        by_updates = self.updates / self.course.updates
        by_time = elapsed / self.course.seconds if self.course.seconds else 0.0
        return min(max(by_updates, by_time), 1.0)

    def _update(self, rate: float):
        """Loss and gradient norm (2,), left on the device: asking for them at every update would hold a GPU up."""
        told = self.learn(*self._windows(self._batch()))
        self.updates += 1
        with torch.no_grad():
            update(self.config, self.flat, self.gradient, self.slots, self.updates, rate)
        return told

    def _windows(self, which):
        """Inputs (B, T, F) and targets (B, K) on the device."""
        if self._held is None:
            return tuple(map(self._tensor, self.task.take(which.cpu().numpy())))
        return tuple(one.index_select(0, which) for one in self._held)

    @cached_property
    def _held(self):
        """All inputs and targets, taken once; None where they are too many, or where most of them are never asked for."""
        count = self.task.count
        if self.course.updates * self.config.batch_size < count:
            return None
        if count * sum(one.size for one in self.task.take(np.arange(1))) > HELD:
            return None
        portions = [self.task.take(np.arange(at, min(at + PORTION, count))) for at in range(0, count, PORTION)]
        return tuple(self._tensor(np.concatenate(each)) for each in zip(*portions, strict=True))

    def _batch(self):
        """The next windows of a pass over all of them in random order; the last batch of a pass may be smaller."""
        if not len(self.unseen):
            self.unseen = self._tensor(self.order.permutation(self.task.count))
        batch, self.unseen = self.unseen[: self.config.batch_size], self.unseen[self.config.batch_size :]
        return batch

    def _look(self) -> tuple[float | None, list[float] | None]:
        """Score the validation part, and remember the weights if they are the best so far."""
        if self.task.validate is None:
            self.best, self.best_updates = self.flat.detach().clone(), self.updates
            return None, None
        error, preview = self.task.validate(self.predict)
        if math.isfinite(error) and error < self.best_error:
            self.best, self.best_error, self.best_updates, self.stale = self.flat.detach().clone(), error, self.updates, 0
        else:
            self.stale += 1
        return (error if math.isfinite(error) else None), preview

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """(n, T, F) -> (n, K) with the weights as they are now."""
        return forward(self.network, inputs)

    def _tensor(self, array: np.ndarray):
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

    def weights(self) -> dict[str, np.ndarray] | None:
        """The best so far by name, as torch calls them ("layers.0.weight_ih_l0", "head.bias" ...)."""
        if self.best is None:
            return None
        flat, named, at = self.best.cpu().numpy(), {}, 0
        for name, parameter in self.network.named_parameters():
            named[name] = flat[at : at + parameter.numel()].reshape(tuple(parameter.shape)).copy()
            at += parameter.numel()
        return named

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        """Arrays and JSON facts from which `restore` goes on, bit for bit."""
        arrays = {
            "weights": self.flat.detach().cpu().numpy().copy(),
            "slots": self.slots.cpu().numpy().copy(),
            "unseen": self.unseen.cpu().numpy().copy(),
            "masks": self.network.masks.get_state().numpy().copy(),
        }
        if self.best is not None:
            arrays["best"] = self.best.cpu().numpy().copy()
        facts = {name: getattr(self, name) for name in COUNTERS}
        facts["best_error"] = self.best_error if math.isfinite(self.best_error) else None
        return arrays, {**facts, "order": self.order.bit_generator.state}

    def restore(self, arrays: dict[str, np.ndarray], facts: dict) -> None:
        """Go on from what `state` returned."""
        self.flat.data.copy_(torch.from_numpy(arrays["weights"].copy()))
        self.slots.copy_(torch.from_numpy(arrays["slots"].copy()))
        self.unseen = self._tensor(arrays["unseen"].copy())
        self.network.masks.set_state(torch.from_numpy(arrays["masks"].copy()))
        self.best = torch.from_numpy(arrays["best"].copy()).to(self.device) if "best" in arrays else None
        for name in COUNTERS:
            setattr(self, name, facts[name])
        self.best_error = math.inf if facts["best_error"] is None else facts["best_error"]
        self.order.bit_generator.state = facts["order"]


COUNTERS = ("updates", "seconds", "stale", "best_updates", "exploded", "out_of_time")


def gradient_step(config: TrainingConfig, network: Network, gradient, inputs, targets):
    """Puts the clipped gradient of a batch into `gradient`; the batch's loss and the gradient's norm before, (2,)."""
    gradient.zero_()
    value = loss(config, network(inputs), targets)
    value.backward()
    return torch.stack([value.detach(), clip(gradient, config.clip_norm)])


def _flatten(network: Network):
    """One vector of all weights and one of all gradients; the network's parameters become views of them."""
    parameters = list(network.parameters())
    flat = torch.cat([parameter.detach().reshape(-1) for parameter in parameters])
    gradient, at = torch.zeros_like(flat), 0
    for parameter in parameters:
        here = slice(at, at + parameter.numel())
        parameter.data = flat[here].view(parameter.shape)
        parameter.grad = gradient[here].view(parameter.shape)
        at += parameter.numel()
    return flat, gradient


def forward(network: Network, inputs: np.ndarray, rows: int = 512) -> np.ndarray:
    """(n, T, F) -> (n, K) float32, without dropout, as many windows at a time as a processor's cache holds the states of."""
    one_thread()
    network.eval()
    where = next(network.parameters()).device
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(np.ascontiguousarray(inputs[at : at + rows], dtype=np.float32)).to(where)).cpu().numpy()
            for at in range(0, len(inputs), rows)
        ]
    return np.concatenate(parts)


def write(network: Network, weights: dict[str, np.ndarray]) -> None:
    """Put named weights, as `Training.weights` returns them, into a network of the same shape."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(torch.from_numpy(weights[name].copy()))
