"""The few rules that the theme in `.streamlit/config.toml` cannot say."""

import streamlit as st

_CSS = """
<style>
.stMainBlockContainer { padding-top: 2.6rem; max-width: 84rem; }
.stMainBlockContainer p, .stMainBlockContainer li { line-height: 1.55; }
.stMainBlockContainer :is([data-testid="stCaptionContainer"], blockquote) { color: inherit; opacity: 0.82; }
:lang(zh) { word-break: normal; line-break: strict; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; } }
</style>
"""


def dress() -> None:
    st.html(_CSS)
