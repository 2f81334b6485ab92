"""The course of a training, and whether it stopped too early or learnt by heart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rnncore.messages import Epoch

# On ten open series the usual training, which ends at a learning rate of zero, gained at most 1 % in its last quarter.
STILL_FALLS = 0.03
# A rise of the validation error beyond its jumps from epoch to epoch, and a training loss that fell on by as much.
RISES, FALLS = 0.2, 0.1
SHORTEST = 8  # epochs in which a rise can be told from a jump


@dataclass(frozen=True)
class Curve:
    """One training: loss on normalised values and validation error in the file's units, by epoch; epochs planned."""

    loss: np.ndarray
    validation: np.ndarray
    planned: int

    @property
    def best(self) -> int:
        return int(np.argmin(self.validation))

    def late_gain(self) -> float:
        """By which share the validation error fell in the last quarter below what it had been before."""
        last = max(1, len(self.validation) // 4)
        before = self.validation[:-last].min(initial=np.inf)
        return 1.0 - float(self.validation[-last:].min() / before) if 0 < before < np.inf else 0.0

    def still_falls(self, cut_short: bool) -> bool:
        """cut_short: whether time was up; then a training too short to judge by counts as well."""
        if cut_short and len(self.validation) < min(4, self.planned):
            return self.best == len(self.validation) - 1
        return self.late_gain() >= STILL_FALLS

    def rise(self) -> float:
        """Of the validation error, from its lowest (over three epochs) to its last quarter."""
        smooth = np.median(np.lib.stride_tricks.sliding_window_view(self.validation, 3), axis=1)
        return float(np.median(self.validation[-(len(self.validation) // 4) :]) / max(smooth.min(), 1e-300)) - 1

    def fall(self) -> float:
        """Of the training loss, from the best epoch to the last quarter."""
        return 1 - float(np.median(self.loss[-(len(self.loss) // 4) :]) / max(self.loss[self.best], 1e-300))

    def over_fits(self) -> bool:
        count = len(self.validation)
        return count >= SHORTEST and self.best < count / 2 and self.rise() >= RISES and self.fall() >= FALLS


def curves(epochs: Iterable[Epoch]) -> list[Curve]:
    """The last whole course of each training that was judged by validation; trials only where there is nothing else."""
    found: dict[tuple, list[Epoch]] = {}
    for one in epochs:
        if one.validation is None or not np.isfinite([one.validation, one.loss]).all():
            continue
        course = found.setdefault((one.stage, one.trained, one.seed), [])
        if course and one.epoch <= course[-1].epoch:
            course.clear()
        course.append(one)
    final = [course for (stage, _, _), course in found.items() if stage != "candidate"] or list(found.values())
    return [
        Curve(np.array([one.loss for one in course]), np.array([one.validation for one in course]), course[-1].epochs)
        for course in final
    ]
