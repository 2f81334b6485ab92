"""The course of a training, and whether it stopped too early or learnt by heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# On ten open series the usual training, which ends at a learning rate of zero, gained at most 1 % in its last quarter.
STILL_FALLS = 0.03
# A rise of the validation error beyond its jumps from epoch to epoch, and a training loss that fell on by as much.
RISES, FALLS = 0.2, 0.1
SHORTEST = 8  # epochs in which a rise can be told from a jump
# The schedule flattens the end of a training that was far too short as well: one of fewer epochs is judged from its beginning.
BRIEF, STEADY = 10, 0.8


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

    def gain(self) -> float:
        """By which share it fell in all."""
        return 1.0 - float(self.validation.min() / self.validation[0]) if self.validation[0] > 0 else 0.0

    @property
    def falls_steadily(self) -> bool:
        """At most epochs, and at the last."""
        return 0 < self.best == len(self.validation) - 1 and (np.diff(self.validation) < 0).mean() >= STEADY

    def still_falls(self, cut_short: bool, slowly: bool = False) -> bool:
        """cut_short: whether time was up; then a training too short to judge by counts as well. One that ended before its time
        for another reason was left by its owner, or had stopped falling. slowly: whether it took such small steps that any
        steady fall counts."""
        if cut_short and len(self.validation) < min(4, self.planned):
            return self.best == len(self.validation) - 1
        if not cut_short and len(self.validation) < self.planned:
            return False
        brief = self.planned < BRIEF and self.gain() >= STILL_FALLS
        return self.late_gain() >= STILL_FALLS or (self.falls_steadily and (slowly or brief))

    def last_fall(self) -> tuple[int, float]:
        """(epochs, share) by which one that still falls does: in the last quarter, or in all where that tells more."""
        late = self.late_gain()
        return (max(1, len(self.validation) // 4), late) if late >= STILL_FALLS else (len(self.validation), self.gain())

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


def curve(course: Sequence[tuple[float, float | None]], planned: int) -> Curve | None:
    """From loss and validation error of every epoch; None where none was judged by validation."""
    judged = [(loss, error) for loss, error in course if error is not None and np.isfinite([loss, error]).all()]
    return Curve(*np.array(judged).T, planned) if judged else None
