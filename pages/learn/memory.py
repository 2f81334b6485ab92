"""How far back each cell can really remember: three tasks, trained, beside the gradient's reach."""

from rnncore.web.chapter import Page
from rnncore.web.demos import memory

page = Page("memory")
page.together(tasks=memory.tasks, reach=memory.reach, train=memory.train)
page.below("lengths", memory.lengths)
page.below("published", memory.published)
page.ask(memory.QUESTIONS)
