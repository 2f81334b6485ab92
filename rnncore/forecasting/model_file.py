"""A finished run's networks in one file, with all that is needed to forecast with them again.

They have not seen the held-out end of that run. Read without torch, and distrusted: every size is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from pydantic import ValidationError

from rnncore import weights
from rnncore.cells import GATES
from rnncore.config import RunConfig
from rnncore.forecasting.covariates import Beside
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.representation import Representation, Scales, View
from rnncore.messages import Note, Refusal
from rnncore.series.labels import labels

FORMAT = 2
LONGEST_SEASON, LONGEST_WINDOW, MOST_KINDS, MOST_NETWORKS, MOST_COLUMNS = 20_000, 20_000, 50, 500, 300


@dataclass(frozen=True)
class Network:
    """representation: number of what it reads; validation: its error there, in the file's units."""

    representation: int
    seed: int
    validation: float | None
    weights: dict[str, np.ndarray] = field(repr=False)


@dataclass(frozen=True)
class Model:
    """config: settled, as in a plan. views: by number of the representation, scales of each series in `series` (names).

    ends: the last row the networks have seen, per series, as it is labelled.
    """

    config: RunConfig
    representations: tuple[Representation, ...]
    views: dict[int, View]
    series: list[str]
    frequency: str | None
    ends: list
    networks: list[Network]


def write(model: Model) -> bytes:
    arrays, views = {}, {}
    for kind, view in model.views.items():
        views[str(kind)], held = view.as_parts()
        arrays |= {f"view.{kind}.{name}": array for name, array in held.items()}
    for number, network in enumerate(model.networks):
        arrays |= {f"network.{number}.{name}": array for name, array in network.weights.items()}
    facts = {
        "format": FORMAT,
        "config": model.config.model_dump(mode="json"),
        "representations": [asdict(one) for one in model.representations],
        "views": views,
        "series": model.series,
        "frequency": model.frequency,
        "season": model.config.forecast.season,
        "ends": model.ends,
        "networks": [{"representation": n.representation, "seed": n.seed, "validation": n.validation} for n in model.networks],
    }
    return weights.save(arrays, facts)


def read(data: bytes) -> Model:
    """The model in the bytes of a file; anything odd is refused (`model_file`)."""
    arrays, facts = weights.load(data)
    try:
        if facts["format"] != FORMAT:
            raise Refusal("model_file", reason="version")
        config = RunConfig.model_validate(facts["config"])
        kinds = tuple(_representation(one) for one in facts["representations"][:MOST_KINDS])
        names = [_text(name) for name in facts["series"]]
        model = Model(
            config=config,
            representations=kinds,
            views={int(n): _view(kinds[int(n)], held, n, arrays, config, len(names)) for n, held in facts["views"].items()},
            series=names,
            frequency=None if facts["frequency"] is None else _text(facts["frequency"]),
            ends=[_label(end) for end in facts["ends"]],
            networks=[_network(number, one, kinds, arrays, config) for number, one in enumerate(facts["networks"])],
        )
    except (ValidationError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise Refusal("model_file", reason="facts") from None
    known = all(one.representation in model.views for one in model.networks)
    if not 1 <= len(model.networks) <= MOST_NETWORKS or len(model.ends) != len(names) or not known:
        raise Refusal("model_file", reason="facts")
    return model


def shapes(config: RunConfig, kind: Representation) -> dict[str, tuple[int, ...]]:
    """Name and shape of every array of one network."""
    inputs, found = kind.features, {}
    for number, layer in enumerate(config.network.layers):
        rows = GATES[layer.cell] * layer.units
        found[f"layers.{number}.weight_ih_l0"] = (rows, inputs)
        found[f"layers.{number}.weight_hh_l0"] = (rows, layer.units)
        found[f"layers.{number}.bias_ih_l0"] = found[f"layers.{number}.bias_hh_l0"] = (rows,)
        inputs = layer.units
    outputs = _outputs(config)
    return {**found, "head.weight": (outputs, inputs), "head.bias": (outputs,)}


def _outputs(config: RunConfig) -> int:
    return config.forecast.horizon if config.forecast.strategy == "direct" else 1


def _network(number: int, facts: dict, kinds: Sequence[Representation], arrays: Mapping, config: RunConfig) -> Network:
    kind = _whole(facts["representation"], len(kinds) - 1)
    wanted = shapes(config, kinds[kind])
    held = {name: arrays[f"network.{number}.{name}"] for name in wanted}
    if any(held[name].shape != shape or held[name].dtype != np.float32 for name, shape in wanted.items()):
        raise Refusal("model_file", reason="shapes")
    error = None if facts["validation"] is None else float(facts["validation"])
    return Network(kind, _whole(facts["seed"], 2**31 - 1), error, held)


def _view(kind: Representation, facts: dict, name: str, arrays: Mapping, config: RunConfig, count: int) -> View:
    held = {one.removeprefix(f"view.{name}."): array for one, array in arrays.items() if one.startswith(f"view.{name}.")}
    view = View.from_parts(kind, facts, held)
    columns = (view.scales.level, view.scales.spread, view.scales.least)
    if (
        view.scales.scaling != config.forecast.scaling
        or any(column.shape != (count,) or not np.isfinite(column).all() for column in columns)
        or min(map(np.min, columns[1:])) < 0
    ):
        raise Refusal("model_file", reason="scaler")
    if view.ridge and (view.ridge.map.shape != (kind.window + 1, _outputs(config)) or view.ridge.map.dtype != np.float64):
        raise Refusal("model_file", reason="shapes")
    _check_beside(view, count)
    return view


def _check_beside(view: View, count: int) -> None:
    """The columns of a view, against what its networks read."""
    beside, kind = view.beside, view.representation
    if (kind.base == "columns") != (kind.beside > 0) or (kind.beside and beside is None):
        raise Refusal("model_file", reason="facts")
    if beside is None:
        return
    columns, known = len(beside.names), _whole(beside.known, len(beside.names))
    shapes = {"center": (count, columns), "spread": (count, columns), "unit": (count,), "effect": (known,)}
    held = {name: getattr(beside, name) for name in shapes}
    if any(held[name].shape != shape or held[name].dtype != np.float64 for name, shape in shapes.items()):
        raise Refusal("model_file", reason="shapes")
    sound = all(np.isfinite(array).all() for array in held.values()) and (beside.spread >= 0).all()
    if not sound or kind.beside not in (0, columns) or (kind.beside and (kind.ahead > 0) != (known > 0)):
        raise Refusal("model_file", reason="facts")
    for name in beside.names:
        _text(name)


def view_for(model: Model, kind: int, plan: Plan) -> View:
    """The saved view, with the saved scales of the series in `plan`; a series the model does not know gets its own."""
    view, names = model.views[kind], [one.name for one in plan.series]
    known = {name: number for number, name in enumerate(model.series)}
    if len(names) == len(model.series) == 1:
        known = {names[0]: 0}
    training = [
        view.representation.transform(s.values[: split.train]) for s, split in zip(plan.series, plan.splits, strict=True)
    ]
    own = Scales.fit(training, view.scales.scaling)
    columns = [
        np.array([getattr(view.scales if name in known else own, column)[known.get(name, i)] for i, name in enumerate(names)])
        for column in ("level", "spread", "least")
    ]
    return View(view.representation, Scales(view.scales.scaling, *columns), view.ridge, _beside_for(view, known, names, plan))


def check_columns(model: Model, plan: Plan) -> None:
    """Refuses (`model_covariates`, `model_without_covariates`) where the columns beside the values are not those it reads."""
    table = plan.beside
    for beside in (view.beside for view in model.views.values()):
        if beside is None and table:
            raise Refusal("model_without_covariates", columns=list(table.names))
        if beside and (beside.names, beside.known) != (table.names, table.known):
            raise Refusal("model_covariates", columns=list(beside.names))


def _beside_for(view: View, known: Mapping[str, int], names: Sequence[str], plan: Plan) -> Beside | None:
    """The saved columns, with the saved scales of the series in `plan`."""
    beside, table = view.beside, plan.beside
    if beside is None:
        return None
    training = [view.representation.transform(s.values) for s in plan.series]
    own = Beside.fit(table, training, [split.train for split in plan.splits], [1])
    picked = {
        column: np.array(
            [getattr(beside if name in known else own, column)[known.get(name, i)] for i, name in enumerate(names)]
        )
        for column in ("center", "spread", "unit")
    }
    return replace(beside, **picked)


def merged(model: Model, config: RunConfig | None) -> RunConfig:
    """The settings of a run that starts from `model`; of `config` only what leaves the networks' shapes alone."""
    saved, wanted = model.config, config or model.config
    holdout = wanted.forecast.holdout or saved.forecast.horizon
    forecast = saved.forecast.model_copy(update={"levels": wanted.forecast.levels, "holdout": holdout})
    training = wanted.training.model_copy(update={"seed": model.networks[0].seed})
    return RunConfig(forecast=forecast, network=saved.network, training=training)


def cautions(model: Model, plan: Plan) -> list[Note]:
    """Where the networks have seen rows of the held-out end."""
    ends = dict(zip(model.series, model.ends, strict=True))
    seen = 0
    for one, split in zip(plan.series, plan.splits, strict=True):
        end = ends.get(one.name) if len(ends) > 1 else model.ends[0]
        first = labels(one.index[split.validation : split.validation + 1])[0]
        seen += end is not None and type(end) is type(first) and end >= first
    return [Note("model_saw_held_out", int(seen), {})] if seen else []


def _representation(facts: dict) -> Representation:
    base, window, segment = facts["base"], _whole(facts["window"], LONGEST_WINDOW), _whole(facts["segment"], LONGEST_WINDOW)
    if base not in ("level", "season", "ridge", "stl", "columns") or not window or not 0 < segment <= window:
        raise ValueError
    lag = _whole(facts["lag"], LONGEST_SEASON)
    if (lag > 1) != (base in ("season", "stl")):
        raise ValueError
    beside, ahead = _whole(facts.get("beside", 0), MOST_COLUMNS), _whole(facts.get("ahead", 0), LONGEST_WINDOW)
    return Representation(base, lag, facts["log"] is True, window, segment, beside, ahead)


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
