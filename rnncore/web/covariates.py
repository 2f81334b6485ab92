"""Columns beside the values, on a page: what they are marked as, and the rows to come of those that are known in advance."""

from __future__ import annotations

import re

import streamlit as st

from rnncore.config import ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series import Series, future
from rnncore.series.report import Report
from rnncore.web import knobs
from rnncore.web.fold import fold
from rnncore.web.language import say, say_plain, sentence
from rnncore.web.words import noted

_READ = "read"  # where the knobs of reading stand in the session
_FILE, _DONE = "covariates.file", "covariates.done"


def mark(report: Report) -> None:
    """Which of the other columns a forecast may read, and as what; nothing where the file has no other."""
    others = [name for name in report.values if name != report.target]
    if others:
        fold(say("covariates.title"), "covariates", lambda: _mark(others), ":material/view_column:")


def _mark(others: list[str]) -> None:
    st.caption(say("covariates.lead"))
    taken = {name: set(st.session_state.get(f"{_READ}.{name}") or ()) for name in ("known", "past")}
    for column, (name, other) in zip(st.columns(2), (("known", "past"), ("past", "known")), strict=True):
        with column:
            knobs.several(ReadConfig, name, _READ, [one for one in others if one not in taken[other]])


def completed(series: list[Series]) -> tuple[list[Series], list[Note]]:
    """The series with the future rows that were handed in, and what was done to those; kept, so that a rerun costs nothing."""
    held = st.session_state.get(_FILE)
    if held is None or not future.known_names(series):
        return series, []
    done = st.session_state.get(_DONE)
    if done is None or done[0] is not series or done[1] is not held:
        done = st.session_state[_DONE] = (series, held, *_attached(series, held[1]))
    return done[2], done[3]


def _attached(series: list[Series], content: bytes) -> tuple[list[Series], list[Note], Refusal | None]:
    try:
        return (*future.attach(series, content, knobs.current(ReadConfig, _READ)), None)
    except Refusal as refusal:
        return series, [], refusal


def ask(series: list[Series], notes: list[Note], title: str, horizon: int | None) -> None:
    """The table of the rows to come to take away, and the place to hand it back, as long as a forecast over `horizon` rows
    needs it. series, notes: as `completed` gave them."""
    names, held = future.known_names(series), st.session_state.get(_FILE)
    lacks = horizon is not None and _lacks(series, horizon)
    if not names or not (held or lacks):
        return
    with st.container(border=True):
        if lacks:
            st.markdown(say("covariates.ask", names=names, rows=horizon))
            _template(series, title, horizon)
        shown = st.file_uploader(
            say("covariates.upload"), type=["csv", "tsv", "txt"], key="covariates.uploader", on_change=_keep
        )
        if held and not shown:
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.caption(say("covariates.held", name=held[0]))
            right.button(say("covariates.drop"), on_click=drop, key="covariates.drop", type="tertiary")
        if held and not has_rows():
            st.error(sentence(st.session_state[_DONE][4]))
        noted(notes)


def has_rows() -> bool:
    """Whether a file of future rows was handed in that could be read."""
    return st.session_state.get(_FILE) is not None and st.session_state[_DONE][4] is None


def _template(series: list[Series], title: str, horizon: int) -> None:
    """A button that saves the table of the rows to come."""
    stem = re.sub(r"[^\w-]+", "_", title.rsplit(".", 1)[0])[:40] or "series"
    content = future.template(series, horizon).encode("utf-8-sig")  # a spreadsheet program asks for the mark
    st.download_button(
        say("covariates.template", rows=horizon),
        content,
        f"{stem}_{say_plain('covariates.file')}.csv",
        "text/csv",
        key="covariates.template",
        on_click="ignore",
        icon=":material/download:",
    )


def drop() -> None:
    """Forget the future rows that were handed in."""
    st.session_state.pop(_FILE, None)


def _keep() -> None:
    """The widget forgets its file at a page switch; the session does not."""
    uploaded = st.session_state["covariates.uploader"]
    st.session_state[_FILE] = None if uploaded is None else (uploaded.name, uploaded.getvalue())


def _lacks(series: list[Series], horizon: int) -> bool:
    return any(len(beside.future) < horizon for one in series for beside in one.covariates if beside.is_known)
