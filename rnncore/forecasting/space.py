"""What a search may change: the values each knob may take, how they are drawn, and the settings that follow from a draw.

A draw is a dict, knob -> value. Layers are all alike in it: `cell`, `units` and `dropout` are those of every layer, `depth` is
their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from rnncore.config import Cell, Layer, RunConfig, TunedKnob
from rnncore.forecasting.plan import Plan, plan
from rnncore.messages import Refusal
from rnncore.series.series import Series

Draw = dict[str, str | int | float]
Space = dict[str, tuple]

GRID: Space = {
    "cell": get_args(Cell),
    "units": (8, 16, 32, 48, 64, 96, 128),
    "depth": (1, 2, 3),
    "dropout": (0.0, 0.1, 0.2, 0.4),
    "learning_rate": (3e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 2e-2),
    "representation": ("auto", "ridge", "stl", "season", "level"),
    "transform": ("auto", "log"),
    "batch_size": (16, 32, 64, 128),
}
# Of what the plan takes by itself.
WINDOWS, EPOCHS = (0.5, 0.75, 1.5, 2.0, 3.0), (0.5, 2.0)
LAYER = ("cell", "units", "dropout")


def current(settled: Plan) -> Draw:
    """The draw that a plan stands for; of layers that differ, the first one counts."""
    config = settled.config
    first = config.network.layers[0]
    parts = {
        **first.model_dump(),
        "depth": len(config.network.layers),
        **config.forecast.model_dump(),
        **config.training.model_dump(),
    }
    return {name: parts[name] for name in get_args(TunedKnob)}


def space(series: Sequence[Series], config: RunConfig, settled: Plan, knobs: Sequence[str]) -> Space:
    """The values of each of these knobs that fit these series, those of `config` among them; knobs without a choice are left
    out.

    All leave the same validation origins: errors on other rows could not be compared.
    """
    start, grid = current(settled), dict(GRID)
    grid["window"] = tuple(round(share * start["window"]) for share in WINDOWS)
    grid["epochs"] = tuple(max(1, round(share * start["epochs"])) for share in EPOCHS)
    if settled.config.forecast.season == 1:
        grid["representation"] = ("auto", "ridge", "level")
    # Whoever rules logarithms out means the classical methods too, and these are not part of the search.
    if config.forecast.transform == "none":
        grid["transform"] = ()
    found = {}
    for knob in knobs:
        values = dict.fromkeys((*grid[knob], start[knob]))
        fitting = [
            value for value in values if value == start[knob] or _fits(series, applied(config, start, {knob: value}), settled)
        ]
        found[knob] = tuple(fitting if isinstance(start[knob], str) else sorted(fitting))
    return {knob: values for knob, values in found.items() if len(values) > 1}


def _fits(series: Sequence[Series], config: RunConfig, settled: Plan) -> bool:
    try:
        return plan(series, config).validation == settled.validation
    except Refusal:
        return False


def applied(config: RunConfig, start: Draw, draw: Draw) -> RunConfig:
    """`config` with what differs in `draw` from `start`, which is the draw that `config` stands for."""
    changed = {knob: value for knob, value in draw.items() if value != start[knob]}
    values = config.model_dump()
    layers = config.network.layers
    if "depth" in changed:
        layers = layers[:1] * changed["depth"]
    of_layer = {knob: changed[knob] for knob in LAYER if knob in changed}
    values["network"]["layers"] = [Layer.model_validate({**layer.model_dump(), **of_layer}) for layer in layers]
    for part in ("forecast", "training"):
        values[part].update({knob: value for knob, value in changed.items() if knob in values[part]})
    return RunConfig.model_validate(values)


def anywhere(random: np.random.Generator, space: Space, _judged: Sequence[tuple[Draw, float]]) -> Draw:
    """Every knob by itself, every value as likely as the others, whatever is known of earlier draws: neither drawing near the
    best of them nor a tree-structured Parzen estimator found better settings in the same time (`tests.benchmarks.tuner`)."""
    return {knob: values[random.integers(len(values))] for knob, values in space.items()}
