"""Words that several parts of a page need: durations, ways to look at the data, notes."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from rnncore.messages import Note
from rnncore.web.language import say_plain, sentence


def figure_words(key: str) -> str:
    return say_plain(f"figure.{key}")


def representation(name: str) -> str:
    """Words for a way to look at the data, as `Epoch.trained` names it."""
    kind = name.removesuffix("_log")
    lag = kind.removeprefix("season_")
    words = say_plain("trained.lag", lag=lag) if lag.isdigit() else say_plain(f"trained.{kind}")
    return say_plain("trained.log", kind=words) if name.endswith("_log") else words


def duration(seconds: float) -> str:
    """ "42 s", "3 min 5 s", "2 h 10 min"."""
    seconds = round(seconds)
    if seconds < 60:
        return say_plain("time.seconds", n=seconds)
    if seconds < 3600:
        return say_plain("time.minutes", n=seconds // 60, s=seconds % 60)
    return say_plain("time.hours", n=seconds // 3600, m=seconds % 3600 // 60)


def noted(notes: Iterable[Note]) -> None:
    with st.container(gap="xxsmall"):
        for note in notes:
            st.markdown(f":gray[:material/info:] {sentence(note)}")
