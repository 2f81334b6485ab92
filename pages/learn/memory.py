"""How far back each cell can really remember: three tasks, trained, beside the gradient's reach."""

from rnncore.web.chapter import Page
from rnncore.web.demos import memory

page = Page("memory")
page.below("tasks", memory.tasks)
page.below("reach", memory.reach)
page.below("train", memory.train)
page.below("lengths", memory.lengths)
page.below("published", memory.published)
page.ask(memory.QUESTIONS)
