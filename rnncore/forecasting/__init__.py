"""Plan, baselines, scores, bands, and the recipe of a run. Networks come in as an `engine`, which is `rnncore.nn`."""

from rnncore.forecasting.plan import Plan, plan
from rnncore.forecasting.recipe import Recipe, State
from rnncore.forecasting.result import Forecast, HeldOut, Result

__all__ = ["Forecast", "HeldOut", "Plan", "Recipe", "Result", "State", "plan"]
