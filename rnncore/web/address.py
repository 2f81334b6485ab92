"""What of a page stands in its address, so that a link opens the same picture.

Streamlit's own binding writes the words of a choice into the address; these are its keys, the same in every language.
"""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st


def restore(key: str, options: Collection[str], default: str) -> None:
    """Before the widget `key` is drawn: what the address says, else what the session holds, else the default."""
    held, told = st.session_state.get(key), st.query_params.get(key)
    # Also what the session holds is written: a widget of the same key on another page does not take it over by itself.
    st.session_state[key] = held if held in options else told if told in options else default


def write(**values: str | None) -> None:
    """Put these into the address; None takes a key out. Page switches empty it, so this is called at every run."""
    for key, value in values.items():
        if value is None:
            st.query_params.pop(key, None)
        elif st.query_params.get(key) != value:
            st.query_params[key] = value
