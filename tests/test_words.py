"""Whatever the core can tell, and every knob and choice it has, has its words in every language."""

import ast
import string
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

import rnncore
from rnncore import config
from rnncore.messages import Note
from rnncore.texts import LANGUAGES, explain, words

ROOT = Path(rnncore.__file__).parent
MODELS = [
    model
    for model in vars(config).values()
    if isinstance(model, type) and issubclass(model, config.Config) and model is not config.Config
]
KNOBS = sorted({name for model in MODELS for name in model.model_fields})


def literals(annotation) -> set:
    """The values of every Literal inside a type."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return set().union(*(literals(part) for part in get_args(annotation)), set())


CHOICES = sorted(
    {f"{name}.{value}" for model in MODELS for name, knob in model.model_fields.items() for value in literals(knob.annotation)}
)


def told() -> list[tuple[str, set[str] | None]]:
    """Every Note and Refusal that the core makes with a code written out: its key, and the names of its facts where the call
    shows them all."""
    found = []
    for path in ROOT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Note", "Refusal") and call.args:
                code = call.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.append((f"{call.func.id.lower()}.{code.value}", facts(call)))
    return found


def facts(call: ast.Call) -> set[str] | None:
    named = {keyword.arg for keyword in call.keywords}
    if call.func.id == "Refusal":
        return None if None in named else named
    given = call.args[2] if len(call.args) > 2 else next((k.value for k in call.keywords if k.arg == "facts"), ast.Dict([], []))
    if not isinstance(given, ast.Dict) or not all(isinstance(key, ast.Constant) for key in given.keys):
        return None
    return {"count", *(key.value for key in given.keys)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def in_every_language(key: str) -> bool:
    return all(words().get(key, {}).get(language, "").strip() for language in LANGUAGES)


@pytest.mark.parametrize("part", ["label", "help"])
def test_every_knob_has_its_words(part):
    assert [name for name in KNOBS if not in_every_language(f"knob.{name}.{part}")] == []


def test_every_value_to_choose_has_its_words():
    assert [choice for choice in CHOICES if not in_every_language(f"choice.{choice}")] == []


def test_every_note_and_refusal_has_its_sentence():
    assert len(told()) > 10
    assert sorted({key for key, _ in told() if not in_every_language(key)}) == []


def test_every_sentence_is_given_the_facts_it_speaks_of():
    lacking = {}
    for key, given in told():
        spoken = set().union(*map(placeholders, words().get(key, {}).values()))
        if given is not None and not spoken <= given:
            lacking[key] = spoken - given
    assert lacking == {}


def test_all_languages_of_an_entry_speak_of_the_same_facts():
    assert [key for key, entry in words().items() if set(entry) != set(LANGUAGES)] == []
    facts = {key: {frozenset(placeholders(text)) for text in entry.values()} for key, entry in words().items()}
    assert {key: differing for key, differing in facts.items() if len(differing) > 1} == {}


def test_chinese_sentences_end_with_chinese_punctuation():
    sentences = [key for key in words() if key.split(".")[0] in ("note", "refusal") or key.endswith(".help")]
    assert [key for key in sentences if not words()[key]["zh"].endswith(("。", "？", "！"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "knob"), [("duplicates_merged", "duplicates"), ("gaps_filled", "gaps"), ("missing_filled", "gaps")]
)
def test_how_a_repair_was_made_is_told_in_the_words_of_its_knob(code, knob, language):
    values = literals(config.ReadConfig.model_fields[knob].annotation)
    assert values
    for value in values:
        told = explain(language, Note(code, 2, {"how": value, "longest": 1}))
        assert words()[f"choice.{knob}.{value}"][language] in told
