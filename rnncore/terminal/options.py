"""Config models -> options of the command line, and back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from rnncore.config import Budgets, Config, ForecastConfig, Layer, Limits, NetworkConfig, ReadConfig, TrainingConfig
from rnncore.messages import Refusal
from rnncore.texts import say
from rnncore.texts.knobs import Fault, allowed, fault, schema_of

# The parts of a settings file; `forecast`, `network` and `training` are those of a `RunConfig`, as the page downloads it.
SECTIONS: dict[str, type[Config]] = {
    "read": ReadConfig,
    "limits": Limits,
    "forecast": ForecastConfig,
    "network": NetworkConfig,
    "training": TrainingConfig,
    "budgets": Budgets,
}
METAVARS = {"integer": "N", "number": "X", "string": "TEXT"}
TABULATOR = {"\\t": "\t", "tab": "\t"}  # a tab is hard to type


def add_options(parser: argparse.ArgumentParser, title: str, model: type[BaseModel], language: str) -> None:
    """One option for each knob of `model`, all left out of the namespace unless given; a list is a repeated option."""
    group = parser.add_argument_group(title)
    for name, field in model.model_fields.items():
        schema = schema_of(model, name)
        if "const" in schema:
            continue
        text = say(language, f"knob.{name}.help").replace("%", "%%")
        if schema["type"] == "boolean" and field.default is not None:
            text += f" [{option(name) if field.default else option('no_' + name)}]"
        elif field.default is not None and schema["type"] != "array":
            text += f" [{field.default}]"
        shared = {"dest": name, "help": text, "default": argparse.SUPPRESS}
        if schema["type"] == "boolean":
            group.add_argument(option(name), action=argparse.BooleanOptionalAction, **shared)
        elif schema["type"] == "array":
            metavar = {"layers": "CELL:UNITS", "known": "COLUMN", "past": "COLUMN"}.get(name, "X")
            group.add_argument(option(name, repeated=True), action="append", metavar=metavar, **shared)
        else:
            metavar = "|".join(schema["enum"]) if "enum" in schema else METAVARS[schema["type"]]
            group.add_argument(option(name), metavar=metavar, **shared)


def option(name: str, repeated: bool = False) -> str:
    return "--" + (name.removesuffix("s") if repeated else name).replace("_", "-")


def configure(
    model: type[Config], given: Mapping[str, Any], language: str, stored: Mapping[str, Any] | None = None, where: str = ""
):
    """The config of what stands in a settings file (`stored`, the section `where`) and of the options; the options win.

    Raises `Refusal` with the option, the value and what it takes.
    """
    explicit = {name: _typed(name, given[name]) for name in model.model_fields if name in given}
    try:
        return model.model_validate({**(stored or {}), **explicit})
    except ValidationError as error:
        raise _refusal(fault(model, error), set(explicit), language, where) from None


def _refusal(found: Fault, explicit: set[str], language: str, where: str) -> Refusal:
    outermost = found.path.split(".")[0]
    if outermost in explicit:
        named = option(outermost, repeated=found.listed)
        if outermost != found.name:
            named += f" ({found.name})"
    else:
        named = f"{where}.{found.path}" if where else found.path
    if not found.known:
        return Refusal("option_unknown", option=named)
    return Refusal(
        "option_value", option=named, value=found.value, allowed=allowed(language, found.model, found.name, found.inside)
    )


def _typed(name: str, value: Any) -> Any:
    if name == "layers":
        return [layer(text) for text in value]
    if name == "delimiter":
        return TABULATOR.get(value, value)
    if name in ("known", "past"):
        return value  # a column's name may hold a comma
    if isinstance(value, list):
        return [part for text in dict.fromkeys(value) for part in text.split(",")]
    return value


def layer(text: str) -> dict[str, str]:
    """What `lstm:50,dropout=0.2` says of a layer; values are checked later, by the model."""
    head, *rest = text.split(",")
    cell, _, units = head.partition(":")
    said = {"cell": cell.strip()}
    if units:
        said["units"] = units.strip()
    for part in rest:
        name, mark, value = part.partition("=")
        if not mark or name.strip() not in Layer.model_fields:
            raise Refusal("layer_text", text=text, names=sorted(Layer.model_fields))
        said[name.strip()] = value.strip()
    return said


def stored_settings(path: str, data: bytes) -> dict[str, dict]:
    """The sections of a settings file."""
    try:
        sections = json.loads(data)
    except (ValueError, RecursionError):
        raise Refusal("settings_file", file=path) from None
    if not isinstance(sections, dict) or not all(isinstance(part, dict) for part in sections.values()):
        raise Refusal("settings_file", file=path)
    unknown = next((name for name in sections if name not in SECTIONS), None)
    if unknown is not None:
        raise Refusal("settings_section", file=path, section=unknown, sections=list(SECTIONS))
    return sections
