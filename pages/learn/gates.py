"""LSTM and GRU, gate by gate, with live values on every wire."""

from rnncore.web.chapter import Page
from rnncore.web.demos import gates

page = Page("gates")
page.beside("gate", gates.gate)
page.below("lstm", gates.lstm)
page.below("over_time", gates.over_time)
page.beside("by_hand", gates.by_hand)
page.below("gru", gates.gru)
page.below("compare", gates.compare)
page.beside("limits", gates.limits)
page.ask(gates.QUESTIONS)
