"""Knobs of `rnncore.config` as widgets: range, default, choices and words come from the model and the words, not from here."""

from __future__ import annotations

from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import streamlit as st
from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, ValidationError

from rnncore.config import Config
from rnncore.messages import Refusal
from rnncore.texts.knobs import allowed, fault
from rnncore.web.language import language, say, say_plain


def current(model: type[Config], prefix: str) -> Config:
    """The config as the widgets of this session stand; what was not touched is at its default."""
    values = {
        name: st.session_state[f"{prefix}.{name}"]
        for name in model.model_fields
        if st.session_state.get(f"{prefix}.{name}") is not None
    }
    try:
        return model(**values)
    except ValidationError as error:
        raise bad_knob(model, error) from None


def bad_knob(model: type[BaseModel], error: ValidationError) -> Refusal:
    """A value that a knob does not take, as a refusal that names the knob and what it takes."""
    found = fault(model, error)
    if not found.known:
        return Refusal("setting_unknown", name=found.path)
    label = say_plain(f"knob.{found.name}.label")
    takes = allowed(language(), found.model, found.name, found.inside)
    return Refusal("option_value", option=label, value=found.value, allowed=takes)


def adopt(config: Config, prefix: str) -> None:
    """Set the widgets to a config (of a run, or from a file) before they are drawn."""
    for name in type(config).model_fields:
        value = getattr(config, name)
        if isinstance(value, str | int | float | bool) or value is None:
            st.session_state[f"{prefix}.{name}"] = value


def reset(model: type[Config], prefix: str) -> None:
    for name in model.model_fields:
        st.session_state.pop(f"{prefix}.{name}", None)


def draw(model: type[Config], names: list[str], prefix: str, found: Config | None = None) -> None:
    """One widget a knob; `found` is the config with the values derived from the data, shown where a knob is left alone."""
    for name in names:
        knob(model, name, prefix, found=getattr(found, name, None))


def knob(model: type[Config], name: str, prefix: str, *, found: Any = None, options: dict | None = None) -> Any:
    """The widget of one knob. Its value stands in the session under `prefix.name`; None means that it is derived.

    `options` (value -> words) turns a free text knob into a choice, among columns for example.
    """
    field = model.model_fields[name]
    kinds, choices, optional = _taken_apart(field.annotation)
    shared = {
        "label": say(f"knob.{name}.label"),
        "help": say(f"knob.{name}.help"),
        "key": f"{prefix}.{name}",
        "persist_state": "session",
    }
    if not optional and st.session_state.get(shared["key"]) is None:
        st.session_state[shared["key"]] = field.default
    placeholder = say_plain("knob_found", value=str(found)) if found is not None else say_plain("knob_open")
    if bool in kinds and optional:
        choices = [True, False]
        options = {True: say_plain("yes"), False: say_plain("no")}
    if options is None and choices:
        options = {value: say_plain(f"choice.{name}.{value}") for value in choices}
    if options is not None:
        return _choice(shared, options, optional, placeholder)
    if bool in kinds:
        return st.toggle(**shared)
    if int in kinds or float in kinds:
        return _number(shared, field, float if float in kinds else int, optional, placeholder)
    return st.text_input(**shared, value=None, placeholder=placeholder)


def several(model: type[Config], name: str, prefix: str, options: list[str]) -> None:
    """The widget of a knob that takes several of the columns of a file."""
    key = f"{prefix}.{name}"
    st.session_state[key] = [value for value in st.session_state.get(key) or () if value in options]
    st.multiselect(
        say(f"knob.{name}.label"),
        options,
        key=key,
        help=say(f"knob.{name}.help"),
        placeholder=say_plain("knob_none"),
        max_selections=next(rule.max_length for rule in model.model_fields[name].metadata if isinstance(rule, MaxLen)),
        persist_state="session",
    )


def _choice(shared: dict, options: dict, optional: bool, placeholder: str) -> Any:
    if st.session_state.get(shared["key"]) not in options:
        st.session_state.pop(shared["key"], None)
    start = {"index": None, "placeholder": placeholder} if optional else {}
    return st.selectbox(**shared, **start, options=list(options), format_func=options.get)


def _number(shared: dict, field: Any, kind: type, optional: bool, placeholder: str) -> Any:
    low, high = _range(field, kind)
    start = {"value": None} if optional else {}
    if kind is float:
        return st.number_input(
            **shared, **start, min_value=low, max_value=high, step=_step(field.default), format="%g", placeholder=placeholder
        )
    return st.number_input(**shared, **start, min_value=low, max_value=high, step=1, placeholder=placeholder)


def _range(field: Any, kind: type) -> tuple[Any, Any]:
    """The range a widget allows; an open bound is left to the model's own check."""
    low = next((kind(rule.ge) for rule in field.metadata if isinstance(rule, Ge)), None)
    high = next((kind(rule.le) for rule in field.metadata if isinstance(rule, Le)), None)
    if low is None:
        low = next((kind(rule.gt) for rule in field.metadata if isinstance(rule, Gt)), None)
    if high is None:
        high = next((kind(rule.lt) for rule in field.metadata if isinstance(rule, Lt)), None)
    return low, high


def _step(default: float | None) -> float:
    if not default:
        return 0.1
    return 10.0 ** (len(f"{int(1 / default)}") * -1) if default < 1 else 1.0


def _taken_apart(annotation: Any) -> tuple[set, list, bool]:
    """The plain types of an annotation, the values of its Literal, and whether None is allowed."""
    if get_origin(annotation) is Literal:
        return set(), list(get_args(annotation)), False
    if get_origin(annotation) in (Union, UnionType):
        parts = [_taken_apart(part) for part in get_args(annotation) if part is not type(None)]
        optional = type(None) in get_args(annotation)
        return set().union(*(p[0] for p in parts)), [value for p in parts for value in p[1]], optional
    return {annotation}, [], False
