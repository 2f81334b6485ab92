"""One window of a run, seen from inside one of its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rnncore.cells import Trace, initialise
from rnncore.config import Config, RunConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.material import Material
from rnncore.forecasting.plan import plan
from rnncore.gradients import direction, own_path, reaches
from rnncore.inside import attribution
from rnncore.inside.network import Network
from rnncore.results import rounded
from rnncore.series.series import Series
from rnncore.series.windows import windows_at

OUTPUTS, UNITS, STEPS = 48, 64, 240  # explained outputs, units and steps shown at most: what a picture can hold
WINDOWS, LAGS, BACK = 8, 60, 16  # windows and lags for the reach over inputs, windows for the gradient through time
FRESH = 5  # networks before training, for comparison


class Asked(Config):
    """Which window: of the run with the number `run` as it stood when it ended (`finished`), the series, the network (counted
    through those scored, then those adjusted), and the rows known before the forecast."""

    run: int
    finished: str
    series: int
    network: int
    origin: int


@dataclass(frozen=True)
class Layer:
    """values: letter -> (units shown, steps shown), the newest step last. units: their numbers from 0, the most telling first.
    moved: how far the forecast moves without each of them, mean absolute, in the file's units; without: that forecast
    (units, K). flow, fresh, path: log10 of the whole state's gradient by lag, relative to lag 0: trained, before training, and
    through the gates alone (None for an rnn)."""

    cell: str
    size: int
    units: list[int]
    values: dict[str, list]
    moved: list[float]
    without: list[list[float]]
    flow: list[float]
    fresh: list[float]
    path: list[float] | None


@dataclass(frozen=True)
class Reaching:
    """Root mean square change of the output by rows back (`lags`, the newest row 1): of the gradient, and when the row is
    really moved by one spread of the window. rows: how many of the newest rows hold nine tenths of the gradient's effect, and
    of the perturbation's."""

    lags: list[int]
    gradient: list[float]
    perturbation: list[float]
    rows: tuple[int, int]
    windows: int


@dataclass(frozen=True)
class Look:
    """rows: the window (W,); forecast (K,): this network's, both in the file's units. outputs: the explained ones, from 0.

    gradient (outputs, W): change of the forecast for a change of the row, level and spread held. integrated (outputs, W): the
    share of each row in what the network says beyond a flat window, in spreads; said: that sum. segment: rows a step. log:
    whether all is on logarithms. season: the rows back that are repeated before the network adds its part, 0 for none.
    """

    rows: list[float]
    forecast: list[float]
    outputs: list[int]
    gradient: list[list[float]]
    integrated: list[list[float]]
    said: list[float]
    reaching: Reaching
    layers: list[Layer]
    segment: int
    log: bool
    season: int
    recursive: bool

    def as_dict(self) -> dict:
        return rounded(asdict(self))

    @classmethod
    def from_dict(cls, facts: dict) -> Look:
        layers = [Layer(**one) for one in facts["layers"]]
        return cls(**{**facts, "reaching": Reaching(**facts["reaching"]), "layers": layers})


def look(model: bytes, series: Sequence[Series], config: RunConfig, asked: Asked) -> Look:
    """Everything the page shows of one window. `config` is the run's, `model` the file it stored."""
    read = model_file.read(model)
    material = _material(read, series, config)
    networks = [weights for name in model_file.SETS for weights in read.networks.get(name, [])]
    network = Network.of_weights(read.config.network, networks[asked.network])
    number = _number(material, series[asked.series])
    window = windows_at(material.values, material.view.history, 1, _at(material, number, [asked.origin]))
    x = _encoded(material, window)[0]
    outputs = np.unique(np.linspace(0, network.outputs - 1, min(OUTPUTS, network.outputs)).round().astype(int))
    forecast = _forecast(material, network, number, asked.origin)
    flat = np.zeros((1, *x.shape))
    kept = material.view.window

    def by_row(found: np.ndarray) -> list:
        return found.reshape(len(found), -1)[:, -kept:].tolist()

    return Look(
        rows=series[asked.series].values[max(asked.origin - kept, 0) : asked.origin].tolist(),
        forecast=forecast.tolist(),
        outputs=outputs.tolist(),
        gradient=by_row(attribution.gradient(network, x, outputs)),
        integrated=by_row(attribution.integrated(network, x, outputs)),
        said=(network(x[None]) - network(flat))[0, outputs].tolist(),
        reaching=_reaching(network, _some(material, number, asked.origin, WINDOWS), outputs, kept),
        layers=_layers(material, network, read.config, number, asked.origin, x, forecast),
        segment=material.view.segment,
        log=material.representation.log,
        season=material.representation.lag,
        recursive=network.outputs < material.horizon,
    )


def _material(read: model_file.Model, series: Sequence[Series], config: RunConfig) -> Material:
    settled = plan(series, model_file.merged(read, config))
    scales = model_file.scales_for(read, Material(settled, read.representation))
    return Material(settled, read.representation, scales=scales)


def _number(material: Material, wanted: Series) -> int:
    """The place of a series among those that the plan kept."""
    return [one.name for one in material.plan.series].index(wanted.name)


def _at(material: Material, number: int, origins: Sequence[int]) -> list[Sequence[int]]:
    return [origins if n == number else () for n in range(len(material.values))]


def _encoded(material: Material, windows) -> np.ndarray:
    return material.view.encode(windows.take()[0], windows.series, material.outputs)[0].astype(np.float64)


def _some(material: Material, number: int, origin: int, most: int) -> np.ndarray:
    """Up to `most` whole windows of the series up to `origin`, spread evenly, that one included: (n, T, F)."""
    first = min(material.view.history, origin)
    origins = np.unique(np.linspace(first, origin, most).round().astype(int))
    return _encoded(material, windows_at(material.values, material.view.history, 1, _at(material, number, origins)))


def _forecast(material: Material, network: Network, number: int, origin: int) -> np.ndarray:
    found = material.forecast(network, _at(material, number, [origin]))
    return material.representation.restore(found)[0]


def _reaching(network: Network, inputs: np.ndarray, outputs: np.ndarray, rows: int) -> Reaching:
    lags = np.unique(np.geomspace(1, rows, LAGS).round().astype(int)) if rows > LAGS else np.arange(1, rows + 1)
    every = attribution.by_gradient(network, inputs, outputs)[::-1][:rows]
    moved = attribution.by_perturbation(network, inputs, inputs[0].size - lags)
    between = np.interp(np.arange(1, rows + 1), lags, moved)
    held = (attribution.reaching(every), attribution.reaching(between))
    return Reaching(lags.tolist(), every[lags - 1].tolist(), moved.tolist(), held, len(inputs))


def _layers(material, network: Network, config: RunConfig, number: int, origin: int, x, forecast) -> list[Layer]:
    traces = network.traces(x[None])
    many = network.traces(_some(material, number, origin, BACK))
    found = []
    for n, (trace, wide) in enumerate(zip(traces, many, strict=True)):
        units = _telling(network, traces, n)
        without = [_forecast(material, attribution.without_unit(network, n, unit), number, origin) for unit in units]
        moved = np.abs(np.array(without) - forecast).mean(1)
        order = np.argsort(-moved, kind="stable")
        units = units[order]
        letters = [*trace.cell.gates, *(["c"] if trace.cell.has_cell_state else []), "h"]
        path = own_path(wide)
        found.append(
            Layer(
                cell=trace.cell.name,
                size=trace.cell.units,
                units=units.tolist(),
                values={letter: trace[letter][-STEPS:, 0, units].T.tolist() for letter in letters},
                moved=moved[order].tolist(),
                without=np.array(without)[order].tolist(),
                flow=_flow(wide),
                fresh=_fresh(wide, config, n),
                path=None if path is None else _held(path),
            )
        )
    return found


def _telling(network: Network, traces: list[Trace], layer: int) -> np.ndarray:
    """The units to take out: all, or those `UNITS` with the largest state times the size of the weights that read it."""
    top = layer == len(traces) - 1
    readers = network.W if top else traces[layer + 1].cell.W_xh
    score = np.abs(traces[layer].h[:, 0]).max(0) * np.abs(readers).sum(0)
    return np.sort(np.argsort(-score, kind="stable")[:UNITS])


def _flow(trace: Trace) -> list[float]:
    """log10 ||dL/ds|| of the whole state by lag, relative to lag 0, for L = v . h_T with a random v, as in the chapter."""
    found = reaches(trace, direction(trace.h.shape[1], trace.cell.units, 0))[0].log10_state
    with np.errstate(invalid="ignore"):
        return _held(found - found[0])


def _held(log10: np.ndarray) -> list[float]:
    """What JSON can hold: a gradient that is exactly 0 becomes one of 1e-300."""
    return np.maximum(np.nan_to_num(log10, nan=0.0, neginf=-300.0), -300.0).tolist()


def _fresh(trace: Trace, config: RunConfig, number: int) -> list[float]:
    """The same of the layer before training, on the same inputs: mean over several draws of its weights."""
    layer = config.network.layers[number]
    way = {"torch": "default", "keras": "orthogonal"}.get(config.network.initialisation, config.network.initialisation)
    drawn = [
        initialise(
            layer.cell,
            trace.x.shape[2],
            layer.units,
            seed,
            way=way if way != "identity" or layer.cell == "rnn" else "default",
            activation=layer.activation,
            forget_bias=config.network.forget_bias if layer.cell == "lstm" else None,
        )
        for seed in range(FRESH)
    ]
    return np.mean([_flow(cell.unroll(trace.x)) for cell in drawn], axis=0).tolist()
