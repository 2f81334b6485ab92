"""What a run ends with: a forecast, its scores beside those of the baselines, and how it came about. JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from rnncore.forecasting.diagnosis import Finding
from rnncore.messages import Note
from rnncore.series.labels import harmless
from rnncore.series.labels import labels as labels

FEWEST_TESTED = 6  # held-out values; a coin that falls one way so often is hardly luck


@dataclass(frozen=True)
class Forecast:
    """Of one series, in the file's units. time: ISO stamps or row numbers; lower, upper: by level ("80").

    weights: share of every member in `forecast`, which is their weighted mean; members: what each of those says. networks: what
    every single network says. baselines: by name, for whoever trusts one of them more.
    """

    name: str
    time: list
    forecast: list[float]
    lower: dict[str, list[float]]
    upper: dict[str, list[float]]
    weights: dict[str, float]
    members: dict[str, list[float]] = field(default_factory=dict)
    networks: list[list[float]] = field(default_factory=list)
    baselines: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class HeldOut:
    """The end of one series that no training saw, and no weight. `time` and `actual` run through it once; the forecasts of
    every method (`methods`: `combined`, `network` and the baselines) and the bands of the first of them are made at the
    `origins` (their first stamps or row numbers), a horizon each, one behind the other."""

    name: str
    origins: list
    time: list
    actual: list[float]
    methods: dict[str, list[float]]
    lower: dict[str, list[float]]
    upper: dict[str, list[float]]


@dataclass(frozen=True)
class Result:
    """scores: method -> score -> value, over all series; series_scores: the same per series, None for a single one.

    best: the method with the lowest error; leading: the one that makes the forecast, `combined`, or `network` where only
    networks were asked for. weights: share of every member, the mean over all series. coverage: share of the held-out rows
    within each band, by level. members: of each member its name, kind (`network`, `classical`), weight, and error on the
    validation part relative to the usual member. networks: of each training its representation, seed, validation error (in the
    file's units), epochs, seconds. out_of_time: whether the budget cut something short. findings: what the numbers say about
    the run, the most important first; of a panel, those on single series behind those on all.
    """

    horizon: int
    season: int
    longer_season: int | None
    window: int
    holdout: int
    best: str
    leading: str
    epochs: int
    seconds: float
    scores: dict[str, dict[str, float | None]]
    series_scores: dict[str, dict[str, dict[str, float | None]]] | None
    weights: dict[str, float]
    coverage: dict[str, float]
    members: list[dict]
    networks: list[dict]
    out_of_time: bool
    notes: list[Note]
    forecasts: list[Forecast]
    held_out: list[HeldOut]
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict:
        """JSON values only; no NaN, no infinity."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Result:
        lists = {"notes": Note, "forecasts": Forecast, "held_out": HeldOut, "findings": Finding}
        return cls(**{name: [lists[name](**one) for one in v] if name in lists else v for name, v in values.items()})

    def findings_on(self, series: str) -> list[Finding]:
        """Those on the run and those on one of its series, by name."""
        return [one for one in self.findings if one.series in (None, series)]

    @property
    def judges(self) -> list[str]:
        """The methods that need no network and no choice."""
        return [name for name in self.scores if name not in ("combined", "network")]

    @property
    def measure(self) -> str:
        """The score by which methods are compared: MASE, or MAE where that is not defined."""
        return measure(self.scores)

    @property
    def verdict(self) -> tuple[str, str, int]:
        """(`better`, `equal` or `worse`, the best judge, by how many percent): the forecast against it, on held-out rows.

        Equal: within one percent of each other."""
        by = {name: self.scores[name][self.measure] for name in self.judges}
        best = min(by, key=by.get)
        ours, other = self.scores[self.leading][self.measure], by[best]
        percent = round(100 * abs(ours - other) / max(ours, other)) if max(ours, other) else 0
        return "equal" if abs(ours - other) <= 0.01 * other else "better" if ours < other else "worse", best, percent

    @property
    def few(self) -> bool:
        """Whether so few values were held out that the verdict means little."""
        return sum(len(one.actual) for one in self.held_out) < FEWEST_TESTED

    def csv_of(self, judge: str) -> str:
        """The forecast of a judge: `series` (only when there are several), `time`, `forecast`."""
        return table(["forecast"], [(one.name, one.time, [one.baselines[judge]]) for one in self.forecasts])

    def csv(self) -> str:
        """`series` (only when there are several), `time`, `forecast`, then `lower_80`, `upper_80` and so on."""
        levels = list(self.forecasts[0].lower)
        names = ["forecast", *(f"{side}_{level}" for level in levels for side in ("lower", "upper"))]
        columns = [
            [one.forecast, *(side[level] for level in levels for side in (one.lower, one.upper))] for one in self.forecasts
        ]
        return table(names, [(one.name, one.time, held) for one, held in zip(self.forecasts, columns, strict=True)])


def measure(scores: dict) -> str:
    """MASE, or MAE where that is not defined."""
    return "mase" if next(iter(scores.values()))["mase"] is not None else "mae"


def table(names: Sequence[str], parts: Sequence[tuple[str, Sequence, Sequence[Sequence[float]]]]) -> str:
    """CSV with the columns `names` behind `time`, and behind `series` where there are several. parts: name, times, columns."""
    several, text = len(parts) > 1, io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["series"] * several + ["time", *names])
    for name, times, columns in parts:
        for time, *numbers in zip(times, *columns, strict=True):
            writer.writerow([harmless(name)] * several + [time, *(f"{number:.10g}" for number in numbers)])
    return text.getvalue()
