"""Controls of the demos, bound to the address: a link opens the picture that its sender saw."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnncore.web import address
from rnncore.web.language import say, say_plain


def slider(key: str, low: float, high: float, default: float, step: float, **facts):
    """A number; `key` is "<chapter>.<name>", its label the words `demo.<chapter>.<name>`."""
    return st.slider(say(f"demo.{key}", **facts), low, high, default, step, format="%g", key=key, bind="query-params")


def switch(key: str, default: bool = False) -> bool:
    return st.toggle(say(f"demo.{key}"), default, key=key, bind="query-params")


def choice(key: str, options: Sequence[str], default: str | None = None) -> str:
    """One of a few; the words of an option are `demo.<chapter>.<name>_<option>`."""
    address.restore(key, options, default or options[0])
    chosen = st.segmented_control(
        say(f"demo.{key}"),
        list(options),
        format_func=lambda option: say_plain(f"demo.{key}_{option}"),
        key=key,
        required=True,
    )
    address.write(**{key: chosen if chosen != (default or options[0]) else None})
    return chosen


def figure(drawn, key: str, alt: str) -> None:
    """A chart of a demo, with its text for those who cannot see it."""
    st.plotly_chart(drawn, key=f"figure.{key}", alt=alt, config={"displayModeBar": False})
