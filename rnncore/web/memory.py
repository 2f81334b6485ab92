"""Which runs this browser holds: their tokens stand in its local storage, so that a refresh or tomorrow finds them."""

from __future__ import annotations

import streamlit as st

_JS = """
export default function({ data, setStateValue }) {
  const shelf = "unrolled.runs";
  let held = [];
  try { held = JSON.parse(localStorage.getItem(shelf) || "[]"); } catch { held = []; }
  if (!Array.isArray(held)) held = [];
  held = held.filter(token => typeof token === "string" && !data.forget.includes(token));
  for (const token of data.keep) if (!held.includes(token)) held.unshift(token);
  held = held.slice(0, data.most);
  try { localStorage.setItem(shelf, JSON.stringify(held)); } catch { /* storage is switched off: the link still works */ }
  if (JSON.stringify(held) !== JSON.stringify(data.known)) setStateValue("tokens", held);
}
"""
MOST = 200
_KEEP, _FORGET, _KNOWN = "runs.keep", "runs.forget", "runs.known"


@st.cache_resource
def _component():
    return st.components.v2.component("unrolled_memory", js=_JS)


def keep(token: str) -> None:
    """Remember a run that this browser started."""
    st.session_state.setdefault(_KEEP, []).append(token)


def forget(token: str) -> None:
    st.session_state.setdefault(_FORGET, []).append(token)
    st.session_state[_KEEP] = [held for held in st.session_state.get(_KEEP, []) if held != token]


def tokens() -> list[str]:
    """The runs of this browser, newest first."""
    kept, forgotten = st.session_state.get(_KEEP, []), st.session_state.get(_FORGET, [])
    known = [token for token in st.session_state.get(_KNOWN, []) if token not in forgotten]
    return list(dict.fromkeys([*reversed(kept), *known]))[:MOST]


def sync() -> None:
    """Called once a page by the frame: brings the session and the browser's storage together.

    The browser is told what it will hold then, so that it answers, with another run of the page, only where it holds more.
    """
    told = {"keep": st.session_state.get(_KEEP, []), "forget": st.session_state.get(_FORGET, []), "known": tokens()}
    told["most"] = MOST
    answer = _component()(key="memory", data=told, default={"tokens": None}, on_tokens_change=lambda: None, height=0)
    held = answer.get("tokens")
    if held is not None:
        st.session_state[_KNOWN] = [str(token) for token in held if isinstance(token, str)][:MOST]
