"""Demos that take longer than a blink: draw what is there, do a little more, draw again."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def can_go_on() -> bool:
    """Whether the demo was touched by itself: then it may run again by itself, and the reader may interrupt it by a new touch.
    While the whole page is laid out it cannot."""
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def go_on() -> None:
    """Runs the demo again from its beginning; what has been done by then must be held elsewhere."""
    st.rerun(scope="fragment")
