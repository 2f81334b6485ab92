"""A drawing with live values that is played through time in the browser: no step of it asks the server.

The drawing (SVG or HTML of the house's own making) marks what follows the time step and the move within it:

    data-text="name"   shows the value of that name as a number
    data-level="name"  gets the value as --v, its size (at most 1) as --a, for its style
    data-t="3"         class `now` at time step 3 (counted from 1), `ahead` before it; a click goes there
    data-follow        kept in view where the drawing is wider than the screen, while it is `now`
    data-move="2"      class `now` in move 2 of a step, `ahead` before it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from rnncore.web import address
from rnncore.web.language import say_plain

_JS = """
const places = new WeakMap();
const written = v => v === null || v === undefined ? "" : v.toFixed(2).replace("-0.00", "0.00").replace("-", "\\u2212");

export default function({ data, parentElement, setStateValue }) {
  const find = mark => parentElement.querySelector(mark);
  const stage = find(".stage"), slider = find("input"), button = find("button"), told = find("output");
  const last = data.told.length - 1;
  const place = places.get(parentElement) ?? { at: data.start, drawn: "", timer: null };
  places.set(parentElement, place);
  place.at = Math.min(place.at, last);
  if (place.drawn !== data.drawing || !stage.firstChild) { stage.innerHTML = data.drawing; place.drawn = data.drawing; }
  const picture = stage.firstElementChild;
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", data.alt);
  stage.setAttribute("aria-label", data.alt);

  const show = () => {
    const t = Math.floor(place.at / data.moves), move = place.at % data.moves + 1;
    const value = name => { const held = data.values[name]; return Array.isArray(held) ? held[t] : held; };
    for (const mark of stage.querySelectorAll("[data-text]")) mark.textContent = written(value(mark.dataset.text));
    for (const mark of stage.querySelectorAll("[data-level]")) {
      const v = value(mark.dataset.level) ?? 0;
      mark.style.setProperty("--v", v.toFixed(4));
      mark.style.setProperty("--a", Math.min(1, Math.abs(v)).toFixed(4));
    }
    for (const mark of stage.querySelectorAll("[data-t]")) {
      mark.classList.toggle("now", +mark.dataset.t === t + 1);
      mark.classList.toggle("ahead", +mark.dataset.t > t + 1);
    }
    for (const mark of stage.querySelectorAll("[data-move]")) {
      mark.classList.toggle("now", +mark.dataset.move === move);
      mark.classList.toggle("ahead", +mark.dataset.move > move);
    }
    const followed = stage.querySelector("[data-follow].now");
    if (followed && stage.scrollWidth > stage.clientWidth) {
      const [mark, frame] = [followed.getBoundingClientRect(), stage.getBoundingClientRect()];
      stage.scrollLeft += mark.left + mark.width / 2 - frame.left - frame.width / 2;
    }
    slider.value = place.at;
    slider.setAttribute("aria-valuetext", data.told[place.at]);
    told.textContent = data.told[place.at];
    button.textContent = place.timer ? data.pause : data.play;
  };
  const report = () => setStateValue("position", place.at);
  const pause = () => { clearInterval(place.timer); place.timer = null; };
  const play = () => {
    if (place.at === last) place.at = 0;
    place.timer = setInterval(() => {
      place.at += 1;
      if (place.at >= last) { place.at = last; pause(); report(); }
      show();
    }, data.pace);
  };
  slider.max = last;
  slider.setAttribute("aria-label", data.name);
  slider.oninput = () => { pause(); place.at = +slider.value; show(); };
  slider.onchange = report;
  button.onclick = () => { if (place.timer) { pause(); report(); } else play(); show(); };
  stage.onclick = event => {
    const mark = event.target.closest("[data-t]");
    if (!mark) return;
    pause();
    place.at = (+mark.dataset.t - 1) * data.moves + data.moves - 1;
    show();
    report();
  };
  if (place.timer) { pause(); play(); }
  show();
  return () => clearInterval(place.timer);
}
"""
_HTML = (
    '<div class="stage" tabindex="0" role="group"></div>'
    '<div class="bar"><button type="button"></button><input type="range" min="0" step="1"></div>'
    "<output></output>"
)
_CSS = """
:host, .stage, .bar, output { font-family: var(--st-font); color: var(--st-text-color); }
.stage { overflow-x: auto; }
:is(.stage, button, input):focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.stage svg { display: block; width: 100%; min-width: 40rem; height: auto; font-variant-numeric: tabular-nums; }
.bar { display: flex; gap: 0.9rem; align-items: center; margin-top: 0.5rem; }
.bar input { flex: 1; min-width: 0; accent-color: var(--st-primary-color); height: 1.5rem; }
.bar button {
  font: 0.875rem var(--st-font); color: var(--st-text-color); background: none; cursor: pointer; min-width: 5rem;
  border: 1px solid var(--st-border-color); border-radius: 6px; padding: 0.3rem 0.8rem;
}
.bar button:hover { border-color: var(--st-primary-color); }
output { display: block; min-height: 1.4rem; margin-top: 0.15rem; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
"""


@st.cache_resource
def _component():
    return st.components.v2.component("unrolled_player", html=_HTML, css=_CSS, js=_JS)


def player(
    key: str,
    drawing: str,
    values: Mapping[str, np.ndarray | float],
    told: Sequence[str],
    alt: str,
    *,
    moves: int = 1,
    start: int = 0,
) -> int:
    """Shows the drawing at one time step and move, with a slider and a button that plays; returns the position, from 0.

    values: by name, (T,) or one number for all steps; told: what is seen, in words, for each of the T * moves positions.
    start: the position on a first visit. The position stands in the address as `key`; only letting go of the slider tells the
    server.
    """
    held = _held(key, len(told), start)
    data = {
        "drawing": drawing,
        "values": {name: _plain(value) for name, value in values.items()},
        "told": list(told),
        "alt": alt,
        "moves": moves,
        "start": held,
        "pace": 1100 if moves > 1 else 700,
        "name": say_plain("drawing.time"),
        "play": say_plain("drawing.play"),
        "pause": say_plain("drawing.pause"),
    }
    answer = _component()(key=f"player.{key}", data=data, default={"position": None}, on_position_change=lambda: None)
    position = answer.get("position")
    position = held if position is None else min(int(position), len(told) - 1)
    st.session_state[key] = position
    address.write(**{key: str(position + 1) if position != start else None})
    return position


def _held(key: str, positions: int, start: int) -> int:
    """The position this session holds, else the address, else `start`."""
    told = st.query_params.get(key, "")
    held = st.session_state.get(key, int(told) - 1 if told.isdecimal() else start)
    return max(0, min(held, positions - 1))


def _plain(value: np.ndarray | float) -> list[float] | float:
    """Four digits are all that a drawing shows."""
    rounded = np.round(np.asarray(value, dtype=float), 4)
    return np.clip(rounded, -1e12, 1e12).tolist()
