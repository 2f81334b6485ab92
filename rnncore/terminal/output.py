"""What a terminal shows: sentences, tables, JSON, a progress bar."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from rnncore.messages import Epoch, Note
from rnncore.texts import explain, say

UNBOUNDED = 100_000  # columns of an output that is not a screen


def plain(text: str) -> str:
    """Text from a file or a user without what could steer a terminal or break a line."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def note_dict(note: Note, language: str) -> dict:
    told = {"code": note.code, "count": note.count, "text": explain(language, note, plain)}
    return told | ({"choices": note.choices} if note.choices else {})


def print_json(value: Any) -> None:
    """Strict JSON: what is not finite becomes null."""
    portable = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    print(json.dumps(_strict(value), allow_nan=False, ensure_ascii=portable, indent=2))


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _strict(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(one) for one in value]
    if isinstance(value, np.generic):
        return _strict(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_table(header: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> None:
    """Numbers to the right, text to the left; letters of double width keep the columns straight."""
    from rich.console import Console
    from rich.table import Table

    rows = [[_cell(value) for value in row] for row in rows]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(header))
    for number, name in enumerate(header):
        right = bool(rows) and all(_is_number(row[number]) for row in rows)
        table.add_column(plain(name), justify="right" if right else "left", no_wrap=not sys.stdout.isatty())
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else UNBOUNDED
    Console(file=sys.stdout, width=width, markup=False, highlight=False, emoji=False).print(table)


def _cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else plain(str(value))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text == "-"
    return True


def watched(epochs: Iterable[Epoch], language: str) -> Iterator[Epoch]:
    """The same epochs, with a progress bar on standard error where that is a screen."""
    if not sys.stderr.isatty():
        yield from epochs
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[remaining]:.0f} s"),
    )
    with Progress(*columns, console=Console(stderr=True, markup=False), transient=True) as progress:
        task = progress.add_task("", total=1.0, remaining=0.0)
        for epoch in epochs:
            stage = say(language, f"terminal.progress.{epoch.stage}", trained=epoch.trained, seed=epoch.seed)
            progress.update(task, completed=epoch.fraction, description=stage, remaining=epoch.remaining)
            yield epoch
