"""A dense network: layers, forward propagation, activation functions, one step of gradient descent."""

from rnncore.web.chapter import Page
from rnncore.web.demos import network

page = Page("network")
page.beside("layers", network.layers)
page.beside("activations", network.activations)
page.together(forward=network.forward, step=network.step)
page.read("order")
page.ask(network.QUESTIONS)
