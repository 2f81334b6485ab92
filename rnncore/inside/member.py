"""One network of a run, with the way that its series takes into it and out of it: all that a look needs to know of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.config import Config, NetworkConfig, RunConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.material import Material
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import plan
from rnncore.inside.free import FreeRun, free_run
from rnncore.inside.network import Network
from rnncore.series.series import Series


class Asked(Config):
    """Which window: of the run with the number `run` as it stood when it ended (`finished`), the series, the network (by its
    place in the model file), and the rows known before the forecast."""

    run: int
    finished: str
    series: int
    network: int
    origin: int


@dataclass(frozen=True, eq=False)
class Member:
    """A network and the series it forecasts.

    built: the network before training was drawn from this. window: rows that are read before a forecast, `segment` of them a
    step. places: where each of them stands among the T F numbers that are read (window,). base: what the network's part is
    added to, as in `Representation`; season: rows of the season that is repeated or taken out, 0 for none. log: whether all is
    on logarithms. horizon: steps of the forecast. earliest: the first row from which a whole window lies behind. encode:
    origins (n,) -> what is read before each, scaled: (n, T, F), T F numbers of which the last `window` are its rows, the newest
    last. forecast: a network, in place of this one, and an origin -> what comes next (horizon,), in the file's units. free_run:
    an origin -> the network left to itself from there, None where it cannot be.
    """

    network: Network
    built: NetworkConfig
    window: int
    places: np.ndarray
    segment: int
    base: str
    log: bool
    season: int
    horizon: int
    earliest: int
    encode: Callable[[Sequence[int]], np.ndarray]
    forecast: Callable[[Network, int], np.ndarray]
    free_run: Callable[[int], FreeRun | None]


def opened(model: bytes, series: Sequence[Series], config: RunConfig, asked: Asked) -> Member:
    """The network that is asked for. `config` is the run's, `model` the file it stored."""
    read = model_file.read(model)
    settled = plan(series, model_file.merged(read, config))
    chosen = read.networks[asked.network]
    kind, pasts = read.representations[chosen.representation], Pasts([one.values for one in settled.series])
    material = Material(settled, kind, pasts, model_file.view_for(read, chosen.representation, settled))
    number = [one.name for one in settled.series].index(series[asked.series].name)

    def at(origins: Sequence[int]) -> list[Sequence[int]]:
        return [origins if n == number else () for n in range(len(material.values))]

    def encode(origins: Sequence[int]) -> np.ndarray:
        return material.encode(material.known(at(origins))).astype(np.float64)

    def forecast(network: Network, origin: int) -> np.ndarray:
        return material.forecast(network, at([origin]))[0]

    network = Network.of_weights(read.config.network, chosen.weights)
    return Member(
        network=network,
        built=read.config.network,
        window=kind.window,
        places=kind.places,
        segment=kind.segment,
        base=kind.base,
        log=kind.log,
        season=kind.lag,
        horizon=material.horizon,
        earliest=max(kind.history, 2 * kind.lag if kind.base == "stl" else 0),
        encode=encode,
        forecast=forecast,
        free_run=lambda origin: free_run(network, material, number, origin),
    )
