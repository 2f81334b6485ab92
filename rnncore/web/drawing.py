"""A drawing on a page: inline SVG, so that its lines and words take the theme's colour, and its motion can be paused."""

from __future__ import annotations

import streamlit as st

from rnncore.web.language import say_plain

_JS = """
export default function({ data, parentElement }) {
  const stage = parentElement.querySelector(".stage");
  const paused = stage.querySelector("svg")?.animationsPaused() ?? matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (stage.shown !== data.svg) stage.innerHTML = stage.shown = data.svg;
  const svg = stage.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", data.alt);
  stage.scrollWidth > stage.clientWidth ? stage.setAttribute("tabindex", "0") : stage.removeAttribute("tabindex");
  const button = parentElement.querySelector("button");
  const moves = svg.querySelector("animate, animateMotion, animateTransform") !== null;
  button.hidden = !moves;
  if (!moves) return;
  const show = () => { button.textContent = svg.animationsPaused() ? data.play : data.pause; };
  if (paused) svg.pauseAnimations();
  button.onclick = () => {
    svg.animationsPaused() ? svg.unpauseAnimations() : svg.pauseAnimations();
    show();
  };
  show();
}
"""
_HTML = '<div class="stage"></div><button type="button" hidden></button>'
_CSS = """
.stage { overflow-x: auto; }
.stage svg { display: block; width: 100%; height: auto; color: var(--st-text-color); font-family: var(--st-font); }
button {
  font: 0.8rem var(--st-font); color: var(--st-text-color); background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 6px; padding: 0.15rem 0.7rem;
}
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""


@st.cache_resource
def _component():
    return st.components.v2.component("unrolled_drawing", html=_HTML, css=_CSS, js=_JS)


def drawing(svg: str, key: str, alt: str) -> None:
    """Shows an SVG of the house's own making; `alt` says what it shows. Motion inside it (SMIL) gets a button that stops it."""
    told = {"svg": svg, "alt": alt, "pause": say_plain("drawing.pause"), "play": say_plain("drawing.play")}
    _component()(key=f"drawing.{key}", data=told)
