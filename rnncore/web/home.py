"""The first thing a visitor sees: two doors, and the way back to the last run."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.web import book, data, memory, places
from rnncore.web.language import say
from rnncore.web.listing import FORECAST, badge


def forward() -> None:
    """A link to a run leads on to its page."""
    token = st.query_params.get("run")
    if token:
        st.switch_page(FORECAST, query_params={"run": token})


def last_run() -> None:
    """The state of the newest run of this browser, where there is one."""
    run = next((run for run in map(runs.find, memory.tokens()[:5]) if run is not None and places.place(run)), None)
    if run is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"{say('home.last', title=run.title)} {badge(run)}", width="stretch")
        there = places.place(run)
        st.page_link(there.script, label=say("runs.open"), icon=":material/arrow_forward:", query_params={there.key: run.token})


def learn() -> None:
    """The door to the book: its chapters."""
    with st.container(border=True, height="stretch"):
        st.header(say("home.learn"), anchor=False)
        st.markdown(say("home.learn_text"))
        for name, icon in book.CHAPTERS.items():
            st.page_link(book.script(name), label=say(f"menu.{name}"), icon=icon)


def forecast() -> None:
    """The door to the lab: a file dropped here is taken along."""
    with st.container(border=True, height="stretch"):
        st.header(say("home.forecast"), anchor=False)
        st.markdown(say("home.forecast_text"))
        if data.drop("home.uploader"):
            st.switch_page(FORECAST)
        st.page_link(FORECAST, label=say("home.forecast_door"), icon=":material/show_chart:")
