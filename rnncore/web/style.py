"""The few rules that the theme in `.streamlit/config.toml` cannot say."""

import json

import streamlit as st

from rnncore.config import Limits
from rnncore.web.language import language, say_plain

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

# Where Streamlit has its words in English only: place -> the words that stand there instead.
_THEIRS = {
    '[data-testid="stFileUploaderDropzone"] button p': "data.choose",
    '[data-testid="stFileUploaderDropzoneInstructions"] span': "data.most",
    '[data-testid="InputInstructions"]': "data.enter",
}


def dress() -> None:
    dark = st.context.theme.type == "dark"
    ours = "".join(map(_instead, _THEIRS, _THEIRS.values())) if language() != "en" else ""
    st.html(f"<style>{_CSS}{_DARK if dark else ''}{ours}</style>")


def _instead(place: str, key: str) -> str:
    words = json.dumps(say_plain(key, megabytes=Limits().max_megabytes), ensure_ascii=False)
    return f"{place} {{ font-size: 0 !important; }} {place}::after {{ content: {words}; font-size: 0.875rem; }}\n"
