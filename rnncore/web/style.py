"""The few rules that the theme in `.streamlit/config.toml` cannot say."""

import streamlit as st

_CSS = """
.stMainBlockContainer { padding-top: 2.6rem; max-width: 84rem; }
.stMainBlockContainer p, .stMainBlockContainer li { line-height: 1.55; }
.stMainBlockContainer :is([data-testid="stCaptionContainer"], blockquote) { color: inherit; opacity: 0.82; }
:lang(zh) { word-break: normal; line-break: strict; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; } }
"""
# White on the bright primary colour of the dark theme would fall short of 4.5:1.
_DARK = """
[data-testid="stBaseButton-primary"]:enabled, [data-testid="stBaseButton-primary"]:enabled p { color: #15181D; }
"""


def dress() -> None:
    dark = st.context.theme.type == "dark"
    st.html(f"<style>{_CSS}{_DARK if dark else ''}</style>")
