"""What a run costs in seconds and memory, from its shapes alone: no clock, so the same plan comes out everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rnncore.cells import GATES, parameter_count
from rnncore.config import Budgets, RunConfig
from rnncore.messages import Refusal
from rnncore.series.series import Series

# Measured on one thread: products a second, and what a step of a cell costs beyond them, forwards and backwards.
FLOPS = 35e9
STEP_OVERHEAD = {"lstm": 30e-6, "gru": 160e-6, "rnn": 50e-6}
UPDATE_OVERHEAD = 0.4e-3
# A training is looked at, and can be left, this often.
LONGEST_EPOCH = 2.0


class Cost(NamedTuple):
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


def epoch_updates(config: RunConfig, steps: int, features: int, usual: int) -> int:
    """Updates an epoch: the usual number, fewer where the network is so slow that an epoch would take seconds."""
    update = 3 * pass_seconds(config, steps, features, config.training.batch_size) + UPDATE_OVERHEAD
    return max(1, min(usual, int(LONGEST_EPOCH / update)))


def candidates(config: RunConfig, positive: bool, longer: bool) -> int:
    """How many representations will be tried."""
    asked = config.forecast
    lags = (config.forecast.season > 1) + (longer if config.forecast.season > 1 else 0)
    kinds = {"auto": 1 + lags, "season": max(lags, 1), "level": 1}[asked.representation]
    return kinds * (2 if asked.transform == "auto" and positive else 1)


def estimate(
    config: RunConfig,
    steps: int,
    features: int,
    updates: int,
    series: Sequence[Series],
    validation: Sequence[Sequence[int]],
    longer: bool,
) -> Cost:
    """Of the whole run: candidates, members, and the members' adjustment to the newest rows."""
    training, asked = config.training, config.forecast
    tried = candidates(config, all((one.values > 0).all() for one in series), longer)
    members = asked.members * (1.15 if asked.refit else 1)
    trainings = members + (tried / 3 if tried > 1 else 0)
    update = 3 * pass_seconds(config, steps, features, training.batch_size) + UPDATE_OVERHEAD
    look = pass_seconds(config, steps, features, sum(len(origins) for origins in validation))
    look *= asked.horizon if asked.strategy == "recursive" else 1
    seconds = trainings * training.epochs * (updates * update + look)
    if training.budget is not None:
        seconds = min(seconds, training.budget)
    return Cost(seconds, _bytes(config, steps, features, series) / 1e6)


def _bytes(config: RunConfig, steps: int, features: int, series: Sequence[Series]) -> float:
    parameters, activations, inputs = 0, 0, features
    for layer in config.network.layers:
        parameters += parameter_count(layer, inputs)
        activations += config.training.batch_size * steps * layer.units * (GATES[layer.cell] + 3)
        inputs = layer.units
    outputs = config.forecast.horizon if config.forecast.strategy == "direct" else 1
    parameters += outputs * (inputs + 1)
    rows = sum(len(one) for one in series)
    return 4 * parameters * (6 + 2 * config.forecast.members) + 4 * 2 * activations + 8 * 8 * rows


def check(config: RunConfig, parameters: int, cost: Cost, budgets: Budgets) -> None:
    """Refuse what is larger or longer than `budgets` allow."""
    if parameters > budgets.max_parameters:
        raise Refusal("model_too_large", parameters=parameters, limit=budgets.max_parameters)
    if cost.megabytes > budgets.max_memory:
        raise Refusal("memory_too_large", megabytes=round(cost.megabytes), limit=budgets.max_memory)
    if cost.seconds > 3600 * budgets.max_hours:
        raise Refusal("run_too_long", hours=round(cost.seconds / 3600, 1), limit=budgets.max_hours)
