"""What a knob may be set to, in words; and what was wrong with a value it was given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from rnncore.texts import say

LONGEST_ECHO = 60  # characters of a rejected value that are repeated to the user
BOUNDS = {"minimum": "at_least", "exclusiveMinimum": "above", "maximum": "at_most", "exclusiveMaximum": "below"}
LENGTHS = {"minItems": "at_least", "maxItems": "at_most", "minLength": "at_least", "maxLength": "at_most"}


@dataclass(frozen=True)
class Fault:
    """The knob `name` of `model` (at `path` from the outermost config) cannot be `value`; `known` is False where it does not
    exist; `inside` is True where it is one entry of a list that is at fault, `listed` where the outermost knob is a list."""

    model: type[BaseModel]
    name: str
    path: str
    value: str
    known: bool
    inside: bool
    listed: bool


def fault(model: type[BaseModel], error: ValidationError) -> Fault:
    """The first thing that is wrong with a config."""
    first = error.errors()[0]
    where = first["loc"] or ("",)
    outermost = model.model_fields.get(str(where[0]))
    listed = outermost is not None and isinstance(outermost.default, tuple)
    names = [part for part in where if isinstance(part, str)]
    for name in names[:-1]:
        model = _nested(model.model_fields[name].annotation) or model
    name = names[-1]
    value = str(first.get("ctx", {}).get("actual_length", first["input"]))
    value = value if len(value) <= LONGEST_ECHO else value[: LONGEST_ECHO - 1] + "…"
    path, inside = ".".join(map(str, where)), isinstance(where[-1], int)
    return Fault(model, name, path, value, name in model.model_fields, inside, listed)


def allowed(language: str, model: type[BaseModel], name: str, inside: bool = False) -> str:
    """What a knob takes, as a phrase: "a whole number, at least 1 and at most 2000"; `inside`: what each entry of it takes."""
    schema = schema_of(model, name)
    if inside:
        schema = schema.get("items", schema)
    if "enum" in schema:
        values = say(language, "allowed.or").join(str(value) for value in schema["enum"])
        return say(language, "allowed.one_of", values=values)
    bounds = [say(language, f"allowed.{word}", bound=f"{schema[key]:.15g}") for key, word in BOUNDS.items() if key in schema]
    bounds += [say(language, f"allowed.{word}_long", bound=schema[key]) for key, word in LENGTHS.items() if key in schema]
    kind = say(language, f"allowed.{schema.get('type', 'object')}")
    return kind + (say(language, "allowed.bounds", bounds=say(language, "allowed.and").join(bounds)) if bounds else "")


def schema_of(model: type[BaseModel], name: str) -> dict[str, Any]:
    """JSON schema of one knob; where it may be None, the schema of what else it may be."""
    schema = _schema(model)["properties"][name]
    return next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """Made once: the command line asks for every knob of it, which took a third of a second."""
    return model.model_json_schema()


def _nested(annotation: Any) -> type[BaseModel] | None:
    """The config inside a type such as tuple[Layer, ...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _nested(part))), None)
