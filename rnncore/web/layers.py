"""The layers of a network as an editor: a row a layer, as they stand on each other."""

from __future__ import annotations

import streamlit as st

from rnncore.config import Layer, NetworkConfig
from rnncore.web.knobs import knob
from rnncore.web.language import say

_COUNT, _MOST = "layers.count", 8
PRESETS = {
    "default": NetworkConfig().layers,
    "article": (Layer(units=50, dropout=0.2),) * 3,
    "gru": (Layer(cell="gru"),),
    "rnn": (Layer(cell="rnn"),),
}


def current() -> tuple[Layer, ...]:
    """The layers as the widgets of this session stand."""
    if st.session_state.get(_COUNT) is None:
        return PRESETS["default"]
    return tuple(
        Layer(**{name: st.session_state.get(f"layer{number}.{name}", getattr(Layer(), name)) for name in Layer.model_fields})
        for number in range(st.session_state[_COUNT])
    )


def adopt(layers: tuple[Layer, ...]) -> None:
    """Set the editor to these layers."""
    st.session_state[_COUNT] = len(layers)
    for number, layer in enumerate(layers):
        for name in Layer.model_fields:
            st.session_state[f"layer{number}.{name}"] = getattr(layer, name)


def edit() -> None:
    """Draw the editor: presets, a row a layer, and a button for one more."""
    if st.session_state.get(_COUNT) is None:
        adopt(PRESETS["default"])
    with st.container(horizontal=True, gap="small"):
        for name, layers in PRESETS.items():
            st.button(say(f"layers.{name}"), key=f"preset.{name}", on_click=adopt, args=(layers,), type="tertiary")
    for number in range(st.session_state[_COUNT]):
        _row(number)
    if st.session_state[_COUNT] < _MOST:
        st.button(say("layers.add"), icon=":material/add:", on_click=_add)


def _row(number: int) -> None:
    is_rnn = st.session_state.get(f"layer{number}.cell") == "rnn"
    names = ["cell", "units", "dropout", *(["activation"] if is_rnn else [])]
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        for name in names:
            with st.container(width=190):
                knob(Layer, name, f"layer{number}")
        if st.session_state[_COUNT] > 1:
            st.button(say("layers.remove"), key=f"layer{number}.remove", on_click=_remove, args=(number,), type="tertiary")


def _add() -> None:
    layers = current()
    adopt((*layers, layers[-1]))


def _remove(number: int) -> None:
    layers = list(current())
    del layers[number]
    adopt(tuple(layers))
