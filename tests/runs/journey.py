"""Steps that the tests of runs have in common."""

from __future__ import annotations

import time

import numpy as np
import sqlalchemy as sa

from rnncore import runs
from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig
from rnncore.messages import Epoch
from rnncore.runs import plain
from rnncore.runs.tables import parts, reading
from rnncore.series.series import Series


def wave(rows: int = 200) -> Series:
    rng = np.random.default_rng(1)
    values = 10 + np.sin(np.arange(rows) * 2 * np.pi / 12) + 0.1 * rng.standard_normal(rows)
    return Series("wave", values, np.ones(rows, bool))


def config(epochs: int, units: int = 8, window: int = 24) -> RunConfig:
    """One network beside few other members: `epochs` epochs of some milliseconds each, if units and window are few."""
    return RunConfig(
        forecast=ForecastConfig(horizon=6, window=window, season=1, members=1, representation="level"),
        network=NetworkConfig(layers=(Layer(units=units),), segment=1),
        training=TrainingConfig(epochs=epochs),
    )


ORIGINS = 10  # at which the members without a network are fitted, each of them told as an epoch
LONG = config(10_000)  # minutes, if nobody ends it
SHORT = config(15)


def submit(settings: RunConfig = SHORT, title: str = "wave") -> runs.Run:
    return runs.submit([wave()], settings, title=title)


def until(true, seconds: float = 60, every: float = 0.05):
    """Waits for `true()` and returns it."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)
    return found


def reach(run: runs.Run, *states: str, seconds: float = 60) -> runs.Run:
    """The run, as soon as it is in one of `states`."""
    until(lambda: runs.find(run.token).state in states, seconds)
    return runs.find(run.token)


def train(run: runs.Run, epochs: int, seconds: float = 60) -> runs.Run:
    """The run, as soon as it has told of `epochs` epochs."""
    until(lambda: runs.find(run.token).epoch >= epochs, seconds)
    return runs.find(run.token)


def of_network(epochs: list[Epoch]) -> list[int]:
    """Their numbers, of those that the network was trained for."""
    return [epoch.epoch for epoch in epochs if epoch.stage == "member"]


def kept(run: runs.Run) -> int:
    """Epochs of the run that its checkpoint covers, as soon as it has one."""
    facts = sa.select(parts.c.facts).where(parts.c.run == run.id, parts.c.kind == "checkpoint")

    def read():
        with reading() as connection:
            return connection.scalar(facts)

    return plain.loads(until(read))["epoch"]
