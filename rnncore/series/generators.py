"""Sequences made by a formula, for learning and for trying a network where the truth is known."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnncore.config import (
    Article,
    Autoregression,
    Counting,
    DampedOscillator,
    Fibonacci,
    MackeyGlass,
    RandomWalk,
    SequenceConfig,
    Sine,
    SumOfSines,
    TrendSeason,
)
from rnncore.messages import Note, Refusal
from rnncore.series.series import Series

FREQUENCIES = {"hourly": "h", "daily": "D", "weekly": "W-MON", "monthly": "MS"}
FIRST_STAMP, LAST_STAMP = "2000-01-01", "2262-01-01"  # series are stored in nanoseconds, which end in 2262
MACKEY_GLASS_STEP = 0.1  # of a unit of time; halving it moves the first 200 rows by less than 1e-8


@dataclass(frozen=True)
class Generated:
    """A generated series, its gaps already filled, and what was done to it."""

    series: Series
    notes: list[Note]

    def csv(self) -> bytes:
        """The series as a file to upload: `time` (where it has stamps) and `value`, empty where a value was lost."""
        sink = io.StringIO()
        write = csv.writer(sink, lineterminator="\n").writerow
        cells = [repr(float(v)) if seen else "" for v, seen in zip(self.series.values, self.series.observed, strict=True)]
        if self.series.stamps is None:
            write(["value"])
            # A lone empty cell is written as "": an empty line would not count as a row.
            sink.writelines(f"{cell or chr(34) * 2}\n" for cell in cells)
        else:
            write(["time", "value"])
            for row in zip(self.series.stamps.strftime("%Y-%m-%d %H:%M:%S"), cells, strict=True):
                write(row)
        return sink.getvalue().encode()


def generate(config: SequenceConfig) -> Generated:
    """The sequence that `config` describes; the same config gives the same bits.

    Raises `Refusal("sequence_explodes")` where the values outgrow what a network can be trained on.
    """
    random = np.random.default_rng(config.draw)
    values = _FORMULAS[type(config)](config, random)
    if not np.isfinite(values).all() or np.abs(values).max() > 1e100:
        raise Refusal("sequence_explodes", rows=config.length)
    if config.noise:
        values = values + random.normal(0.0, config.noise * values.std(), config.length)
    observed = _keep(config, random)
    rows = np.arange(config.length)
    values = np.where(observed, values, np.interp(rows, rows[observed], values[observed]))
    lost = int((~observed).sum())
    notes = [Note("sequence_gaps", lost)] if lost else []
    return Generated(Series(config.kind, values, observed, *_stamps(config)), notes)


def _keep(config: SequenceConfig, random: np.random.Generator) -> np.ndarray:
    """True where a row keeps its value: (N,) bool, True at both ends."""
    observed = np.ones(config.length, dtype=bool)
    lost = min(round(config.lost * config.length), config.length - 2)
    observed[random.choice(np.arange(1, config.length - 1), size=lost, replace=False)] = False
    return observed


def _stamps(config: SequenceConfig) -> tuple[pd.DatetimeIndex | None, str | None]:
    if config.calendar == "none":
        return None, None
    frequency = FREQUENCIES[config.calendar]
    limit = len(pd.date_range(FIRST_STAMP, LAST_STAMP, freq=frequency))
    if config.length > limit:
        raise Refusal("sequence_too_long", rows=config.length, limit=limit)
    return pd.date_range(FIRST_STAMP, periods=config.length, freq=frequency), frequency


def _sine(config: Sine, random: np.random.Generator) -> np.ndarray:
    return config.amplitude * np.sin(2 * np.pi * np.arange(config.length) / config.period)


def _sum_of_sines(config: SumOfSines, random: np.random.Generator) -> np.ndarray:
    missing = len(config.periods) - len(config.amplitudes)
    amplitudes = config.amplitudes + config.amplitudes[-1:] * max(missing, 0)
    time = np.arange(config.length)
    return sum(a * np.sin(2 * np.pi * time / p) for p, a in zip(config.periods, amplitudes, strict=False))


def _trend_season(config: TrendSeason, random: np.random.Generator) -> np.ndarray:
    time = np.arange(config.length)
    trend = config.level + config.slope * time
    season = config.amplitude * np.sin(2 * np.pi * time / config.period)
    if config.multiplicative and config.level:
        return trend * (1 + season / abs(config.level))
    return trend + season


def _autoregression(config: Autoregression, random: np.random.Generator) -> np.ndarray:
    """Standard normal shocks; the first values are preceded by a run-in, so that the sequence starts in its own spread."""
    lags = len(config.coefficients)
    companion = np.eye(lags, k=-1)
    companion[0] = config.coefficients
    if np.abs(np.linalg.eigvals(companion)).max() > 1 + 1e-9:
        raise Refusal("sequence_explodes", rows=config.length)
    run_in = 200
    shocks = random.normal(size=run_in + config.length)
    newest_first = np.zeros(lags)
    values = np.empty(len(shocks))
    for row, shock in enumerate(shocks):
        values[row] = newest_first @ config.coefficients + shock
        newest_first = np.concatenate(([values[row]], newest_first[:-1]))
    return values[run_in:]


def _random_walk(config: RandomWalk, random: np.random.Generator) -> np.ndarray:
    return np.cumsum(config.drift + random.normal(size=config.length))


def _damped_oscillator(config: DampedOscillator, random: np.random.Generator) -> np.ndarray:
    time = np.arange(config.length)
    return config.amplitude * np.exp(-time / config.lifetime) * np.cos(2 * np.pi * time / config.period)


def _mackey_glass(config: MackeyGlass, random: np.random.Generator) -> np.ndarray:
    return mackey_glass(config.length, config.delay, config.history)


def mackey_glass(length: int, delay: float, history: float, step: float = MACKEY_GLASS_STEP) -> np.ndarray:
    """x(0), x(1), ... of the delay differential equation, by fourth-order Runge-Kutta: (length,).

    The delay is a whole number of steps (the step shrinks to fit), and a unit of time is too only where both allow it:
    rows are read off by cubic Hermite interpolation, which also gives the delayed value in the middle of a step.
    """
    lag = max(round(delay / step), 1)
    h = delay / lag
    steps = int(np.ceil((length - 1) / h)) + 1
    x = np.full(lag + steps + 1, history)  # x[lag] is x(0); before it lies the constant history
    slope = np.zeros(lag + steps + 1)

    def rate(now: float, delayed: float) -> float:
        return 0.2 * delayed / (1.0 + delayed**10) - 0.1 * now

    for n in range(lag, lag + steps):
        then, next_then = x[n - lag], x[n - lag + 1]
        # At the joint with the history the slope jumps; the history's own slope is zero on both ends of its steps.
        next_slope = 0.0 if n - lag + 1 == lag else slope[n - lag + 1]
        middle = (then + next_then) / 2 + h * (slope[n - lag] - next_slope) / 8
        slope[n] = k1 = rate(x[n], then)
        k2 = rate(x[n] + h / 2 * k1, middle)
        k3 = rate(x[n] + h / 2 * k2, middle)
        k4 = rate(x[n] + h * k3, next_then)
        x[n + 1] = x[n] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    slope[-1] = rate(x[-1], x[-1 - lag])
    return _hermite(np.arange(length) / h, x[lag:], slope[lag:] * h)


def _hermite(position: np.ndarray, x: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Cubic through values and slopes at whole positions, read at fractional ones."""
    left = np.minimum(position.astype(int), len(x) - 2)
    t = position - left
    return (
        (1 + 2 * t) * (1 - t) ** 2 * x[left]
        + t * (1 - t) ** 2 * slope[left]
        + t**2 * (3 - 2 * t) * x[left + 1]
        + t**2 * (t - 1) * slope[left + 1]
    )


def _counting(config: Counting, random: np.random.Generator) -> np.ndarray:
    return config.start + config.step * np.arange(config.length)


def _fibonacci(config: Fibonacci, random: np.random.Generator) -> np.ndarray:
    """Exact up to row 78; beyond, the nearest float64."""
    numbers = [1, 1]
    while len(numbers) < config.length:
        numbers.append(numbers[-1] + numbers[-2])
    return np.array(numbers[: config.length], dtype=float)


def _article(config: Article, random: np.random.Generator) -> np.ndarray:
    return np.arange(1.0, config.length + 1)


_FORMULAS = {
    Sine: _sine,
    SumOfSines: _sum_of_sines,
    TrendSeason: _trend_season,
    Autoregression: _autoregression,
    RandomWalk: _random_walk,
    DampedOscillator: _damped_oscillator,
    MackeyGlass: _mackey_glass,
    Counting: _counting,
    Fibonacci: _fibonacci,
    Article: _article,
}
