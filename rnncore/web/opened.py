"""Which run is open on a page of the lab: the one in the address, else the last one of this session."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.runs import Run
from rnncore.web import address, places
from rnncore.web.language import say
from rnncore.web.places import FORECAST, Place


def current(here: Place = FORECAST) -> Run | None:
    """The run to show, its token put back into the address that a page switch has emptied. One of another page opens there."""
    token = st.query_params.get(here.key) or st.session_state.get(here.held)
    if not token:
        return None
    run = runs.find(token)
    there = run and places.place(run)
    if there and there is not here:
        close(here)
        places.go(run)
    if there is None:
        st.warning(say(here.gone), icon=":material/link_off:")
        st.session_state.pop(here.held, None)  # the address keeps it, and so the warning, until data is chosen
        return None
    show(token, here)
    return run


def show(token: str, here: Place = FORECAST) -> None:
    """Open this run on that page, and put it into the address."""
    st.session_state[here.held] = token
    address.write(**{here.key: token}, source=None, sample=None, sequence=None)


def close(here: Place = FORECAST) -> None:
    st.session_state.pop(here.held, None)
    address.write(**{here.key: None})
