"""The brain, its neurons, and what an artificial unit keeps of them."""

from rnncore.web.chapter import Page
from rnncore.web.demos import brain

page = Page("brain")
page.below("neuron", brain.cell)
page.below("signal", brain.gap)
page.below("system", brain.parts)
page.beside("spikes", brain.spiking)
page.beside("unit", brain.same_input)
page.beside("loops", brain.loops)
page.ask(brain.QUESTIONS)
