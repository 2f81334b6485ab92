"""The outcome of a run: a sentence, a fan, scores beside the baselines, downloads."""

from __future__ import annotations

import re

import streamlit as st

from rnncore import figures, runs
from rnncore.forecasting.diagnosis import Finding, remedied
from rnncore.forecasting.result import Result, measure
from rnncore.messages import Refusal
from rnncore.runs import Run
from rnncore.series import Series
from rnncore.web import memory, opened
from rnncore.web.fold import fold
from rnncore.web.language import paragraph, say, say_plain, sentence
from rnncore.web.words import duration, figure_words, member, noted, representation

INSIDE = "../../pages/lab/inside.py"
QUIET = {"displayModeBar": False}
SCORES = ("mase", "mae", "rmse", "smape")


def show(run: Run) -> None:
    result, series = outcome(run)
    _verdict(result)
    told = result.findings
    _findings(run, [one for one in told if one.series is None])
    number = _pick(series)
    _findings(run, [one for one in told if one.series == series[number].name])
    history = max(3 * result.horizon, 2 * result.window)
    figure = figures.fan(series[number], result.forecasts[number], figure_words, history, result.held_out[number])
    st.plotly_chart(figure, key="result.fan", alt=say_plain("result.chart_alt", horizon=result.horizon), config=QUIET)
    _coverage(result)
    st.page_link(INSIDE, label=say("inside.link"), icon=":material/troubleshoot:", query_params={"run": run.token})
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"#### {say('result.scores')}")
        _table(result, series[number].name)
    with right:
        st.markdown(f"#### {say('result.download')}")
        _downloads(run, result)
    said = {"out_of_time"} if any(one.code == "time_was_up" for one in result.findings) else set()
    noted(note for note in result.notes if not note.code.endswith("_better") and note.code not in said)
    fold(say("result.members"), "members", lambda: _members(result, number), ":material/groups:")
    fold(say("result.held_out"), "held_out", lambda: _held_out(result, series, number), ":material/fact_check:")
    fold(say("result.training"), "training", lambda: _training(run, result), ":material/trending_down:")


def _members(result: Result, number: int) -> None:
    """Who makes the forecast of this series, and with which weight."""
    weights = result.forecasts[number].weights
    known = {one["name"]: one for one in result.members}
    share = 100 * sum(weight for name, weight in weights.items() if known[name]["kind"] == "network")
    st.markdown(say("result.members_text", count=len(weights), share=round(share)))
    named = {part: say_plain(f"result.member_{part}") for part in ("name", "weight", "error")}
    rows = [
        {
            named["name"]: member(name),
            named["weight"]: _percent(weights.get(name, 0.0)),
            named["error"]: "" if one["error"] is None else f"{one['error']:.2f}",
        }
        for name, one in sorted(known.items(), key=lambda item: -weights.get(item[0], 0.0))
    ]
    st.table(rows, hide_index=True, border="horizontal")
    st.caption(say("result.member_error_help"))


def _percent(share: float) -> str:
    """Without a place where a narrow column could break it."""
    told = "0" if share == 0 else f"{100 * share:.0f} %" if share >= 0.005 else "< 1 %"
    return told.replace(" ", "\N{NO-BREAK SPACE}")


def _coverage(result: Result) -> None:
    """How many of the held-out values each band held, beside what it promised."""
    if result.coverage:
        held = [say("result.covered", level=level, percent=round(100 * share)) for level, share in result.coverage.items()]
        count = sum(len(one.actual) for one in result.held_out)
        st.caption(say_plain("result.coverage", bands=say("result.and").join(held), count=count))


def _held_out(result: Result, series: list[Series], number: int) -> None:
    figure = figures.held_out(result.held_out[number], series[number], figure_words, result.verdict[1])
    st.plotly_chart(figure, key="result.held_out", alt=say_plain("result.held_alt"), config=QUIET)


def outcome(run: Run) -> tuple[Result, list[Series]]:
    """Result and series of a run that has ended, in one order; kept in the session until the run is trained further."""
    key = (run.share_token, run.finished)
    if st.session_state.get("result", (None,))[0] != key:
        result = runs.result(run)
        by_name = {series.name: series for series in runs.series(run)}
        st.session_state["result"] = (key, result, [by_name[one.name] for one in result.forecasts])
    return st.session_state["result"][1:]


_LOOKS = {
    "better": (st.success, ":material/check:"),
    "equal": (st.info, ":material/balance:"),
    "worse": (st.warning, ":material/trending_down:"),
}


def _verdict(result: Result) -> None:
    """The first sentence: does the forecast beat the best baseline, on rows it had not seen?"""
    outcome, best, percent = result.verdict
    several = len(result.held_out)
    rows = say("result.rows_each" if several > 1 else "result.rows", count=result.holdout, series=several)
    facts = {"rows": rows, "method": say(f"result.method.{best}")}
    box, icon = _LOOKS[outcome]
    key = "result.worse_few" if result.few and outcome == "worse" else f"result.{outcome}"
    told = [say_plain(key, percent=percent, **facts), *([say("result.few")] if result.few else [])]
    box(paragraph(told), icon=icon)


def _findings(run: Run, findings: list[Finding]) -> None:
    """What the numbers say about the run, each with a button that starts a better one where there is a remedy."""
    for finding in findings:
        with st.container(gap="xsmall"):
            st.markdown(f":orange[:material/lightbulb:] {say(f'finding.{finding.code}', **finding.facts)}")
            if finding.remedy:
                title = say(f"remedy.{finding.action}", **finding.facts)
                st.button(
                    title, key=f"remedy.{finding.code}", on_click=_start_again, args=(run, finding), icon=":material/replay:"
                )


def _start_again(run: Run, finding: Finding) -> None:
    """The same data with the remedy in the settings, as a run of its own; it says what it was started for."""
    facts = {**run.facts, "advice": {"action": finding.action, "facts": finding.facts}}
    try:
        better = runs.submit(runs.series(run), remedied(run.config, finding.remedy), title=run.title, facts=facts)
    except Refusal as refusal:
        st.error(sentence(refusal))
        return
    opened.show(better.token)
    memory.keep(better.token)


def _pick(series: list[Series]) -> int:
    if len(series) == 1:
        return 0
    return st.selectbox(
        say("forecast.series"), range(len(series)), format_func=lambda number: series[number].name, key="result.series"
    )


def _table(result: Result, name: str) -> None:
    """Scores of every method; with several series also those of the one that is shown."""
    tables = {None: result.scores}
    if result.series_scores:
        tables = {name: result.series_scores[name], None: result.scores}
    for title, scores in tables.items():
        if result.series_scores:
            st.caption(say("result.pooled") if title is None else say("result.of_series", name=title))
        rows = [
            {"method": _name(result, method), **{score: values[score] for score in SCORES}}
            for method, values in sorted(scores.items(), key=lambda item: _placed(item[1][measure(scores)]))
        ]
        columns = {"method": st.column_config.TextColumn(say_plain("result.column.method"), width="medium")}
        for score in SCORES:
            columns[score] = st.column_config.NumberColumn(
                say_plain(f"result.column.{score}"), help=say(f"result.column_help.{score}"), format="%.4g"
            )
        st.dataframe(rows, hide_index=True, column_config=columns, placeholder="–")


def _placed(error: float | None) -> tuple:
    """The place of a method: by the score that the first sentence speaks of."""
    return error is None, error


def _name(result: Result, method: str) -> str:
    """What a method is called in a table; networks that make the forecast by themselves are this forecast."""
    own = method == result.leading == "network"
    return say_plain("result.name.networks_lead" if own else f"result.name.{method}")


def _downloads(run: Run, result: Result) -> None:
    stem = re.sub(r"[^\w-]+", "_", run.title.rsplit(".", 1)[0])[:40] or "series"
    outcome, best, _ = result.verdict
    files = [
        ("csv", f"{stem}_forecast.csv", "text/csv", result.csv().encode("utf-8-sig")),
        ("model", f"{stem}.safetensors", "application/octet-stream", runs.model(run)),
        ("config", f"{stem}_settings.json", "application/json", run.config.model_dump_json(indent=2)),
    ]
    if outcome == "worse":
        files.insert(1, ("better", f"{stem}_{best}.csv", "text/csv", result.csv_of(best).encode("utf-8-sig")))
    for kind, name, mime, content in files:
        st.download_button(
            say(f"result.download_{kind}", method=figure_words(best)),
            content,
            name,
            mime,
            key=f"download.{kind}",
            on_click="ignore",
            type="primary" if kind == ("better" if outcome == "worse" and not result.few else "csv") else "secondary",
            icon=":material/download:",
        )


def _short(error: float | None) -> str:
    return "" if error is None else f"{error:.3g}" if abs(error) < 1000 else f"{error:,.0f}"


def _training(run: Run, result: Result) -> None:
    epochs = runs.epochs(run)
    if epochs:
        figure = figures.loss_curve(epochs, figure_words, representation)
        st.plotly_chart(figure, key="result.loss", alt=say_plain("result.loss_alt"), config=QUIET)
    kinds: dict[str, list[dict]] = {}
    for one in result.networks:
        kinds.setdefault(one["representation"], []).append(one)
    rows = [
        {
            say_plain("result.member_name"): representation(kind),
            say_plain("result.training_error"): " · ".join(_short(one["validation"]) for one in alike),
            say_plain("result.training_epochs"): " · ".join(f"{one['epochs']:,}" for one in alike),
            say_plain("result.training_seconds"): f"{sum(one['seconds'] for one in alike):.0f}",
        }
        for kind, alike in kinds.items()
    ]
    st.markdown(f"**{say('result.trainings')}**")
    st.table(rows, hide_index=True, border="horizontal")
    if len(result.networks) > len(kinds):
        st.caption(say("result.trainings_help"))
    st.caption(say("result.took", epochs=result.epochs, duration=duration(result.seconds)))
