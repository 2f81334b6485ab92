"""The runs of this browser as a list."""

from __future__ import annotations

import streamlit as st

from rnncore import runs
from rnncore.forecasting.backtest import Contest
from rnncore.forecasting.tuner import Search
from rnncore.runs import Run
from rnncore.runs.hosting import hosting
from rnncore.web import memory, places
from rnncore.web import run as one_run
from rnncore.web.language import say, say_plain
from rnncore.web.words import duration, layers_words

FORECAST = places.FORECAST.script
_COLOURS = {"queued": "gray", "running": "blue", "paused": "orange", "done": "green", "stopped": "orange", "failed": "red"}


def show() -> None:
    held = [run for run in map(runs.find, memory.tokens()) if run is not None and places.place(run)]
    st.markdown(say("runs.lead", days=hosting().days_kept))
    if not held:
        st.info(say("runs.empty"), icon=":material/inbox:")
        if st.button(say("runs.go"), type="primary"):
            st.switch_page(FORECAST)
        return
    _rows([run.token for run in held], moving=any(run.state in one_run.BUSY for run in held))


def _rows(tokens: list[str], moving: bool) -> None:
    """The rows; while a run works they renew themselves."""

    @st.fragment(run_every=2.0 if moving else None)
    def rows() -> None:
        for token in tokens:
            run = runs.find(token)
            if run is not None:
                _row(run)

    rows()


def badge(run: Run) -> str:
    """The state of a run as a coloured word."""
    return f":{_COLOURS[run.state]}-badge[{say(f'run.state.{run.state}')}]"


def _row(run: Run) -> None:
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            st.markdown(f"**{say('run_title', title=run.title)}** &nbsp; {_kind(run)} {badge(run)}")
            st.caption(_about(run))
            if run.state == "running":
                st.progress(run.fraction)
        with right, st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(say("runs.open"), key=f"open.{run.share_token}", type="primary"):
                places.go(run)
            if run.owned:
                _owner(run)


def _owner(run: Run) -> None:
    with st.popover(say("result.share"), key=f"share.{run.share_token}"):
        one_run.share(run)
    with st.popover(say("result.delete"), key=f"delete.{run.share_token}"):
        st.markdown(say("result.delete_sure"))
        st.button(say("result.delete_yes"), key=f"sure.{run.share_token}", on_click=one_run.remove, args=(run,))


def _kind(run: Run) -> str:
    """What it is, where it is no forecast."""
    there = places.place(run)
    return "" if there is places.FORECAST else f":gray-badge[{say(f'runs.kind.{there.name}')}]"


def _about(run: Run) -> str:
    created = run.created.strftime("%Y-%m-%d %H:%M")
    if isinstance(run.config, Contest):
        names = [one.title or one.name.upper() for one in run.config.contenders]
        said = say_plain("runs.backtest", origins=run.config.backtest.origins)
        return say("runs.line", created=created, layers=said if len(names) == 1 else f"{said} · {', '.join(names)}")
    if isinstance(run.config, Search):
        return say("runs.line", created=created, layers=say_plain("runs.search", time=duration(run.config.tuner.seconds)))
    line = say("runs.line", created=created, layers=layers_words(run.config))
    result = runs.result(run) if run.state in ("done", "stopped") else None
    if result is None or result.scores[result.leading]["mase"] is None:
        return line
    baselines = [result.scores[name]["mase"] for name in result.judges if result.scores[name]["mase"] is not None]
    facts = {"mase": f"{result.scores[result.leading]['mase']:.3g}", "baseline": f"{min(baselines):.3g}" if baselines else "–"}
    return f"{line} · {say_plain('runs.score', **facts)}"
