"""Charts of the article's model: losses, dropout, answers for what it has seen and for what it has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, SHADE, faded
from rnncore.figures.forecast import Label
from rnncore.figures.layout import AXIS, layout

_STATE, _OUTPUT, _TARGET, _FORECAST = (QUANTITIES[name] for name in ("state", "output", "target", "forecast"))
_LINE = {"type": "scatter", "mode": "lines"}
_ANSWERS = (-1.9, 1.7)  # wide enough for the strongest dropout that the page offers


def losses(shipped: np.ndarray, lines: Mapping[str, Sequence[float]], constant: float, label: Label) -> go.Figure:
    """Loss by epoch on a logarithmic axis: shipped trainings (n, E) thin, others bold under the names of `lines`; `constant`
    is that of an answer which never changes. `label`: `epoch`, `loss`, `shipped`, `constant`.
    """
    epochs = np.arange(1, shipped.shape[1] + 1)
    every = {"x": np.tile(np.append(epochs, epochs[-1]), len(shipped)), "y": _broken(shipped), "hoverinfo": "skip"}
    thin = {"color": faded(_OUTPUT, 0.35), "width": 1}
    traces = [{**_LINE, **every, "name": label("shipped"), "line": thin}]
    for (name, values), look in zip(lines.items(), ({"width": 2.6}, {"width": 2.6, "dash": "dash"}), strict=False):
        colour = _FORECAST if look.get("dash") else _OUTPUT
        told = "%{x}: %{y:.3g}<extra></extra>"
        traces.append(
            {**_LINE, "x": epochs, "y": list(values), "name": name, "line": {"color": colour, **look}, "hovertemplate": told}
        )
    drawn = layout(380, x=label("epoch"), y=label("loss"), hovermode="closest", uirevision="losses")
    drawn["yaxis"] |= {"type": "log", "dtick": 1, "exponentformat": "none"}
    drawn["shapes"] = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": constant,
            "y1": constant,
            "line": {"dash": "dot", "color": _TARGET, "width": 2},
        }
    ]
    drawn["annotations"] = [
        {
            "text": label("constant"),
            "xref": "paper",
            "x": 0.01,
            "y": np.log10(constant),
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 12},
        }
    ]
    return go.Figure(traces, drawn)


def _broken(rows: np.ndarray) -> np.ndarray:
    """Rows (n, T) one behind the other, with a gap after each, so that one trace draws them all."""
    return np.hstack([rows, np.full((len(rows), 1), np.nan)]).ravel().astype("float32")


def dropped(states: np.ndarray, shown: np.ndarray, answers: np.ndarray, answer: float, label: Label) -> go.Figure:
    """States (H,) and what one draw of dropout leaves of them (H,); below, answers (n,) with dropout and the one without it.

    `label`: `state`, `unit`, `as_it_was`, `after`, `answer`, `draws`, `without`.
    """
    units = np.arange(1, len(states) + 1)
    before = {
        "width": 0.9,
        "name": label("as_it_was"),
        "marker": {"color": "rgba(0,0,0,0)", "line": {"color": _TARGET, "width": 1}},
    }
    after = {"width": 0.5, "name": label("after"), "marker": {"color": _STATE}}
    hover = f"{label('unit')} %{{x}}: %{{y:.3f}}<extra></extra>"
    bars = {"type": "bar", "x": units, "hovertemplate": hover}
    counted, edges = np.histogram(answers, bins=80, range=_ANSWERS)
    spread = {
        "type": "bar",
        "x": (edges[1:] + edges[:-1]) / 2,
        "y": counted,
        "width": edges[1] - edges[0],
        "xaxis": "x2",
        "yaxis": "y2",
        "showlegend": False,
        "hovertemplate": "%{x:.2f}: %{y}<extra></extra>",
    }
    traces = [
        {**bars, **before, "y": states},
        {**bars, **after, "y": shown},
        {**spread, "marker": {"color": faded(_OUTPUT, 0.6)}},
    ]
    drawn = layout(470, hovermode="closest", barmode="overlay", bargap=0.05)
    drawn["yaxis"] |= {"domain": [0.6, 1], "title": {"text": label("state")}, "nticks": 5}
    drawn["xaxis"] |= {"title": {"text": label("unit")}, "anchor": "y", "showgrid": False}
    drawn["yaxis2"] = {**AXIS, "domain": [0, 0.33], "title": {"text": label("draws")}, "nticks": 4}
    drawn["xaxis2"] = {**AXIS, "title": {"text": label("answer")}, "anchor": "y2", "range": _ANSWERS}
    drawn["shapes"] = [_mark(answer)]
    drawn["annotations"] = [
        {
            "text": f"<b>{label('without')}</b>",
            "x": answer,
            "y": 0.35,
            "xref": "x2",
            "yref": "paper",
            "yanchor": "bottom",
            "showarrow": False,
        }
    ]
    return go.Figure(traces, drawn)


def _mark(x: float) -> dict:
    line = {"color": _FORECAST, "width": 2.5}
    return {"type": "line", "xref": "x2", "yref": "y2 domain", "x0": x, "x1": x, "y0": 0, "y1": 1.03, "line": line}


def answers(found: np.ndarray, chosen: np.ndarray | None, truth: np.ndarray, label: Label) -> go.Figure:
    """Answers (n, samples, values) of n trainings as points beside the true values (samples, values) as bars.

    chosen: the answers (samples, values) of one training, drawn larger. `label`: `sample`, `value`, `truth`, `seeds`, `chosen`.
    """
    samples, values = truth.shape
    centre = np.arange(samples)[:, None] + (np.arange(values) - (values - 1) / 2) * 0.26
    jitter = np.linspace(-0.055, 0.055, len(found))[:, None, None]
    points = {"type": "scatter", "mode": "markers", "hovertemplate": "%{y:.2f}<extra></extra>"}
    bar = {"symbol": "line-ew", "size": 26, "line": {"width": 3, "color": _TARGET}}
    small = {"size": 5, "color": faded(_OUTPUT, 0.55)}
    large = {"size": 10, "symbol": "diamond", "color": _FORECAST}
    traces = [
        {**points, "x": (centre + jitter).ravel(), "y": found.ravel(), "name": label("seeds"), "marker": small},
        {**points, "x": centre.ravel(), "y": truth.ravel(), "name": label("truth"), "marker": bar},
    ]
    if chosen is not None:
        traces.append({**points, "x": centre.ravel(), "y": chosen.ravel(), "name": label("chosen"), "marker": large})
    drawn = layout(380, y=label("value"), hovermode="closest")
    drawn["xaxis"] |= {
        "tickvals": list(range(samples)),
        "ticktext": [label(f"sample_{n + 1}") for n in range(samples)],
        "showgrid": False,
    }
    return go.Figure(traces, drawn)


def beyond(
    starts: np.ndarray, found: np.ndarray, chosen: np.ndarray | None, seen: tuple[float, float], label: Label
) -> go.Figure:
    """The first answer to windows that begin with `starts` (n,), in all trainings (trainings, n): median and range; the truth
    is start + 3. seen: first and last start among the samples; chosen: (n,). `label`: `start`, `first_answer`, `truth`,
    `seeds`, `median`, `chosen`, `seen`.
    """
    low, high, middle = found.min(axis=0), found.max(axis=0), np.median(found, axis=0)
    band = {"x": np.concatenate([starts, starts[::-1]]), "y": np.concatenate([high, low[::-1]]), "fill": "toself"}
    soft = {"fillcolor": faded(_OUTPUT, 0.22), "line": {"width": 0}, "hoverinfo": "skip"}
    traces = [
        {**_LINE, **band, **soft, "name": label("seeds")},
        _answer(starts, starts + 3, label("truth"), {"color": _TARGET, "dash": "dash", "width": 2}),
        _answer(starts, middle, label("median"), {"color": _OUTPUT, "width": 2.6}),
    ]
    if chosen is not None:
        traces.append(_answer(starts, chosen, label("chosen"), {"color": _FORECAST, "dash": "dot", "width": 2.4}))
    drawn = layout(400, x=label("start"), y=label("first_answer"))
    drawn["yaxis"] |= {"range": [-12, 36]}
    drawn["shapes"] = [
        {
            "type": "rect",
            "yref": "paper",
            "x0": seen[0] - 0.5,
            "x1": seen[1] + 0.5,
            "y0": 0,
            "y1": 1,
            "fillcolor": SHADE,
            "line": {"width": 0},
            "layer": "below",
        }
    ]
    drawn["annotations"] = [
        {
            "text": label("seen"),
            "x": sum(seen) / 2,
            "y": 0.99,
            "yref": "paper",
            "yanchor": "top",
            "showarrow": False,
            "font": {"size": 12},
        }
    ]
    return go.Figure(traces, drawn)


def _answer(starts: np.ndarray, values: np.ndarray, name: str, line: dict) -> dict:
    return {**_LINE, "x": starts, "y": values, "name": name, "line": line, "hovertemplate": "%{y:.2f}"}
