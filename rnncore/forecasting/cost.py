"""What a run costs in seconds and memory, from its shapes alone: no clock, so the same plan comes out everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnncore.cells import GATES, parameter_count
from rnncore.config import Budgets, RunConfig
from rnncore.forecasting.representation import Representation
from rnncore.messages import Refusal
from rnncore.series.series import Series

# Measured on one thread: products a second, and what a step of a cell costs beyond them, forwards and backwards.
FLOPS = 35e9
STEP_OVERHEAD = {"lstm": 30e-6, "gru": 160e-6, "rnn": 50e-6}
UPDATE_OVERHEAD = 0.4e-3
# A training is looked at, and can be left, this often.
LONGEST_EPOCH = 2.0
# All classical members at one origin of one series: for themselves, and for each row up to the most they read.
CLASSICAL_SECONDS, CLASSICAL_SECONDS_PER_ROW, CLASSICAL_ROWS = 0.12, 0.15e-3, 3000


class Cost(NamedTuple):
    classical: float
    seconds: float
    megabytes: float


def pass_seconds(config: RunConfig, steps: int, features: int, rows: int) -> float:
    """One pass of `rows` windows through the network, forwards."""
    flops, overhead, inputs = 0.0, 0.0, features
    for layer in config.network.layers:
        flops += 2.0 * rows * steps * parameter_count(layer, inputs)
        overhead += steps * STEP_OVERHEAD[layer.cell] / 3
        inputs = layer.units
    return flops / FLOPS + overhead


def epoch_updates(config: RunConfig, kinds: Sequence[Representation], usual: int) -> int:
    """Updates an epoch: the usual number, fewer where a network is so slow that an epoch would take seconds."""
    return max(1, min(usual, int(LONGEST_EPOCH / max(_update(config, kind) for kind in kinds))))


def _update(config: RunConfig, kind: Representation) -> float:
    """Seconds."""
    return 3 * pass_seconds(config, kind.steps, kind.features, config.training.batch_size) + UPDATE_OVERHEAD


def seeds(config: RunConfig) -> int:
    """Networks of each kind."""
    return 1 if config.forecast.effort == "fast" else config.forecast.members


def network_seconds(config: RunConfig, kind: Representation, updates: int, looks: int, origins: int) -> float:
    """One training: `updates` in all, and so many looks at `origins` validation windows."""
    look = pass_seconds(config, kind.steps, kind.features, origins)
    look *= config.forecast.horizon if config.forecast.strategy == "recursive" else 1
    return updates * _update(config, kind) + looks * look


def estimate(
    config: RunConfig,
    kinds: Sequence[Representation],
    updates: int,
    series: Sequence[Series],
    validation: Sequence[Sequence[int]],
) -> Cost:
    """Of the whole run: the classical members at every origin, and the networks."""
    training, origins = config.training, sum(len(one) for one in validation)
    held_out = 1 + -(-config.forecast.holdout // config.forecast.horizon)
    seconds = classical = sum(
        (len(places) + held_out) * (CLASSICAL_SECONDS + CLASSICAL_SECONDS_PER_ROW * min(len(one), CLASSICAL_ROWS))
        for one, places in zip(series, validation, strict=True)
    )
    for kind in kinds:
        seconds += seeds(config) * network_seconds(config, kind, training.epochs * updates, training.epochs, origins)
    if training.budget is not None:
        seconds = min(seconds, training.budget)
    return Cost(classical, seconds, _bytes(config, kinds, series) / 1e6)


def _bytes(config: RunConfig, kinds: Sequence[Representation], series: Sequence[Series]) -> float:
    steps, inputs = max(kind.steps for kind in kinds), max(kind.features for kind in kinds)
    parameters, activations = 0, 0
    for layer in config.network.layers:
        parameters += parameter_count(layer, inputs)
        activations += config.training.batch_size * steps * layer.units * (GATES[layer.cell] + 3)
        inputs = layer.units
    outputs = config.forecast.horizon if config.forecast.strategy == "direct" else 1
    parameters += outputs * (inputs + 1)
    rows = sum(len(one) for one in series)
    networks = len(kinds) * seeds(config)
    return 4 * parameters * (6 + 2 * networks) + 4 * 2 * activations + 8 * 8 * rows


def check(config: RunConfig, parameters: int, cost: Cost, budgets: Budgets) -> None:
    """Refuse what is larger or longer than `budgets` allow."""
    if parameters > budgets.max_parameters:
        raise Refusal("model_too_large", parameters=parameters, limit=budgets.max_parameters)
    if cost.megabytes > budgets.max_memory:
        raise Refusal("memory_too_large", megabytes=round(cost.megabytes), limit=budgets.max_memory)
    if cost.seconds > 3600 * budgets.max_hours:
        raise Refusal("run_too_long", hours=round(cost.seconds / 3600, 1), limit=budgets.max_hours)
