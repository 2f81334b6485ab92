"""A chapter of the book on a page: its paragraphs, each beside the demo it belongs to, and the questions at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from rnncore import texts
from rnncore.figures.colours import QUANTITIES
from rnncore.web.language import language, say

_NAMED_COLOUR = re.compile(r"\\textcolor\{([a-z_]+)\}")


@dataclass(frozen=True)
class Question:
    """A guess to make before the answer is shown. `key` names its words, `question.<key>`; `options` are the keys of the
    possible answers, `question.<key>.<option>`; `answer` computes from the reader's own settings which is right, and the
    facts for the sentence that explains it, `question.<key>.because`."""

    key: str
    options: Sequence[str]
    answer: Callable[[], tuple[str, dict]]


class Page:
    """The chapter as it is being laid out; a page script reads like its table of contents."""

    def __init__(self, chapter: str):
        self.name = chapter
        self.chapter = texts.article(language(), chapter)
        st.title(self.chapter.title, anchor=False)
        st.markdown(f"***{self.chapter.question}***")

    def read(self, key: str) -> None:
        """A section that is text only."""
        self._heading(key)
        with st.container(width=760):
            st.markdown(coloured(self.chapter.sections[key].text))

    def beside(self, key: str, demo: Callable[[], None]) -> None:
        """A section with its demo at its side; below it on a narrow screen. Only the demo reruns when it is touched."""
        self._heading(key)
        text, stage = st.columns([4, 5], gap="large")
        with text:
            st.markdown(coloured(self.chapter.sections[key].text))
        with stage:
            st.fragment(demo)()

    def below(self, key: str, demo: Callable[[], None]) -> None:
        """A section whose demo needs the whole width."""
        self.read(key)
        st.fragment(demo)()

    def together(self, **demos: Callable[[], None]) -> None:
        """Sections whose demos show the same thing: when one of them is touched, all are drawn again."""
        st.fragment(self._together)(demos)

    def _together(self, demos: dict[str, Callable[[], None]]) -> None:
        for key, demo in demos.items():
            self.read(key)
            demo()

    def ask(self, questions: Sequence[Question]) -> None:
        """Predict, then reveal: the answers come from what the reader has set above."""
        st.divider()
        st.header(say("chapter.questions"), anchor=False)
        for question in questions:
            st.fragment(_ask)(f"{self.name}.{question.key}", question)

    def _heading(self, key: str) -> None:
        st.header(self.chapter.sections[key].title, anchor=key)


def _ask(key: str, question: Question) -> None:
    with st.container(border=True, width=860):
        words = f"question.{question.key}"
        options = {option: say(f"{words}.{option}") for option in question.options}
        guess = st.radio(say(f"{words}.text"), list(options), index=None, format_func=options.get, key=f"guess.{key}")
        if not st.button(say("chapter.reveal"), key=f"reveal.{key}", disabled=guess is None):
            return
        right, facts = question.answer()
        because = say(f"{words}.because", **facts)
        if guess == right:
            st.success(f"{say('chapter.right')} {because}", icon=":material/check:")
        else:
            st.info(f"{say('chapter.other')} {options[right]} {because}", icon=":material/lightbulb:")


def coloured(text: str) -> str:
    """Formulas with the colours of the house, which the texts call by the quantity's name."""
    return _NAMED_COLOUR.sub(lambda found: rf"\textcolor{{{QUANTITIES[found[1]]}}}", text)
