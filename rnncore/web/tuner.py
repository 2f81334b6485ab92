"""The page that tunes: what to search, the leaderboard while it is searched, and what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import get_args

import streamlit as st

from rnncore import runs
from rnncore.config import RunConfig, TunedKnob, TunerConfig
from rnncore.figures.tuner import attempts
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.tuner import Found, Search
from rnncore.messages import Epoch, Refusal
from rnncore.runs import Run
from rnncore.texts.draws import described
from rnncore.web import data, knobs, memory, mishap, opened, setup
from rnncore.web.controls import figure
from rnncore.web.fold import fold
from rnncore.web.language import language, paragraph, say, say_plain, sentence
from rnncore.web.listing import FORECAST
from rnncore.web.places import TUNE
from rnncore.web.run import offer, share
from rnncore.web.words import chosen_words, duration, figure_words, layers_words

_SEEN, _FOUND, _KNOBS = "tuner.seen", "tuner.found", "tuner.knobs"
SHOWN = 8  # candidates of the leaderboard before it is unfolded
LOOKS = {
    "better": (st.success, ":material/check:"),
    "equal": (st.info, ":material/balance:"),
    "worse": (st.warning, ":material/trending_down:"),
}


def settings() -> None:
    """Data, what may be turned, for how long, and the button."""
    st.markdown(say("tuner.lead"))
    offer()
    chosen = data.choose()
    if chosen is None:
        data.invite()
        return
    opened.close(TUNE)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(chosen_words(chosen.title, chosen.series))
        setup.ask_for_rows(chosen)
        _pick_knobs()
        asked = setup.current()
        effort = say_plain(f"choice.effort.{asked.forecast.effort}")
        st.caption(say("tuner.as_set", layers=layers_words(asked), effort=effort))
    with right:
        knobs.draw(TunerConfig, ["seconds", "tries"], "tuner")
        _start(chosen, setup.settle(chosen))


def _pick_knobs() -> None:
    if _KNOBS not in st.session_state:
        st.session_state[_KNOBS] = list(get_args(TunedKnob))
    st.multiselect(
        say("knob.knobs.label"),
        get_args(TunedKnob),
        format_func=lambda knob: say_plain(f"choice.knobs.{knob}"),
        key=_KNOBS,
        help=say("knob.knobs.help"),
        persist_state="session",
    )


def _start(chosen: data.Data, settled: Plan | None) -> None:
    open_knobs = tuple(st.session_state[_KNOBS])
    st.button(
        say("tuner.start_button"),
        type="primary",
        icon=":material/manage_search:",
        width="stretch",
        disabled=settled is None or not open_knobs,
        on_click=_submit,
        args=(chosen, open_knobs),
        key="tuner.start",
    )
    if not open_knobs:
        st.caption(
            sentence(Refusal("tuner_nothing", names=[say_plain(f"choice.knobs.{knob}") for knob in get_args(TunedKnob)]))
        )
    elif settled:
        asked = knobs.current(TunerConfig, "tuner")
        full = 2 * settled.seconds - settled.classical_seconds
        st.caption(say("tuner.plan", time=duration(asked.seconds), full=duration(full)))


def _submit(chosen: data.Data, open_knobs: Sequence[str]) -> None:
    with mishap.told():
        asked = knobs.current(TunerConfig, "tuner").model_copy(update={"knobs": tuple(open_knobs)})
        run = runs.submit_work(Search(config=setup.current(), tuner=asked), chosen.title, chosen.series)
    memory.keep(run.token)
    opened.show(run.token, TUNE)


def panel(run: Run) -> None:
    """A search, whatever its state."""
    st.subheader(say("run_title", title=run.title), anchor=False)
    if not run.owned:
        st.caption(say("tuner.read_only"))
    if run.active:
        watch(run.token)
    elif run.state == "failed":
        st.error(sentence(run.refusal))
        if run.owned:
            st.button(say("run.again"), on_click=runs.proceed, args=(run,), key="tuner.retry", icon=":material/replay:")
    else:
        _outcome(run)
    with st.container(horizontal=True):
        st.button(say("tuner.again"), on_click=_again, args=(run,), icon=":material/tune:", key="tuner.again")
        if run.owned and run.ended:
            with st.popover(say("result.share"), icon=":material/share:"):
                share(run)
            with st.popover(say("result.delete"), icon=":material/delete:"):
                st.markdown(say("tuner.delete_sure"))
                st.button(say("result.delete_yes"), on_click=_delete, args=(run,), key="tuner.delete")


def _again(run: Run) -> None:
    """Back to the settings, with the data of this search and what it began with."""
    data.adopt(runs.series(run), run.title, [])
    setup.adopt(run.config.config)
    knobs.adopt(run.config.tuner, "tuner")
    st.session_state[_KNOBS] = list(run.config.tuner.knobs)
    opened.close(TUNE)


def _delete(run: Run) -> None:
    with mishap.told():
        runs.delete(run)
    memory.forget(run.token)
    opened.close(TUNE)


@st.fragment(run_every=1.0)
def watch(token: str) -> None:
    """The live part: how far it is, the leaderboard so far, and the button that stops it."""
    run = runs.find(token)
    if run is None or not run.active:
        st.rerun()
    candidates, judges, last = _seen(run)
    if run.state == "queued":
        st.progress(run.fraction, say("run.queued", position=runs.position(run)))
    elif run.wanted:
        st.progress(run.fraction, say("tuner.stopping"))
    elif last is None:
        st.progress(0.0, say("run.starting"))
    else:
        st.progress(min(1.0, last.fraction), _progress(last, candidates))
    if run.owned:
        with st.container(horizontal=True):
            if run.state == "queued":
                st.button(say("tuner.withdraw"), on_click=_delete, args=(run,), key="tuner.withdraw")
            elif not run.wanted:
                st.button(say("tuner.stop"), on_click=runs.stop, args=(run,), key="tuner.stop")
    if judges:
        ranked = sorted(candidates.values(), key=lambda one: (one["error"] is None, one["state"] != "judged", one["error"]))
        leader = next((one["number"] for one in ranked if one["state"] == "judged"), None)
        board(ranked, judges, leader)
    if run.owned:
        st.caption(say("run.stay"))


def _progress(last: Epoch, candidates: Mapping[int, dict]) -> str:
    if last.stage == "full":
        stage = say(f"tuner.in_full_{last.trained}")
    elif last.stage in ("judging", "judge"):
        stage = say("tuner.judging")
    elif candidates.get(last.seed, {}).get("seeds"):
        stage = say("tuner.again_trained")
    else:
        stage = say("tuner.trying", number=last.seed + 1, epoch=last.epoch, epochs=last.epochs)
    facts = {"elapsed": duration(last.seconds), "remaining": duration(last.remaining)}
    return f"{stage}  \n{say('tuner.progress', percent=int(100 * last.fraction), **facts)}"


def _seen(run: Run) -> tuple[dict[int, dict], dict[str, float], Epoch | None]:
    """(candidates by number, errors of the judges, last word): only what is new is asked for."""
    token, count, candidates, judges, last = st.session_state.get(_SEEN, ("", 0, {}, {}, None))
    if token != run.token or count > run.epoch:
        count, candidates, judges, last = 0, {}, {}, None
    for epoch in runs.epochs(run, count):
        count, last = count + 1, epoch
        if epoch.stage == "candidate":
            candidates[epoch.seed] = json.loads(epoch.trained)
        elif epoch.stage == "judge":
            judges[epoch.trained] = epoch.validation
    st.session_state[_SEEN] = (run.token, count, candidates, judges, last)
    return candidates, judges, last


def board(ranked: Sequence[Mapping], judges: Mapping[str, float], best: int | None) -> None:
    """Picture and table of the candidates, in order, among the simple methods."""
    first = next((one for one in ranked if one["number"] == 0), None)
    if first is None:
        return
    st.markdown(f"#### {say('tuner.over_time')}")
    drawn = attempts(ranked, judges, _figure_words, lambda one: described(language(), one["draw"], first["draw"]), figure_words)
    figure(drawn, "tuner.attempts", say_plain("alt.tuner.attempts"))
    st.markdown(f"#### {say('tuner.leaderboard')}")
    _table(ranked[:SHOWN], judges, first, best)
    st.caption(say("tuner.table_told"))
    if len(ranked) > SHOWN:
        fold(say("tuner.more", count=len(ranked)), "tuner", lambda: _table(ranked, judges, first, best), ":material/list:")


def _table(ranked: Sequence[Mapping], judges: Mapping[str, float], first: Mapping, best: int | None) -> None:
    rows = [_row(one, first, best) for one in ranked]
    rows += [
        {"settings": _judge(name), "error": error, "against": _against(error, first), "state": say_plain("tuner.state_judge")}
        for name, error in judges.items()
    ]
    # The winner leads even where a candidate that was trained with fewer seeds has a lower error.
    rows.sort(key=lambda row: (row["state"] == say_plain("tuner.state_cut"), row["error"] is None, row["error"]))
    columns = {
        "settings": st.column_config.TextColumn(say_plain("tuner.settings"), width=240),  # leaves room for errors on a phone
        "error": st.column_config.NumberColumn(say_plain("tuner.error"), format="%.4g"),
        "against": st.column_config.NumberColumn(say_plain("tuner.against"), format="%+.1f %%", help=say("tuner.against_help")),
        "state": st.column_config.TextColumn(say_plain("tuner.state")),
        "seeds": st.column_config.NumberColumn(say_plain("tuner.seeds"), help=say("tuner.seeds_help")),
        "parameters": st.column_config.NumberColumn(say_plain("tuner.parameters"), format="localized"),
        "seconds": st.column_config.NumberColumn(say_plain("tuner.seconds"), format="%.1f"),
    }
    st.dataframe(
        rows,
        hide_index=True,
        column_config=columns,
        column_order=list(columns),
        height=35 * (len(rows) + 1) + 3,
        placeholder="–",
    )


def _row(one: Mapping, first: Mapping, best: int | None) -> dict:
    state = "best" if one["number"] == best else one["state"]
    return {
        "settings": described(language(), one["draw"], first["draw"]),
        "state": say_plain(f"tuner.state_{state}"),
        "against": _against(one["error"], first),
        **{name: one[name] for name in ("error", "seeds", "parameters", "seconds")},
    }


def _against(error: float | None, first: Mapping) -> float | None:
    return None if error is None or not first["error"] else 100 * (error / first["error"] - 1)


def _figure_words(key: str) -> str:
    return say_plain(f"tuner.figure.{key}")


def _judge(name: str) -> str:
    return say_plain(f"result.name.{name}")


def found(run: Run) -> Found:
    """Kept in the session: it never changes."""
    key, held = st.session_state.get(_FOUND, (None, None))
    if key != (run.share_token, run.finished):
        held = Found.from_dict(runs.outcome(run))
        st.session_state[_FOUND] = ((run.share_token, run.finished), held)
    return held


def _outcome(run: Run) -> None:
    outcome = found(run)
    _verdict(outcome)
    _actions(run, outcome)
    if outcome.full:
        _in_full(outcome)
    board(outcome.ranking, outcome.judges, outcome.best)


def _verdict(outcome: Found) -> None:
    """What the search says, what that is worth, and what the held-out end says."""
    tried, first = len(outcome.candidates), outcome.candidates[0]
    best, held = outcome.winner, outcome.verdict
    if held is None:
        st.warning(say("tuner.not_in_full"), icon=":material/stop_circle:")
    else:
        box, icon = LOOKS.get(held[0], LOOKS["equal"])
        box(say(f"tuner.held_{held[0]}", rows=outcome.holdout, percent=held[1]), icon=icon)
    key = "tuner.better" if best is not first else "tuner.none_better" if tried > 1 else "tuner.none_tried"
    lines = [say(key, tried=tried, others=tried - 1, percent=100 * outcome.gain)]
    if best is not first:
        lines.append(say("tuner.flatters", tried=tried))
    if outcome.judges[outcome.best_judge] < best["error"]:
        lines.append(say("tuner.judge_better", method=say(f"result.method.{outcome.best_judge}")))
    st.markdown(paragraph(lines))
    if best is not first:
        st.markdown(say("tuner.found", settings=described(language(), best["draw"], first["draw"])))


def _actions(run: Run, outcome: Found) -> None:
    """The settings found: to the Forecast page, run at once, or into a file."""
    config = RunConfig.model_validate(outcome.config)
    advised = outcome.best != 0 and (outcome.verdict or ("better",))[0] == "better"
    with st.container(horizontal=True):
        if st.button(say("tuner.use"), type="primary" if advised else "secondary", icon=":material/tune:", key="tuner.use"):
            data.adopt(runs.series(run), run.title, [])
            setup.adopt(config)
            st.session_state.pop("run", None)
            st.switch_page(FORECAST)
        if st.button(say("tuner.run_now"), icon=":material/play_arrow:", key="tuner.run_now"):
            with mishap.told():
                begun = runs.submit(runs.series(run), config, title=run.title)
            memory.keep(begun.token)
            st.session_state["run"] = begun.token
            st.switch_page(FORECAST, query_params={"run": begun.token})
        st.download_button(
            say("tuner.download"), config.model_dump_json(indent=2), "settings.json", "application/json", key="tuner.download",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip


def _in_full(outcome: Found) -> None:
    st.markdown(f"#### {say('tuner.in_full')}")
    names = ["start"] if outcome.best == 0 else ["best", "start"]
    rows = [
        {"run": say_plain(f"tuner.full_{name}"), **outcome.full[name]["scores"][outcome.full[name]["leading"]]}
        for name in names
    ]
    judged = outcome.full["start"]["scores"]
    rows += [{"run": _judge(name), **judged[name]} for name in sorted(outcome.judges, key=lambda name: judged[name]["mae"])[:2]]
    columns = {"run": st.column_config.TextColumn(say_plain("tuner.run"), width="medium")}
    for score in ("mase", "mae", "rmse", "smape"):
        columns[score] = st.column_config.NumberColumn(
            say_plain(f"result.column.{score}"), help=say(f"result.column_help.{score}"), format="%.4g"
        )
    st.dataframe(rows, hide_index=True, column_config=columns, column_order=list(columns), placeholder="–")
