"""Work that a reader starts from a chapter: a button, the wait, and what came out."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.config import Config
from rnncore.runs import pieces
from rnncore.web import mishap
from rnncore.web.language import say, sentence

_OUTCOMES, _REFUSAL = "piece.outcomes", "piece.refusal"


def outcome(config: Config) -> dict | None:
    """What `config` brought in this session; None while it has not been run."""
    return st.session_state.get(_OUTCOMES, {}).get(pieces.dumps(config))


def start(key: str, config: Config, label: str) -> None:
    """A button that has `config` done by a worker, and the wait for it; the page runs again when it is there."""
    pending = st.session_state.get(_pending(key))
    icon, busy = ":material/play_arrow:", pending is not None
    st.button(say(label), on_click=_submit, args=(key, config), disabled=busy, key=f"{key}.start", icon=icon)
    if busy:
        _wait(key)
    if refusal := st.session_state.pop(_REFUSAL, None):
        st.error(sentence(refusal))


def _pending(key: str) -> str:
    return f"piece.{key}"


def _submit(key: str, config: Config) -> None:
    with mishap.told():
        st.session_state[_pending(key)] = (runs.submit_work(config).token, pieces.dumps(config))


@st.fragment(run_every=0.5)
def _wait(key: str) -> None:
    """Asks the store until the work has ended, keeps what came out in the session, and leaves nothing behind."""
    token, config = st.session_state.get(_pending(key), ("", ""))
    run = runs.find(token) if token else None
    if run is not None and not run.ended:
        position = runs.position(run)
        st.caption(say("piece.queued", position=position) if position > 1 else say("piece.working"))
        return
    if run is not None:
        if run.refusal:
            st.session_state[_REFUSAL] = run.refusal
        else:
            st.session_state.setdefault(_OUTCOMES, {})[config] = runs.outcome(run)
        runs.delete(run)
    st.session_state.pop(_pending(key), None)
    st.rerun()
