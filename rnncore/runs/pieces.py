"""Pieces of work other than a forecast: which there are, how they are stored, and how a worker does them.

A piece is a config of its own kind and a function in the engine that turns it into plain values. A piece that was
interrupted begins anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence

from rnncore.config import Config, CostConfig, MemoryConfig, RunConfig, Walkthrough
from rnncore.forecasting.backtest import Contest
from rnncore.forecasting.tuner import Search
from rnncore.inside import Asked
from rnncore.messages import Epoch
from rnncore.runs import hosting
from rnncore.series.series import Series

KINDS: dict[str, type[Config]] = {
    "article": Walkthrough,
    "backtest": Contest,
    "cost": CostConfig,
    "look": Asked,
    "memory": MemoryConfig,
    "tune": Search,
}
WORTH_COMPANY = 5.0  # seconds of work
# Tells of progress; what the owner wants by then: "stop", or None.
Tell = Callable[[Epoch], str | None]


def dumps(config: Config) -> str:
    """The config of a run as text; one of another kind than a forecast says which."""
    if isinstance(config, RunConfig):
        return config.model_dump_json()
    kind = next(kind for kind, model in KINDS.items() if type(config) is model)
    return json.dumps({"kind": kind, "config": config.model_dump(mode="json")})


def loads(text: str) -> Config:
    """The config that `dumps` wrote."""
    found = json.loads(text)
    if "kind" in found:
        return KINDS[found["kind"]].model_validate(found["config"])
    return RunConfig.model_validate(found)


def do(config: Config, tell: Tell, series: Sequence[Series] = ()) -> dict:
    """What comes out of a piece, as values for JSON; only a worker calls this, because it loads the engine."""
    if isinstance(config, Contest):
        return _backtest(config, tell, series)
    if isinstance(config, Search):
        return _tune(config, tell, series)
    return {Walkthrough: _article, CostConfig: _cost, Asked: _look, MemoryConfig: _memory}[type(config)](config, tell)


def company(device: str, seconds: float = math.inf):
    """A crew of as many processes as the host grants, or as there are cores that no other run needs; of one for work of a few
    seconds."""
    from rnncore.nn.crew import Crew, useful
    from rnncore.runs import store

    others = max(0, store.counts().get("running", 1) - 1)
    return Crew(hosting.hosting().processes or useful(device, others) if seconds > WORTH_COMPANY else 1)


def _backtest(config: Contest, tell: Tell, series: Sequence[Series]) -> dict:
    from rnncore import nn
    from rnncore.forecasting.backtest import Backtest

    backtest = Backtest(series, config, nn)
    for epoch in backtest.epochs():
        if tell(epoch):
            break
    return backtest.finish().as_dict()


def _tune(config: Search, tell: Tell, series: Sequence[Series]) -> dict:
    from rnncore import nn
    from rnncore.forecasting.tuner import Tuner

    with company(config.config.training.device, config.tuner.seconds) as crew:
        tuner = Tuner(series, config, nn, crew=crew)
        for epoch in tuner.epochs():
            if tell(epoch):
                break
        return tuner.finish().as_dict()


def _article(config: Walkthrough, _tell: Tell) -> dict:
    from rnncore.nn.article import run

    return run(config).as_dict()


def _cost(config: CostConfig, _tell: Tell) -> dict:
    from rnncore.nn.cost import compare

    return {"measurements": [one.as_dict() for one in compare(config)]}


def _look(config: Asked, _tell: Tell) -> dict:
    from rnncore.runs import looks

    return looks.take(config)


def _memory(config: MemoryConfig, tell: Tell) -> dict:
    from rnncore.nn.memory import train

    return train(config, tell).as_dict()
