"""What a recurrent layer costs: counted from its shapes, and measured (`rnncore.nn.cost` measures, `measured` loads).

`mingru` is the cell of Feng et al. (2024, "Were RNNs all we needed?"): its gate and its candidate look at the input only and
not at the state, so that all steps can be worked out at once, by a scan.

Letters: F inputs per step, H units, T steps, B sequences in a batch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from rnncore.cells import GATES, parameter_count
from rnncore.config import Layer
from rnncore.results import Shipped, load

CostCell = Literal["rnn", "gru", "lstm", "mingru"]
# How the steps of a layer are worked out: by torch's own layer; for mingru one after another, or all at once in two ways.
Way = Literal["torch", "sequential", "doubling", "logarithms"]
WAYS: dict[CostCell, tuple[Way, ...]] = {
    "rnn": ("torch",),
    "gru": ("torch",),
    "lstm": ("torch",),
    "mingru": ("sequential", "doubling", "logarithms"),
}
# Products of two states or gates in a step: GRU r * h, z * h, (1 - z) * n; LSTM f * c, i * g, o * tanh(c); minGRU two.
STATE_PRODUCTS = {"rnn": 0, "gru": 3, "lstm": 3, "mingru": 2}


def parameters(cell: CostCell, inputs: int, units: int) -> int:
    """Weights and biases as torch keeps them: two biases a gate, in a minGRU one."""
    if cell == "mingru":
        return 2 * units * (inputs + 1)
    return parameter_count(Layer(cell=cell, units=units), inputs)


def multiply_adds(cell: CostCell, inputs: int, units: int, steps: int, batch: int = 1) -> int:
    """Of one pass forwards: the matrix products of every gate and the products of gates and states; a training step takes
    about three times as many. Activations and the additions of biases are not counted."""
    matrices = 2 * units * inputs if cell == "mingru" else GATES[cell] * units * (inputs + units)
    return batch * steps * (matrices + STATE_PRODUCTS[cell] * units)


@dataclass(frozen=True)
class Measurement:
    """One layer, trained on noise.

    parameters, multiply_adds: as counted above, the latter for the whole batch, forwards. forward, step: median processor
    seconds of a pass forwards, and of a whole training step (forwards, backwards, one update of Adam), on one thread. memory:
    bytes that the pass forwards keeps for the pass backwards, over and above the weights.
    """

    cell: CostCell
    way: Way
    inputs: int
    units: int
    steps: int
    batch: int
    parameters: int
    multiply_adds: int
    forward: float
    step: float
    memory: int

    def as_dict(self) -> dict:
        return asdict(self)


def measured() -> list[Measurement]:
    """Shipped: every cell over units at 100 steps, and over steps at 64 units (`shipped` tells on which machine)."""
    return [Measurement(**one) for one in shipped().result["measurements"]]


def shipped() -> Shipped:
    return load("cost")
