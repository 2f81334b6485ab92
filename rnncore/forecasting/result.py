"""What a run ends with: a forecast, its scores beside those of the baselines, and how it came about. JSON and CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, field

import pandas as pd

from rnncore.messages import Note

# Spreadsheet programs run cells that begin with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Forecast:
    """Of one series, in the file's units. time: ISO stamps or row numbers; lower, upper: by level ("80").

    members: the forecast of each network (those scored, then the same adjusted to the newest rows); `forecast` is their median.
    """

    name: str
    time: list
    forecast: list[float]
    lower: dict[str, list[float]]
    upper: dict[str, list[float]]
    members: list[list[float]] = field(default_factory=list)


@dataclass(frozen=True)
class HeldOut:
    """The end of one series that no training saw. `time` and `actual` run through it once; every method's forecasts are made
    at the `origins` (their first stamps or row numbers), a horizon each, one behind the other."""

    name: str
    origins: list
    time: list
    actual: list[float]
    network: list[float]
    naive: list[float]
    seasonal_naive: list[float]
    drift: list[float]


@dataclass(frozen=True)
class Result:
    """scores: method -> score -> value, over all series; series_scores: the same per series, None for a single one.

    chosen: representation, transform, season (the lag the network used), seeds, tried, out_of_time, refit.
    """

    horizon: int
    season: int
    window: int
    holdout: int
    best: str
    epochs: int
    seconds: float
    scores: dict[str, dict[str, float | None]]
    series_scores: dict[str, dict[str, dict[str, float | None]]] | None
    chosen: dict
    notes: list[Note]
    forecasts: list[Forecast]
    held_out: list[HeldOut]

    def as_dict(self) -> dict:
        """JSON values only; no NaN, no infinity."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> Result:
        lists = {"notes": Note, "forecasts": Forecast, "held_out": HeldOut}
        return cls(**{name: [lists[name](**one) for one in v] if name in lists else v for name, v in values.items()})

    def csv(self) -> str:
        """`series` (only when there are several), `time`, `forecast`, then `lower_80`, `upper_80` and so on."""
        several = len(self.forecasts) > 1
        levels = list(self.forecasts[0].lower)
        bounds = [f"{side}_{level}" for level in levels for side in ("lower", "upper")]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["series"] * several + ["time", "forecast", *bounds])
        for one in self.forecasts:
            columns = [one.forecast] + [side[level] for level in levels for side in (one.lower, one.upper)]
            for time, *numbers in zip(one.time, *columns, strict=True):
                writer.writerow([harmless(one.name)] * several + [time, *(f"{number:.10g}" for number in numbers)])
        return text.getvalue()


def labels(index: pd.Index) -> list:
    """Row numbers, or ISO stamps, without a time of day where it is always midnight."""
    if not isinstance(index, pd.DatetimeIndex):
        return [int(row) for row in index]
    if index.tz is None and (index == index.normalize()).all():
        return [stamp.date().isoformat() for stamp in index]
    return [stamp.isoformat() for stamp in index]


def harmless(name: str) -> str:
    """A name that no spreadsheet program takes for a formula."""
    return "'" + name if name.startswith(FORMULA) else name
