"""What a page shows when something failed: one sentence and a remedy, never a traceback."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from rnncore.messages import Refusal
from rnncore.web.language import say, sentence


def show(error: Exception) -> bool:
    """Called by the server for an error that a page did not expect: it goes to the log under a number the user can name."""
    if isinstance(error, Refusal):
        st.error(sentence(error))
        return True
    number = secrets.token_hex(3)
    logging.getLogger(__name__).error("page error %s", number, exc_info=error)
    st.error(say("page.mishap", number=number))
    return True


@contextmanager
def told() -> Iterator[None]:
    """Turns a refusal by the core into its sentence, and ends the script there."""
    try:
        yield
    except Refusal as refusal:
        st.error(sentence(refusal))
        st.stop()
