"""The outcome of a run: a sentence, a fan, scores beside the baselines, downloads."""

from __future__ import annotations

import re

import streamlit as st

from rnncore import figures, runs
from rnncore.forecasting.result import Result
from rnncore.runs import Run
from rnncore.series import Series
from rnncore.web.fold import fold
from rnncore.web.language import say, say_plain
from rnncore.web.words import duration, figure_words, noted, representation

INSIDE = "../../pages/lab/inside.py"
QUIET = {"displayModeBar": False}
SCORES = ("mase", "mae", "rmse", "smape")


def show(run: Run) -> None:
    result, series = outcome(run)
    _verdict(result)
    number = _pick(series)
    history = max(3 * result.horizon, 2 * result.window)
    figure = figures.fan(series[number], result.forecasts[number], figure_words, history, result.held_out[number])
    st.plotly_chart(figure, key="result.fan", alt=say_plain("result.chart_alt", horizon=result.horizon), config=QUIET)
    st.page_link(INSIDE, label=say("inside.link"), icon=":material/troubleshoot:", query_params={"run": run.token})
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"#### {say('result.scores')}")
        _table(result, series[number].name)
    with right:
        st.markdown(f"#### {say('result.download')}")
        _downloads(run, result)
    noted(note for note in result.notes if not note.code.endswith("_better"))
    fold(say("result.held_out"), "held_out", lambda: _held_out(result, series, number), ":material/fact_check:")
    fold(say("result.training"), "training", lambda: _training(run, result), ":material/trending_down:")


def _held_out(result: Result, series: list[Series], number: int) -> None:
    figure = figures.held_out(result.held_out[number], series[number], figure_words)
    st.plotly_chart(figure, key="result.held_out", alt=say_plain("result.held_alt"), config=QUIET)


def outcome(run: Run) -> tuple[Result, list[Series]]:
    """Result and series of a run that has ended, in one order; kept in the session until the run is trained further."""
    key = (run.share_token, run.finished)
    if st.session_state.get("result", (None,))[0] != key:
        result = runs.result(run)
        by_name = {series.name: series for series in runs.series(run)}
        st.session_state["result"] = (key, result, [by_name[one.name] for one in result.forecasts])
    return st.session_state["result"][1:]


def _verdict(result: Result) -> None:
    """The first sentence: does the network beat the best baseline, on rows it had not seen?"""
    measure = "mase" if result.scores["network"]["mase"] is not None else "mae"
    baselines = {name: scores[measure] for name, scores in result.scores.items() if name != "network"}
    best = min(baselines, key=baselines.get)
    network, other = result.scores["network"][measure], baselines[best]
    facts = {"rows": say("result.rows", count=result.holdout), "method": say(f"result.method.{best}")}
    if abs(network - other) <= 0.01 * other:
        st.info(_sentence("result.equal", **facts), icon=":material/balance:")
    elif network < other:
        st.success(_sentence("result.better", percent=_percent(network, other), **facts), icon=":material/check:")
    else:
        st.warning(_sentence("result.worse", percent=_percent(other, network), **facts), icon=":material/trending_down:")


def _sentence(key: str, rows: str, method: str, **facts) -> str:
    """Words among the facts are the house's own and stay as they are."""
    return say(key, rows="\0", method="\1", **facts).replace("\0", rows).replace("\1", method)


def _percent(better: float, worse: float) -> int:
    return round(100 * (1 - better / worse)) if worse else 0


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
            {"method": say_plain(f"result.name.{method}"), **{score: values[score] for score in SCORES}}
            for method, values in sorted(scores.items(), key=lambda item: (item[1]["mae"] is None, item[1]["mae"]))
        ]
        columns = {"method": st.column_config.TextColumn(say_plain("result.column.method"), width="medium")}
        for score in SCORES:
            columns[score] = st.column_config.NumberColumn(
                say_plain(f"result.column.{score}"), help=say(f"result.column_help.{score}"), format="%.4g"
            )
        st.dataframe(rows, hide_index=True, column_config=columns)


def _downloads(run: Run, result: Result) -> None:
    stem = re.sub(r"[^\w-]+", "_", run.title.rsplit(".", 1)[0])[:40] or "series"
    files = [
        ("csv", f"{stem}_forecast.csv", "text/csv", result.csv().encode("utf-8-sig")),
        ("model", f"{stem}.safetensors", "application/octet-stream", runs.model(run)),
        ("config", f"{stem}_settings.json", "application/json", run.config.model_dump_json(indent=2)),
    ]
    for kind, name, mime, content in files:
        st.download_button(
            say(f"result.download_{kind}"),
            content,
            name,
            mime,
            key=f"download.{kind}",
            on_click="ignore",
            type="primary" if kind == "csv" else "secondary",
            icon=":material/download:",
        )


def _training(run: Run, result: Result) -> None:
    epochs = runs.epochs(run)
    if epochs:
        figure = figures.loss_curve(epochs, figure_words, representation)
        st.plotly_chart(figure, key="result.loss", alt=say_plain("result.loss_alt"), config=QUIET)
    tried = result.chosen.get("tried") or []
    if tried:
        rows = [
            {
                say_plain("result.tried_name"): representation(one["name"]),
                say_plain("result.tried_error"): one["validation"],
                say_plain("result.tried_epochs"): one["epochs"],
                say_plain("result.tried_seconds"): round(one["seconds"], 1),
            }
            for one in tried
        ]
        st.markdown(f"**{say('result.tried')}**")
        st.dataframe(rows, hide_index=True)
    st.caption(say("result.took", epochs=result.epochs, duration=duration(result.seconds)))
