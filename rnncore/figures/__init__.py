"""Values -> plotly figures, pure: no words of their own (they take a `label`), no data handling, no page."""

from rnncore.figures.forecast import check, fan, held_out, split
from rnncore.figures.training import loss_curve

__all__ = ["check", "fan", "held_out", "loss_curve", "split"]
