"""What recurrent networks cost, what may make them faster and richer, and the article's questions answered again."""

from rnncore.web.chapter import Page
from rnncore.web.demos import outlook

page = Page("outlook")
page.beside("cost", outlook.counted)
page.beside("measured", outlook.clocked)
page.beside("faster", outlook.scanned)
page.beside("richer", outlook.structure)
page.beside("inside", outlook.credit)
page.beside("answers", outlook.reading)
page.ask(outlook.QUESTIONS)
