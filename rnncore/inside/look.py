"""One window of a run, seen from inside one of its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rnncore.cells import Trace, initialise
from rnncore.config import NetworkConfig, RunConfig
from rnncore.gradients import direction, own_path, reaches
from rnncore.inside import attribution
from rnncore.inside.free import FreeRun
from rnncore.inside.member import Asked, Member, opened
from rnncore.inside.network import Network
from rnncore.results import rounded
from rnncore.series.series import Series

OUTPUTS, UNITS, STEPS = 48, 64, 240  # explained outputs, units and steps shown at most: what a picture can hold
WINDOWS, LAGS, BACK = 8, 60, 16  # windows and lags for the reach over inputs, windows for the gradient through time
FRESH = 5  # networks before training, for comparison


@dataclass(frozen=True)
class Layer:
    """values: letter -> (units shown, steps shown), the newest step last. units: their numbers from 0, the most telling first.
    moved: how far the forecast moves without each of them, mean absolute, in the file's units; without: that forecast
    (units, K). flow, fresh, path: log10 of the whole state's gradient by lag, relative to lag 0: trained, before training (the
    mean of several draws, fresh_range their lowest and highest), and through the gates alone (None for an rnn)."""

    cell: str
    size: int
    units: list[int]
    values: dict[str, list]
    moved: list[float]
    without: list[list[float]]
    flow: list[float]
    fresh: list[float]
    fresh_range: list[list[float]]
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
    whether all is on logarithms. base: what the network's part is added to (`level`, `season`, `ridge`, `stl`); season: rows of
    the season that is repeated or taken out, 0 for none. free_run: the network left to itself, where it can be.
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
    base: str
    season: int
    recursive: bool
    free_run: FreeRun | None

    def as_dict(self) -> dict:
        return rounded(asdict(self))

    @classmethod
    def from_dict(cls, facts: dict) -> Look:
        layers = [Layer(**one) for one in facts["layers"]]
        free = facts["free_run"] and FreeRun(**facts["free_run"])
        return cls(**{**facts, "reaching": Reaching(**facts["reaching"]), "layers": layers, "free_run": free})


def look(model: bytes, series: Sequence[Series], config: RunConfig, asked: Asked) -> Look:
    """Everything the page shows of one window. `config` is the run's, `model` the file it stored."""
    return look_at(opened(model, series, config, asked), series[asked.series].values, asked.origin)


def look_at(member: Member, values: np.ndarray, origin: int) -> Look:
    """The same of one network; values: its series, all rows of it."""
    network, places = member.network, member.places
    x = member.encode([origin])[0]
    outputs = np.unique(np.linspace(0, network.outputs - 1, min(OUTPUTS, network.outputs)).round().astype(int))
    forecast = member.forecast(network, origin)
    flat = x.copy()
    flat.ravel()[places] = 0.0  # the rows alone: what is known beside them stays

    def by_row(found: np.ndarray) -> list:
        return found.reshape(len(found), -1)[:, places].tolist()

    return Look(
        rows=values[max(origin - member.window, 0) : origin].tolist(),
        forecast=forecast.tolist(),
        outputs=outputs.tolist(),
        gradient=by_row(attribution.gradient(network, x, outputs)),
        integrated=by_row(attribution.integrated(network, x, outputs, flat)),
        said=(network(x[None]) - network(flat[None]))[0, outputs].tolist(),
        reaching=_reaching(network, _several(member, origin, WINDOWS), outputs, places),
        layers=_layers(member, origin, x, forecast),
        segment=member.segment,
        log=member.log,
        base=member.base,
        season=member.season,
        recursive=network.outputs < member.horizon,
        free_run=member.free_run(origin),
    )


def _several(member: Member, origin: int, most: int) -> np.ndarray:
    """Up to `most` whole windows up to `origin`, spread evenly, that one included: (n, T, F)."""
    first = min(member.earliest, origin)
    return member.encode(np.unique(np.linspace(first, origin, most).round().astype(int)))


def _reaching(network: Network, inputs: np.ndarray, outputs: np.ndarray, places: np.ndarray) -> Reaching:
    rows = len(places)
    lags = np.unique(np.geomspace(1, rows, LAGS).round().astype(int)) if rows > LAGS else np.arange(1, rows + 1)
    every = attribution.by_gradient(network, inputs, outputs)[places][::-1]
    moved = attribution.by_perturbation(network, inputs, places[-lags])
    between = np.interp(np.arange(1, rows + 1), lags, moved)
    held = (attribution.reaching(every), attribution.reaching(between))
    return Reaching(lags.tolist(), every[lags - 1].tolist(), moved.tolist(), held, len(inputs))


def _layers(member: Member, origin: int, x: np.ndarray, forecast: np.ndarray) -> list[Layer]:
    network = member.network
    traces, many = network.traces(x[None]), network.traces(_several(member, origin, BACK))
    found = []
    for n, (trace, wide) in enumerate(zip(traces, many, strict=True)):
        units = _telling(network, traces, n)
        without = np.array([member.forecast(attribution.without_unit(network, n, unit), origin) for unit in units])
        moved = np.abs(without - forecast).mean(1)
        order = np.argsort(-moved, kind="stable")
        units = units[order]
        letters = [*trace.cell.gates, *(["c"] if trace.cell.has_cell_state else []), "h"]
        path, fresh = own_path(wide), _fresh(wide, member.built, n)
        found.append(
            Layer(
                cell=trace.cell.name,
                size=trace.cell.units,
                units=units.tolist(),
                values={letter: trace[letter][-STEPS:, 0, units].T.tolist() for letter in letters},
                moved=moved[order].tolist(),
                without=without[order].tolist(),
                flow=_flow(wide).tolist(),
                fresh=fresh.mean(0).tolist(),
                fresh_range=[fresh.min(0).tolist(), fresh.max(0).tolist()],
                path=None if path is None else _held(path).tolist(),
            )
        )
    return found


def _telling(network: Network, traces: list[Trace], layer: int) -> np.ndarray:
    """The units to take out: all, or those `UNITS` with the largest state times the size of the weights that read it."""
    top = layer == len(traces) - 1
    readers = network.W if top else traces[layer + 1].cell.W_xh
    score = np.abs(traces[layer].h[:, 0]).max(0) * np.abs(readers).sum(0)
    return np.sort(np.argsort(-score, kind="stable")[:UNITS])


def _flow(trace: Trace) -> np.ndarray:
    """log10 ||dL/ds|| of the whole state by lag, relative to lag 0, for L = v . h_T with a random v, as in the chapter."""
    found = reaches(trace, direction(trace.h.shape[1], trace.cell.units, 0))[0].log10_state
    with np.errstate(invalid="ignore"):
        return _held(found - found[0])


def _held(log10: np.ndarray) -> np.ndarray:
    """What JSON can hold: a gradient that is exactly 0 becomes one of 1e-300."""
    return np.maximum(np.nan_to_num(log10, nan=0.0, neginf=-300.0), -300.0)


def _fresh(trace: Trace, built: NetworkConfig, number: int) -> np.ndarray:
    """The same of the layer before training, on the same inputs, for several draws of its weights: (n, T)."""
    layer = built.layers[number]
    way = {"torch": "default", "keras": "orthogonal"}.get(built.initialisation, built.initialisation)
    drawn = [
        initialise(
            layer.cell,
            trace.x.shape[2],
            layer.units,
            seed,
            way=way if way != "identity" or layer.cell == "rnn" else "default",
            activation=layer.activation,
            forget_bias=built.forget_bias if layer.cell == "lstm" else None,
        )
        for seed in range(FRESH)
    ]
    return np.array([_flow(cell.unroll(trace.x)) for cell in drawn])
