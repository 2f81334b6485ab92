"""Recurrent cells without torch: what they cost, and reference implementations that show every intermediate value.

    counts         parameters of a layer, shapes of a network
    activations    tanh, relu, sigmoid and their slopes
    trace          every value of a cell over a sequence, and the gradients of a loss by all of them
    cell           what the cells share: unroll over time, back-propagation through time
    rnn, lstm, gru one file a cell: its equations, its loop, its slopes
    stack          layers upon layers
    onward         one step at a time, quickly, for a network that reads its own answers
    initialise     weights drawn as the literature draws them, or taken from a trained layer

Letters: B batch, T time steps, F features, H hidden units, G gates. Weights are stacked gate by gate in torch's order
(LSTM i, f, g, o; GRU r, z, n): W_xh (G*H, F), W_hh (G*H, H), b (G*H,). Sequences are (T, B, F), states (B, H).
"""

from rnncore.cells.activations import ACTIVATIONS, sigmoid
from rnncore.cells.cell import Cell
from rnncore.cells.counts import GATES, Counting, Row, parameter_count, summary
from rnncore.cells.gru import GRU
from rnncore.cells.initialise import WAYS, from_layer, initialise
from rnncore.cells.lstm import LSTM
from rnncore.cells.onward import Step, onward
from rnncore.cells.rnn import RNN
from rnncore.cells.stack import backward_layers, unroll_layers
from rnncore.cells.trace import Gradients, Trace

__all__ = [
    "ACTIVATIONS",
    "GATES",
    "GRU",
    "LSTM",
    "RNN",
    "WAYS",
    "Cell",
    "Counting",
    "Gradients",
    "Row",
    "Step",
    "Trace",
    "backward_layers",
    "from_layer",
    "initialise",
    "onward",
    "parameter_count",
    "sigmoid",
    "summary",
    "unroll_layers",
]
