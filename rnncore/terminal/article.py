"""`article`: runs the article's own model and tells of it."""

from __future__ import annotations

import argparse

from rnncore import article
from rnncore.config import Walkthrough
from rnncore.terminal import output
from rnncore.terminal.options import configure
from rnncore.texts import say


def run_article(given: argparse.Namespace, language: str) -> None:
    config = configure(Walkthrough, vars(given), language)

    from rnncore.nn.article import run

    result = run(config)
    if given.json:
        output.print_json(facts(result))
    else:
        report(result, language)


def facts(result: article.Result) -> dict:
    """What `article --json` prints; `seconds` is the sum of the three parts in `timing`."""
    told = result.as_dict()
    timing = told.pop("seconds")
    layers = [row._asdict() for row in article.layers()]
    counts = {"layers": layers, "parameters": article.parameters()}
    return (
        counts | told | {"unseen_inputs": article.UNSEEN[:, :, 0].tolist(), "seconds": sum(timing.values()), "timing": timing}
    )


def report(result: article.Result, language: str) -> None:
    header = [say(language, f"terminal.article.{name}") for name in ("layer", "shape", "parameters")]
    rows = [(row.name, " × ".join(map(str, row.shape)), row.parameters) for row in article.layers()]
    output.print_table(header, [*rows, (say(language, "terminal.article.total"), "", article.parameters())])
    print()
    ends = {"first": result.loss[0], "last": result.loss[-1]}
    print(say(language, "terminal.article.trained", epochs=len(result.loss), **ends, seconds=sum(result.seconds)))
    print()
    header = [say(language, f"terminal.article.{name}") for name in ("window", "answer", "truth")]
    windows = [*article.INPUTS[:, :, 0], *article.UNSEEN[:, :, 0]]
    answers, truths = [*result.predictions, *result.unseen], [*article.TARGETS, *article.CONTINUATIONS]
    output.print_table(header, [list(map(_listed, row)) for row in zip(windows, answers, truths, strict=True)])
    print()
    print(say(language, "terminal.article.unseen", count=len(result.unseen)))


def _listed(numbers) -> str:
    return ", ".join(f"{number:.4g}" for number in numbers)
