"""One network of a run, with the way that its series takes into it and out of it: all that a look needs to know of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.config import Config, NetworkConfig, RunConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.material import Material
from rnncore.forecasting.plan import plan
from rnncore.inside.network import Network
from rnncore.series.series import Series
from rnncore.series.windows import windows_at


class Asked(Config):
    """Which window: of the run with the number `run` as it stood when it ended (`finished`), the series, the network (counted
    through those scored, then those adjusted), and the rows known before the forecast."""

    run: int
    finished: str
    series: int
    network: int
    origin: int


@dataclass(frozen=True, eq=False)
class Member:
    """A network and the series it forecasts.

    built: the network before training was drawn from this. window: rows that are read before a forecast, `segment` of them a
    step. log: whether the network works on logarithms. season: the rows back that are repeated before it adds its part, 0 for
    none. horizon: steps of the forecast. earliest: the first row from which a whole window lies behind.
    encode: origins (n,) -> what is read before each, scaled: (n, T, F), T F numbers of which the last `window` are its rows,
    the newest last. forecast: a network, in place of this one, and an origin -> what comes next (horizon,), in the file's
    units.
    """

    network: Network
    built: NetworkConfig
    window: int
    segment: int
    log: bool
    season: int
    horizon: int
    earliest: int
    encode: Callable[[Sequence[int]], np.ndarray]
    forecast: Callable[[Network, int], np.ndarray]


def opened(model: bytes, series: Sequence[Series], config: RunConfig, asked: Asked) -> Member:
    """The network that is asked for. `config` is the run's, `model` the file it stored."""
    read = model_file.read(model)
    settled = plan(series, model_file.merged(read, config))
    scales = model_file.scales_for(read, Material(settled, read.representation))
    material = Material(settled, read.representation, scales=scales)
    networks = [weights for name in model_file.SETS for weights in read.networks.get(name, [])]
    view, number = material.view, [one.name for one in settled.series].index(series[asked.series].name)

    def at(origins: Sequence[int]) -> list[Sequence[int]]:
        return [origins if n == number else () for n in range(len(material.values))]

    def encode(origins: Sequence[int]) -> np.ndarray:
        windows = windows_at(material.values, view.history, 1, at(origins))
        return view.encode(windows.take()[0], windows.series, material.outputs)[0].astype(np.float64)

    def forecast(network: Network, origin: int) -> np.ndarray:
        return material.representation.restore(material.forecast(network, at([origin])))[0]

    return Member(
        network=Network.of_weights(read.config.network, networks[asked.network]),
        built=read.config.network,
        window=view.window,
        segment=view.segment,
        log=material.representation.log,
        season=material.representation.lag,
        horizon=material.horizon,
        earliest=view.history,
        encode=encode,
        forecast=forecast,
    )
