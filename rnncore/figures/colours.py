"""One quantity, one colour, on every page, in charts, formulas, diagrams and tables.

The hues are those of Okabe and Ito's colour-blind safe set, shifted to hold at least 3:1 contrast on white and on the dark
background. Colour never stands alone: lines also differ in dash or carry a label.
"""

QUANTITIES = {
    "input": "#2F7FC1",
    "state": "#0B9A72",
    "output": "#8C6BC8",
    "target": "#77839A",
    "forecast": "#D9601A",
    "gradient": "#C2417C",
    "forget": "#C98A00",
    "update": "#3A9BD0",
    "candidate": "#9A9400",
    "reveal": "#B968A0",
    "naive": "#8A8F98",
    "seasonal_naive": "#5B8C7A",
    "drift": "#A08560",
}
"""Gates: `forget` f, `update` i (what an LSTM lets in), `candidate` g, `reveal` o (what it lets out)."""

# Every method that forecasts, as (quantity, dash): the pool, the networks alone, and their judges.
METHODS = {
    "combined": ("forecast", "solid"),
    "network": ("output", "dash"),
    "naive": ("naive", "dot"),
    "seasonal_naive": ("seasonal_naive", "dashdot"),
    "drift": ("drift", "dot"),
    "mean": ("target", "dashdot"),
    "ets": ("update", "longdash"),
    "theta": ("candidate", "longdashdot"),
}

GRID = "rgba(128,128,128,0.18)"
SHADE = "rgba(128,128,128,0.10)"


def faded(colour: str, opacity: float) -> str:
    """A `#rrggbb` colour as `rgba(...)`."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
