"""Which run is open in this session: the one in the address, else the last one of this session."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.messages import Note
from rnncore.runs import Run
from rnncore.web import address, data, setup
from rnncore.web.language import say


def opened() -> Run | None:
    """The run to show, its token put back into the address that a page switch has emptied."""
    token = st.query_params.get("run") or st.session_state.get("run")
    if not token:
        return None
    run = runs.find(token)
    if run is None:
        st.warning(say("run.gone"), icon=":material/link_off:")
        close()
        return None
    st.session_state["run"] = token
    address.write(run=token, source=None, sample=None, sequence=None)
    return run


def close() -> None:
    st.session_state.pop("run", None)
    address.write(run=None)


def leave(run: Run) -> None:
    """The ways back to the settings: with the data of this run, or with other data."""
    with st.container(horizontal=True):
        st.button(say("forecast.again"), on_click=_again, args=(run,), icon=":material/tune:", key="run.again")
        st.button(say("forecast.start_over"), on_click=close, icon=":material/upload_file:", key="run.other")


def _again(run: Run) -> None:
    data.adopt(runs.series(run), run.title, [Note(**note) for note in run.facts.get("notes", [])])
    setup.adopt(run.config)
    close()
