"""From trained networks to a `Result`: forecast, bands, the held-out end, scores, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnncore.forecasting import baselines, scores
from rnncore.forecasting.course import Trained
from rnncore.forecasting.intervals import half_widths
from rnncore.forecasting.material import Material
from rnncore.forecasting.result import Forecast, HeldOut, Result, labels
from rnncore.messages import Note

METHODS = ("network", "naive", "seasonal_naive", "drift")


@dataclass(frozen=True)
class Fitted:
    """Networks of one representation."""

    material: Material
    weights: list[dict[str, np.ndarray]]
    seeds: list[int]

    def members(self, engine, origins: Sequence[Sequence[int]]) -> np.ndarray:
        """Forecasts of each network, (members, n, K), in the file's units."""
        config = self.material.plan.config
        device = config.training.device
        found = [
            self.material.forecast(lambda inputs, w=w: engine.predict(config.network, w, inputs, device), origins)
            for w in self.weights
        ]
        return self.material.representation.restore(np.stack(found))


def fitted(material: Material, trained: Sequence[Trained]) -> Fitted:
    return Fitted(material, [one.weights for one in trained], [one.job.seed for one in trained])


def summarise(recipe, trained, scoring: Fitted, final: Fitted) -> Result:
    """scoring: networks that have not seen the held-out end; final: these, and those adjusted to it where there are any.

    The median of both is less off than that of either (M3: 0.76 of the seasonal naive's error against 0.77 and 0.80).
    """
    plan, asked = recipe.plan, recipe.plan.config.forecast
    held_out = [_held_out(recipe.engine, scoring, number) for number in range(len(plan.series))]
    by_series = [_scores(plan, number, one) for number, one in enumerate(held_out)]
    together = {method: scores.pooled([one[method] for one in by_series]) for method in METHODS}
    several = len(plan.series) > 1
    names = _distinct([one.name for one in plan.series])
    representation = scoring.material.representation
    return Result(
        horizon=asked.horizon,
        season=asked.season,
        window=asked.window,
        holdout=asked.holdout,
        best=_best(together),
        epochs=sum(one.epochs for one in trained),
        seconds=round(recipe.seconds, 3),
        scores=together,
        series_scores=dict(zip(names, by_series, strict=True)) if several else None,
        chosen={
            "representation": "season" if representation.lag else "level",
            "transform": "log" if representation.log else "none",
            "season": representation.lag or asked.season,
            "seeds": scoring.seeds,
            "tried": tried(recipe, trained),
            "out_of_time": _out_of_time(recipe, trained),
            "refit": len(final.weights) > len(scoring.weights),
        },
        notes=[*plan.notes, *recipe.notes, *_notes(recipe, trained, scoring, final, together)],
        forecasts=_forecasts(recipe.engine, scoring, final),
        held_out=held_out,
    )


def tried(recipe, trained) -> list[dict]:
    """Each representation that was a candidate, with its validation error in the file's units."""
    season = recipe.plan.config.forecast.season
    return recipe.tried + [
        {
            "name": recipe.representations[one.job.candidate].name(season),
            "validation": one.validation,
            "epochs": one.epochs,
            "seconds": round(one.seconds, 3),
        }
        for one in trained
        if one.job.stage == "candidate"
    ]


def _held_out(engine, scoring: Fitted, number: int) -> HeldOut:
    plan, horizon = scoring.material.plan, scoring.material.horizon
    one, split = plan.series[number], plan.splits[number]
    origins = list(range(split.validation, split.rows, horizon))
    empty = [()] * len(plan.series)
    at = [*empty[:number], origins, *empty[number + 1 :]]
    members = scoring.members(engine, at)
    network = np.median(members, axis=0).ravel()[: split.held_out]
    parts = [baselines.forecasts(one.values[:origin], horizon, plan.config.forecast.season) for origin in origins]
    others = {name: np.concatenate([part[name] for part in parts])[: split.held_out].tolist() for name in parts[0]}
    time = one.index[split.validation :]
    return HeldOut(
        one.name,
        labels(one.index[origins]),
        labels(time),
        one.values[split.validation :].tolist(),
        network.tolist(),
        **others,
    )


def _scores(plan, number: int, held_out: HeldOut) -> dict[str, dict[str, float | None]]:
    values = plan.series[number].values[: plan.splits[number].validation]
    step = scores.seasonal_step(values, plan.config.forecast.season)
    actual = np.array(held_out.actual)
    return {method: scores.score(actual, np.array(getattr(held_out, method)), step) for method in METHODS}


def _best(together: dict) -> str:
    """The method with the lowest pooled MASE, by MAE where that is not defined; the network unless another is truly better."""
    measure = "mase" if together["network"]["mase"] is not None else "mae"
    best = min(METHODS, key=lambda method: together[method][measure])
    return best if together["network"][measure] - together[best][measure] > 1e-9 * together["naive"]["rmse"] else "network"


def _forecasts(engine, scoring: Fitted, final: Fitted) -> list[Forecast]:
    plan, representation = final.material.plan, final.material.representation
    asked = plan.config.forecast
    members = final.members(engine, [(split.rows,) for split in plan.splits])
    errors = scoring.material.errors(np.median(scoring.members(engine, plan.validation), axis=0))
    middle = np.median(members, axis=0)
    inner = representation.transform(middle)
    levels = sorted(asked.levels)
    found = []
    for number, one in enumerate(plan.series):
        half = half_widths(errors[number], levels, asked.horizon)
        names = [f"{level:g}" for level in levels]
        found.append(
            Forecast(
                one.name,
                labels(one.stamps_after(asked.horizon)),
                middle[number].tolist(),
                {name: representation.restore(inner[number] - h).tolist() for name, h in zip(names, half, strict=True)},
                {name: representation.restore(inner[number] + h).tolist() for name, h in zip(names, half, strict=True)},
                members[:, number].tolist(),
            )
        )
    return found


def last_labels(series, rows: Sequence[int]) -> list:
    """How the last of the first `rows` rows of each series is labelled."""
    return [labels(one.index[end - 1 : end])[0] for one, end in zip(series, rows, strict=True)]


def _out_of_time(recipe, trained) -> bool:
    return recipe.out_of_time or any(one.out_of_time for one in trained)


def _distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _notes(recipe, trained, scoring: Fitted, final: Fitted, together: dict) -> list[Note]:
    """What was chosen, what came in the way, and which baseline was better, if one was."""
    notes, training = [], recipe.plan.config.training
    count, shown = len(tried(recipe, trained)), scoring.material.representation
    if count > 1:
        code = ("season" if shown.lag else "level") + "_log" * shown.log + "_chosen"
        notes.append(Note(code, 1, {"tried": count, "lag": shown.lag}))
    if training.device == "cuda" and recipe.engine.device("cuda").type != "cuda":
        notes.append(Note("gpu_absent"))
    notes.append(Note("refitted" if len(final.weights) > len(scoring.weights) else "not_refitted"))
    if _out_of_time(recipe, trained):
        notes.append(Note("out_of_time", 1, {"budget": training.budget}))
    exploded = sum(one.exploded for one in trained)
    if exploded:
        notes.append(Note("training_exploded", exploded, {"learning_rate": training.learning_rate}))
    best = _best(together)
    if best != "network":
        measure = "mase" if together["network"]["mase"] is not None else "mae"
        percent = 100 * (1 - together[best][measure] / together["network"][measure])
        notes.append(Note(f"{best}_better", 1, {"percent": round(percent, 1)}))
    return notes
