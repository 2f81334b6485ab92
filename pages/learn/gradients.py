"""Vanishing and exploding gradients, measured: across lengths, within a sequence, in training."""

from rnncore.web.chapter import Page
from rnncore.web.demos import gradients

page = Page("gradients")
page.together(lengths=gradients.lengths, within=gradients.within, map=gradients.map_, zero=gradients.zero)
page.together(exploding=gradients.exploding, training=gradients.training)
page.ask(gradients.QUESTIONS)
