"""The score of a backtest: errors of every method over all origins, by step and by origin; who wins, and whether by luck;
what is left over.

Letters: S series, n origins, K steps, Q quantiles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from rnncore.forecasting import scores
from rnncore.forecasting.classical import JUDGES
from rnncore.forecasting.result import measure

TRACKS = 12  # series whose forecasts are kept; of more, only the scores
SURE = 0.05  # chances below this are not called luck
LAGS = 40


@dataclass(frozen=True)
class Truth:
    """names, time: of each series, and its labels from the first origin on; actual (S, n, K): what came; units: of MASE, by
    series; stride: rows between two origins; levels: of the bands, in percent."""

    names: list[str]
    time: list[list]
    actual: np.ndarray
    units: list[float | None]
    stride: int
    levels: list[float]


@dataclass(frozen=True)
class Said:
    """What one method says: forecast (S, n, K), and the edges of its bands by level, as large."""

    forecast: np.ndarray
    lower: dict[str, np.ndarray]
    upper: dict[str, np.ndarray]


@dataclass(frozen=True)
class Cost:
    """seconds of fitting and training; parameters of the networks, None of a method without."""

    seconds: float
    parameters: int | None


@dataclass(frozen=True)
class Track:
    """One series from the first origin on. starts: rows of `time` and `actual` where the forecasts begin; forecasts, and the
    edges of the bands by level: by method, an origin a list."""

    name: str
    time: list
    actual: list[float]
    starts: list[int]
    forecasts: dict[str, list[list[float]]]
    lower: dict[str, dict[str, list[list[float]]]]
    upper: dict[str, dict[str, list[list[float]]]]


@dataclass(frozen=True)
class Outcome:
    """methods: name -> scores, `seconds`, `parameters`, and the scores again `by_step` and `by_origin`, a list each. A method
    is `combined`, `network` or a judge; with several contenders, `combined:NAME` and `network:NAME`.

    origins: first stamp (or row number) of each forecast, of the first series; asked: how many were wanted. by_series: of each
    method the error on each series. contenders: name, title and layers of each; left_out: names of those who had no turn.
    """

    horizon: int
    stride: int
    season: int
    sliding: bool
    refit: bool
    asked: int
    levels: list[float]
    origins: list
    series: list[str]
    methods: dict[str, dict]
    best: str
    by_series: dict[str, list[float | None]]
    contenders: list[dict]
    left_out: list[str]
    tracks: list[Track] = field(default_factory=list)

    def as_dict(self) -> dict:
        """JSON values only; no NaN, no infinity."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Outcome:
        return cls(**{**values, "tracks": [Track(**one) for one in values["tracks"]]})

    @property
    def measure(self) -> str:
        """The score by which methods are compared: MASE, or MAE where that is not defined."""
        return measure(self.methods)

    @property
    def ranking(self) -> list[str]:
        """Methods, the lowest error first."""
        return sorted(self.methods, key=lambda name: (name != self.best, self.methods[name][self.measure]))

    @property
    def judges(self) -> list[str]:
        return [name for name in self.ranking if name in JUDGES]

    @property
    def networks(self) -> list[str]:
        """The networks by themselves, of each contender."""
        return [name for name in self.ranking if name.partition(":")[0] == "network"]

    def duel(self, first: str, second: str) -> Duel:
        """Of one series, every origin is a case; of several, every series."""
        by = self.measure
        if len(self.series) > 1:
            pairs = zip(self.by_series[first], self.by_series[second], strict=True)
        else:
            pairs = ([one[by] for one in self.methods[name]["by_origin"]] for name in (first, second))
            pairs = zip(*pairs, strict=True)
        pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
        wins, losses = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        ours, theirs = self.methods[first][by], self.methods[second][by]
        percent = 100 * (1 - ours / theirs) if theirs else 0.0
        overlapping = len(self.series) == 1 and self.stride < self.horizon
        return Duel(first, second, percent, wins, losses, len(pairs), luck(wins, losses), overlapping)


@dataclass(frozen=True)
class Duel:
    """percent: by how much the error of the first is lower; wins, losses, cases: at how many of the cases it is; luck: how
    often a coin would lean so far to one side; overlapping: forecasts share rows, so that cases are fewer than it seems."""

    first: str
    second: str
    percent: float
    wins: int
    losses: int
    cases: int
    luck: float
    overlapping: bool

    @property
    def verdict(self) -> str:
        """`equal` within one percent; `split`, where the first is not ahead on more cases than it is behind; `few`, where even
        winning every case would prove nothing; `overlap`; `sure`; `luck`."""
        if abs(self.percent) < 1:
            return "equal"
        if self.wins <= self.losses:
            return "split"
        if luck(self.cases, 0) >= SURE:
            return "few"
        if self.overlapping:
            return "overlap"
        return "sure" if self.luck < SURE else "luck"


def luck(wins: int, losses: int) -> float:
    """The sign test, two-sided: the chance that a fair coin splits wins + losses tosses at least as unevenly."""
    tosses, few = wins + losses, min(wins, losses)
    return min(1.0, 2 * sum(math.comb(tosses, k) for k in range(few + 1)) / 2**tosses)


def quantiles(levels: Sequence[float]) -> list[float]:
    """The quantiles that the forecast and the edges of its bands stand for, in order: 80 % gives 0.1, 0.5 and 0.9."""
    return sorted({0.5, *(q for level in levels for q in ((1 - level / 100) / 2, (1 + level / 100) / 2))})


def pinball(actual: np.ndarray, said: Said, levels: Sequence[float]) -> np.ndarray:
    """The loss of each quantile, (Q, ...), as large as `actual` behind that: max(q e, (q - 1) e), e = actual - quantile."""
    losses = []
    for q in quantiles(levels):
        level = f"{round(100 * abs(2 * q - 1), 9):g}"
        told = said.forecast if q == 0.5 else (said.lower if q < 0.5 else said.upper)[level]
        off = actual - told
        losses.append(np.maximum(q * off, (q - 1) * off))
    return np.array(losses)


def crps(losses: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """The continuous ranked probability score, twice the integral of the pinball loss over all quantiles (Gneiting and Raftery
    2007), by the trapezoidal rule through those that are known, and zero at 0 and 1."""
    q = np.array([0.0, *quantiles(levels), 1.0])
    edge = np.zeros((1, *losses.shape[1:]))
    return 2 * np.trapezoid(np.concatenate([edge, losses, edge]), q, axis=0)


@dataclass(frozen=True)
class _Points:
    """Of one method, for each point that it forecast (S, n, K)."""

    actual: np.ndarray
    forecast: np.ndarray
    pinball: np.ndarray
    crps: np.ndarray
    inside: dict[str, np.ndarray]

    @classmethod
    def of(cls, actual: np.ndarray, said: Said, levels: Sequence[float]) -> _Points:
        losses = pinball(actual, said, levels)
        inside = {level: (said.lower[level] <= actual) & (actual <= said.upper[level]) for level in said.lower}
        return cls(actual, said.forecast, losses.mean(0), crps(losses, levels), inside)

    def at(self, which: tuple) -> _Points:
        inside = {level: held[which] for level, held in self.inside.items()}
        return _Points(*(held[which] for held in (self.actual, self.forecast, self.pinball, self.crps)), inside)

    def series(self, units: Sequence[float | None]) -> list[dict[str, float | None]]:
        """Scores of each series."""
        return [
            scores.score(self.actual[s].ravel(), self.forecast[s].ravel(), units[s])
            | {"pinball": float(self.pinball[s].mean()), "crps": float(self.crps[s].mean())}
            for s in range(len(self.actual))
        ]

    def pooled(self, units: Sequence[float | None]) -> dict:
        """The same over all series, and the share of points within each band."""
        coverage = {level: float(held.mean()) for level, held in self.inside.items()}
        return scores.pooled(self.series(units)) | {"coverage": coverage}


def joined(parts: Sequence[Said], order: np.ndarray) -> Said:
    """Several legs of one method as one; order: of the origins, as they follow each other in `parts`."""
    together = [[one.forecast for one in parts]]
    together += [[side[level] for side in sides] for sides in _sides(parts) for level in sides[0]]
    whole = [np.concatenate(found, axis=1)[:, order] for found in together]
    levels = list(parts[0].lower)
    return Said(whole[0], dict(zip(levels, whole[1:], strict=False)), dict(zip(levels, whole[1 + len(levels) :], strict=True)))


def _sides(parts: Sequence[Said]) -> tuple[list[dict], list[dict]]:
    return [one.lower for one in parts], [one.upper for one in parts]


def leader(truth: Truth, numbers: Sequence[int], said: dict[str, Said]) -> tuple[str, float]:
    """The method with the lowest error on these origins, and that error."""
    actual = truth.actual[:, numbers]
    found = {name: scores.pooled(_bare(actual, one.forecast, truth.units)) for name, one in said.items()}
    by = measure(found)
    best = _best(found, by)
    return best, found[best][by]


def _best(methods: dict[str, dict], by: str) -> str:
    """The first of those whose errors are the lowest, and the same but for rounding."""
    return min(methods, key=lambda name: float(f"{methods[name][by]:.9g}"))


def _bare(actual: np.ndarray, forecast: np.ndarray, units: Sequence[float | None]) -> list[dict]:
    return [scores.score(a.ravel(), f.ravel(), unit) for a, f, unit in zip(actual, forecast, units, strict=True)]


def outcome(
    truth: Truth,
    numbers: Sequence[int],
    said: dict[str, Said],
    costs: dict[str, Cost],
    settings: dict,
    contenders: list[dict],
    left_out: list[str],
) -> Outcome:
    """Everything that is told. numbers: of the origins that count; costs: of every method."""
    actual = truth.actual[:, numbers]
    points = {name: _Points.of(actual, one, truth.levels) for name, one in said.items()}
    methods = {name: _scored(one, truth.units) | asdict(costs[name]) for name, one in points.items()}
    by = measure(methods)
    return Outcome(
        **settings,
        levels=truth.levels,
        origins=[truth.time[0][number * truth.stride] for number in numbers],
        series=truth.names,
        methods=methods,
        best=_best(methods, by),
        by_series={name: [one[by] for one in held.series(truth.units)] for name, held in points.items()},
        contenders=contenders,
        left_out=left_out,
        tracks=[_track(truth, number, numbers, said) for number in range(min(TRACKS, len(truth.names)))],
    )


def _scored(points: _Points, units: Sequence[float | None]) -> dict:
    _, origins, steps = points.actual.shape
    return points.pooled(units) | {
        "by_step": [points.at((slice(None), slice(None), slice(k, k + 1))).pooled(units) for k in range(steps)],
        "by_origin": [points.at((slice(None), slice(j, j + 1))).pooled(units) for j in range(origins)],
    }


def _track(truth: Truth, number: int, numbers: Sequence[int], said: dict[str, Said]) -> Track:
    time, stride, horizon = truth.time[number], truth.stride, truth.actual.shape[2]
    rows = np.full(len(time), np.nan)
    for j, came in enumerate(truth.actual[number]):
        rows[j * stride : j * stride + horizon] = came
    seen = np.isfinite(rows)
    place = np.cumsum(seen) - 1
    return Track(
        truth.names[number],
        [label for label, there in zip(time, seen, strict=True) if there],
        rows[seen].tolist(),
        [int(place[j * stride]) for j in numbers],
        {name: one.forecast[number].tolist() for name, one in said.items()},
        *(
            {name: {level: held[number].tolist() for level, held in side.items()} for name, side in sides.items()}
            for sides in ({name: one.lower for name, one in said.items()}, {name: one.upper for name, one in said.items()})
        ),
    )


@dataclass(frozen=True)
class Residuals:
    """What came less what was said: time and values, where forecasts overlap of the newest one; autocorrelation from lag 1 on,
    and the size beyond which a single one would be rare (5 %) in residuals that know nothing of each other."""

    time: list
    values: np.ndarray
    autocorrelation: np.ndarray
    rare: float


def residuals(track: Track, method: str) -> Residuals:
    actual, latest = np.array(track.actual), np.full(len(track.actual), np.nan)
    for start, said in zip(track.starts, track.forecasts[method], strict=True):
        latest[start : start + len(said)] = said
    known = np.isfinite(latest)
    values = (actual - latest)[known]
    time = [label for label, there in zip(track.time, known, strict=True) if there]
    return Residuals(time, values, autocorrelation(values, LAGS), 1.96 / math.sqrt(len(values)))


def autocorrelation(values: np.ndarray, lags: int) -> np.ndarray:
    """Of lags 1, 2 ... at most a quarter of the rows; zeros where the values are all the same."""
    off, count = values - values.mean(), min(lags, len(values) // 4)
    power = float(off @ off)
    return np.array([off[lag:] @ off[:-lag] / power if power else 0.0 for lag in range(1, count + 1)])
