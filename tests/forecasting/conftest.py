"""Small series, and runs short enough to be made by the dozen."""

import numpy as np
import pandas as pd
import pytest

from rnncore import nn
from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig
from rnncore.forecasting import Recipe
from rnncore.series.series import Series


def make(values, frequency=None, name="x"):
    values = np.asarray(values, dtype=np.float64)
    stamps = pd.date_range("2020-01-01", periods=len(values), freq=frequency) if frequency else None
    return Series(name, values, np.ones(len(values), dtype=bool), stamps, frequency)


def configure(**knobs):
    """A small, quick configuration: one network of one kind, unless told; `knobs` go wherever they belong."""
    knobs = {"epochs": 2, "members": 1, "representation": "level", "layers": (Layer(units=8),)} | knobs
    parts = {"forecast": ForecastConfig, "network": NetworkConfig, "training": TrainingConfig}
    taken = {name: {k: v for k, v in knobs.items() if k in model.model_fields} for name, model in parts.items()}
    assert set().union(*taken.values()) == set(knobs)
    return RunConfig(**{name: model(**taken[name]) for name, model in parts.items()})


def start(series, state=None, **knobs):
    return Recipe(series if isinstance(series, list) else [series], configure(**knobs), nn, state)


def run(series, **knobs):
    recipe = start(series, **knobs)
    for _ in recipe.epochs():
        pass
    return recipe.finish()


def sales():
    """Trend, season and a little noise: 120 months."""
    t = np.arange(120)
    noise = np.random.default_rng(0).normal(0, 0.3, 120)
    return make(20 + 0.1 * t + 3 * np.sin(t * np.pi / 6) + noise, "MS", "sales")


@pytest.fixture
def monthly():
    return sales()
