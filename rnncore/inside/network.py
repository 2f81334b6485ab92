"""A trained network in numpy: recurrent layers and the dense head on the last state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnncore.cells import Cell, Step, Trace, backward_layers, from_layer, onward, unroll_layers
from rnncore.config import NetworkConfig

AT_ONCE = 3_000_000  # numbers of one kind that a pass may hold: units x steps x sequences


@dataclass(frozen=True, eq=False)
class Network:
    """y = W h_T + b over the last layer's last state: W (K, H), b (K,). Dropout is off, as in every forecast."""

    cells: tuple[Cell, ...]
    W: np.ndarray
    b: np.ndarray

    @classmethod
    def of_weights(cls, config: NetworkConfig, weights: Mapping[str, np.ndarray]) -> Network:
        """From the arrays of a model file, in float64, so that small gradients keep their digits."""
        held = {name: np.asarray(value, np.float64) for name, value in weights.items()}
        cells = [
            from_layer(
                layer.cell,
                *(held[f"layers.{n}.{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")),
                layer.activation,
            )
            for n, layer in enumerate(config.layers)
        ]
        return cls(tuple(cells), held["head.weight"], held["head.bias"])

    @property
    def outputs(self) -> int:
        return len(self.b)

    def onward(self) -> Step:
        """A function x (F,) -> y (K,) that takes the network one step further at every call, its states kept from call to
        call, zeros at first; in single precision."""
        return onward(self.cells, self.W, self.b)

    def traces(self, inputs: np.ndarray) -> list[Trace]:
        """Every value of every layer over inputs (n, T, F); the traces are (T, n, ...)."""
        return unroll_layers(self.cells, np.asarray(inputs, np.float64).swapaxes(0, 1))

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """(n, T, F) -> (n, K)."""
        parts = [self.traces(part)[-1].h[-1] @ self.W.T + self.b for part in self.portions(inputs)]
        return np.concatenate(parts)

    def by_inputs(self, inputs: np.ndarray, by_outputs: np.ndarray) -> np.ndarray:
        """Gradients by the inputs of n losses with the gradients `by_outputs` (n, K): (n, T, F)."""
        found = []
        for part, losses in zip(self.portions(inputs), self.portions(by_outputs, inputs), strict=True):
            found.append(backward_layers(self.traces(part), losses @ self.W)[0].dx.swapaxes(0, 1))
        return np.concatenate(found)

    def portions(self, values: np.ndarray, inputs: np.ndarray | None = None) -> list[np.ndarray]:
        """`values` (n, ...) cut into parts small enough for one pass over as many `inputs` (n, T, F)."""
        steps = (values if inputs is None else inputs).shape[1]
        size = max(1, AT_ONCE // (steps * max(len(cell.W_hh) for cell in self.cells)))
        return [values[at : at + size] for at in range(0, len(values), size)]
