"""Zooming into a chart of more rows than it carries: the part of its axis that a reader drags over is drawn again in detail."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnncore.series import Series

_JS = """
export default function({ data, parentElement, setStateValue }) {
  const zoom = parentElement.zoom ??= {};  // outlives this call, of which there is one whenever the data change
  zoom.told = JSON.stringify(data.span);
  zoom.tell = ({ range, autorange }) => {
    const span = autorange ? null : range.map(String);
    if (JSON.stringify(span) === zoom.told) return;
    zoom.told = JSON.stringify(span);
    setStateValue("span", span);
  };
  const watch = () => {
    const plot = document.querySelector(`.${data.chart} .js-plotly-plot`);
    if (!plot?.on || plot === zoom.plot) return;
    plot.on("plotly_relayout", () => zoom.tell(plot.layout.xaxis));
    zoom.plot = plot;
  };
  watch();
  zoom.watching ??= setInterval(watch, 200);  // the page builds the chart anew now and then
  return () => { clearInterval(zoom.watching); zoom.watching = null; };
}
"""


@st.cache_resource
def _component():
    return st.components.v2.component("unrolled_zoom", js=_JS)


def span(chart: str, series: Series) -> tuple | None:
    """The ends of the x axis of the chart with this key, as the reader has zoomed; None for the whole."""
    told = st.session_state.get(_key(chart, series), {}).get("span")
    try:
        ends = [float(end) if series.stamps is None else pd.Timestamp(end).to_numpy() for end in told or ()]
    except (TypeError, ValueError):  # the browser may send what it likes
        return None
    return tuple(ends) if len(ends) == 2 and np.isfinite(ends).all() else None


def watch(chart: str, series: Series) -> None:
    """Call after the chart with this key, in a fragment of its own: it runs again whenever the reader zooms."""
    key = _key(chart, series)
    told = {"chart": f"st-key-{chart.replace('.', '-')}", "span": st.session_state.get(key, {}).get("span")}
    _component()(key=key, data=told, default={"span": None}, on_span_change=lambda: None, height=0)


def _key(chart: str, series: Series) -> str:
    """Series on the same axis share a zoom; another axis starts whole."""
    return f"zoom.{chart}.{series.index[0]}.{len(series)}"
