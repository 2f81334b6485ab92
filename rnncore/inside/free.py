"""A network left to itself: it reads its own answers as if they had been measured, and keeps its state as it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnncore.forecasting.material import Material
from rnncore.forecasting.past import ahead
from rnncore.inside.network import Network
from rnncore.series.scaling import scale

ROWS = 1000
FAR = 1e6  # spreads from the window's level: beyond it a run is over
AWAY, REST, ALIKE = 3.0, 0.02, 0.05  # ranges of the data beyond them; of that range; of what a rhythm spans


@dataclass(frozen=True)
class FreeRun:
    """rows: what the network said, one after the other, in the file's units; fewer than `ROWS` where it left all bounds.

    became: it comes to rest, repeats itself every `period` rows, leaves the data behind, or does none of these. since: the
    first row (from 1) from which that is so, None for the last. A network at rest may say the same few rows at every step: then
    `period` is set too.
    """

    rows: list[float]
    became: Literal["rest", "rhythm", "away", "wandering"]
    since: int | None
    period: int | None = None


def free_run(network: Network, material: Material, number: int, origin: int) -> FreeRun | None:
    """`ROWS` rows of `network` after row `origin` of the series `number`; None where it lacks something to read.

    The window is read step by step, as in training; then each step reads what was said last, at the scale of that window, and
    the states go on. What a forecast is added to moves along, as does a season that was taken out.
    """
    kind, view, others = material.representation, material.view, len(material.values)
    if kind.beside or material.effects is not None or material.outputs < kind.segment:
        return None
    known = material.known([[origin] if n == number else () for n in range(others)])
    level, spread = view.scales.of(known.rows[:, -kind.window :], known.series)
    step = network.onward()
    for x in material.encode(known)[0]:
        said = step(x)
    rows, at = np.concatenate([known.rows[0], np.empty(ROWS + kind.segment)]), kind.history
    while at < kind.history + ROWS:
        base = view.base(rows[None, at - kind.history : at], level, spread, material.outputs)
        new = (base + spread * said)[0, : kind.segment]
        scaled = scale(new, level[0], spread[0])
        if at > kind.history and not np.all(np.abs(scaled) < FAR):
            break
        rows[at : at + kind.segment] = new
        said, at = step(scaled), at + kind.segment
    found = rows[kind.history : min(at, kind.history + ROWS)]
    if kind.base == "stl":
        found = found + ahead(material.pasts.before(number, origin).adjusted(kind.lag, kind.log)[1], len(found))
    found = kind.restore(found)
    return FreeRun(found.tolist(), *became(found, material.plan.series[number].values, kind.segment))


def became(rows: np.ndarray, data: np.ndarray, segment: int = 1) -> tuple[str, int | None, int | None]:
    """What `FreeRun` says of rows (n,), said `segment` at a time, beside the data of the series: became, since, period."""
    span, late = float(np.ptp(data)), rows[len(rows) // 2 :]
    away = (rows < data.min() - AWAY * span) | (rows > data.max() + AWAY * span)
    if len(rows) < ROWS or away[-1]:
        return "away", _since(away), None
    if np.ptp(late) <= REST * span:
        return "rest", _since(np.abs(rows - rows[-1]) <= REST * span), None
    period = _period(late)
    if period is None:
        return "wandering", None, None
    since = _since(np.abs(rows[period:] - rows[:-period]) <= ALIKE * np.ptp(late))
    return ("rhythm" if segment % period else "rest"), since, period


def _period(rows: np.ndarray) -> int | None:
    """The least number of rows after which all comes again, three times at least, within `ALIKE` of the range they have."""
    span = np.ptp(rows)
    for period in range(2, len(rows) // 3 + 1):
        again = np.abs(rows[period:] - rows[:-period]).max() <= ALIKE * span
        if again and np.ptp(rows[:period]) >= (1 - 2 * ALIKE) * span:  # something slow is also much like a moment ago
            return period
    return None


def _since(holds: np.ndarray) -> int:
    """The first row (from 1) from which `holds` is true to the end."""
    return len(holds) - int(np.argmin(holds[::-1])) + 1 if not holds.all() else 1
