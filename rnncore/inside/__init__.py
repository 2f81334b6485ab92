"""Look inside a trained network: its states on one window, and what its outputs owe to inputs, units and time. No torch.

    network      recurrent layers and a dense head in numpy, from the weights of a model file
    member       one network of a run, with its series' way into it and out of it
    free         a network left to itself: its own answers are what it reads
    attribution  which input did what: gradient, integrated gradients, perturbation, units taken out
    look         all of it for one window of a run: `Asked` in, `Look` out

Letters: T steps of F values that the network reads, W = T F rows of the window, K outputs, H hidden units.
"""

from rnncore.inside.attribution import by_perturbation, gradient, integrated, reaching, without_unit
from rnncore.inside.free import FreeRun, free_run
from rnncore.inside.look import Layer, Look, Reaching, look, look_at
from rnncore.inside.member import Asked, Member, opened
from rnncore.inside.network import Network

__all__ = [
    "Asked",
    "FreeRun",
    "Layer",
    "Look",
    "Member",
    "Network",
    "Reaching",
    "by_perturbation",
    "free_run",
    "gradient",
    "integrated",
    "look",
    "look_at",
    "opened",
    "reaching",
    "without_unit",
]
