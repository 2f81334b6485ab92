"""Worked examples: recurrent networks small enough to look into, and what can be asked of them.

elman      a plain recurrent network with its output layer: its weights as one list of numbers, and its run
gated      an LSTM and a GRU whose units have jobs that one can follow, and the value on every wire
memory     two sequences that differ at their first step: how long does the state tell them apart?
dropout    states as a layer drops them while it learns
attention  the last state asks all states
scan       a linear recurrence step by step, and by doubling
credit     which input an answer goes back to: by its slope, and by its absence
"""

from rnncore.worked.clipping import clip_factor, gradient_norm
from rnncore.worked.elman import Elman
from rnncore.worked.gated import JOBS, three_jobs, wires
from rnncore.worked.memory import apart, half_life, states, still_apart, twins

__all__ = [
    "JOBS",
    "Elman",
    "apart",
    "clip_factor",
    "gradient_norm",
    "half_life",
    "states",
    "still_apart",
    "three_jobs",
    "twins",
    "wires",
]
