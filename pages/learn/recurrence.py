"""The recurrence, step by step, with live numbers; the state as memory."""

from rnncore.web.chapter import Page
from rnncore.web.demos import recurrence

page = Page("recurrence")
page.below("loop", recurrence.loop)
page.below("step", recurrence.step)
page.beside("activation", recurrence.activation)
page.beside("memory", recurrence.memory)
page.beside("weights", recurrence.weights)
page.ask(recurrence.QUESTIONS)
