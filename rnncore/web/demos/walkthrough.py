"""Demos of the chapter that runs the article's own model: its samples, code, layers, training, dropout and answers."""

from __future__ import annotations

from functools import cache

import numpy as np
import streamlit as st

from rnncore import article
from rnncore.article import Result
from rnncore.cells import Counting, Row, summary
from rnncore.config import Layer, Preparation, Walkthrough
from rnncore.figures import walkthrough as drawn
from rnncore.figures.matrices import Matrices, to_scale
from rnncore.figures.strokes import number
from rnncore.figures.windows import staircase
from rnncore.web import piece
from rnncore.web.chapter import Question
from rnncore.web.code import code as listed
from rnncore.web.controls import choice, figure, slider
from rnncore.web.drawing import drawing
from rnncore.web.language import say, say_plain
from rnncore.web.shared import shared
from rnncore.worked.dropout import drop, first_layer

NUMBERS = 8  # from 1 to 8: what the article's samples are cut from
PARTS = {"model": ("Model",), "adam": ("Adam",), "fit": ("fit", "predict"), "run": ("run",)}
COUNTINGS: tuple[Counting, ...] = ("keras", "torch")
DRAWS = 2000


@cache
def _shipped(preparation: Preparation) -> list[Result]:
    return article.seeds()[preparation]


def _label(key: str, **facts) -> str:
    return say_plain(f"label.walkthrough.{key}", **facts)


def _alt(key: str, **facts) -> str:
    return say_plain(f"alt.walkthrough.{key}", **facts)


def _held(name: str, default):
    held = st.session_state.get(f"walkthrough.{name}")
    return default if held is None else held


def data() -> None:
    """The article's numbers, or the last eight of the reader's own series, cut into samples."""
    own = st.session_state.get("data.chosen")
    source = choice("walkthrough.series", ("article", "own")) if own is not None else "article"
    left, right = st.columns(2)
    with left:
        window = slider("walkthrough.window", 1, 5, 3, 1)
    with right:
        horizon = slider("walkthrough.horizon", 1, 3, 3, 1)
    values = np.arange(1.0, NUMBERS + 1) if source == "article" else own.values[-NUMBERS:]
    samples = len(values) - window - horizon + 1
    facts = {"samples": samples, "window": window, "horizon": horizon}
    if samples < 1:
        st.info(say("demo.walkthrough.too_short"))
        return
    written = [f"{value:.4g}" for value in values]
    drawing(staircase(written, window, horizon, _label), "walkthrough.data", _alt("data", **facts))
    st.markdown(say("demo.walkthrough.cut", **facts))
    arrays = "\n".join(f"X[{n}] = {[[float(v)] for v in written[n : n + window]]}" for n in range(samples))
    listed(arrays, "walkthrough.arrays", "X")


def code() -> None:
    """The Keras program, and beside it the very lines that run here."""
    keras, here = st.columns(2, gap="medium")
    with keras:
        st.subheader("Keras", anchor=False)
        listed(article.KERAS, "walkthrough.keras", "Keras")
        st.caption(say("demo.walkthrough.keras"))
    with here:
        st.subheader("PyTorch", anchor=False)
        part = choice("walkthrough.part", list(PARTS))
        listed(article.source(*PARTS[part]), "walkthrough.torch", "PyTorch")
        st.caption(say("demo.walkthrough.here"))


def layers() -> None:
    """Shapes and parameters of the article's layers, for any number of units."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        units = slider("walkthrough.units", 1, 100, 50, 1)
    with right:
        counting = choice("walkthrough.counting", COUNTINGS)
    rows = _rows(units, counting)
    total = sum(row.parameters for row in rows)
    steps, features = article.INPUTS.shape[1:]
    stack = _matrices(rows, units, features, counting)
    facts = {"units": units, "total": total}
    drawing(to_scale(stack, _shape((steps, features)), _label), "walkthrough.layers", _alt("layers", **facts))
    st.markdown(_table(rows, features, counting))
    st.markdown(
        say(f"demo.walkthrough.total_{counting}", **facts, second=total - sum(r.parameters for r in _rows(units, "keras")))
    )


def _rows(units: int, counting: Counting) -> list[Row]:
    steps, features = article.INPUTS.shape[1:]
    stack = [Layer(cell=layer.cell, units=units, dropout=layer.dropout) for layer in article.LAYERS]
    return summary(stack, steps, features, article.TARGETS.shape[1], counting)


def _matrices(rows: list[Row], units: int, inputs: int, counting: Counting) -> list[Matrices]:
    found = []
    for name, shape, parameters in rows:
        if name == "lstm":
            found.append(
                Matrices(
                    _label("layer_lstm"), 4 * units, inputs, units, 1 if counting == "keras" else 2, parameters, _shape(shape)
                )
            )
        elif name == "dense":
            found.append(Matrices(_label("layer_dense"), shape[-1], inputs, 0, 1, parameters, _shape(shape)))
        inputs = shape[-1]
    return found


def _table(rows: list[Row], inputs: int, counting: Counting) -> str:
    """Every layer with the shape of what it puts out, and how its parameters come about."""
    lines = [say("demo.walkthrough.table"), "|---|---|---|"]
    for name, shape, parameters in rows:
        terms = term(name, shape[-1], inputs, counting)
        counted = rf"${terms} = {parameters:,}$".replace(",", "{,}") if terms else "0"
        lines.append(f"| {_label(f'layer_{name}')} | {_shape(shape)} | {counted} |")
        inputs = shape[-1]
    return "\n".join(lines)


def term(name: str, units: int, inputs: int, counting: Counting) -> str:
    """The product that counts a layer's parameters, in TeX; empty for dropout."""
    biases = 2 if counting == "torch" else 1
    counted = {
        "lstm": rf"4 \times {units} \times ({inputs} + {units} + {biases})",
        "dense": rf"{units} \times ({inputs} + 1)",
    }
    return counted.get(name, "")


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def training() -> None:
    """Losses of the shipped trainings, of the chosen seed, and of a run on this machine."""
    seed = slider("walkthrough.seed", 0, 99, 0, 1)
    config = Walkthrough(seed=seed)
    piece.start("walkthrough.train", config, "demo.walkthrough.train")
    shipped = _shipped("none")
    constant = float(article.TARGETS.var(axis=0).mean())
    every = np.array([result.loss for result in shipped])
    final = np.median(every[:, -1])
    facts = {"seeds": len(shipped), "final": float(final), "constant": constant, "seed": seed}
    picture = drawn.losses(every, _losses(seed), constant, lambda key: _label(key, **facts))
    figure(picture, "walkthrough.losses", _alt("losses", **facts))
    _told_of_run(seed)
    agreement = article.agreement().result
    quartiles = {name: agreement["loss"]["quartiles"][name][1] for name in ("keras", "here")}
    chance = agreement["loss"]["rank_test"]
    st.caption(say("demo.walkthrough.agreement", seeds=len(agreement["loss"]["keras"]), chance=chance, **quartiles))
    shared("walkthrough.shared", (seed, piece.outcome(config) is not None))


def _losses(seed: int) -> dict[str, list[float]]:
    """The lines of one seed: as shipped, where it is, and as run here, where it was."""
    lines = {}
    if seed < len(_shipped("none")):
        lines[_label("seed", seed=seed)] = _shipped("none")[seed].loss
    run = piece.outcome(Walkthrough(seed=seed))
    if run:
        lines[_label("here", seed=seed)] = run["loss"]
    return lines


def _told_of_run(seed: int) -> None:
    run = piece.outcome(Walkthrough(seed=seed))
    if not run:
        key = "not_yet" if seed < len(_shipped("none")) else "not_shipped"
        st.markdown(say(f"demo.walkthrough.{key}", seed=seed, last=len(_shipped("none")) - 1))
        return
    result = Result.from_dict(run)
    facts = {"seed": seed, "first": result.loss[0], "last": result.loss[-1], "seconds": sum(result.seconds)}
    st.markdown(say("demo.walkthrough.ran", **facts))


def _result(preparation: Preparation) -> Result | None:
    """Of the seed that stands at the training: as run here, else as shipped."""
    seed = _held("seed", 0)
    run = piece.outcome(Walkthrough(preparation=preparation, seed=seed))
    if run:
        return Result.from_dict(run)
    return _shipped(preparation)[seed] if seed < len(_shipped(preparation)) else None


def dropout() -> None:
    """One layer's states under dropout, and the answers that many draws lead to."""
    left, right = st.columns(2)
    with left:
        rate = slider("walkthrough.rate", 0.0, 0.9, 0.2, 0.05)
    with right:
        number_of_draw = slider("walkthrough.draw", 1, 50, 1, 1)
    states, weights = first_layer([1, 2, 3])
    shown = drop(states, rate, np.random.default_rng(number_of_draw))
    answers = drop(np.tile(states, (DRAWS, 1)), rate, np.random.default_rng(0)) @ weights
    answer = float(states @ weights)
    facts = {"rate": rate, "gone": int((shown == 0).sum()), "units": len(states), "answer": number(answer, 3)}
    picture = drawn.dropped(states, shown, answers, answer, _label)
    figure(picture, "walkthrough.dropout", _alt("dropout", **facts))
    scatter = {"mean": number(float(answers.mean()), 3), "spread": number(float(answers.std()), 3), "draws": DRAWS}
    st.caption(say_plain("demo.walkthrough.scattered", **facts, **scatter))


def predictions() -> None:
    """Answers for the three samples, of every shipped seed and of the chosen one."""
    found = np.array([result.predictions for result in _shipped("none")])
    chosen = _result("none")
    name = {"chosen": _label("seed", seed=_held("seed", 0)), "seeds": _label("seeds", seeds=len(found))}
    mine = np.array(chosen.predictions) if chosen else None
    picture = drawn.answers(found, mine, article.TARGETS, lambda key: name.get(key) or _label(key))
    figure(picture, "walkthrough.predictions", _alt("predictions", seeds=len(found)))
    learning, answering = (float(np.median(values)) for values in _errors(_shipped("none")))
    st.markdown(say("demo.walkthrough.errors", seeds=len(found), learning=learning, answering=answering))


def _errors(results: list[Result]) -> tuple[list[float], list[float]]:
    """By training: the last loss, with dropout on, and the squared error of the predictions, with dropout off."""
    squared = [float(((np.array(one.predictions) - article.TARGETS) ** 2).mean()) for one in results]
    return [one.loss[-1] for one in results], squared


def unseen() -> None:
    """Answers to windows beyond the samples, under the chosen preparation of the numbers."""
    preparation = choice("walkthrough.preparation", article.PREPARATIONS)
    seed = _held("seed", 0)
    if seed >= len(_shipped(preparation)):
        piece.start("walkthrough.prepared", Walkthrough(preparation=preparation, seed=seed), "demo.walkthrough.train_prepared")
    shipped, chosen = _shipped(preparation), _result(preparation)
    found = np.array([result.line for result in shipped])[:, :, 0]
    mine = np.array(chosen.line)[:, 0] if chosen else None
    seen = (float(article.INPUTS[0, 0, 0]), float(article.INPUTS[-1, 0, 0]))
    name = {"chosen": _label("seed", seed=seed), "seeds": _label("range", seeds=len(found))}
    picture = drawn.beyond(article.STARTS, found, mine, seen, lambda key: name.get(key) or _label(key))
    last = float(np.median(found[:, -1]))
    figure(
        picture, "walkthrough.beyond", _alt("beyond", preparation=_prepared(preparation), start=article.STARTS[-1], last=last)
    )
    st.markdown(_asked(shipped))


def _prepared(preparation: Preparation) -> str:
    return say_plain(f"demo.walkthrough.preparation_{preparation}")


def _asked(results: list[Result]) -> str:
    """The windows that were not among the samples: how they go on, and what the trainings answer."""
    found = np.array([result.unseen for result in results])
    lines = [say("demo.walkthrough.asked", seeds=len(results)), "|---|---|---|---|"]
    for n, (window, truth) in enumerate(zip(article.UNSEEN[:, :, 0], article.CONTINUATIONS, strict=True)):
        spans = [
            f"{number(low, 1)} … {number(high, 1)}" for low, high in zip(found[:, n].min(0), found[:, n].max(0), strict=True)
        ]
        columns = [_row(window, 0), _row(truth, 0), f"**{_row(np.median(found[:, n], axis=0), 1)}**", "; ".join(spans)]
        lines.append(f"| {' | '.join(columns)} |")
    return "\n".join(lines)


def _row(values: np.ndarray, digits: int) -> str:
    return ", ".join(number(value, digits) for value in values)


def _grown() -> tuple[str, dict]:
    units = _held("units", 50)
    now, then = (sum(row.parameters for row in _rows(one, "keras")) for one in (units, 2 * units))
    ratio = then / now
    option = "twice" if ratio < 2.5 else "three" if ratio < 3.5 else "four"
    return option, {"units": units, "doubled": 2 * units, "now": now, "then": then, "ratio": ratio}


def _far() -> tuple[str, dict]:
    preparation = _held("preparation", "none")
    start = 20
    place = article.STARTS.tolist().index(start)
    answer = float(np.median([one.line[place][0] for one in _shipped(preparation)]))
    option = "right" if abs(answer - start - 3) < 1 else "stuck" if answer < article.TARGETS.max() else "between"
    return option, {"answer": answer, "preparation": _prepared(preparation)}


def _which_error() -> tuple[str, dict]:
    result = _result("none") or _shipped("none")[0]
    (learning,), (answering,) = _errors([result])
    ratio = learning / answering
    option = "learning" if ratio > 1.25 else "answering" if ratio < 0.8 else "same"
    return option, {"seed": result.seed, "learning": learning, "answering": answering}


QUESTIONS = (
    Question("walkthrough_grown", ("twice", "three", "four"), _grown),
    Question("walkthrough_error", ("learning", "same", "answering"), _which_error),
    Question("walkthrough_far", ("right", "between", "stuck"), _far),
)
