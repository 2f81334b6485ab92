"""Is there anything in a series to be predicted? White noise, and the random walk, as far as the rows can tell.

Every test looks at the rows by rank, as normal scores (van der Waerden), so that one outlier or a skewed distribution neither
hides a pattern nor makes one. A pattern counts when chance would hardly give it (`CHANCE`) and it is worth something
(`WORTH`): in thousands of rows the faintest link is beyond chance, and of no use to a forecast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

FEWEST_ROWS, MOST_ROWS = 80, 5000
FEWEST_ROWS_OF_A_WALK = 120
# Six patterns are looked for: of a hundred series of pure noise about five show one of them.
CHANCE = 0.01
# Share of the variance: knowing a pattern of this size makes a forecast half a percent better.
WORTH = 0.01
# A link between neighbours of this many standard errors is noticed four times out of five.
NOTICED = 2.576 + 0.842
# At 5 %: the t value of a unit root (Dickey and Fuller 1979), and of the same after the mean or the trend was taken out as if
# the root were nearly one (Elliott, Rothenberg and Stock 1996); both without, then with a drift.
UNIT_ROOT, UNIT_ROOT_GLS, NEARLY_ONE = (-2.86, -3.41), (-1.95, -2.89), (7.0, 13.5)


@dataclass(frozen=True)
class Verdict:
    """rows: that were looked at; link: correlation between neighbours that could have gone unnoticed; gain: percent by which
    knowing it would make a forecast better; drift: of a random walk, per row, 0 where none is seen."""

    rows: int
    link: float
    gain: float
    drift: float = 0.0


def white_noise(values: np.ndarray, season: int) -> Verdict | None:
    """Rows in which nothing says what the next one will be; None where something does, or too few rows to say."""
    rows, _ = _looked_at(values)
    if len(rows) < FEWEST_ROWS or not _is_patternless(rows, season):
        return None
    return _verdict(len(rows))


def random_walk(values: np.ndarray, season: int) -> Verdict | None:
    """Rows whose steps are white noise, and that return to no level or line; None where they do, or too few rows to say."""
    rows, unit = _looked_at(values)
    steps = np.diff(rows)
    if len(rows) < FEWEST_ROWS_OF_A_WALK or not _is_patternless(steps, season):
        return None
    drifts = bool(abs(steps.mean()) > 2.576 * steps.std() / math.sqrt(len(steps)))
    if not _wanders(rows, drifts):
        return None
    return _verdict(len(rows), float(steps.mean()) * unit if drifts else 0.0)


def _looked_at(values: np.ndarray) -> tuple[np.ndarray, float]:
    """The newest finite rows in units of the largest, and that unit; no rows where they hardly vary."""
    rows = np.asarray(values, dtype=np.float64)
    rows = rows[np.isfinite(rows)][-MOST_ROWS:]
    unit = float(np.abs(rows).max(initial=0.0)) or 1.0
    return rows[: len(rows) if len(np.unique(rows)) >= 5 else 0] / unit, unit


def _verdict(rows: int, drift: float = 0.0) -> Verdict:
    link = NOTICED / math.sqrt(rows)
    return Verdict(rows, round(link, 2), round(100 * (1 - math.sqrt(1 - link**2)), 1), drift)


def _is_patternless(rows: np.ndarray, season: int) -> bool:
    if len(np.unique(rows)) < 5:
        return False
    scores = normal_scores(rows)
    return all(chance >= CHANCE or share < WORTH for chance, share in patterns(scores, season).values())


def normal_scores(rows: np.ndarray) -> np.ndarray:
    """Each row's rank as the quantile of the normal distribution, mean 0 and variance 1; equal rows share their rank."""
    from scipy.special import ndtri

    _, place, times = np.unique(rows, return_inverse=True, return_counts=True)
    scores = ndtri((np.cumsum(times) - times / 2)[place] / len(rows))
    return (scores - scores.mean()) / scores.std()


def patterns(scores: np.ndarray, season: int) -> dict[str, tuple[float, float]]:
    """Of each pattern: the chance that noise shows as much, and the share of the variance it explains.

    neighbour: autocorrelation at lag 1; recent: at the first lags together (Ljung and Box 1978); season: at one to three
    seasons; wave: the highest peak of the periodogram (Fisher 1929); trend: correlation with time; curve: of a row with the
    square of the one before it, as in deterministic chaos, where no autocorrelation tells.
    """
    from scipy.special import chdtrc, erfc

    count = len(scores)
    lags = min(20, count // 5)
    seasonal = [lag for lag in (season, 2 * season, 3 * season) if 1 < lag < count // 3]
    link = _links(scores, max([lags, *seasonal]))
    found = {}
    for name, chosen in (("neighbour", [1]), ("recent", list(range(1, lags + 1))), ("season", seasonal)):
        if chosen:
            squares = link[chosen] ** 2
            ljung_box = count * (count + 2) * float((squares / (count - np.array(chosen))).sum())
            found[name] = (float(chdtrc(len(chosen), ljung_box)), max(float(squares.sum()) - len(chosen) / count, 0.0))
    found["wave"] = _wave(scores)
    time = np.arange(count) - (count - 1) / 2
    bent = scores[:-1] ** 2 - (scores[:-1] ** 2).mean()
    for name, one, other in (("trend", scores, time), ("curve", scores[1:], bent)):
        correlation = _correlation(one, other)
        found[name] = (float(erfc(abs(correlation) * math.sqrt(len(one) / 2))), correlation**2)
    return found


def _links(scores: np.ndarray, lags: int) -> np.ndarray:
    """Autocorrelation at lags 0 to `lags`, each as a share of the variance of all rows."""
    power = np.abs(np.fft.rfft(scores, 1 << (2 * len(scores) - 1).bit_length())) ** 2
    sums = np.fft.irfft(power)[: lags + 1]
    return sums / sums[0]


def _wave(scores: np.ndarray) -> tuple[float, float]:
    power = np.abs(np.fft.rfft(scores)[1 : (len(scores) + 1) // 2]) ** 2
    highest = float(power.max() / power.sum())
    usual = math.log(len(power)) / len(power)
    return min(1.0, len(power) * (1 - highest) ** (len(power) - 1)), max(highest - usual, 0.0)


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0


def _wanders(rows: np.ndarray, drifts: bool) -> bool:
    """Whether two tests of different power against slow returns both let the unit root stand."""
    usual = _dickey_fuller(rows, _lines(len(rows), drifts))
    local = _dickey_fuller(_nearly_differenced(rows, drifts), np.empty((len(rows) - 1, 0)))
    return usual > UNIT_ROOT[drifts] and local > UNIT_ROOT_GLS[drifts]


def _lines(count: int, drifts: bool) -> np.ndarray:
    """(count - 1, 1 or 2): a constant, and time where there is a drift."""
    lines = np.ones((count - 1, 1 + drifts))
    lines[:, 1:] = np.linspace(-1, 1, count - 1)[:, None]
    return lines


def _dickey_fuller(rows: np.ndarray, lines: np.ndarray) -> float:
    """t value of the level before in a regression of each step on it and on `lines`."""
    step, before = np.diff(rows), rows[:-1]
    if lines.shape[1]:
        basis = np.linalg.qr(lines)[0]
        step, before = step - basis @ (basis.T @ step), before - basis @ (basis.T @ before)
    size = float((before * before).sum())
    slope = float((before * step).sum()) / size
    rest = step - slope * before
    return slope / math.sqrt(float((rest * rest).sum()) / (len(step) - lines.shape[1] - 1) / size)


def _nearly_differenced(rows: np.ndarray, drifts: bool) -> np.ndarray:
    """Rows without their mean or line, which is fitted to differences from nearly the whole row before."""
    share = 1 - NEARLY_ONE[drifts] / len(rows)
    lines = np.ones((len(rows), 1 + drifts))
    lines[:, 1:] = np.linspace(-1, 1, len(rows))[:, None]
    shrunk = [np.concatenate([part[:1], part[1:] - share * part[:-1]]) for part in (rows, lines)]
    return rows - lines @ np.linalg.lstsq(shrunk[1], shrunk[0], rcond=None)[0]
