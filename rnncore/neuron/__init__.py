"""One neuron, the unit that was abstracted from it, and small circuits of such units.

    spiking    the leaky integrate-and-fire neuron: voltage, spikes, rate
    unit       the artificial unit: weighted sum, bias, activation
    circuit    rate units that excite each other: which wirings can hold a memory, and why

Units: mV, ms, nA, MOhm (so that MOhm times nA is mV), and Hz.
"""

from rnncore.neuron.circuit import CHAIN, LOOP, Wiring, activity, pulse, wiring
from rnncore.neuron.spiking import Recording, rate, record, rheobase
from rnncore.neuron.unit import Response, respond

__all__ = [
    "CHAIN",
    "LOOP",
    "Recording",
    "Response",
    "Wiring",
    "activity",
    "pulse",
    "rate",
    "record",
    "respond",
    "rheobase",
    "wiring",
]
