"""Gradient flow: how much a loss at the last step still says of the state k steps before, measured and predicted.

    reach       norms of the gradient by lag, for many sequence lengths in one pass; half-life and memory
    jacobians   how much the last state can depend on earlier ones at most, and how fast small changes grow
    theory      what is known beforehand: the bound, the spectral radius, the product of the forget gates
    inputs      what the cell reads: noise, sine waves, windows of a series; and the direction of the loss
    measure     all of it for a `GradientConfig`: one `Result` for each cell and length

The loss is L = v . h_T with a random v (B, H), so that no target colours the picture. A lag k counts back from the last step
T: lag 0 is step T itself, lag T - 1 the first step. The whole state is what a cell hands on to its next step: h_t, and in an
LSTM the pair (h_t, c_t), through which its memory runs. Cells are compared by the whole state.
"""

from rnncore.gradients.inputs import direction, sequences
from rnncore.gradients.jacobians import Jacobians, jacobians, lyapunov
from rnncore.gradients.measure import Result, Setting, measure, prepare
from rnncore.gradients.reach import Reach, reaches, weight_gradient
from rnncore.gradients.theory import bound, own_path, spectral_radius

__all__ = [
    "Jacobians",
    "Reach",
    "Result",
    "Setting",
    "bound",
    "direction",
    "jacobians",
    "lyapunov",
    "measure",
    "own_path",
    "prepare",
    "reaches",
    "sequences",
    "spectral_radius",
    "weight_gradient",
]
