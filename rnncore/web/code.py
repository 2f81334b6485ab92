"""A program on a page: in colours that can be read in both themes, and to be scrolled by keyboard where it is wide."""

from __future__ import annotations

import io
import keyword
import tokenize
from html import escape

import streamlit as st

from rnncore.web.language import say_plain

_JS = """
export default function({ data, parentElement }) {
  const program = parentElement.querySelector("pre"), button = parentElement.querySelector("button");
  program.innerHTML = data.marked;
  program.setAttribute("aria-label", data.name);
  button.textContent = data.copy;
  button.onclick = async () => {
    await navigator.clipboard.writeText(program.textContent);
    button.textContent = data.copied;
  };
}
"""
_HTML = '<div class="frame"><button type="button"></button><pre tabindex="0" role="region"></pre></div>'
_CSS = """
.frame { position: relative; }
pre {
  margin: 0; padding: 2.4rem 1rem 0.9rem; overflow-x: auto; border-radius: 6px; tab-size: 4;
  font: 0.8125rem/1.55 var(--st-code-font, monospace); color: var(--st-text-color);
  background: var(--st-secondary-background-color);
}
pre i { opacity: 0.8; } pre b { font-weight: 700; } pre u { text-decoration: none; color: var(--st-primary-color); }
button {
  position: absolute; top: 0.5rem; right: 0.6rem; font: 0.75rem var(--st-font); color: var(--st-text-color);
  background: var(--st-background-color); border: 1px solid var(--st-border-color); border-radius: 6px;
  padding: 0.1rem 0.6rem; cursor: pointer;
}
:is(pre, button):focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""


@st.cache_resource
def _component():
    return st.components.v2.component("unrolled_code", html=_HTML, css=_CSS, js=_JS)


def code(program: str, key: str, name: str) -> None:
    """Shows Python; `name` says what it is to those who cannot see it."""
    told = {"marked": marked(program), "name": name, "copy": say_plain("code.copy"), "copied": say_plain("code.copied")}
    _component()(key=f"code.{key}", data=told)


def marked(program: str) -> str:
    """The program as HTML: keywords bold, comments slanted, texts and names that are defined in the page's colour."""
    lines, shown, row, column, before = program.splitlines(keepends=True), [], 1, 0, ""
    for token in tokenize.generate_tokens(io.StringIO(program).readline):
        mark = _mark(token, before)
        if mark:
            shown += [escape(_between(lines, (row, column), token.start)), f"<{mark}>{escape(token.string)}</{mark}>"]
            row, column = token.end
        before = token.string
    return "".join([*shown, escape(_between(lines, (row, column), (len(lines), len(lines[-1]))))])


def _mark(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.COMMENT:
        return "i"
    if token.type == tokenize.STRING or before in ("def", "class"):
        return "u"
    return "b" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else ""


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text from one place to another, both as row from 1 and column from 0."""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    whole = lines[start[0] : end[0] - 1]
    return "".join([lines[start[0] - 1][start[1] :], *whole, lines[end[0] - 1][: end[1]]])
