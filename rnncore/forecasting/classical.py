"""Forecasts without a network, fitted anew to the rows before every origin: the partners of the networks, and their judges.

Each method takes a `Past` and a horizon K and returns the next K values, in the file's units. Exponential smoothing and STL
are those of statsmodels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np

from rnncore.forecasting import baselines
from rnncore.forecasting.past import ROWS, SEASONS, Past, ahead
from rnncore.series.scaling import level_and_spread

Method = Callable[[Past, int], np.ndarray]

LONGEST_SMOOTHED = 12  # seasonal exponential smoothing estimates a number for each row of the season
FEWEST_CYCLES = 2  # that a seasonal method has to have seen
JUDGES = ("naive", "seasonal_naive", "drift", "mean", "ets", "theta")


def methods(season: int, longer: int | None, rows: int, by_factors: bool) -> dict[str, Method]:
    """The members of the pool by name, for series with these seasons; `rows`: what the shortest origin has before it.

    by_factors: also those that think in factors, on logarithms or with a season that multiplies; values must be positive.
    """
    found: dict[str, Method] = {"theta": partial(_on_values, _theta), "ets": partial(_on_values, _damped)}
    lags = [lag for lag in (season, longer) if lag and lag > 1 and FEWEST_CYCLES * lag <= rows]
    if not lags:
        found |= {"naive": partial(_plain, baselines.naive), "mean": partial(_plain, baselines.mean)}
    for lag in lags:
        found |= {f"{name}_{lag}": method for name, method in _cyclic(lag).items()}
    if season in lags:
        # At a longer lag, STL has seen too few of its cycles: that made the pool worse.
        found |= {f"{name}_{season}": method for name, method in _adjusted(season, by_factors).items()}
        found["theta_seasonal"] = partial(theta, season=season, by_factors=by_factors)
    if 1 < season <= LONGEST_SMOOTHED and season in lags:
        found["ets_seasonal"] = partial(seasonal_ets, season=season, by_factors=by_factors)
    return found


def _cyclic(lag: int) -> dict[str, Method]:
    return {
        "snaive": partial(_plain, baselines.seasonal_naive, season=lag),
        "shape": partial(shape, season=lag, cycles=4),
        "average": partial(average, season=lag, cycles=8),
    }


def _adjusted(lag: int, by_factors: bool) -> dict[str, Method]:
    found: dict[str, Method] = {}
    for log in (False, True)[: 1 + by_factors]:
        for name, level in {"theta": _theta, "ets": _damped}.items():
            found["stl_" + "log_" * log + name] = partial(_on_adjusted, level, season=lag, log=log)
    return found


def _plain(baseline, past: Past, horizon: int, **season: int) -> np.ndarray:
    return baseline(past.values, horizon, **season)


def average(past: Past, horizon: int, season: int, cycles: int) -> np.ndarray:
    """The mean of the last `cycles` seasons, row by row."""
    seen = _cycles(past, season, cycles)
    return (seen[-1] + (seen - seen[-1]).mean(0))[np.arange(horizon) % season]  # exact where all seasons are alike


def shape(past: Past, horizon: int, season: int, cycles: int) -> np.ndarray:
    """The level of the last season, with the mean shape of the last `cycles`."""
    seen = _cycles(past, season, cycles)
    around = (seen - seen.mean(1, keepdims=True)).mean(0)
    return (seen[-1].mean() + around)[np.arange(horizon) % season]


def _cycles(past: Past, season: int, cycles: int) -> np.ndarray:
    """The last seasons, at most `cycles`, (n, season); the last row of the last one is the newest."""
    count = min(cycles, len(past) // season)
    return past.values[len(past) - count * season :].reshape(count, season)


def theta(past: Past, horizon: int, season: int, by_factors: bool) -> np.ndarray:
    """The Theta method (Assimakopoulos and Nikolopoulos 2000); a season that a test finds is taken out before, by moving
    averages, as a factor of the level where `by_factors`."""
    if season <= 1 or len(past) < FEWEST_CYCLES * season:
        return _on_values(_theta, past, horizon)
    values, method = past.values[-max(ROWS, SEASONS * season) :], "auto" if by_factors else "additive"
    how = {"period": season, "deseasonalize": True, "use_test": True, "method": method}
    return past.keep(("theta_seasonal", season, method, horizon), lambda: _theta(values, horizon, **how))


def ets(past: Past, horizon: int, season: int, by_factors: bool) -> np.ndarray:
    """Exponential smoothing with a damped trend: Holt and Winters' season where it is short, STL's where it is long."""
    if 1 < season <= LONGEST_SMOOTHED and len(past) >= FEWEST_CYCLES * season:
        return seasonal_ets(past, horizon, season, by_factors)
    return _leading(past, horizon, season, _damped)


def _leading(past: Past, horizon: int, season: int, level) -> np.ndarray:
    if season <= 1 or len(past) < FEWEST_CYCLES * season:
        return _on_values(level, past, horizon)
    return _on_adjusted(level, past, horizon, season=season, log=False)


def seasonal_ets(past: Past, horizon: int, season: int, by_factors: bool) -> np.ndarray:
    """Holt and Winters' method with a damped trend; its season multiplies the level where `by_factors`, else it is added."""
    kind = "mul" if by_factors else "add"
    values = past.values[-ROWS:]
    return past.keep(
        ("ets_seasonal", season, kind, horizon), lambda: _smooth(values, horizon, seasonal=kind, seasonal_periods=season)
    )


def _on_values(level, past: Past, horizon: int) -> np.ndarray:
    return past.keep((level.__name__, horizon), lambda: level(past.values[-ROWS:], horizon))


def _on_adjusted(level, past: Past, horizon: int, season: int, log: bool) -> np.ndarray:
    """The rest after STL continued by `level`, and the last season repeated on top."""
    log = log and np.ptp(past.values) > 0  # a constant would come back from its logarithm with a rounding error
    rest, last = past.adjusted(season, log)
    found = past.keep((level.__name__, season, log, horizon), lambda: level(rest, horizon)) + ahead(last, horizon)
    return np.exp(np.clip(found, -700, 700)) if log else found


def _theta(values: np.ndarray, horizon: int, **seasonal) -> np.ndarray:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    level, spread = _level_and_spread(values)
    if not spread:
        return np.full(horizon, values[-1])
    if seasonal.get("method") == "auto":
        level, spread = 0.0, float(values.mean())  # factors must stay factors
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ThetaModel((values - level) / spread, **(seasonal or {"period": 1, "deseasonalize": False})).fit()
        return level + spread * np.asarray(fitted.forecast(horizon))


def _damped(values: np.ndarray, horizon: int) -> np.ndarray:
    return _smooth(values, horizon)


def _smooth(values: np.ndarray, horizon: int, **seasonal) -> np.ndarray:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    level, spread = _level_and_spread(values)
    if not spread:
        return np.full(horizon, values[-1])
    if seasonal.get("seasonal") == "mul":
        level, spread = 0.0, float(values.mean())  # factors must stay factors
    how = {"trend": "add", "damped_trend": True, "initialization_method": "heuristic", **seasonal}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitted = ExponentialSmoothing((values - level) / spread, **how).fit()
        return level + spread * np.asarray(fitted.forecast(horizon))


def _level_and_spread(values: np.ndarray) -> tuple[float, float]:
    """What is taken off before a fit, so that the unit of the values does not change what is found."""
    return level_and_spread(values, "standard")


def judges(past: Past, horizon: int, season: int, by_factors: bool) -> dict[str, np.ndarray]:
    """What every forecast is measured against, by the names under which it is scored; always there, and never NaN."""
    found = {
        "naive": baselines.naive(past.values, horizon),
        "seasonal_naive": baselines.seasonal_naive(past.values, horizon, season),
        "drift": baselines.drift(past.values, horizon),
        "mean": baselines.mean(past.values, horizon),
    }
    fits = {
        "ets": partial(ets, season=season, by_factors=by_factors),
        "theta": partial(theta, season=season, by_factors=by_factors),
    }
    fitted = known(fits, past, horizon)
    return found | {name: one if np.isfinite(one).all() else found["naive"] for name, one in fitted.items()}


def known(methods: dict[str, Method], past: Past, horizon: int) -> dict[str, np.ndarray]:
    """What every method says; NaN where one fails on these rows."""
    return {name: _finite(method, past, horizon) for name, method in methods.items()}


def _finite(method: Method, past: Past, horizon: int) -> np.ndarray:
    try:
        found = np.asarray(method(past, horizon), dtype=np.float64)
    except (ValueError, np.linalg.LinAlgError):
        return np.full(horizon, np.nan)
    return found if np.isfinite(found).all() else np.full(horizon, np.nan)
