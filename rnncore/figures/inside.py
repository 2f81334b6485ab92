"""Pictures of what goes on inside a trained network, on one window of its series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnncore.figures.colours import QUANTITIES, faded
from rnncore.figures.gates import LETTERS, SIGNED
from rnncore.figures.layout import AXIS, layout
from rnncore.figures.reach import powers, written

Label = Callable[[str], str]
FAINTEST = -40  # log10 of the smallest gradient that is drawn
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def window(
    rows: np.ndarray, forecast: np.ndarray, actual: np.ndarray, without: np.ndarray | None, name: str, label: Label
) -> go.Figure:
    """The rows the network read, its forecast, what came (as far as known), and its forecast without one unit.

    `label`: `rows_axis`, `read`, `forecast`, `came`, `without`. name: of the series, for the axis.
    """
    ahead = np.arange(1, len(forecast) + 1)
    traces = [_line(np.arange(1 - len(rows), 1), rows, label("read"), "input", width=1.8)]
    if len(actual):
        traces.append(_line(ahead[: len(actual)], actual, label("came"), "target", dash="dot", width=1.8))
    traces.append(_line(ahead, forecast, label("forecast"), "forecast", width=2.6))
    if without is not None:
        traces.append(_line(ahead, without, label("without"), "state", dash="dash", width=2.2))
    return go.Figure(traces, layout(320, x=label("rows_axis"), y=name))


def free_run(
    rows: np.ndarray,
    run: np.ndarray,
    forecast: np.ndarray,
    actual: np.ndarray,
    bounds: tuple[float, float],
    name: str,
    label: Label,
) -> go.Figure:
    """The rows a network read last, what it said when it was left to itself, its forecast, and what came (as far as known).

    bounds: values beyond which the picture does not go, though the run may. `label`: as in `window`, and `free_line`. name: of
    the series, for the axis.
    """
    parts = {"rows": (1 - len(rows), rows), "came": (1, actual), "run": (1, run), "forecast": (1, forecast)}
    looks = {
        "rows": ("read", "input", "solid", 1.8),
        "came": ("came", "target", "dot", 1.8),
        "run": ("free_line", "state", "solid", 1.8),
        "forecast": ("forecast", "forecast", "solid", 2.6),
    }
    traces = []
    for part, (first, values) in parts.items():
        key, quantity, dash, width = looks[part]
        if len(values):
            traces.append(_line(first + np.arange(len(values)), values, label(key), quantity, dash=dash, width=width))
    drawn = layout(320, x=label("rows_axis"), y=name)
    if run.min() < bounds[0] or run.max() > bounds[1]:
        together = np.concatenate([values for _, values in parts.values()])
        drawn["yaxis"] |= {"range": [max(together.min(), bounds[0]), min(together.max(), bounds[1])]}
    return go.Figure(traces, drawn)


def _line(x, y, name: str, quantity: str, *, dash: str = "solid", width: float = 2.0) -> dict:
    line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line, "hovertemplate": "%{y:,.5~g}"}


def strips(values: Mapping[str, np.ndarray], units: Sequence[int], label: Label, stretched: bool = False) -> go.Figure:
    """One strip a letter, (units, T): rows are units, the most telling on top, columns the steps up to the forecast.

    Gates run from clear (0) to full colour (1), values with a sign from grey through clear (0) to full colour. stretched: each
    unit by itself, from clear at its lowest to full colour at its highest, which shows when it moves and not how far. `label`:
    a name for each letter, `step`, `unit`.
    """
    names, rows = list(values), len(units)
    strip = int(np.clip(7 * rows, 56, 150))
    drawn = layout((strip + 30) * len(names) + 56, legend=False, hovermode="closest", annotations=[])
    drawn["margin"]["t"] = 24
    traces = []
    for n, (letter, grid) in enumerate(values.items()):
        axis, foot, top = "" if n == 0 else str(n + 1), 1 - (n + 1) / len(names), 1 - n / len(names)
        drawn[f"yaxis{axis}"] = {
            **AXIS,
            "domain": [foot + 0.005, top - 22 / drawn["height"]],
            "showgrid": False,
            "tickvals": [],
        }
        drawn[f"yaxis{axis}"]["range"] = [rows - 0.5, -0.5]
        title = {"text": f"<b><i>{letter}</i></b>  {label(letter)}", "x": 0, "xanchor": "left", "y": top - 22 / drawn["height"]}
        drawn["annotations"].append({**title, "yanchor": "bottom", "xref": "paper", "yref": "paper", "showarrow": False})
        traces.append(_strip(letter, grid, units, axis, label, stretched))
    drawn["xaxis"] |= {"anchor": f"y{len(names)}" if len(names) > 1 else "y", "title": {"text": label("step")}}
    drawn["xaxis"] |= {"showgrid": False}
    return go.Figure(traces, drawn)


def _strip(letter: str, grid: np.ndarray, units: Sequence[int], axis: str, label: Label, stretched: bool) -> dict:
    colour, signed = QUANTITIES[LETTERS[letter]], letter in SIGNED and not stretched
    peak = max(float(np.abs(grid).max()), 1e-9) if signed else 1.0
    below = [[0, QUANTITIES["target"]], [0.5, faded(colour, 0.0)]] if signed else [[0, faded(colour, 0.05)]]
    steps = grid.shape[1]
    told = np.stack([np.repeat(np.asarray(units)[:, None] + 1, steps, axis=1), grid], axis=2)
    return {
        "type": "heatmap",
        "x": np.arange(1 - steps, 1),
        "y": np.arange(len(units)),
        "z": _stretched(grid) if stretched else grid,
        "customdata": told,
        "yaxis": f"y{axis}",
        "zmin": -peak if signed else 0,
        "zmax": peak,
        "colorscale": [*below, [1, colour]],
        "showscale": False,
        "hovertemplate": f"{label('step')} %{{x}}, {label('unit')} %{{customdata[0]}}: {letter} = %{{customdata[1]:.3f}}"
        "<extra></extra>",
    }


def _stretched(grid: np.ndarray) -> np.ndarray:
    """Each row from 0 at its lowest to 1 at its highest; 0.5 throughout where it does not move."""
    low, high = grid.min(1, keepdims=True), grid.max(1, keepdims=True)
    return np.where(high > low, (grid - low) / np.where(high > low, high - low, 1), 0.5)


def units(moved: np.ndarray, numbers: Sequence[int], chosen: int, label: Label, most: int = 24) -> go.Figure:
    """How far the forecast moves without each unit, the most telling first; the chosen one full. `label`: `unit`, `moved`."""
    moved, numbers = moved[:most], list(numbers)[:most]
    colours = [QUANTITIES["state"] if n == chosen else faded(QUANTITIES["state"], 0.35) for n in numbers]
    bars = {
        "type": "bar",
        "x": [str(n + 1) for n in numbers],
        "y": moved,
        "marker": {"color": colours},
        "hovertemplate": f"{label('unit')} %{{x}}: %{{y:,.4~g}}<extra></extra>",
    }
    drawn = layout(250, x=label("unit"), y=label("moved"), legend=False, hovermode="closest", bargap=0.25)
    drawn["xaxis"] |= {"type": "category", "showgrid": False}
    return go.Figure(bars, drawn)


def course(values: Mapping[str, np.ndarray], label: Label) -> go.Figure:
    """One unit over the window: its gates, its states; letter -> (T,). `label`: a name for each letter, `step`."""
    traces = []
    for n, (letter, line) in enumerate(values.items()):
        look = {"color": QUANTITIES[LETTERS[letter]], "dash": "solid" if letter == "h" else DASHES[1 + n % 4]}
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.arange(1 - len(line), 1),
                "y": line,
                "name": f"<i>{letter}</i> {label(letter)}",
                "line": {**look, "width": 2.6 if letter == "h" else 1.6},
                "hovertemplate": "%{y:.3f}",
            }
        )
    return go.Figure(traces, layout(300, x=label("step")))


def sensitivity(effects: np.ndarray, outputs: Sequence[int], label: Label) -> go.Figure:
    """What each row of the window does to each forecast step: effects (outputs, W); above zero in colour, below in grey.

    `label`: `rows_axis`, `ahead`, `row`.
    """
    colour, peak = QUANTITIES["gradient"], max(float(np.abs(effects).max()), 1e-12)
    heat = {
        "type": "heatmap",
        "x": np.arange(1 - effects.shape[1], 1),
        "y": np.asarray(outputs) + 1,
        "z": effects,
        "zmin": -peak,
        "zmax": peak,
        "colorscale": [[0, QUANTITIES["target"]], [0.5, faded(colour, 0.0)], [1, colour]],
        "colorbar": {"thickness": 10, "outlinewidth": 0, "nticks": 5},
        "hovertemplate": f"{label('row')} %{{x}}, {label('ahead')} %{{y}}: %{{z:.3~g}}<extra></extra>",
    }
    drawn = layout(340, x=label("rows_axis"), y=label("ahead"), legend=False, hovermode="closest")
    drawn["xaxis"] |= {"showgrid": False}
    drawn["yaxis"] |= {"showgrid": False}
    return go.Figure(heat, drawn)


def reach(lags: Sequence[int], lines: Mapping[str, Sequence[float]], rows: Mapping[str, int], label: Label) -> go.Figure:
    """How much the forecast owes to a row so many rows back: `gradient` and `perturbation`, with the lags that hold nine tenths
    of each. `label`: `back_axis`, `effect`, and the names of the lines."""
    looks = {"gradient": ("gradient", "solid", 2.6), "perturbation": ("input", "dash", 2.0)}
    traces, shapes = [], []
    for name, values in lines.items():
        quantity, dash, width = looks[name]
        line = {"color": QUANTITIES[quantity], "dash": dash, "width": width}
        mode = "lines+markers" if len(lags) <= 40 else "lines"
        drawn = {"type": "scatter", "mode": mode, "x": list(lags), "y": list(values), "name": label(name), "line": line}
        traces.append({**drawn, "marker": {"size": 5}, "hovertemplate": "%{y:.3~g}"})
        edge = {"color": QUANTITIES[quantity], "dash": dash, "width": 1}
        place = {"x0": rows[name], "x1": rows[name], "y0": 0, "y1": 1, "yref": "paper"}
        shapes.append({"type": "line", **place, "line": edge})
    drawn = layout(330, x=label("back_axis"), y=label("effect"), shapes=shapes)
    drawn["yaxis"] |= {"rangemode": "tozero"}
    return go.Figure(traces, drawn)


def flow(layers: Mapping[str, Mapping[str, np.ndarray]], label: Label) -> go.Figure:
    """The gradient of the whole state by lag, log10: for each layer `trained`, `fresh` with its `low` and `high` over several
    draws, and, where it has gates, `path`.

    `label`: `lag`, `gradient_axis`, `trained`, `fresh`, `path`.
    """
    looks = {"trained": ("gradient", "solid", 2.6), "fresh": ("target", "dash", 1.8), "path": ("forget", "dot", 1.8)}
    traces, several = [], len(layers) > 1
    for n, (layer, lines) in enumerate(layers.items()):
        traces += _draws(lines["low"], lines["high"])
        for name, (quantity, dash, width) in looks.items():
            if name not in lines:
                continue
            line = {"color": faded(QUANTITIES[quantity], max(1 - 0.3 * n, 0.3)), "dash": dash, "width": width}
            values = np.maximum(lines[name], FAINTEST)
            drawn = {"type": "scatter", "mode": "lines", "x": np.arange(len(values)), "y": values, "line": line}
            drawn |= {"customdata": [written(value) for value in lines[name]], "hovertemplate": "%{customdata}"}
            traces.append({**drawn, "name": f"{layer}: {label(name)}" if several else label(name)})
    found = np.concatenate([np.maximum(line, FAINTEST) for lines in layers.values() for line in lines.values()])
    drawn = layout(360, x=label("lag"), y=label("gradient_axis"))
    drawn["yaxis"] |= powers(min(found.min(), -1) - 0.1, found.max() + 0.1)
    return go.Figure(traces, drawn)


def _draws(low: np.ndarray, high: np.ndarray) -> list[dict]:
    """The area between the lowest and the highest draw."""
    edge = {"type": "scatter", "mode": "lines", "x": np.arange(len(low)), "line": {"width": 0}, "hoverinfo": "skip"}
    area = {"fill": "tonexty", "fillcolor": faded(QUANTITIES["target"], 0.18), "showlegend": False}
    under = {**edge, "y": np.maximum(low, FAINTEST), "showlegend": False}
    return [under, {**edge, "y": np.maximum(high, FAINTEST), **area}]
