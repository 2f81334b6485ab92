"""The runs of this browser side by side on the rows they were tested on, and why some of them cannot be compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st

from rnncore import runs
from rnncore.cells import summary
from rnncore.config import RunConfig
from rnncore.figures import backtest as drawn
from rnncore.forecasting.plan import Plan, plan
from rnncore.forecasting.result import Result
from rnncore.runs import Run
from rnncore.series import pack
from rnncore.web import compare, memory
from rnncore.web.controls import figure
from rnncore.web.language import say, say_plain
from rnncore.web.listing import FORECAST
from rnncore.web.outcome import words
from rnncore.web.words import layers_words

SCORES = ("mase", "mae", "rmse", "smape")
MOST, CONTENDERS = 30, 6
_KEPT = "beside.kept"


@dataclass(frozen=True)
class Ended:
    """A run that has ended: what it is compared by."""

    run: Run
    result: Result
    data: str  # the same for the same series
    parameters: int

    @property
    def label(self) -> str:
        return f"{self.run.title[:40]} · {layers_words(self.run.config)} · {self.run.created:%m-%d %H:%M:%S}"

    def differs(self, other: Ended) -> str | None:
        """Why the two cannot be compared; None where they can."""
        if self.data != other.data:
            return say_plain("compare.differs.series")
        if self.result.horizon != other.result.horizon:
            return say_plain("compare.differs.horizon", theirs=self.result.horizon, ours=other.result.horizon)
        if self.result.holdout != other.result.holdout:
            return say_plain("compare.differs.holdout", theirs=self.result.holdout, ours=other.result.holdout)
        return None


def show() -> None:
    st.markdown(say("compare.runs_lead"))
    held = [one for one in map(_ended, memory.tokens()[:MOST]) if one is not None]
    if len(held) < 2:
        st.info(say("compare.runs_empty" if not held else "compare.runs_one"), icon=":material/inbox:")
        st.page_link(FORECAST, label=say("runs.go"), icon=":material/show_chart:")
        return
    names = {one.run.share_token: one.label for one in held}
    chosen = st.selectbox(say("compare.against"), list(names), format_func=names.get, key="beside.against")
    first = next(one for one in held if one.run.share_token == chosen)
    alike = [first, *(one for one in held if one is not first and one.differs(first) is None)]
    _sentence(alike)
    _table(alike)
    if len(alike) > 1:
        _pictures(alike)
        _again(alike, first)
    apart = [one for one in held if one.differs(first) is not None]
    if apart:
        st.markdown(f"**{say('compare.apart')}**")
        rows = [{"run": one.label, "why": one.differs(first)} for one in apart]
        st.dataframe(rows, hide_index=True, column_config={"run": say_plain("compare.run"), "why": say_plain("compare.why")})


def _ended(token: str) -> Ended | None:
    """Kept in the session: what a run that has ended is compared by changes only when it is trained further."""
    run = runs.find(token)
    if run is None or not isinstance(run.config, RunConfig) or run.state not in ("done", "stopped"):
        return None
    kept = st.session_state.setdefault(_KEPT, {})
    key = (run.share_token, run.finished)
    if key not in kept:
        result, series = runs.result(run), runs.series(run)
        settled = plan(series, run.config)
        kept[key] = Ended(run, result, hashlib.sha256(pack(series)).hexdigest(), _parameters(settled, result))
    return kept[key]


def _parameters(settled: Plan, result: Result) -> int:
    """Of all networks of the run."""
    asked = settled.config.forecast
    outputs = asked.horizon if asked.strategy == "direct" else 1
    sizes = {
        kind.name: sum(row.parameters for row in summary(settled.config.network.layers, kind.steps, kind.segment, outputs))
        for kind in settled.representations
    }
    return sum(sizes.get(one["representation"], 0) for one in result.networks)


def _error(one: Ended) -> float:
    return one.result.scores[one.result.leading][one.result.measure]


def _sentence(alike: list[Ended]) -> None:
    """Which run is best, and what a single stretch of rows is worth."""
    if len(alike) == 1:
        st.info(say("compare.runs_alone"), icon=":material/link_off:")
        return
    best, second = sorted(alike, key=_error)[:2]
    percent = 100 * (1 - _error(best) / _error(second)) if _error(second) else 0.0
    rows = -(-best.result.holdout // best.result.horizon)
    key = "compare.runs_equal" if percent < 1 else "compare.runs_best"
    st.info(say(key, best=best.label, second=second.label, percent=percent, origins=rows), icon=":material/balance:")


def _table(alike: list[Ended]) -> None:
    rows = []
    for one in sorted(alike, key=_error):
        scores = one.result.scores[one.result.leading]
        held = {f"held_{level}": 100 * share for level, share in one.result.coverage.items()}
        cost = {"seconds": one.result.seconds, "parameters": one.parameters}
        rows.append({"run": one.label, **{score: scores[score] for score in SCORES}, **held, **cost})
    levels = list(dict.fromkeys(level for one in alike for level in one.result.coverage))
    columns = {"run": st.column_config.TextColumn(say_plain("compare.run"), width="medium")}
    for score in SCORES:
        columns[score] = st.column_config.NumberColumn(words(score), help=say(f"result.column_help.{score}"), format="%.4g")
    for level in levels:
        columns[f"held_{level}"] = st.column_config.NumberColumn(say_plain("compare.held", level=level), format="%.0f %%")
    columns["seconds"] = st.column_config.NumberColumn(say_plain("compare.seconds"), format="%.1f")
    columns["parameters"] = st.column_config.NumberColumn(say_plain("compare.parameters"), format="localized")
    st.dataframe(rows, hide_index=True, column_config=columns, placeholder="–")


def _pictures(alike: list[Ended]) -> None:
    shown = sorted(alike, key=_error)[:CONTENDERS]
    names = {one.run.share_token: one.label for one in shown}
    number, several = 0, shown[0].result.held_out
    if len(several) > 1:
        number = st.selectbox(
            say("forecast.series"), range(len(several)), format_func=lambda n: several[n].name, key="beside.series"
        )
    tested = [one.result.held_out[number] for one in shown]
    lines = {key: held.methods[one.result.leading] for key, one, held in zip(names, shown, tested, strict=True)}
    picture = drawn.beside(tested[0].time, tested[0].actual, lines, words, names.get)
    figure(picture, "beside.lines", say_plain("alt.compare.beside"))
    st.markdown(f"#### {say('compare.cost')}")
    points = {
        key: (one.result.seconds, _error(one), words("parameters", count=one.parameters))
        for key, one in zip(names, shown, strict=True)
    }
    picture = drawn.cost(points, drawn.turns(list(points)), words("seconds"), words(shown[0].result.measure), names.get)
    figure(picture, "beside.cost", say_plain("alt.compare.cost"))


def _again(alike: list[Ended], first: Ended) -> None:
    """The settings of these runs on more origins than the one stretch they were tested on."""
    chosen = [(one.label, one.run.config) for one in sorted(alike, key=_error)[:CONTENDERS]]
    st.button(
        say("compare.start_runs", count=len(chosen)),
        type="primary",
        icon=":material/compare_arrows:",
        key="beside.backtest",
        on_click=lambda: compare.of_runs(chosen, first.run.title, runs.series(first.run)),
    )
    st.caption(say("compare.start_runs_told"))
