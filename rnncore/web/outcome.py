"""What a backtest brought: who wins and whether it means anything, scores, pictures, cost, residuals, downloads."""

from __future__ import annotations

import json
import re

import streamlit as st

from rnncore import runs
from rnncore.figures import backtest as drawn
from rnncore.forecasting.backtest import Contest
from rnncore.forecasting.result import table
from rnncore.forecasting.tally import Duel, Outcome, residuals
from rnncore.runs import Run
from rnncore.web.controls import figure
from rnncore.web.language import paragraph, say, say_plain
from rnncore.web.words import figure_words

POOLS = ("combined", "network")
SCORES = ("mase", "mae", "rmse", "smape", "pinball", "crps")
_KEPT = "compare.outcome"
_LOOKS = {
    "sure": (st.success, ":material/trophy:"),
    "luck": (st.info, ":material/casino:"),
    "few": (st.info, ":material/casino:"),
    "overlap": (st.info, ":material/layers:"),
    "split": (st.info, ":material/casino:"),
    "equal": (st.info, ":material/balance:"),
}


def words(key: str, **facts) -> str:
    return say_plain(f"compare.figure.{key}", **facts)


def _alt(key: str) -> str:
    return say_plain(f"alt.compare.{key}")


def found(run: Run) -> Outcome:
    """Kept in the session: it never changes."""
    key, held = st.session_state.get(_KEPT, (None, None))
    if key != (run.share_token, run.finished):
        held = Outcome.from_dict(runs.outcome(run))
        st.session_state[_KEPT] = ((run.share_token, run.finished), held)
    return held


def title(contender: str, contest: Contest) -> str:
    """What a contender is called: GRU, or the title of a run; nothing where there is only one."""
    one = next((one for one in contest.contenders if one.name == contender), None)
    if one is None or len(contest.contenders) == 1:
        return ""
    return one.title or one.name.upper()


def contender_words(method: str, contest: Contest) -> str:
    """Words for a method of this backtest: "GRU (networks alone)"."""
    pool, _, contender = method.partition(":")
    if contender:
        return say_plain("backtest.of", title=title(contender, contest), pool=say_plain(f"backtest.pool_of.{pool}"))
    return say_plain(f"backtest.pool.{pool}" if pool in POOLS else f"result.name.{pool}")


def _short(method: str, contest: Contest) -> str:
    """The same for a legend, where there is little room."""
    pool, _, contender = method.partition(":")
    if contender:
        return say_plain(f"backtest.short_of.{pool}", title=title(contender, contest)[:30])
    return contender_words(method, contest) if pool in POOLS else figure_words(method)


def show(run: Run) -> None:
    outcome = found(run)

    def name(method: str) -> str:
        return contender_words(method, run.config)

    def short(method: str) -> str:
        return _short(method, run.config)

    _verdict(outcome, name)
    _told(outcome, run)
    st.markdown(f"#### {say('compare.scores')}")
    _table(outcome, name)
    chosen, score = _choose(outcome, name)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"#### {say('compare.by_step')}")
        figure(drawn.by_step(outcome, chosen, score, words, short), "compare.step", _alt("by_step"))
    with right:
        st.markdown(f"#### {say('compare.by_origin')}")
        figure(drawn.by_origin(outcome, chosen, score, words, short), "compare.origin", _alt("by_origin"))
    number = _pick(outcome)
    st.markdown(f"#### {say('compare.overlaid')}")
    st.caption(say("compare.overlaid_told", method=name(chosen[0])))
    figure(drawn.overlaid(outcome.tracks[number], chosen, outcome, words, short), "compare.overlaid", _alt("overlaid"))
    _cost(outcome, short)
    _residuals(outcome, number, name)
    _downloads(run, outcome)


def _verdict(outcome: Outcome, name) -> None:
    """Who wins, against the next best; then against the best of the other kind, and the networks among themselves."""
    best, second = outcome.ranking[:2]
    duel = outcome.duel(best, second)
    box, icon = _LOOKS[duel.verdict]
    box(sentence(duel, outcome, name), icon=icon)
    simple = outcome.judges[0]
    ours = next(method for method in outcome.ranking if method not in outcome.judges)
    further = [pair for pair in ((best, simple if best != simple else ours), tuple(outcome.networks[:2])) if len(pair) == 2]
    for first, other in dict.fromkeys(further):
        if (first, other) != (best, second):
            st.markdown(sentence(outcome.duel(first, other), outcome, name, "compare.also"))


def sentence(duel: Duel, outcome: Outcome, name, among: str = "backtest.verdict") -> str:
    several = len(outcome.series) > 1
    cases = say("backtest.series" if several else "backtest.origins", count=duel.cases)
    facts = {"percent": duel.percent, "wins": duel.wins, "luck": 100 * duel.luck}
    return say(f"{among}.{duel.verdict}", best=name(duel.first), second=name(duel.second), cases=cases, **facts)


def _told(outcome: Outcome, run: Run) -> None:
    """How it was made, and what is missing."""
    facts = {"horizon": outcome.horizon, "season": outcome.season, "count": len(outcome.origins)}
    span = {"first": str(outcome.origins[0]), "last": str(outcome.origins[-1])}
    lines = [
        say("compare.about", **facts, **span),
        say("compare.refitted" if outcome.refit else "compare.trained_once"),
        say("compare.sliding" if outcome.sliding else "compare.expanding"),
    ]
    st.caption(paragraph(lines))
    if len(outcome.origins) < outcome.asked or outcome.left_out or run.state == "stopped":
        st.warning(say("compare.stopped", done=len(outcome.origins), asked=outcome.asked), icon=":material/stop_circle:")
    if outcome.left_out:
        st.warning(say("compare.left_out", names=[title(one, run.config) for one in outcome.left_out]))


def _table(outcome: Outcome, name) -> None:
    levels = [f"{level:g}" for level in outcome.levels]
    rows = []
    for method in outcome.ranking:
        one = outcome.methods[method]
        label = name(method) + (f" · {say_plain('compare.best')}" if method == outcome.best else "")
        held = {f"held_{level}": 100 * one["coverage"][level] for level in levels}
        cost = {"seconds": one["seconds"], "parameters": one["parameters"]}
        rows.append({"method": label} | {s: one[s] for s in SCORES[:4]} | held | cost | {s: one[s] for s in SCORES[4:]})
    columns = {
        "method": st.column_config.TextColumn(say_plain("result.column.method"), width="medium", pinned=True),
        "seconds": st.column_config.NumberColumn(say_plain("compare.seconds"), format="%.2f", help=say("compare.seconds_help")),
        "parameters": st.column_config.NumberColumn(
            say_plain("compare.parameters"), format="localized", help=say("compare.parameters_help")
        ),
    }
    for score in SCORES:
        told = f"compare.help.{score}" if score in ("pinball", "crps") else f"result.column_help.{score}"
        columns[score] = st.column_config.NumberColumn(words(score), format="%.4g", help=say(told))
    for level in levels:
        held, told = say_plain("compare.held", level=level), say("compare.held_help", level=level)
        columns[f"held_{level}"] = st.column_config.NumberColumn(held, format="%.0f %%", help=told)
    st.dataframe(rows, hide_index=True, column_config=columns, height=35 * (len(rows) + 1) + 3, placeholder="–")
    st.caption(say("compare.table_told"))


def _choose(outcome: Outcome, name) -> tuple[list[str], str]:
    """Methods to draw, the best one first, and the score."""
    left, right = st.columns([4, 1], gap="medium", vertical_alignment="bottom")
    with left:
        best, first = outcome.best, [outcome.best, outcome.judges[0], *outcome.networks[:3]]
        chosen = st.multiselect(
            say("compare.methods"), outcome.ranking, default=list(dict.fromkeys(first)), format_func=name,
            key=f"compare.methods.{len(outcome.ranking)}",
        )  # fmt: skip
    with right:
        known = [score for score in SCORES if outcome.methods[best][score] is not None]
        score = st.selectbox(say("compare.score"), known, format_func=words, key="compare.score")
    return sorted(chosen or [best], key=outcome.ranking.index), score


def _pick(outcome: Outcome) -> int:
    if len(outcome.tracks) == 1:
        return 0
    names = [track.name for track in outcome.tracks]
    return st.selectbox(say("forecast.series"), range(len(names)), format_func=names.__getitem__, key="compare.series")


def _cost(outcome: Outcome, name) -> None:
    st.markdown(f"#### {say('compare.cost')}")
    st.caption(say("compare.cost_told"))
    points, contenders = {}, [one["name"] for one in outcome.contenders]
    for method in outcome.ranking:
        one = outcome.methods[method]
        told = words("parameters", count=one["parameters"]) if one["parameters"] else words("no_parameters")
        points[method] = (one["seconds"], one[outcome.measure], told)
    looks = {method: drawn.look(method, contenders) for method in points}
    figure(drawn.cost(points, looks, words("seconds"), words(outcome.measure), name), "compare.cost", _alt("cost"))


def _residuals(outcome: Outcome, number: int, name) -> None:
    st.markdown(f"#### {say('compare.residuals')}")
    st.caption(say("compare.residuals_told"))
    method = st.selectbox(say("compare.of_method"), outcome.ranking, format_func=name, key="compare.residuals_of")
    left_over = residuals(outcome.tracks[number], method)
    colour = drawn.look(method, [one["name"] for one in outcome.contenders])[0]
    figure(drawn.left_over(left_over, colour, words), "compare.left_over", _alt("left_over"))
    if len(left_over.autocorrelation):
        figure(drawn.correlation(left_over, colour, words), "compare.correlation", _alt("correlation"))
        beyond = int((abs(left_over.autocorrelation) > left_over.rare).sum())
        st.caption(say("compare.correlated", beyond=beyond, lags=len(left_over.autocorrelation), rare=left_over.rare))
    mean, size = (_rounded(float(values.mean())) for values in (left_over.values, abs(left_over.values)))
    st.caption(say("compare.bias", mean=mean, size=size))


def _rounded(value: float) -> str:
    """To three figures, without an exponent where it is not needed."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _downloads(run: Run, outcome: Outcome) -> None:
    stem = re.sub(r"[^\w-]+", "_", run.title.rsplit(".", 1)[0])[:40] or "series"
    facts = {key: value for key, value in outcome.as_dict().items() if key != "tracks"}
    scores = json.dumps(facts, indent=2, allow_nan=False, ensure_ascii=False)
    with st.container(horizontal=True):
        for kind, name, mime, content in (
            ("csv", f"{stem}_backtest.csv", "text/csv", _csv(outcome).encode("utf-8-sig")),
            ("json", f"{stem}_backtest.json", "application/json", scores),
        ):
            st.download_button(
                say(f"compare.download_{kind}"), content, name, mime, key=f"compare.{kind}", on_click="ignore",
                icon=":material/download:",
            )  # fmt: skip


def _csv(outcome: Outcome) -> str:
    """Every forecast of every method that is kept: a row a row of the file, an origin after the other."""
    parts = []
    for track in outcome.tracks:
        rows = [(j, row) for j, start in enumerate(track.starts) for row in range(start, start + outcome.horizon)]
        said = [[value for forecast in track.forecasts[method] for value in forecast] for method in outcome.ranking]
        columns = [[j + 1 for j, _ in rows], [track.actual[row] for _, row in rows], *said]
        parts.append((track.name, [track.time[row] for _, row in rows], columns))
    return table(["origin", "actual", *outcome.ranking], parts)
