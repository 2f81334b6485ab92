"""Charts of a spiking neuron, beside the unit that was abstracted from it, and of small circuits."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnncore.config import Neuron
from rnncore.figures.colours import QUANTITIES, SHADE, faded
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout
from rnncore.neuron import Recording

PEAK = 20.0  # mV; a spike is drawn up to here, since the model says only when it happens
_STATE, _INPUT, _OUTPUT = (QUANTITIES[name] for name in ("state", "input", "output"))
_LINE = {"type": "scatter", "mode": "lines"}


def voltage_and_rate(
    recording: Recording, neuron: Neuron, currents: np.ndarray, rates: np.ndarray, current: float, rate: float, label: Label
) -> go.Figure:
    """The voltage of a neuron over time; below it the rate for every current (nA, Hz), with the present one marked."""
    here = {"x": [current], "y": [rate], "marker": {"color": _INPUT, "size": 11}, "text": [f"<b>{rate:.0f} Hz</b>"]}
    traces = [
        *_voltage(recording, neuron, label, "y"),
        {
            **_LINE,
            "x": currents,
            "y": rates,
            "line": {"color": _OUTPUT, "width": 2},
            "hovertemplate": "%{x:.2f} nA: %{y:.0f} Hz",
        },
        {**_LINE, **here, "mode": "markers+text", "textposition": "top left" if rate else "top right", "hoverinfo": "skip"},
    ]
    for trace in traces[2:]:
        trace |= {"xaxis": "x2", "yaxis": "y2"}
    drawn = _bare(470)
    drawn["xaxis"] |= {"title": {"text": label("time_axis")}, "range": [0, recording.time[-1]], "anchor": "y"}
    drawn["yaxis"] = _voltage_axis(neuron, label, [0.54, 1])
    drawn["xaxis2"] = {**AXIS, "title": {"text": label("current_axis")}, "range": [0, currents[-1]], "anchor": "y2"}
    top = rates.max()
    drawn["yaxis2"] = {
        **AXIS,
        "title": {"text": label("rate_axis")},
        "range": [-0.04 * top - 1, 1.2 * top + 5],
        "domain": [0, 0.36],
    }
    drawn["yaxis2"]["anchor"] = "x2"
    drawn |= _threshold(neuron, label, "y")
    return go.Figure(traces, drawn)


def same_input(recording: Recording, neuron: Neuron, sums: np.ndarray, outputs: np.ndarray, label: Label) -> go.Figure:
    """One weighted sum per step (T,), what a neuron makes of it as a current, and what a unit makes of it (T,)."""
    traces = [
        _steps(recording.time[-1], sums, _INPUT, "y"),
        *_voltage(recording, neuron, label, "y2"),
        _steps(recording.time[-1], outputs, _OUTPUT, "y3"),
    ]
    drawn = _bare(520)
    drawn["xaxis"] |= {"title": {"text": label("time_axis")}, "range": [0, recording.time[-1]], "anchor": "y3"}
    drawn["yaxis"] |= {"domain": [0.76, 1], "title": {"text": label("sum_axis")}}
    drawn["yaxis2"] = _voltage_axis(neuron, label, [0.32, 0.7])
    drawn["yaxis3"] = {**AXIS, "domain": [0, 0.26], "title": {"text": label("unit_axis")}}
    drawn |= _threshold(neuron, label, "y2")
    return go.Figure(traces, drawn)


def activity_maps(chain: np.ndarray, loop: np.ndarray, pulse: int, label: Label) -> go.Figure:
    """Rates (T, n) of the units of two circuits over time, one row a unit; the pulse lasts the first `pulse` milliseconds."""
    drawn = _bare(330)
    drawn["xaxis"] |= {"title": {"text": label("time_axis")}, "showgrid": False, "anchor": "y2"}
    drawn["margin"]["t"] = 26
    rows = {**AXIS, "autorange": "reversed", "showgrid": False, "type": "category"}
    drawn["yaxis"] = {**rows, "domain": [0.54, 1], "title": {"text": label("chain")}}
    drawn["yaxis2"] = {**rows, "domain": [0, 0.46], "title": {"text": label("loop")}}
    edge = {"type": "line", "x0": pulse, "x1": pulse, "yref": "paper", "y0": 0, "y1": 1}
    drawn["shapes"] = [{**edge, "line": {"color": _INPUT, "dash": "dot", "width": 1.5}}]
    place = {"x": pulse, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    drawn["annotations"] = [{**place, "text": label("pulse_ends"), "font": {"size": 12}}]
    return go.Figure([_map(chain, "y"), _map(loop, "y2")], drawn)


def _bare(height: int) -> dict:
    return layout(height, legend=False, hovermode="closest")


def _map(rates: np.ndarray, axis: str) -> dict:
    return {
        "type": "heatmap",
        "z": rates.T.astype("float32"),
        "x0": 1,
        "dx": 1,
        "y": [str(unit + 1) for unit in range(rates.shape[1])],
        "yaxis": axis,
        "zmin": -1,
        "zmax": 1,
        "ygap": 3,
        "colorscale": [[0, QUANTITIES["gradient"]], [0.5, SHADE], [1, _STATE]],
        "showscale": axis == "y",
        "colorbar": {"thickness": 10, "tickvals": [-1, 0, 1], "outlinewidth": 0},
        "hovertemplate": "%{x} ms, %{y}: %{z:.2f}<extra></extra>",
    }


def _steps(duration: float, values: np.ndarray, colour: str, axis: str) -> dict:
    """Values that each last an equal part of the duration (ms)."""
    return {
        **_LINE,
        "x": np.linspace(0, duration, len(values) + 1),
        "y": np.append(values, values[-1]),
        "yaxis": axis,
        "fill": "tozeroy",
        "fillcolor": faded(colour, 0.12),
        "line": {"color": colour, "width": 2, "shape": "hv"},
        "hovertemplate": "%{x:.0f} ms: %{y:.2f}<extra></extra>",
    }


def _voltage(recording: Recording, neuron: Neuron, label: Label, axis: str) -> list[dict]:
    """Spikes as strokes from the threshold up, and the voltage below them."""
    times, gaps = np.repeat(recording.spikes, 3), np.tile([neuron.threshold, PEAK, np.nan], len(recording.spikes))
    strokes = {"x": times, "y": gaps, "line": {"color": _OUTPUT, "width": 2}, "hoverinfo": "skip", "name": label("spikes")}
    voltage = {
        "x": recording.time.astype("float32"),
        "y": recording.voltage.astype("float32"),
        "line": {"color": _STATE, "width": 1.8},
        "name": label("voltage"),
        "hovertemplate": "%{x:.0f} ms: %{y:.1f} mV<extra></extra>",
    }
    return [{**_LINE, **strokes, "yaxis": axis}, {**_LINE, **voltage, "yaxis": axis}]


def _voltage_axis(neuron: Neuron, label: Label, domain: list[float]) -> dict:
    return {**AXIS, "title": {"text": label("voltage_axis")}, "range": [neuron.rest - 4, PEAK + 8], "domain": domain}


def _threshold(neuron: Neuron, label: Label, axis: str) -> dict:
    """The dashed line at the threshold, and its name."""
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": neuron.threshold, "y1": neuron.threshold}
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": axis, "y": neuron.threshold, "yanchor": "bottom"}
    return {
        "shapes": [{**line, "line": {"color": QUANTITIES["target"], "dash": "dash", "width": 1.2}}],
        "annotations": [{**place, "text": label("threshold"), "font": {"size": 12}, "showarrow": False}],
    }
