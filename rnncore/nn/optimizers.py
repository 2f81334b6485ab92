"""One step of an optimizer, on all weights of a network as one flat vector.

A handful of operations in place of `torch.optim`, whose first use alone costs a second or two of imports; tests hold them
equal to it. `slots` are the vectors an optimizer remembers, (2, P), zero at first; `step` counts from 1.
"""

from __future__ import annotations

import math

from rnncore.config import TrainingConfig
from rnncore.nn.runtime import torch

BETA1, BETA2, ALPHA, EPSILON = 0.9, 0.999, 0.99, 1e-8


def update(config: TrainingConfig, weights, gradient, slots, step: int, learning_rate: float) -> None:
    """Change `weights` (P,) and `slots` in place."""
    if config.weight_decay:
        if config.optimizer == "adamw":
            weights.mul_(1 - learning_rate * config.weight_decay)
        else:
            gradient = gradient.add(weights, alpha=config.weight_decay)
    if config.optimizer in ("adam", "adamw"):
        adam(weights, gradient, slots, step, learning_rate)
    elif config.optimizer == "rmsprop":
        rmsprop(weights, gradient, slots, learning_rate, config.momentum)
    else:
        sgd(weights, gradient, slots, learning_rate, config.momentum)


def adam(weights, gradient, slots, step: int, learning_rate: float) -> None:
    """Kingma and Ba 2015; with decay taken off the weights before, Loshchilov and Hutter 2019."""
    mean, square = slots
    mean.lerp_(gradient, 1 - BETA1)
    square.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
    root = square.sqrt().div_(math.sqrt(1 - BETA2**step)).add_(EPSILON)
    weights.addcdiv_(mean, root, value=-learning_rate / (1 - BETA1**step))


def rmsprop(weights, gradient, slots, learning_rate: float, momentum: float) -> None:
    velocity, square = slots
    square.mul_(ALPHA).addcmul_(gradient, gradient, value=1 - ALPHA)
    velocity.mul_(momentum).addcdiv_(gradient, square.sqrt().add_(EPSILON))
    weights.add_(velocity, alpha=-learning_rate)


def sgd(weights, gradient, slots, learning_rate: float, momentum: float) -> None:
    velocity = slots[0]
    velocity.mul_(momentum).add_(gradient)
    weights.add_(velocity, alpha=-learning_rate)


def scheduled(config: TrainingConfig, progress: float) -> float:
    """The learning rate when the share `progress` (0 to 1) of a training is over."""
    if config.schedule == "cosine":
        return config.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))
    if config.schedule == "linear":
        return config.learning_rate * (1 - progress)
    return config.learning_rate


def clip(gradient, limit: float):
    """Rescale `gradient` in place to a norm of at most `limit` (0: leave it); the norm it had, a tensor on its device."""
    norm = torch.linalg.vector_norm(gradient)
    if limit:
        gradient.mul_((limit / (norm.double() + 1e-6)).clamp(max=1.0).float())
    return norm
