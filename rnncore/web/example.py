"""The sequence a demo runs on: a formula, or the reader's own series."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnncore.web.controls import choice
from rnncore.web.language import say

_FORMULAS = ("sine", "pulse", "steps", "noise")


def sequence(key: str, steps: int, default: str = "sine") -> np.ndarray:
    """Draws the choice and returns `steps` values in [-1, 1]: (steps,) float64.

    The reader's own series, its last rows scaled to that range, is offered where this session holds one.
    """
    own = st.session_state.get("data.chosen")
    chosen = choice(key, [*_FORMULAS, *(["own"] if own is not None else [])], default)
    if chosen == "own":
        st.caption(say("example.own", name=own.name))
    return held(key, steps, default)


def held(key: str, steps: int, default: str = "sine") -> np.ndarray:
    """The sequence that the choice `key`, drawn elsewhere on the page, stands at: (steps,) float64."""
    own, chosen = st.session_state.get("data.chosen"), st.session_state.get(key, default)
    if chosen == "own":
        return _scaled(own.values[-steps:]) if own is not None else formula(default, steps)
    return formula(chosen, steps)


def formula(name: str, steps: int) -> np.ndarray:
    """`sine` of period 12, one `pulse` at the second step, `steps` up and down, seeded `noise`."""
    time = np.arange(steps)
    if name == "sine":
        return np.sin(2 * np.pi * time / 12)
    if name == "pulse":
        return (time == 1).astype(float)
    if name == "steps":
        return np.where(time // 6 % 2 == 0, 1.0, -1.0)
    return np.random.default_rng(0).uniform(-1, 1, steps)


def _scaled(values: np.ndarray) -> np.ndarray:
    low, high = values.min(), values.max()
    return 2 * (values - low) / (high - low) - 1 if high > low else np.zeros(len(values))
