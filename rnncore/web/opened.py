"""Which run is open in this session: the one in the address, else the last one of this session."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.runs import Run
from rnncore.web import address, places
from rnncore.web.language import say


def current() -> Run | None:
    """The run to show, its token put back into the address that a page switch has emptied."""
    token = st.query_params.get("run") or st.session_state.get("run")
    if not token:
        return None
    run = runs.find(token)
    there = run and places.place(run)
    if there and there is not places.FORECAST:
        close()
        places.go(run)
    if there is None:
        st.warning(say("run.gone"), icon=":material/link_off:")
        st.session_state.pop("run", None)  # the address keeps it, and so the warning, until data is chosen
        return None
    show(token)
    return run


def show(token: str) -> None:
    """Open this run on the Forecast page, and put it into the address."""
    st.session_state["run"] = token
    address.write(run=token, source=None, sample=None, sequence=None)


def close() -> None:
    st.session_state.pop("run", None)
    address.write(run=None)
