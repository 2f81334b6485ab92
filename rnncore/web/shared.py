"""Settings of one demo that others on the page follow: when they change, the whole page runs again."""

from __future__ import annotations

import streamlit as st


def shared(key: str, settings: object) -> None:
    """Call at the end of the demo that owns the settings; on the first visit the page is being laid out anyway."""
    before = st.session_state.get(key)
    st.session_state[key] = settings
    if before is not None and before != settings:
        st.rerun()
