"""The page that looks inside the network of a run: which window, the wait for the worker, and what is to be seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from rnncore import runs
from rnncore.config import RunConfig
from rnncore.figures import inside as drawn
from rnncore.figures.points import plain
from rnncore.figures.reach import written
from rnncore.inside import Asked, FreeRun, Layer, Look
from rnncore.inside.free import AWAY, ROWS
from rnncore.inside.look import FRESH
from rnncore.runs import Run, looks
from rnncore.series import Series
from rnncore.series.labels import labels
from rnncore.web import mishap, opened
from rnncore.web.controls import figure
from rnncore.web.language import say, say_plain, sentence
from rnncore.web.listing import FORECAST
from rnncore.web.result import outcome
from rnncore.web.words import representation

PLACES = 60  # windows to choose from
FREE_SHOWN = (100, 300, 0)  # rows of a free run in the picture; 0 means all
_PENDING, _SHOWN = "inside.pending", "inside.shown"


def words(key: str, **facts) -> str:
    return say_plain(f"inside.{key}", **facts)


def _alt(key: str) -> str:
    return say_plain(f"alt.inside.{key}")


def current() -> Run | None:
    """The run that is open in this session, where its networks are trained; else the way to one."""
    run = opened.current()
    if run is not None and isinstance(run.config, RunConfig) and run.state in ("done", "stopped"):
        st.markdown(say("inside.of", title=run.title))
        return run
    st.markdown(say("inside.lead"))
    busy = run is not None and run.state != "failed"
    st.info(say("inside.busy" if busy else "inside.empty"), icon=":material/neurology:")
    label = say("inside.back") if busy else say("runs.go")
    st.page_link(FORECAST, label=label, icon=":material/show_chart:", query_params={"run": run.token} if busy else None)
    return None


def choose(run: Run) -> tuple[Asked, Series]:
    """Series, network and window."""
    result, several = outcome(run)
    left, middle, right = st.columns([3, 3, 5], gap="medium")
    number = 0
    if len(several) > 1:
        with left:
            number = st.selectbox(
                say("forecast.series"), range(len(several)), format_func=lambda n: several[n].name, key="inside.series"
            )
    series = several[number]
    with middle if len(several) > 1 else left:
        network = _network(result)
    places = np.unique(np.linspace(min(result.window, len(series)), len(series), PLACES).round().astype(int)).tolist()
    with right:
        origin = st.select_slider(
            say("inside.origin"),
            places,
            places[-1],
            format_func=lambda place: str(labels(series.index[place - 1 : place])[0]),
            key=f"inside.origin.{run.share_token}.{number}",
        )
    stored = [one.name for one in runs.series(run)]
    return looks.asked(run, stored.index(series.name), network, origin), series


def _network(result) -> int:
    """A network by its place in the run; at first one of the kind that weighs most."""
    weights = {one["name"]: one["weight"] for one in result.members}
    kinds = [one["representation"] for one in result.networks]
    heaviest = max(range(len(kinds)), key=lambda place: weights[kinds[place]])

    def name(place: int) -> str:
        return words("one", kind=representation(kinds[place]), seed=result.networks[place]["seed"])

    return st.selectbox(say("inside.network"), range(len(kinds)), heaviest, format_func=name, key="inside.network")


def seen(run: Run, asked: Asked) -> tuple[Look, int] | None:
    """What the store holds of this window, and its last row. While it holds nothing, a worker is asked, and what was last seen
    of the same series stays on the page; None where that is nothing."""
    found = looks.found(run, asked)
    if found is not None:
        st.session_state[_SHOWN] = (asked, found)
        return found, asked.origin
    with mishap.told():
        _ask(asked)
    _wait(run.token, asked)
    before, look = st.session_state.get(_SHOWN, (None, None))
    if before is None or before != asked.model_copy(update={"network": before.network, "origin": before.origin}):
        return None
    st.caption(say("inside.before"))
    return look, before.origin


def _ask(asked: Asked) -> None:
    """Has a worker look, unless one does already; a question that nobody waits for any more is withdrawn."""
    wanted, token = st.session_state.get(_PENDING, (None, ""))
    if wanted == asked and runs.find(token) is not None:
        return
    if (earlier := runs.find(token)) is not None:
        runs.delete(earlier)
    st.session_state[_PENDING] = (asked, runs.submit_work(asked).token)


@st.fragment(run_every=0.5)
def _wait(token: str, asked: Asked) -> None:
    run = runs.find(token)
    work = runs.find(st.session_state.get(_PENDING, (None, ""))[1])
    if run is None or work is None or looks.found(run, asked) is not None:
        if work is not None:
            runs.delete(work)
        st.rerun()
    if work.state == "failed":
        st.error(sentence(work.refusal))
        return
    position = runs.position(work)
    st.caption(say("inside.queued", position=position) if position > 1 else say("inside.working"))


def show(look: Look, series: Series, origin: int) -> None:
    """All sections, from the window to the gradient through time."""
    layer = _layer(look)
    for key, draw in (
        ("window", lambda: _window(look, series, origin)),
        ("states", lambda: _states(look, layer)),
        ("units", lambda: _units(look, layer, series, origin)),
        ("sensitivity", lambda: _sensitivity(look)),
        ("reach", lambda: _reach(look)),
        ("flow", lambda: _flow(look)),
        ("free", lambda: _free_run(look, series, origin)),
    ):
        st.header(say(f"inside.{key}_title"), anchor=key)
        with st.container(width=760):
            st.markdown(say(f"inside.{key}", draws=FRESH, rows=ROWS))
        st.fragment(_drawn)(draw)


def _drawn(draw: Callable[[], None]) -> None:
    draw()


def _layer(look: Look) -> Layer:
    """The layer whose states and units are shown; the last one unless the reader says otherwise."""
    last = len(look.layers) - 1
    if not last:
        return look.layers[0]
    names = [_name(n, layer) for n, layer in enumerate(look.layers)]
    number = st.radio(
        say("inside.layer"), range(last + 1), last, format_func=names.__getitem__, horizontal=True, key="inside.layer"
    )
    return look.layers[number]


def _name(number: int, layer: Layer) -> str:
    return f"{number + 1} · {layer.cell.upper()} {layer.size}"


def _window(look: Look, series: Series, origin: int, without: np.ndarray | None = None, key: str = "window") -> None:
    actual = series.values[origin : origin + len(look.forecast)]
    rows = np.array(look.rows if without is None else look.rows[-2 * len(look.forecast) :])
    picture = drawn.window(rows, np.array(look.forecast), actual, without, plain(series.name), words)
    figure(picture, f"inside.{key}", _alt("window"))
    if without is None:
        facts = {"rows": len(look.rows), "steps": -(-len(look.rows) // look.segment), "segment": look.segment}
        st.caption(say("inside.read_as", **facts))
        if series.covariates:
            st.caption(say("inside.beside", names=[one.name for one in series.covariates]))


def _states(look: Look, layer: Layer) -> None:
    letters = list(layer.values)
    if len(letters) > 1:
        default = [letters[-1], "f" if "f" in letters else "z"]
        key = f"inside.letters.{layer.cell}"
        letters = st.pills(
            say("inside.letters"), letters, selection_mode="multi", default=default, key=key,
            format_func=lambda letter: f"{letter} {words(letter)}",
        ) or [letters[-1]]  # fmt: skip
    grids = {letter: np.array(layer.values[letter]) for letter in letters}
    stretched = st.toggle(say("inside.stretched"), key="inside.stretched", help=say("inside.stretched_told"))
    figure(drawn.strips(grids, layer.units, words, stretched), "inside.states", _alt("states"))
    if len(layer.units) < layer.size:
        st.caption(say("inside.some_units", shown=len(layer.units), size=layer.size))


def _units(look: Look, layer: Layer, series: Series, origin: int) -> None:
    left, right = st.columns([4, 5], gap="large")
    with left:
        unit = st.selectbox(
            say("inside.unit"), layer.units, format_func=lambda n: words("unit_number", number=n + 1),
            key=f"inside.unit.{layer.cell}.{layer.size}",
        )  # fmt: skip
        place = layer.units.index(unit)
        figure(drawn.units(np.array(layer.moved), layer.units, unit, words), "inside.units", _alt("units"))
    with right:
        _window(look, series, origin, np.array(layer.without[place]), "without")
    size = float(np.mean(np.abs(np.array(look.forecast)))) or 1.0
    facts = {"number": unit + 1, "moved": f"{layer.moved[place]:.4g}", "percent": 100 * layer.moved[place] / size}
    st.markdown(say("inside.unit_moved", **facts))
    values = {letter: np.array(grid)[place] for letter, grid in layer.values.items()}
    figure(drawn.course(values, words), "inside.course", _alt("course"))


def _sensitivity(look: Look) -> None:
    way = st.segmented_control(
        say("inside.way"), ("gradient", "integrated"), default="gradient", required=True,
        format_func=lambda way: words(f"way_{way}"), key="inside.way",
    )  # fmt: skip
    effects = np.array(look.gradient if way == "gradient" else look.integrated)
    figure(drawn.sensitivity(effects, look.outputs, words), "inside.sensitivity", _alt("sensitivity"))
    st.caption(say(f"inside.{way}_told"))
    if way == "integrated":
        error = float(np.abs(effects.sum(1) - look.said).max())
        st.caption(say("inside.complete", first=f"{effects[0].sum():.3f}", said=f"{look.said[0]:.3f}", error=f"{error:.1e}"))
    if look.recursive:
        st.caption(say("inside.recursive"))
    if look.base != "level":
        st.caption(say(f"inside.base_{look.base}", season=look.season))
    if look.log:
        st.caption(say("inside.log"))


def _reach(look: Look) -> None:
    found = look.reaching
    lines = {"gradient": found.gradient, "perturbation": found.perturbation}
    rows = dict(zip(lines, found.rows, strict=True))
    figure(drawn.reach(found.lags, lines, rows, words), "inside.reach", _alt("reach"))
    window = len(look.gradient[0])
    st.markdown(say("inside.reached", **rows, window=window, windows=found.windows))


def _flow(look: Look) -> None:
    shown = {}
    for n, layer in enumerate(look.layers):
        low, high = layer.fresh_range
        lines = {"trained": layer.flow, "fresh": layer.fresh, "low": low, "high": high, "path": layer.path}
        shown[_name(n, layer)] = {name: np.array(line) for name, line in lines.items() if line is not None}
    figure(drawn.flow(shown, words), "inside.flow", _alt("flow"))
    for n, layer in enumerate(look.layers):
        facts = {"layer": _name(n, layer), "lag": len(layer.flow) - 1}
        facts |= {"trained": written(layer.flow[-1]), "fresh": written(layer.fresh[-1])}
        st.markdown(say("inside.flowed_more" if layer.flow[-1] > layer.fresh[-1] else "inside.flowed_less", **facts))


def _free_run(look: Look, series: Series, origin: int) -> None:
    run = look.free_run
    if run is None:
        st.info(say("inside.free_not"), icon=":material/block:")
        return
    shown = st.segmented_control(
        say("inside.free_shown"), FREE_SHOWN, default=FREE_SHOWN[1], required=True,
        format_func=lambda rows: f"{rows:,}" if rows else words("free_all"), key="inside.free_shown",
    ) or len(run.rows)  # fmt: skip
    low, high = series.values.min(), series.values.max()
    picture = drawn.free_run(
        np.array(look.rows[-shown:]),
        np.array(run.rows[:shown]),
        np.array(look.forecast[:shown]),
        series.values[origin : origin + shown],
        (low - AWAY * (high - low), high + AWAY * (high - low)),
        plain(series.name),
        words,
    )
    figure(picture, "inside.free", _alt("free"))
    st.markdown(became(run, look))
    ahead = min(len(run.rows), len(look.forecast))
    apart = float(np.abs(np.array(run.rows[:ahead]) - look.forecast[:ahead]).mean())
    st.markdown(say("inside.free_apart", ahead=ahead, apart=_number(apart)))
    if look.base != "level":
        st.caption(say(f"inside.free_base_{look.base}", season=look.season))


def became(run: FreeRun, look: Look) -> str:
    """The sentence on what became of a run."""
    key = "trend_rhythm" if run.became == "trend" and run.period else run.became
    facts = {"low": _number(min(run.rows)), "high": _number(max(run.rows)), "last": _number(run.rows[-1])}
    facts |= {"since": run.since, "rows": len(run.rows), "segment": look.segment}
    facts["period"] = run.period and f"{round(run.period, 1):g}"
    return say(f"inside.free_{key}", **facts)


def _number(value: float) -> str:
    """Four digits that tell something, and powers of ten only far out."""
    return f"{float(f'{value:.4g}'):,.12g}"
