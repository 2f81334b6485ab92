"""A run on a page: while it works, and what came out of it."""

from __future__ import annotations

import streamlit as st

from rnncore import figures, runs
from rnncore.config import RunConfig
from rnncore.forecasting.plan import plan
from rnncore.messages import Note
from rnncore.runs import Run
from rnncore.web import data, memory, mishap, opened, places, setup
from rnncore.web.language import say, say_plain, sentence
from rnncore.web.result import show as show_result
from rnncore.web.words import duration, figure_words, representation

BUSY = ("queued", "running", "paused")


def panel(run: Run) -> None:
    """Everything about one run, whatever its state."""
    _head(run)
    if run.state in BUSY:
        watch(run.token)
    elif run.state == "failed":
        st.error(sentence(run.refusal))
        _actions(run)
    else:
        show_result(run)
        _actions(run)


def leave(run: Run) -> None:
    """The ways back to the settings: with the data of this run, or with other data."""
    with st.container(horizontal=True):
        st.button(say("forecast.again"), on_click=_again, args=(run,), icon=":material/tune:", key="run.again")
        st.button(say("forecast.start_over"), on_click=opened.close, icon=":material/upload_file:", key="run.other")


def _again(run: Run) -> None:
    _adopt(run)
    opened.close()


def _adopt(run: Run) -> None:
    data.adopt(runs.series(run), run.title, [Note(**note) for note in run.facts.get("notes", [])])
    setup.adopt(run.config)


def offer() -> None:
    """On the pages beside: data and settings of the run that is open on the Forecast page, a click away."""
    run = runs.find(st.session_state.get("run") or "")
    if run is not None and isinstance(run.config, RunConfig):
        label = say("run.take", title=run.title)
        st.button(label, on_click=_adopt, args=(run,), icon=":material/content_paste_go:", key="run.take", type="tertiary")


def _head(run: Run) -> None:
    st.subheader(say("run_title", title=run.title), anchor=False)
    if advice := run.facts.get("advice"):
        words = say_plain(f"remedy.{advice['action']}", **advice["facts"])
        st.caption(say("run.advised", advice=words))
    if not run.owned:
        st.caption(say("run.read_only"))


@st.fragment(run_every=1.0)
def watch(token: str) -> None:
    """The live part: asks the store once a second, and hands over to the page when the run has ended."""
    run = runs.find(token)
    if run is None or run.state not in BUSY:
        st.rerun()
    epochs = runs.epochs(run)
    _status(run, epochs)
    _controls(run)
    if any(epoch.stage == "member" for epoch in epochs):
        _live(run, epochs)
    if run.owned:
        st.caption(say("run.stay"))


def _status(run: Run, epochs: list) -> None:
    if run.state == "queued" and run.wanted is None:
        st.progress(run.fraction, say("run.queued", position=runs.position(run)))
    elif run.state == "paused":
        st.progress(run.fraction, say("run.paused"))
    elif run.wanted in ("stop", "pause"):
        st.progress(run.fraction, say("run.stopping" if run.wanted == "stop" else "run.pausing"))
    elif not epochs:
        st.progress(0.0, say("run.starting"))
    else:
        _progress(epochs[-1])
    if run.attempts > 1:
        st.caption(say("run.resumed"))


def _progress(last) -> None:
    network = last.stage == "member"
    stage = say(f"run.stage.{last.stage}", name=representation(last.trained) if network else last.trained, seed=last.seed)
    line = say(
        "run.progress" if network else "run.progress_classical",
        percent=int(100 * last.fraction),
        epoch=last.epoch,
        epochs=last.epochs,
        elapsed=duration(last.seconds),
        remaining=duration(last.remaining),
    )
    st.progress(min(1.0, last.fraction), f"{stage}  \n{line}" if last.fraction < 1 else say("run.finishing"))


def _controls(run: Run) -> None:
    if not run.owned:
        return
    with st.container(horizontal=True):
        if run.state == "paused":
            st.button(say("run.proceed"), on_click=runs.proceed, args=(run,), type="primary", key="run.proceed")
        elif run.wanted is None:
            st.button(say("run.pause"), on_click=runs.pause, args=(run,), key="run.pause")
        if run.wanted != "stop":
            st.button(say("run.stop"), on_click=runs.stop, args=(run,), key="run.stop")


def _live(run: Run, epochs: list) -> None:
    loss, check = st.columns(2)
    with loss:
        st.markdown(f"**{say('run.loss_title')}**")
        figure = figures.loss_curve(epochs, figure_words, representation)
        st.plotly_chart(figure, key="run.loss", alt=say_plain("result.loss_alt"), config={"displayModeBar": False})
    preview = next((epoch.preview for epoch in reversed(epochs) if epoch.preview), None)
    if preview is None:
        return
    with check:
        st.markdown(f"**{say('run.check_title')}**")
        series, start = _validation(run)
        figure = figures.check(series, start, preview, figure_words)
        st.plotly_chart(figure, key="run.check", alt=say_plain("result.check_alt"), config={"displayModeBar": False})


def _validation(run: Run):
    """The series whose validation window is previewed, and the row where that window starts; kept, for it never changes."""
    key = ("run.validation", run.share_token)
    if key not in st.session_state:
        settled = plan(runs.series(run), run.config)
        st.session_state[key] = (settled.series[0], settled.validation[0][-1])
    return st.session_state[key]


def _actions(run: Run) -> None:
    """What an owner may do with a run that has ended."""
    if not run.owned:
        return
    with st.container(horizontal=True):
        if run.state == "failed":
            st.button(
                say("run.again"), on_click=runs.proceed, args=(run,), key="run.retry", type="primary", icon=":material/replay:"
            )
        else:
            with st.popover(say("result.further"), icon=":material/fitness_center:"):
                epochs = st.number_input(say("result.further_epochs"), min_value=1, max_value=10_000, value=50)
                st.button(say("result.further"), on_click=_further, args=(run, epochs), key="run.further", type="primary")
        with st.popover(say("result.share"), icon=":material/share:"):
            share(run)
        with st.popover(say("result.delete"), icon=":material/delete:"):
            st.markdown(say("result.delete_sure"))
            st.button(say("result.delete_yes"), on_click=remove, args=(run,), key="run.delete")


def _further(run: Run, epochs: int) -> None:
    with mishap.told():
        runs.further(run, epochs)


def remove(run: Run) -> None:
    """Delete a run of this browser, and forget its link."""
    with mishap.told():
        runs.delete(run)
    memory.forget(run.token)
    opened.close()


def share(run: Run) -> None:
    """The read-only link of a run, to copy."""
    st.markdown(say("result.share_text"))
    st.code(places.link(run), language=None, wrap_lines=True)
