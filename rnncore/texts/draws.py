"""A draw of a search in words: what differs from the settings that the search began with."""

from __future__ import annotations

from collections.abc import Mapping

from rnncore.texts import say, words


def described(language: str, draw: Mapping, start: Mapping) -> str:
    """ "GRU · units 32 · learning rate 0.01"; of the settings the search began with, that they are these."""
    told = [_one(language, knob, value) for knob, value in draw.items() if value != start[knob]]
    return " · ".join(told) or say(language, "tuner.start")


def _one(language: str, knob: str, value) -> str:
    if knob == "cell":
        return str(value).upper()
    key = f"tuner.value.{knob}.{value}"
    shown = say(language, key) if key in words() else f"{value:g}" if isinstance(value, float) else str(value)
    return say(language, "tuner.knob_value", knob=say(language, f"choice.knobs.{knob}"), value=shown)
