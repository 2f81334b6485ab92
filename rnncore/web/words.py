"""Words that several parts of a page need: durations, ways to look at the data, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from rnncore.config import RunConfig
from rnncore.messages import Note
from rnncore.series import Series
from rnncore.texts import members
from rnncore.web.language import language, say, say_plain, sentence


def figure_words(key: str) -> str:
    return say_plain(f"figure.{key}")


def representation(name: str) -> str:
    """Words for what a network learns, as `Representation.name` names it."""
    return members.representation(language(), name)


def member(name: str) -> str:
    """Words for a member of the pool."""
    return members.member(language(), name)


def layers_words(config: RunConfig) -> str:
    """ "LSTM 48 + GRU 16"."""
    return " + ".join(f"{layer.cell.upper()} {layer.units}" for layer in config.network.layers)


def duration(seconds: float) -> str:
    """ "42 s", "3 min 5 s", "3 min", "2 h 10 min", "2 h"."""
    seconds = round(seconds)
    if seconds < 60:
        return say_plain("time.seconds", n=seconds)
    unit, size, smaller = ("minutes", 60, 1) if seconds < 3600 else ("hours", 3600, 60)
    whole, rest = seconds // size, seconds % size // smaller
    return say_plain(f"time.{unit}" if rest else f"time.whole_{unit}", n=whole, rest=rest)


def chosen_words(title: str, series: Sequence[Series]) -> str:
    """What the data is called and how much of it there is; for Markdown."""
    key = "data.chosen_one" if len(series) == 1 else "data.chosen"
    return say(key, title=title, count=len(series), rows=max(map(len, series)))


def noted(notes: Iterable[Note]) -> None:
    with st.container(gap="xxsmall"):
        for note in notes:
            st.markdown(f":gray[:material/info:] {sentence(note)}")
