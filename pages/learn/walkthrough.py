"""The article's own model, run and explained: data, code, shapes, training, answers."""

from rnncore.web.chapter import Page
from rnncore.web.demos import walkthrough

page = Page("walkthrough")
page.beside("data", walkthrough.data)
page.below("code", walkthrough.code)
page.below("layers", walkthrough.layers)
page.beside("training", walkthrough.training)
page.beside("dropout", walkthrough.dropout)
page.beside("predictions", walkthrough.predictions)
page.beside("unseen", walkthrough.unseen)
page.ask(walkthrough.QUESTIONS)
