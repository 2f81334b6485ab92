"""The reader's language, and words in it; text from a file cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

import streamlit as st

from rnncore import texts
from rnncore.messages import Note, Refusal
from rnncore.web import address

KEY = "lang"


def choose() -> str:
    """The switch in the menu; the choice stands in the address (`?lang=zh`), and starts as the browser's language."""
    address.restore(KEY, texts.LANGUAGES, _of_browser())
    st.sidebar.segmented_control(
        "Language / 语言",
        list(texts.LANGUAGES),
        format_func=texts.LANGUAGES.get,
        key=KEY,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    address.write(**{KEY: language()})
    return language()


def _of_browser() -> str:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    chosen = st.session_state.get(KEY)
    return chosen if chosen in texts.LANGUAGES else "en"


def say(key: str, **facts) -> str:
    """Words for a Markdown place (labels, alerts, paragraphs): strings among the facts are escaped."""
    return texts.say(language(), key, escape=escape, **facts)


def say_plain(key: str, **facts) -> str:
    """Words for a place that shows text as it is: charts, tables, file names."""
    return texts.say(language(), key, **facts)


def paragraph(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese has no space between them."""
    return ("" if language() == "zh" else " ").join(sentences)


def sentence(told: Note | Refusal) -> str:
    """The sentence of a note or a refusal, for a Markdown place."""
    return texts.explain(language(), told, escape=escape)


def escape(text: str, most: int = 120) -> str:
    """Text from a file as Markdown that shows it as it stands: no link, picture, formula, colour, icon or heading."""
    text = " ".join(str(text).split())
    text = text if len(text) <= most else text[: most - 1] + "…"
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)
