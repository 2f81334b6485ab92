"""A network left to itself: it reads its own answers as if they had been measured, and keeps its state as it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnncore.forecasting.material import Material
from rnncore.forecasting.past import ahead
from rnncore.inside.network import Network
from rnncore.series.scaling import scale

ROWS, SEASONS, MOST = 1000, 6, 4000  # of a run: so many, or that many seasons where those are more, and never more than that
FAR = 1e6  # spreads from the window's level: beyond it a run is over
AWAY = 3.0  # ranges of the data beyond them
STILL = 0.02  # of the range of the window that was read
UNLIKE = 0.1  # YIN's threshold: a period may differ from the next one by so much, relative to what shorter lags differ by


@dataclass(frozen=True)
class FreeRun:
    """rows: what the network said, one after the other, in the file's units; fewer than were asked for where it left all
    bounds.

    became: it leaves the data behind, comes to rest, says the same rows at every step, repeats itself, goes on along a line
    (and repeats itself about it, where there is a `period`), or does none of these. since: the first row (from 1) that is away,
    or from which it is at rest. period: rows, not always whole.
    """

    rows: list[float]
    became: Literal["away", "rest", "rest_in_steps", "rhythm", "trend", "wandering"]
    since: int | None = None
    period: float | None = None


def free_run(network: Network, material: Material, number: int, origin: int) -> FreeRun | None:
    """`network` left to itself from row `origin` of the series `number` on; None where it lacks something to read.

    The window is read step by step, as in training; then each step reads what was said last, at the scale of that window, and
    the states go on. What a forecast is added to moves along, as does a season that was taken out.
    """
    kind, view, series = material.representation, material.view, len(material.values)
    beside = material.effects is not None and any(np.any(one) for one in material.effects)
    if kind.beside or beside or material.outputs < kind.segment:
        return None
    known = material.known([[origin] if n == number else () for n in range(series)])
    level, spread = view.scales.of(known.rows[:, -kind.window :], known.series)
    step, count, at = network.onward(), int(np.clip(SEASONS * kind.lag, ROWS, MOST)), kind.history
    for x in material.encode(known)[0]:
        said = step(x)
    rows = np.concatenate([known.rows, np.zeros((1, count + kind.segment))], axis=1)
    scaled = scale(rows, level, spread)
    while at < kind.history + count:
        here, new = slice(at - kind.history, at), slice(at, at + kind.segment)
        base = view.base(rows[:, here], scaled[:, here], level, spread, material.outputs)
        rows[:, new] = (base + spread * said)[:, : kind.segment]
        scaled[:, new] = scale(rows[:, new], level, spread)
        if at > kind.history and not np.all(np.abs(scaled[:, new]) < FAR):
            break
        said, at = step(scaled[0, new]), at + kind.segment
    run = rows[0, kind.history : min(at, kind.history + count)]
    if kind.base == "stl":
        run = run + ahead(material.pasts.before(number, origin).adjusted(kind.lag, kind.log)[1], len(run))
    data = kind.transform(material.plan.series[number].values)
    steps = kind.segment if kind.base in ("level", "ridge") else 1  # a season comes from outside the network
    return FreeRun(kind.restore(run).tolist(), *became(run, data, data[:origin][-kind.window :], steps, len(run) < count))


def became(
    run: np.ndarray, data: np.ndarray, window: np.ndarray, segment: int = 1, cut_off: bool = False
) -> tuple[str, int | None, float | None]:
    """became, since and period of a run (n,), said `segment` rows at a time, beside all data and the window that was read."""
    span = max(float(np.ptp(data)), 1e-9 * float(np.abs(data).max()))
    away = (run < data.min() - AWAY * span) | (run > data.max() + AWAY * span)
    late = run[len(run) // 2 :]
    if cut_off or away[len(run) // 2 :].any():
        return "away", int(np.argmax(away)) + 1 if away.any() else len(run), None
    still = STILL * max(float(np.ptp(window)), 1e-9 * float(np.abs(window).max()))
    for name, rows in (("rest", 1), ("rest_in_steps", segment)):
        moved = np.abs(run - np.resize(run[len(run) // rows * rows - rows :][:rows], len(run)))
        if moved[-max(len(run) // 4, rows) :].max() <= still:
            return name, _since(moved <= still), float(rows) if rows > 1 else None
    line = np.polyval(np.polyfit(np.arange(len(late)), late, 1), np.arange(len(late)))
    about, rise = late - line, abs(line[-1] - line[0])
    period = _period(about)
    if rise > 0.5 * np.ptp(about) and (period or rise > 10 * np.ptp(about)):
        return "trend", None, period
    return ("rhythm" if period else "wandering"), None, period


def _period(rows: np.ndarray) -> float | None:
    """The first lag at which (n,) is like itself again, to a fraction of a row, and is so as strongly at the end.

    By the difference function over its own mean up to each lag, and a parabola through its first dip. Source: de Cheveigne and
    Kawahara 2002, YIN, a fundamental frequency estimator for speech and music, steps 2 to 5.
    """
    quarter = len(rows) // 4
    if np.ptp(rows[-quarter:]) < 0.5 * np.ptp(rows[:quarter]):
        return None
    most = len(rows) // 2
    unlike = np.array([np.mean((rows[lag:] - rows[:-lag]) ** 2) for lag in range(1, most + 1)])
    relative = unlike * np.arange(1, most + 1) / np.maximum(np.cumsum(unlike), np.finfo(float).tiny)
    dips = np.flatnonzero(relative[1:-1] <= UNLIKE)
    if not len(dips):
        return None
    place = dips[0] + 1
    while place + 1 < most - 1 and relative[place + 1] < relative[place]:
        place += 1
    before, here, after = unlike[place - 1 : place + 2]
    bend = before - 2 * here + after
    return float(place + 1 + (0.5 * (before - after) / bend if bend > 0 else 0.0))


def _since(holds: np.ndarray) -> int:
    """The first row (from 1) from which `holds` is true to the end."""
    return len(holds) - int(np.argmin(holds[::-1])) + 1 if not holds.all() else 1
