"""The page that compares: what to backtest, the wait for it, and what came out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnncore import runs
from rnncore.config import BacktestConfig, ForecastConfig, RunConfig
from rnncore.forecasting.backtest import Contender, Contest, Preparation, contest, prepare
from rnncore.messages import Epoch, Refusal
from rnncore.runs import Run
from rnncore.series import Series
from rnncore.web import address, data, knobs, memory, mishap, opened, outcome, setup
from rnncore.web.language import say, say_plain, sentence
from rnncore.web.places import COMPARE
from rnncore.web.run import offer, share
from rnncore.web.words import chosen_words, duration, layers_words, representation

_SEEN = "compare.seen"
CELLS = ("rnn", "gru", "lstm")
KNOBS = ("origins", "stride", "sliding", "refit")


def view() -> str:
    """Whether a backtest or the runs of this browser are looked at; stands in the address."""
    options = ("backtest", "runs")
    address.restore("view", options, "backtest")
    chosen = st.segmented_control(
        say("compare.title"), options, format_func=lambda name: say_plain(f"compare.view_{name}"), required=True, key="view",
        label_visibility="collapsed",
    )  # fmt: skip
    address.write(view="runs" if chosen == "runs" else None)
    return chosen


def settings() -> None:
    """Data, settings and the two buttons."""
    st.markdown(say("compare.lead"))
    offer()
    chosen = data.choose()
    if chosen is None:
        data.invite()
        return
    opened.close(COMPARE)
    left, right = st.columns([3, 2], gap="large")
    with right:
        knobs.knob(ForecastConfig, "horizon", "forecast", found=_horizon(chosen))
        knobs.draw(BacktestConfig, list(KNOBS), "compare")
        knobs.knob(ForecastConfig, "effort", "forecast")
    with left:
        st.markdown(chosen_words(chosen.title, chosen.series))
        st.caption(say("compare.as_set", layers=layers_words(setup.current())))
        ways = {"settings": (), "cells": CELLS}
        for way, cells in ways.items():
            _start(way, chosen, lambda cells=cells: _wanted(cells))


def _horizon(chosen: data.Data) -> int | None:
    from rnncore.forecasting.plan import plan

    try:
        return plan(chosen.series, setup.current()).config.forecast.horizon
    except Refusal:
        return None


def _wanted(cells: Sequence[str]) -> Contest:
    asked = knobs.current(BacktestConfig, "compare")
    return contest(setup.current(), asked.model_copy(update={"cells": tuple(cells)}))


def _start(way: str, chosen: data.Data, make) -> None:
    """One button, and what the backtest behind it will do; where it cannot be made, why."""
    try:
        wanted = make()
        ready = prepare(chosen.series, wanted)
    except Refusal as refusal:
        if way == "settings":
            st.error(sentence(refusal))
        return
    st.button(
        say(f"compare.start_{way}"),
        type="primary" if way == "settings" else "secondary",
        icon=":material/play_arrow:" if way == "settings" else ":material/compare_arrows:",
        key=f"compare.start.{way}",
        on_click=submit,
        args=(wanted, chosen.title, chosen.series),
    )
    st.caption(_plan(ready, wanted))


def _plan(ready: Preparation, wanted: Contest) -> str:
    trainings = sum(leg.fresh for leg in ready.legs) * len(wanted.contenders)
    facts = {"origins": wanted.backtest.origins, "horizon": ready.horizon, "stride": ready.stride, "trainings": trainings}
    return say("compare.plan", seconds=duration(ready.seconds), **facts)


def submit(wanted: Contest, title: str, series: Sequence[Series]) -> None:
    with mishap.told():
        run = runs.submit_work(wanted, title, series)
    memory.keep(run.token)
    opened.show(run.token, COMPARE)
    st.session_state["view"] = "backtest"


def of_runs(chosen: Sequence[tuple[str, RunConfig]], title: str, series: Sequence[Series]) -> None:
    """Backtest the settings of several runs on their common series. chosen: title and settings of each."""
    asked = knobs.current(BacktestConfig, "compare")
    contenders = [Contender(name=f"run{n + 1}", title=name[:200], config=config) for n, (name, config) in enumerate(chosen)]
    wanted = Contest(backtest=asked, contenders=contenders)
    with mishap.told():
        prepare(series, wanted)
    submit(wanted, title, series)


def panel(run: Run) -> None:
    """A backtest, whatever its state."""
    st.subheader(say("run_title", title=run.title), anchor=False)
    if not run.owned:
        st.caption(say("compare.read_only"))
    if run.active or run.state == "paused":
        watch(run.token)
    elif run.state == "failed":
        st.error(sentence(run.refusal))
        if run.owned:
            st.button(say("run.again"), on_click=runs.proceed, args=(run,), key="compare.retry", icon=":material/replay:")
    else:
        outcome.show(run)
    with st.container(horizontal=True):
        st.button(say("compare.again"), on_click=_again, args=(run,), icon=":material/tune:", key="compare.again")
        if run.owned and run.ended:
            with st.popover(say("result.share"), icon=":material/share:"):
                share(run)
            with st.popover(say("result.delete"), icon=":material/delete:"):
                st.markdown(say("compare.delete_sure"))
                st.button(say("result.delete_yes"), on_click=_delete, args=(run,), key="compare.delete")


def _again(run: Run) -> None:
    """Back to the settings, with those of this backtest and its data."""
    first = run.config.contenders[0].config
    data.adopt(runs.series(run), run.title, [])
    setup.adopt(first)
    knobs.adopt(run.config.backtest, "compare")
    opened.close(COMPARE)


def _delete(run: Run) -> None:
    with mishap.told():
        runs.delete(run)
    memory.forget(run.token)
    opened.close(COMPARE)


@st.fragment(run_every=1.0)
def watch(token: str) -> None:
    """The live part: how far it is, who leads, and the button that stops it."""
    run = runs.find(token)
    if run is None or not run.active:
        st.rerun()
    begun, leader, last = _seen(run)
    if run.state == "queued":
        st.progress(run.fraction, say("run.queued", position=runs.position(run)))
    elif run.wanted:
        st.progress(run.fraction, say("compare.stopping"))
    elif last is None:
        st.progress(0.0, say("run.starting"))
    else:
        st.progress(min(1.0, last.fraction), _progress(run, begun, last))
    if leader is not None:
        facts = {"method": outcome.contender_words(leader.trained, run.config), "error": f"{leader.validation:.3g}"}
        st.markdown(say("compare.leading", leg=leader.epoch, legs=leader.epochs, **facts))
    if run.owned:
        with st.container(horizontal=True):
            if run.state == "queued":
                st.button(say("compare.withdraw"), on_click=_delete, args=(run,), key="compare.withdraw")
            elif not run.wanted:
                st.button(say("compare.stop"), on_click=runs.stop, args=(run,), key="compare.stop")
        st.caption(say("run.stay"))


def _progress(run: Run, begun: Epoch | None, last: Epoch) -> str:
    training = last.stage == "member"
    stage = representation(last.trained) if training else say_plain("compare.classical")
    facts = {"leg": last.epoch, "legs": last.epochs, "contender": ""}
    if begun is not None:
        facts = {"leg": begun.epoch, "legs": begun.epochs, "contender": outcome.title(begun.trained, run.config)}
    times = {"elapsed": duration(last.seconds), "remaining": duration(last.remaining)}
    line = say("compare.progress", percent=int(100 * last.fraction), **facts, **times)
    return f"{line}  \n{say('compare.stage', stage=stage)}"


def _seen(run: Run) -> tuple[Epoch | None, Epoch | None, Epoch | None]:
    """(last run begun, last leader, last of all): only what is new is asked for."""
    token, count, *found = st.session_state.get(_SEEN, ("", 0, None, None, None))
    if token != run.token or count > run.epoch:
        count, found = 0, [None, None, None]
    for epoch in runs.epochs(run, count):
        count += 1
        places = {"begun": 0, "leader": 1}
        if epoch.stage in places:
            found[places[epoch.stage]] = epoch
        else:
            found[2] = epoch
    st.session_state[_SEEN] = (run.token, count, *found)
    return tuple(found)
