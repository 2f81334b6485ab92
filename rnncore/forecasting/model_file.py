"""A finished run's networks in one file, with all that is needed to forecast with them again.

Two sets of networks stand in it: those that were scored, which have not seen the held-out end, and the same adjusted to the
newest rows, if that was done. Read without torch, and distrusted: every size is checked before it is used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from rnncore import weights
from rnncore.cells import GATES
from rnncore.config import RunConfig
from rnncore.forecasting.material import Material
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.representation import Representation, Scales
from rnncore.forecasting.result import labels
from rnncore.messages import Note, Refusal

FORMAT = 1
LONGEST_SEASON, MOST_MEMBERS = 20_000, 20
SETS = ("scored", "adjusted")


@dataclass(frozen=True)
class Model:
    """config: settled, as in a plan. series: names. ends: the last row each set has seen, per series, as it is labelled.

    networks, seeds: by set ("scored", and "adjusted" after a refit). scales: one of each series.
    """

    config: RunConfig
    representation: Representation
    series: list[str]
    frequency: str | None
    ends: dict[str, list]
    networks: dict[str, list[dict[str, np.ndarray]]]
    seeds: dict[str, list[int]]
    scales: Scales
    tried: list[dict]


def write(model: Model) -> bytes:
    arrays = {
        f"{name}.{number}.{array}": values
        for name, networks in model.networks.items()
        for number, network in enumerate(networks)
        for array, values in network.items()
    }
    facts = {
        "format": FORMAT,
        "config": model.config.model_dump(mode="json"),
        "representation": {"lag": model.representation.lag, "log": model.representation.log},
        "series": model.series,
        "frequency": model.frequency,
        "season": model.config.forecast.season,
        "ends": model.ends,
        "seeds": model.seeds,
        "scaler": model.scales.as_facts(),
        "tried": model.tried,
    }
    return weights.save(arrays, facts)


def read(data: bytes) -> Model:
    """The model in the bytes of a file; anything odd is refused (`model_file`)."""
    arrays, facts = weights.load(data)
    try:
        if facts["format"] != FORMAT:
            raise Refusal("model_file", reason="version")
        config = RunConfig.model_validate(facts["config"])
        sets = [name for name in SETS if name in facts["seeds"]]
        names = [_text(name) for name in facts["series"]]
        model = Model(
            config=config,
            representation=_representation(facts["representation"]),
            series=names,
            frequency=None if facts["frequency"] is None else _text(facts["frequency"]),
            ends={name: [_label(end) for end in facts["ends"][name]] for name in sets},
            networks={name: _networks(name, len(facts["seeds"][name]), arrays, config) for name in sets},
            seeds={name: [_whole(seed, 2**31 - 1) for seed in facts["seeds"][name]] for name in sets},
            scales=_scales(facts["scaler"], len(names)),
            tried=[_tried(one) for one in facts["tried"]],
        )
    except (ValidationError, KeyError, TypeError, ValueError, AttributeError):
        raise Refusal("model_file", reason="facts") from None
    if not 1 <= len(model.networks.get("scored", [])) <= MOST_MEMBERS or any(len(model.ends[s]) != len(names) for s in sets):
        raise Refusal("model_file", reason="facts")
    return model


def shapes(config: RunConfig) -> dict[str, tuple[int, ...]]:
    """Name and shape of every array of one network."""
    inputs, found = config.network.segment, {}
    for number, layer in enumerate(config.network.layers):
        rows = GATES[layer.cell] * layer.units
        found[f"layers.{number}.weight_ih_l0"] = (rows, inputs)
        found[f"layers.{number}.weight_hh_l0"] = (rows, layer.units)
        found[f"layers.{number}.bias_ih_l0"] = found[f"layers.{number}.bias_hh_l0"] = (rows,)
        inputs = layer.units
    outputs = config.forecast.horizon if config.forecast.strategy == "direct" else 1
    return {**found, "head.weight": (outputs, inputs), "head.bias": (outputs,)}


def _networks(name: str, count: int, arrays: dict[str, np.ndarray], config: RunConfig) -> list[dict[str, np.ndarray]]:
    wanted, networks = shapes(config), []
    for number in range(count):
        network = {array: arrays[f"{name}.{number}.{array}"] for array in wanted}
        if any(network[array].shape != shape or network[array].dtype != np.float32 for array, shape in wanted.items()):
            raise Refusal("model_file", reason="shapes")
        networks.append(network)
    return networks


def _scales(facts: dict, count: int) -> Scales:
    scales = Scales.from_facts(facts)
    columns = (scales.level, scales.spread, scales.least)
    if (
        any(column.shape != (count,) or not np.isfinite(column).all() for column in columns)
        or min(map(np.min, columns[1:])) < 0
    ):
        raise Refusal("model_file", reason="scaler")
    return scales


def scales_for(model: Model, material: Material) -> Scales:
    """The saved scales of the series in `material`; a series the model does not know keeps its own."""
    names, own = [one.name for one in material.plan.series], material.view.scales
    known = {name: number for number, name in enumerate(model.series)}
    if len(names) == len(model.series) == 1:
        known = {names[0]: 0}
    columns = [
        np.array([getattr(model.scales if name in known else own, column)[known.get(name, i)] for i, name in enumerate(names)])
        for column in ("level", "spread", "least")
    ]
    return Scales(own.scaling, *columns)


def merged(model: Model, config: RunConfig | None) -> RunConfig:
    """The settings of a run that starts from `model`; of `config` only what leaves the networks' shapes alone."""
    saved, wanted = model.config, config or model.config
    kept = {"members": len(model.networks["scored"]), "refit": wanted.forecast.refit, "levels": wanted.forecast.levels}
    representation = {
        "representation": "season" if model.representation.lag else "level",
        "transform": "log" if model.representation.log else "none",
    }
    holdout = wanted.forecast.holdout or saved.forecast.horizon
    forecast = saved.forecast.model_copy(update={**kept, **representation, "holdout": holdout})
    seed = model.seeds["scored"][0]
    training = wanted.training.model_copy(update={"seed": seed})
    return RunConfig(forecast=forecast, network=saved.network, training=training)


def cautions(model: Model, plan: Plan) -> list[Note]:
    """Where the networks that are to be scored have seen rows of the held-out end."""
    ends = dict(zip(model.series, model.ends["scored"], strict=True))
    seen = 0
    for one, split in zip(plan.series, plan.splits, strict=True):
        end = ends.get(one.name) if len(ends) > 1 else model.ends["scored"][0]
        first = labels(one.index[split.validation : split.validation + 1])[0]
        seen += end is not None and type(end) is type(first) and end >= first
    return [Note("model_saw_held_out", int(seen), {})] if seen else []


def _representation(facts: dict) -> Representation:
    return Representation(_whole(facts["lag"], LONGEST_SEASON), facts["log"] is True)


def _tried(one: dict) -> dict:
    """A line on a representation, as `summary.tried` writes it."""
    error = None if one["validation"] is None else float(one["validation"])
    return {"name": _text(one["name"]), "validation": error, "epochs": _whole(one["epochs"]), "seconds": float(one["seconds"])}


def _label(value) -> str | int:
    return value if isinstance(value, str) else _whole(value)


def _text(value) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _whole(value, most: int = 2**53) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError
    return value
