"""The demos of the chapter on memory: a sequence of each task, the untrained gradient's reach, training, success by length."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import streamlit as st

from rnncore import memory, runs
from rnncore.config import MemoryConfig
from rnncore.figures import memory as drawn
from rnncore.figures.strokes import power
from rnncore.memory import Outcome
from rnncore.web import mishap
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider, switch
from rnncore.web.language import say, say_plain, sentence

LONGEST, DEFAULT = {"adding": 1000, "copy": 1000, "echo": 100}, {"adding": 50, "copy": 10, "echo": 10}
STEP = {"adding": 5, "copy": 5, "echo": 1}
UPDATES, UNITS = (500, 1000, 2000, 4000, 8000, 16_000, 30_000), (8, 16, 32, 64, 128, 256)
RATES = (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2)
_RUNNING, _DONE = "memory.running", "memory.done"


def words(name: str, **facts) -> str:
    known = f"choice.memory_cell.{name}"
    return say_plain(known) if name in memory.CELLS else say_plain(f"demo.memory.{name}", **facts)


def _alt(name: str) -> str:
    return say(f"alt.memory.{name}")


def _held(name: str, default):
    held = st.session_state.get(f"memory.{name}")
    return default if held is None else held


def _task() -> str:
    return _held("task", "adding")


def _steps() -> int:
    task = _task()
    return _held(f"steps_{task}", DEFAULT[task])


def tasks() -> None:
    left, middle, right = st.columns([4, 4, 3], gap="medium", vertical_alignment="bottom")
    with left:
        task = choice("memory.task", memory.TASKS)
    with middle:
        steps = slider(f"memory.steps_{task}", 5, LONGEST[task], DEFAULT[task], STEP[task])
    with right:
        seed = slider("memory.draw", 0, 9, 0, 1)
    drawn_ = memory.draw(task, steps, 1, np.random.default_rng(seed))
    picture = {"adding": _adding, "copy": _copy, "echo": _echo}[task](drawn_)
    figure(picture, "memory.tasks", _alt(f"task_{task}"))
    guess = memory.guessing(task, steps)
    st.markdown(say(f"demo.memory.guess_{task}", guess=f"{guess:.4g}", solved=f"{memory.SOLVED * guess:.3g}"))


def _adding(one: memory.Sequences):
    return drawn.adding(one.x[:, 0, 0], one.x[:, 0, 1] > 0, float(one.target[0, 0]), words)


def _copy(one: memory.Sequences):
    rows = one.x[:, 0].argmax(1), one.target[:, 0]
    return drawn.strips(*map(_symbols, rows), *(np.where(row == memory.BLANK, 0, (row + 1) / 10) for row in rows), words)


def _symbols(row: np.ndarray) -> list[str]:
    return ["" if s == memory.BLANK else "!" if s == memory.SIGNAL else str(s + 1) for s in row]


def _echo(one: memory.Sequences):
    coins, said = one.x[:, 0, 0], np.full(len(one.x), np.nan)
    said[-len(one.target) :] = one.target[:, 0]
    told = [["" if np.isnan(c) else "+" if c > 0 else "−" for c in row] for row in (coins, said)]
    return drawn.strips(*told, (coins + 1.4) / 2.4, np.nan_to_num((said + 1.4) / 2.4), words)


def reach() -> None:
    found = _reaches()
    needed = memory.distance(_config("lstm"))
    lines = {cell: one.log10_state - one.log10_state[0] for cell, one in found.items()}
    figure(drawn.reach(lines, needed, words), "memory.reach", _alt("reach"))
    there = {cell: 10.0 ** float(line[min(needed, len(line) - 1)]) for cell, line in lines.items()}
    told = {cell: power(share) for cell, share in there.items()}
    st.markdown(say("demo.memory.arrives", lag=needed, **told))


def _config(cell: str) -> MemoryConfig:
    return MemoryConfig(task=_task(), memory_cell=cell, steps=_steps())


def _reaches() -> dict:
    return _measured(_task(), _steps())


@lru_cache(maxsize=16)
def _measured(task: str, steps: int) -> dict:
    return {cell: memory.reach(MemoryConfig(task=task, memory_cell=cell, steps=steps)) for cell in memory.CELLS}


def train() -> None:
    left, right = st.columns([5, 3], gap="medium", vertical_alignment="bottom")
    with left:
        cell = choice("memory.cell", memory.CELLS, "lstm")
    with right:
        seed = slider("memory.seed", 0, 9, 0, 1)
    config = _chosen(memory.usual(_task(), cell, _steps()).model_copy(update={"seed": seed}))
    st.caption(_settings(config))
    busy = st.session_state.get(_RUNNING)
    with st.container(horizontal=True):
        label = say("demo.memory.start", cell=say(f"choice.memory_cell.{cell}"), steps=config.steps)
        st.button(label, on_click=_start, args=(config,), type="primary", disabled=bool(busy), key="memory.start")
        if busy:
            st.button(say("demo.memory.stop"), on_click=_stop, key="memory.stop")
    _live() if busy else _curves([])


def _chosen(shipped: MemoryConfig) -> MemoryConfig:
    """As shipped, or as the reader has set it."""
    if not switch("memory.own"):
        return shipped
    columns = st.columns(3, gap="medium")
    with columns[0]:
        units = picked("memory.units", UNITS, 32)
    with columns[1]:
        rate = picked("memory.rate", RATES, 5e-3)
    with columns[2]:
        updates = picked("memory.updates", UPDATES, 4000)
    return shipped.model_copy(update={"units": units, "learning_rate": rate, "updates": updates})


def picked(key: str, options: Sequence[float], default: float) -> float:
    return st.select_slider(say(f"demo.{key}"), options, default, format_func="{:g}".format, key=key, bind="query-params")


def _settings(config: MemoryConfig) -> str:
    names = ("units", "batch", "learning_rate", "updates", "seed")
    before = [one.seconds for one in memory.trained(config.task, config.memory_cell, config.steps)]
    told = [say("demo.memory.settings", **{name: getattr(config, name) for name in names})]
    arrives = _arrives(config.model_dump_json(exclude={"updates", "learning_rate", "batch"}))
    told.append(say("demo.memory.arriving", share=power(10.0**arrives), lag=memory.distance(config)))
    if before:
        told.append(say("demo.memory.took", seconds=max(before)))
    return " ".join(told)


@lru_cache(maxsize=64)
def _arrives(config: str) -> float:
    return memory.reached(MemoryConfig.model_validate_json(config))


def _start(config: MemoryConfig) -> None:
    with mishap.told():
        st.session_state[_RUNNING] = runs.submit_work(config).token


def _stop() -> None:
    run = runs.find(st.session_state.get(_RUNNING, ""))
    if run is not None and run.state == "running":
        runs.stop(run)
    elif run is not None:
        runs.delete(run)
        st.session_state.pop(_RUNNING)


@st.fragment(run_every=1.0)
def _live() -> None:
    """The curve as it grows; when the training has ended, its outcome goes into the session and the run out of the store."""
    run = runs.find(st.session_state.get(_RUNNING, ""))
    if run is None or run.ended:
        st.session_state.pop(_RUNNING, None)
        if run is not None:
            if run.refusal is None:
                st.session_state.setdefault(_DONE, []).append(Outcome(**runs.outcome(run)))
            else:
                st.error(sentence(run.refusal))
            runs.delete(run)
        st.rerun()
    epochs, config = runs.epochs(run), run.config
    st.progress(run.fraction, say("demo.memory.working" if epochs else "demo.memory.waiting"))
    between = memory.between_looks(config.updates) * config.batch
    guess = memory.guessing(config.task, config.steps)
    now = [(config, [between * one.epoch for one in epochs], [one.validation / guess for one in epochs])]
    _curves(now if epochs else [])


def _curves(now: list) -> None:
    """Every training on the chosen task and length: what ships, faint; those of this session, and the one under way."""
    wanted, mine = (_task(), _steps()), st.session_state.get(_DONE, [])
    lines = [_curve(one, "shipped") for one in memory.trained(wanted[0], steps=wanted[1])]
    own = [one for one in mine if (one.config["task"], one.config["steps"]) == wanted]
    lines += [_curve(one, "yours") for one in own]
    for config, sequences, shares in now:
        if (config.task, config.steps) == wanted:
            cell = config.memory_cell
            lines.append(drawn.Curve(words("running", cell=words(cell)), cell, sequences, shares, True))
    if lines:
        figure(drawn.curves(lines, words), "memory.curves", _alt("curves"))
    else:
        st.info(say("demo.memory.none"), icon=":material/play_arrow:")
    if own:
        _told(own[-1])


def _curve(one: Outcome, whose: str) -> drawn.Curve:
    cell, shares = one.config["memory_cell"], [score / one.guessing for score in one.scores]
    return drawn.Curve(words(whose, cell=words(cell)), cell, one.sequences, shares, whose == "yours")


def _told(one: Outcome) -> None:
    facts = {
        "cell": say(f"choice.memory_cell.{one.config['memory_cell']}"),
        "seconds": one.seconds,
        "share": one.best / one.guessing,
    }
    if one.solved:
        st.success(say("demo.memory.solved_it", sequences=one.solved, **facts), icon=":material/check:")
    else:
        st.info(say("demo.memory.unsolved_it", sequences=one.sequences[-1], **facts), icon=":material/hourglass_disabled:")


def lengths() -> None:
    task = choice("memory.by_length", memory.TASKS)
    ones = {cell: [_trained(one) for one in memory.trained(task, cell)] for cell in memory.CELLS}
    figure(drawn.by_length(ones, words), "memory.lengths", _alt("lengths"))
    st.markdown("\n".join(f"- {_recorded(memory.record(task, cell))}" for cell in memory.CELLS))
    if tried := memory.smaller(task):
        st.markdown(_aside(tried))
    st.caption(say("demo.memory.table"))
    steps = sorted({one.length for each in ones.values() for one in each})
    rows = [
        {words("column_cell"): words(cell), **{str(n): _in_short(memory.trained(task, cell, n)) for n in steps}}
        for cell in memory.CELLS
    ]
    st.dataframe(rows, hide_index=True)
    st.caption(_made(task))


def _trained(one: Outcome) -> drawn.Trained:
    return drawn.Trained(one.config["steps"], one.config["units"], one.config["seed"], one.reached, one.solved)


def _recorded(one: memory.Record) -> str:
    facts = one._asdict() | {"cell": say(f"choice.memory_cell.{one.cell}"), "best": 100 * one.best}
    if not one.solved:
        return say("demo.memory.record_none", **facts)
    if one.solved == one.tried:
        return say("demo.memory.record_all", **facts)
    return say("demo.memory.record_some" if one.sure else "demo.memory.record_few", **facts)


def _aside(tried: list[Outcome]) -> str:
    """What came out with fewer units than the picture shows."""
    lengths = ", ".join(map(str, sorted({one.config["steps"] for one in tried})))
    cells = ", ".join(say(f"choice.memory_cell.{cell}") for cell in dict.fromkeys(one.config["memory_cell"] for one in tried))
    best, units = min(one.best / one.guessing for one in tried), max(one.config["units"] for one in tried)
    facts = {"solved": sum(bool(one.solved) for one in tried), "tried": len(tried), "best": 100 * best}
    return say("demo.memory.smaller", units=units, lengths=lengths, cells=cells, **facts)


def _in_short(ones: list[Outcome]) -> str:
    """Sequences until the task was solved, from the quickest seed to the slowest, or how far the trainings came."""
    if not ones:
        return ""
    solved = sorted(one.solved for one in ones if one.solved)
    if not solved:
        return words("came_to", share=100 * min(one.best / one.guessing for one in ones))
    span = f"{solved[0]:,}" if solved[0] == solved[-1] else f"{solved[0]:,}–{solved[-1]:,}"
    return span if len(solved) == len(ones) else words("some", solved=len(solved), tried=len(ones), span=span)


def _made(task: str) -> str:
    """What the shipped trainings of a task were set to and what made them; a setting that differs is told as its range."""
    found, configs = memory.shipped()[0], [one.config for one in memory.trained(task)]
    settings = {name: _span([config[name] for config in configs]) for name in ("units", "batch", "learning_rate", "updates")}
    seeds = len({config["seed"] for config in configs})
    facts = {"command": found.command, "only": f"--task {task}", "processor": found.machine["processor"], "seeds": seeds}
    return say("demo.memory.made", **facts, **settings)


def _span(values: list[float]) -> str:
    least, most = min(values), max(values)
    return f"{least:,g}" if least == most else f"{least:,g}–{most:,g}"


def published() -> None:
    st.dataframe([row for place in _places() for row in _compared(*place)], hide_index=True, height="content")


def _places() -> list[tuple[str, int]]:
    """Tasks and lengths with a published figure."""
    return sorted({(one.task, one.length) for one in memory.PUBLISHED})


def _compared(task: str, length: int) -> list[dict]:
    """A row for each published figure and ours at the same length; below them the cell that nobody published there."""
    figures = {one.cell: one for one in memory.PUBLISHED if (one.task, one.length) == (task, length)}
    cells = [*figures, *(["chrono"] if memory.trained(task, "chrono", length) else [])]
    return [_row(figures.get(cell), task, cell, length) for cell in cells]


def _row(one: memory.Published | None, task: str, cell: str, length: int) -> dict:
    ours = memory.trained(task, cell, length)
    theirs = one and (words("sequences_needed", count=f"{one.value:,.0f}") if one.sequences else power(one.value))
    return {
        words("column_task"): f"{say_plain(f'choice.task.{task}')} {length:,}",
        words("column_cell"): words(cell),
        words("column_published"): theirs or "–",
        words("column_ours"): _result(ours),
        words("column_guessing"): f"{memory.guessing(task, length):.3g}",
        words("column_weights"): f"{one.weights:,}" if one else "–",
        words("column_our_weights"): f"{memory.weights(memory.usual(task, cell, length)):,}",
        words("column_seconds"): _span([float(f"{each.seconds:.2g}") for each in ours]),
        words("column_source"): one.source if one else "–",
    }


def _result(ones: list[Outcome]) -> str:
    """Solved after how many sequences, or the best score and what was spent on it."""
    solved, score = sorted(one.solved for one in ones if one.solved), min(one.best for one in ones)
    if not solved:
        return words("never", count=max(one.sequences[-1] for one in ones), score=f"{score:.3g}")
    after = f"{words('sequences_needed', count=_span(solved))} ({score:.3g})"
    return after if len(solved) == len(ones) else words("some", solved=len(solved), tried=len(ones), span=after)


def _furthest() -> tuple[str, dict]:
    needed = memory.distance(_config("lstm"))
    there = {cell: one.log10_state[min(needed, one.length - 1)] - one.log10_state[0] for cell, one in _reaches().items()}
    best = max(there, key=there.get)
    return best, {"cell": say_plain(f"choice.memory_cell.{best}"), "share": power(10.0 ** float(there[best])), "lag": needed}


def _longest() -> tuple[str, dict]:
    plain = memory.record("adding", "rnn")
    option = "none" if not plain.longest else "short" if plain.longest <= 50 else "long"
    beyond = [one for one in memory.trained("adding", "rnn") if one.config["steps"] > plain.longest]
    lost = beyond[0].config["steps"]
    reached = max(one.reached for one in beyond if one.config["steps"] == lost)
    return option, {"longest": plain.longest, "lost": lost, "share": power(10.0**reached)}


QUESTIONS = (
    Question("memory_furthest", memory.CELLS, _furthest),
    Question("memory_plain", ("none", "short", "long"), _longest),
)
