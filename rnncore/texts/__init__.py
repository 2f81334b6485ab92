"""Words and prose in every language: `say()` for a sentence by key, `article()` for a chapter.

A chapter stands in `<language>/<chapter>.md`: a title, the question it opens with, then sections under keyed headings:

    # Recurrence
    What does a network need to remember?

    ## A state {#state}
    The hidden state $h_t$ ...

Colours in formulas go by the quantity's name, `\\textcolor{state}{h_t}`; see `rnncore.figures.colours`.

Words stand in `words/*.toml`, one file a subject, each entry with a text per language:

    [note.gaps_filled]
    en = "{count} {count:gap was|gaps were} filled"
    zh = "补上了 {count} 处缺口"

A placeholder with `singular|plural` prints that word for its number, not the number; all other formats are Python's.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rnncore.messages import Note, Refusal

LANGUAGES = {"en": "English", "zh": "简体中文"}


class _Formatter(string.Formatter):
    def format_field(self, value, spec):
        if "|" in spec:
            one, many = spec.split("|")
            return one if abs(value) == 1 else many
        return super().format_field(value, spec)


_FORMATTER = _Formatter()
# Chinese texts have a space between Chinese characters and Latin letters or digits; which of them a filled-in word begins and
# ends with is known only then.
_EDGE = "\ue000"  # of no text
_MEETING = re.compile(f"(?<=[一-鿿]){_EDGE}(?=[A-Za-z0-9])|(?<=[A-Za-z0-9]){_EDGE}(?=[一-鿿])")


@cache
def words() -> dict[str, dict[str, str]]:
    """Every entry: dotted key -> {language: text}."""
    entries: dict[str, dict[str, str]] = {}
    for path in sorted(files(__package__).joinpath("words").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".toml"):
            _collect(tomllib.loads(path.read_text("utf-8")), "", entries)
    return entries


def _collect(tree: dict, prefix: str, entries: dict) -> None:
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if set(value) & set(LANGUAGES):
            if key in entries:
                raise ValueError(f"{key} stands in two files")
            entries[key] = value
        else:
            _collect(value, key, entries)


def say(language: str, key: str, escape: Callable[[str], str] = str, **facts) -> str:
    """The text of `key` in `language`, with `facts` filled in; strings among the facts go through `escape` first."""
    facts = {name: _printed(value, language, escape) for name, value in facts.items()}
    if language == "zh":
        facts = {name: f"{_EDGE}{value}{_EDGE}" if isinstance(value, str) else value for name, value in facts.items()}
        return _MEETING.sub(" ", _FORMATTER.vformat(words()[key][language], (), facts)).replace(_EDGE, "")
    return _FORMATTER.vformat(words()[key][language], (), facts)


# Notes that tell `how` a repair was made: the knob whose choice that is.
_CHOSEN_BY = {"duplicates_merged": "duplicates", "gaps_filled": "gaps", "missing_filled": "gaps"}


def explain(language: str, told: Note | Refusal, escape: Callable[[str], str] = str) -> str:
    """The sentence of a note or a refusal."""
    if isinstance(told, Refusal):
        return say(language, f"refusal.{told.code}", escape, **told.facts)
    facts = {"count": told.count, **told.facts}
    if told.code in _CHOSEN_BY:
        facts["how"] = say(language, f"choice.{_CHOSEN_BY[told.code]}.{facts['how']}")
    return say(language, f"note.{told.code}", escape, **facts)


def _printed(value, language: str, escape: Callable[[str], str]):
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list | tuple):
        return {"en": ", ", "zh": "、"}[language].join(str(_printed(one, language, escape)) for one in value)
    return value


@dataclass(frozen=True)
class Section:
    title: str
    text: str  # Markdown with formulas


@dataclass(frozen=True)
class Chapter:
    """title, the question it opens with, and its sections by key, in reading order."""

    title: str
    question: str
    sections: dict[str, Section]


_HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<key>[a-z_]+)\}$", re.MULTILINE)


@cache
def article(language: str, chapter: str) -> Chapter:
    """A chapter of the book in one language. Raises FileNotFoundError where there is none."""
    text = files(__package__).joinpath(language, f"{chapter}.md").read_text("utf-8")
    opening, *rest = _HEADING.split(text)
    title, _, question = opening.strip().partition("\n")
    sections = {key: Section(name, body.strip()) for name, key, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True)}
    return Chapter(title.removeprefix("# ").strip(), question.strip(), sections)
