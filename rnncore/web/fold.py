"""A folded part of a page that costs nothing until somebody opens it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def fold(title: str, key: str, draw: Callable[[], None], icon: str | None = None) -> None:
    """An expander whose content is drawn while it is open."""
    panel = st.expander(title, key=f"fold.{key}", icon=icon, on_change="rerun")
    if panel.open:
        with panel:
            draw()
