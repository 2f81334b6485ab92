"""What a run will do, before it does it: every open knob settled, the split, the network's shapes, time and memory.

Quick enough to be made at every change of a knob.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.cells import Row, summary
from rnncore.config import Budgets, ForecastConfig, RunConfig
from rnncore.forecasting import cost, covariates, seasons
from rnncore.forecasting.covariates import Table, gather
from rnncore.forecasting.representation import Representation, representations, with_columns
from rnncore.messages import Note, Refusal
from rnncore.series.series import Series
from rnncore.series.windows import Split, rolling_origins

# Rows a forecast covers unless told, by calendar season; a day or an hour of rows where it is shorter than a day.
HORIZONS = {"Y": 6, "Q": 8, "M": 12, "BM": 12, "W": 26, "D": 30, "B": 20}
LONGEST_DEFAULT, DEFAULT_HORIZON = 288, 24
UPDATES, EPOCH = 400, 20
MANY_SERIES = 10  # from here on there is twice as much to learn
SHORTEST_WINDOW, FEWEST_WINDOWS = 4, 4
LARGEST = 1e100
ROWS_SHOWN = 20_000  # to the search for a season


@dataclass(frozen=True)
class Plan:
    """series: those long enough; splits and validation (origins) stand in the same order. config: nothing in it is None
    but budget and patience. longer_season: rows, or None. beside: what is known besides the values. representations: of the
    networks to be trained; layers: of the first of them, as `cells.summary`. epoch_updates: weight updates an epoch. seconds,
    megabytes: estimates for the whole run, and classical_seconds for the members without a network."""

    series: tuple[Series, ...]
    config: RunConfig
    longer_season: int | None
    beside: Table
    splits: tuple[Split, ...]
    validation: tuple[tuple[int, ...], ...]
    representations: tuple[Representation, ...]
    layers: tuple[Row, ...]
    epoch_updates: int
    classical_seconds: float
    seconds: float
    megabytes: float
    notes: tuple[Note, ...]

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.layers)


def plan(series: Sequence[Series], config: RunConfig, budgets: Budgets | None = None) -> Plan:
    """Settle everything that `config` leaves open. Refuses series that are too short and runs that cost too much."""
    budgets = budgets or Budgets()
    asked = config.forecast
    _check_magnitude(series)
    horizon = horizon_of(series, asked)
    holdout = asked.holdout or horizon
    kept, notes = _long_enough(series, horizon, holdout, asked.window)
    length = int(np.median([len(one) for one in kept]))
    season, longer, found = _seasons(kept, holdout, asked.season, length - holdout)
    window, long = _windows(asked.window, season, longer, horizon, length - holdout)
    splits, validation, brief = _split(kept, horizon, holdout, window, season)
    _check_transform(kept, asked)
    outputs = horizon if asked.strategy == "direct" else 1
    forecast = asked.model_copy(update={"horizon": horizon, "holdout": holdout, "season": season, "window": window})
    usual = UPDATES // EPOCH * (2 if len(kept) >= MANY_SERIES else 1) // (2 if asked.effort == "fast" else 1)
    training = config.training.model_copy(update={"epochs": config.training.epochs or usual})
    kinds = representations(
        asked.representation,
        asked.transform,
        (window, long) if long else (window,),
        (season, longer or 1),
        config.network.segment,
    )
    settled = RunConfig(forecast=forecast, network=config.network, training=training)
    beside = gather(kept, [split.validation for split in splits], horizon, asked.calendar_features)
    if beside:
        kinds = with_columns(kinds, len(beside.names), outputs if beside.known else 0)
        notes += covariates.notes(kept, beside, horizon)
    first = kinds[0]
    layers = tuple(summary(config.network.layers, first.steps, first.features, outputs))
    epoch_updates = cost.epoch_updates(settled, kinds, EPOCH)
    estimate = cost.estimate(settled, kinds, epoch_updates, kept, validation)
    cost.check(settled, sum(row.parameters for row in layers), estimate, budgets)
    return Plan(
        tuple(kept), settled, longer, beside, tuple(splits), tuple(validation), kinds, layers, epoch_updates,
        estimate.classical, estimate.seconds, estimate.megabytes, tuple(notes + found + brief),
    )  # fmt: skip


def horizon_of(series: Sequence[Series], asked: ForecastConfig) -> int:
    """Rows that a forecast of these series covers."""
    return asked.horizon or _horizon(series[0], int(np.median([len(one) for one in series])), asked.season)


def _check_magnitude(series: Sequence[Series]) -> None:
    """Squares of values must fit into a double."""
    for one in series:
        largest = float(np.abs(one.values).max(initial=0.0))
        if largest > LARGEST:
            raise Refusal("values_too_large", largest=largest, limit=LARGEST)


def _check_transform(series: Sequence[Series], asked: ForecastConfig) -> None:
    lowest = min(float(one.values.min()) for one in series)
    if asked.transform == "log" and lowest <= 0:
        raise Refusal("log_needs_positive", lowest=lowest)


def _horizon(series: Series, length: int, season: int | None) -> int:
    """From the frequency, or from the season where there are no stamps; never more than an eighth of the rows."""
    if series.frequency is None:
        usual = season or seasons.detect(series.values[: length * 7 // 8][-ROWS_SHOWN:])
        usual = usual if 4 <= usual <= LONGEST_DEFAULT else DEFAULT_HORIZON
    else:
        alias = series.frequency.split("-")[0].lstrip("0123456789").removesuffix("S").removesuffix("E")
        day, _ = seasons.calendar_seasons(series.frequency)
        usual = HORIZONS.get(alias) or (min(day, LONGEST_DEFAULT) if day > 1 else DEFAULT_HORIZON)
    return max(1, min(usual, length // 8))


def _long_enough(series: Sequence[Series], horizon: int, holdout: int, window: int | None) -> tuple[list[Series], list[Note]]:
    """The series that can be split; refused when there are none to learn from, noted when some are left out."""
    needed = holdout + 1 + (window or SHORTEST_WINDOW) + horizon + FEWEST_WINDOWS - 1
    longest = max(len(one) for one in series)
    if longest < needed:
        raise Refusal("too_short", rows=longest, needed=needed, horizon=horizon, holdout=holdout)
    least = holdout + 2
    short = [one.name for one in series if len(one) < least]
    notes = [Note("series_left_out", len(short), {"names": short[:5], "needed": least})] if short else []
    return [one for one in series if len(one) >= least], notes


def _split(series: Sequence[Series], horizon: int, holdout: int, window: int, season: int):
    """(splits, validation origins, notes). The last rows are held out; the V horizons before them are for validation.

    V is a third of the rows, 1 to 8 horizons; less than one where that would leave few windows to learn from. Origins lie a
    horizon apart, or half of one where there are fewer than five.
    """
    splits, validation, partial = [], [], 0
    for one in series:
        end = len(one) - holdout
        usual = horizon * max(1, min(8, int(0.33 * end / horizon)))
        ample = end - max(window, season) - horizon - max(FEWEST_WINDOWS, horizon // 2)
        least = end - window - horizon - FEWEST_WINDOWS + 1
        # A series of a panel that is too short to learn from can still be judged by.
        rows = min(usual, max(ample, min(horizon, end // 6), 1), least) if least > 0 else min(usual, max(1, end // 3))
        rows = rows // horizon * horizon or rows
        step = horizon if rows >= 5 * horizon else max(1, horizon // 2)
        splits.append(Split(end - rows, end, len(one)))
        validation.append(tuple(rolling_origins(end - rows, end, horizon, step)))
        partial += rows < horizon
    notes = [Note("short_validation", partial, {"horizon": horizon})] if 2 * partial > len(series) else []
    return splits, validation, notes


def _seasons(series: Sequence[Series], holdout: int, asked: int | None, rows: int):
    """(season, a longer one worth trying or None, notes); all that is read lies before the held-out end."""
    shown = [one.values[: len(one) - holdout][-ROWS_SHOWN:] for one in series]
    shown = shown[:: max(1, len(shown) // 10)]
    longer = None
    if asked is not None:
        if asked > 1 and asked >= rows:
            raise Refusal("season_too_long", season=asked, rows=rows)
        season, notes = asked, []
        usual, longer = seasons.calendar_seasons(series[0].frequency) if series[0].frequency else (None, None)
        longer = longer if usual == asked else None
    elif series[0].frequency is None:
        season = seasons.common([seasons.detect(values) for values in shown])
        notes = [Note("season_detected" if season > 1 else "season_none", 1, {"season": season})]
    else:
        season, longer = seasons.calendar_seasons(series[0].frequency)
        season, notes = _checked(season, series[0].frequency, shown, rows)
    if season > 1 and (longer is None or longer % season):
        found = [seasons.longer_season(values, season, longer) for values in shown[:5]]
        longer = seasons.common([lag or 0 for lag in found]) or None
    return season, longer if longer and 1 < season < longer and 3 * longer <= rows else None, notes


def _checked(season: int, frequency: str, shown: Sequence[np.ndarray], rows: int) -> tuple[int, list[Note]]:
    """The calendar's season where the data are long enough for two of it; with a note on whether it can be seen in them."""
    if season > 1 and 2 * season > rows:
        return 1, [Note("season_too_long_for_data", 1, {"season": season, "rows": rows})]
    if season == 1:
        return 1, []
    seen = sum(seasons.is_visible(values, season) for values in shown) * 2 >= len(shown)
    return season, [Note("season_calendar" if seen else "season_faint", 1, {"season": season, "frequency": frequency})]


def _windows(window: int | None, season: int, longer: int | None, horizon: int, rows: int) -> tuple[int, int | None]:
    """(rows the networks look back, rows that those look back which are to see the longer season, or None).

    Two seasons of 24 rows and more, three of a shorter one, at least two horizons; half of the rows at most.
    """
    if window is not None:
        return window, None
    most = max(SHORTEST_WINDOW, (rows - 2 * horizon) // 2)
    usual = 2 * season if season >= 24 else max(3 * season, 2 * horizon)
    window = max(SHORTEST_WINDOW, min(max(usual, min(horizon, 2 * season), SHORTEST_WINDOW), most))
    return window, longer if longer and window < longer <= most else None
