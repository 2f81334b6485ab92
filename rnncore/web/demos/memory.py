"""The demos of the chapter on memory: a sequence of each task, the untrained gradient's reach, training, success by length."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnncore import memory, runs
from rnncore.config import MemoryConfig
from rnncore.figures import memory as drawn
from rnncore.figures.strokes import power
from rnncore.memory import Outcome
from rnncore.web import mishap
from rnncore.web.chapter import Question
from rnncore.web.controls import choice, figure, slider
from rnncore.web.language import say, say_plain, sentence

LONGEST, DEFAULT = {"adding": 400, "copy": 50, "echo": 60}, {"adding": 50, "copy": 10, "echo": 10}
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
        steps = slider(f"memory.steps_{task}", 5, LONGEST[task], DEFAULT[task], 1 if task != "adding" else 5)
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
    return {cell: memory.reach(_config(cell)) for cell in memory.CELLS}


def train() -> None:
    left, right = st.columns([5, 3], gap="medium", vertical_alignment="bottom")
    with left:
        cell = choice("memory.cell", memory.CELLS, "lstm")
    with right:
        updates = slider("memory.updates", 500, 8000, 4000, 500)
    config = _config(cell).model_copy(update={"updates": updates})
    busy = st.session_state.get(_RUNNING)
    with st.container(horizontal=True):
        label = say("demo.memory.start", cell=say(f"choice.memory_cell.{cell}"), steps=config.steps)
        st.button(label, on_click=_start, args=(config,), type="primary", disabled=bool(busy), key="memory.start")
        if busy:
            st.button(say("demo.memory.stop"), on_click=_stop, key="memory.stop")
    _live() if busy else _curves([])


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
    between = max(1, config.updates // 40) * config.batch
    guess = memory.guessing(config.task, config.steps)
    now = [(config, [between * one.epoch for one in epochs], [one.validation / guess for one in epochs])]
    _curves(now if epochs else [])


def _curves(now: list) -> None:
    """Every training on the chosen task and length: what ships, faint; those of this session, and the one under way."""
    wanted, lines = (_task(), _steps()), {}
    for ours, outcomes in ((False, memory.shipped()[1]), (True, st.session_state.get(_DONE, []))):
        for one in outcomes:
            if (one.config["task"], one.config["steps"]) == wanted:
                cell = one.config["memory_cell"]
                shares = [score / one.guessing for score in one.scores]
                lines[words("yours" if ours else "shipped", cell=words(cell))] = (cell, one.sequences, shares, ours)
    for config, sequences, shares in now:
        if (config.task, config.steps) == wanted:
            cell = config.memory_cell
            lines[words("running", cell=words(cell))] = (cell, sequences, shares, True)
    if lines:
        figure(drawn.curves(lines, words), "memory.curves", _alt("curves"))
    else:
        st.info(say("demo.memory.none"), icon=":material/play_arrow:")
    own = [one for one in st.session_state.get(_DONE, []) if (one.config["task"], one.config["steps"]) == wanted]
    if own:
        _told(own[-1])


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
    outcomes = [one for one in memory.shipped()[1] if one.config["task"] == task]
    by = {(one.config["memory_cell"], one.config["steps"]): one for one in outcomes}
    steps = sorted({one.config["steps"] for one in outcomes})
    needed = {cell: [by[cell, n].solved for n in steps] for cell in memory.CELLS}
    reached = {cell: [by[cell, n].reached for n in steps] for cell in memory.CELLS}
    most = max(one.sequences[-1] for one in outcomes)
    effect, cause = st.columns(2, gap="medium")
    with effect:
        figure(drawn.success(steps, needed, most, words), "memory.lengths", _alt("lengths"))
    with cause:
        figure(drawn.arriving(steps, reached, words), "memory.arriving", _alt("arriving"))
    st.caption(say("demo.memory.table"))
    rows = [{words("column_cell"): words(cell), **{str(n): _result(by[cell, n]) for n in steps}} for cell in memory.CELLS]
    st.dataframe(rows, hide_index=True)
    found = memory.shipped()[0]
    settings = {name: found.settings[name] for name in ("units", "batch", "learning_rate", "updates", "seed")}
    st.caption(say("demo.memory.made", command=found.command, **settings))


def _result(one: Outcome) -> str:
    """Sequences until the task was solved, or how far the training came."""
    return f"{one.solved:,}" if one.solved else words("came_to", share=100 * one.best / one.guessing)


def published() -> None:
    rows = []
    for one in memory.PUBLISHED:
        ours = memory.nearest(one, memory.shipped()[1])
        if one.sequences:
            theirs, mine = words("sequences_needed", count=int(one.value)), words("never", count=ours.sequences[-1])
            mine = words("sequences_needed", count=ours.solved) if ours.solved else mine
        else:
            theirs, mine = f"{one.value:.3g}", f"{ours.best:.3g}"
        length = ours.config["steps"]
        rows.append(
            {
                words("column_task"): say_plain(f"choice.task.{one.task}"),
                words("column_cell"): words(one.cell),
                words("column_published"): words("at_length", value=theirs, length=one.length),
                words("column_guessing"): f"{memory.guessing(one.task, one.length):.3g}",
                words("column_ours"): words("at_length", value=mine, length=length),
                words("column_our_guessing"): f"{ours.guessing:.3g}",
                words("column_source"): one.source,
            }
        )
    st.dataframe(rows, hide_index=True)


def _furthest() -> tuple[str, dict]:
    needed = memory.distance(_config("lstm"))
    there = {cell: one.log10_state[min(needed, one.length - 1)] - one.log10_state[0] for cell, one in _reaches().items()}
    best = max(there, key=there.get)
    return best, {"cell": say_plain(f"choice.memory_cell.{best}"), "share": power(10.0 ** float(there[best])), "lag": needed}


def _longest() -> tuple[str, dict]:
    solved = [one.config["steps"] for one in memory.shipped()[1] if one.solved and _is_plain(one)]
    longest = max(solved, default=0)
    option = "none" if not longest else "short" if longest <= 50 else "long"
    best = min(one.best / one.guessing for one in memory.shipped()[1] if _is_plain(one))
    return option, {"longest": longest, "best": 100 * best}


def _is_plain(one: Outcome) -> bool:
    return one.config["task"] == "adding" and one.config["memory_cell"] == "rnn"


QUESTIONS = (
    Question("memory_furthest", memory.CELLS, _furthest),
    Question("memory_plain", ("none", "short", "long"), _longest),
)
