"""From trained networks and their partners to a `Result`: forecast, bands, the held-out end, scores, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnncore.forecasting import intervals, pool, scores
from rnncore.forecasting.classical import JUDGES
from rnncore.forecasting.course import Trained
from rnncore.forecasting.judgement import judge
from rnncore.forecasting.material import Material
from rnncore.forecasting.partners import Partners
from rnncore.forecasting.pool import Pool, nanmean
from rnncore.forecasting.result import Forecast, HeldOut, Result, measure
from rnncore.messages import Note
from rnncore.series.labels import labels


@dataclass(frozen=True)
class Networks:
    """The networks of a run, and the material each of them reads."""

    trained: list[Trained]
    materials: list[Material]

    def say(self, engine, origins: Sequence[Sequence[int]]) -> np.ndarray:
        """Forecasts of each, (networks, n, K), in the file's units."""
        config = self.materials[0].plan.config
        device = config.training.device
        return np.stack(
            [
                material.forecast(lambda inputs, w=one.weights: engine.predict(config.network, w, inputs, device), origins)
                for one, material in zip(self.trained, self.materials, strict=True)
            ]
        )

    @property
    def kinds(self) -> list[str]:
        """Name of the representation of each network."""
        return [material.representation.name for material in self.materials]


@dataclass(frozen=True)
class Say:
    """What everybody says at the same origins, series after series: classical and kinds (M, n, K), networks (N, n, K)."""

    classical: np.ndarray
    kinds: np.ndarray
    networks: np.ndarray

    @property
    def members(self) -> np.ndarray:
        return np.concatenate([self.classical, self.kinds])


def _nothing(inputs: np.ndarray) -> np.ndarray:
    """A network that adds nothing to its base: what is left is the best linear map."""
    return np.zeros((len(inputs), 1))


class Summary:
    """One run, ready to be told."""

    def __init__(self, recipe, networks: Networks, partners: Partners):
        self.recipe, self.networks, self.partners = recipe, networks, partners
        self.plan = recipe.plan
        self.kinds = list(dict.fromkeys(networks.kinds))
        self.linear = {f"linear_{m.representation.window}": m for m in networks.materials if m.view.ridge is not None}
        self.names = [*partners.members, *self.linear, *self.kinds]
        self.said = {which: self._say(which) for which in ("validation", "held_out", "last")}
        self.actual = {which: self._actual(which) for which in ("validation", "held_out")}
        self.leading = "network" if self.plan.config.forecast.network_only else "combined"

    def _say(self, which: str) -> Say:
        found = self.networks.say(self.recipe.engine, self.partners.origins(which))
        kinds = self.networks.kinds
        means = [found[[kind == one for kind in kinds]].mean(0) for one in self.kinds]
        maps = [material.forecast(_nothing, self.partners.origins(which)) for material in self.linear.values()]
        classical = self.partners.at(which)
        return Say(np.concatenate([classical, maps]) if maps else classical, np.stack(means), found)

    def _actual(self, which: str) -> np.ndarray:
        """What came after each origin (n, K); in the validation part, NaN where the held-out end has begun."""
        found, horizon = [], self.plan.config.forecast.horizon
        for one, split, origins in zip(self.plan.series, self.plan.splits, self.partners.origins(which), strict=True):
            seen = one.values[: split.validation] if which == "validation" else one.values
            rows = np.concatenate([seen, np.full(horizon, np.nan)])
            found += [rows[origin : origin + horizon] for origin in origins]
        return np.array(found)

    def counts(self, which: str) -> list[int]:
        return [len(origins) for origins in self.partners.origins(which)]

    def series(self, which: str) -> np.ndarray:
        """Number of the series of each origin (n,)."""
        counts = self.counts(which)
        return np.repeat(np.arange(len(counts)), counts)

    def families(self, leading: str) -> list[str]:
        """Of the members of a pool: `classical` or `network`."""
        return ["network" if name in self.kinds else "classical" for name in self.members_of(leading)]

    def members_of(self, leading: str) -> list[str]:
        return self.kinds if leading == "network" else self.names

    def parts(self, leading: str, which: str) -> np.ndarray:
        """Forecasts (M, n, K) of the members of the pool `combined` or `network`."""
        return self.said[which].kinds if leading == "network" else self.said[which].members

    def pool(self, leading: str, newest: bool) -> Pool:
        """Weighted by the errors on the validation part; with the held-out end too, where `newest`."""
        return pool.fit(self.members_of(leading), *self.evidence(leading, newest), self.families(leading))

    def final(self) -> Pool:
        """What makes the forecast: the weights of the members that have one, of each series."""
        found = self.pool(self.leading, True)
        return replace(found, weights=found.shares(self.parts(self.leading, "last"), self.series("last")).T)

    def evidence(self, leading: str, newest: bool) -> tuple[np.ndarray, np.ndarray, list[int]]:
        """Forecasts (M, n, K) of the members of a pool, what came (n, K), and the number of origins of each series."""
        forecasts, actual, counts = self.parts(leading, "validation"), self.actual["validation"], self.counts("validation")
        if not newest:
            return forecasts, actual, counts
        order = np.argsort(np.concatenate([self.series("validation"), self.series("held_out")]), kind="stable")
        forecasts = np.concatenate([forecasts, self.parts(leading, "held_out")], axis=1)[:, order]
        actual = np.concatenate([actual, self.actual["held_out"]])[order]
        return forecasts, actual, [a + b for a, b in zip(counts, self.counts("held_out"), strict=True)]

    def bands(self, newest: bool) -> list[intervals.Band]:
        """Of each series; from what the leading pool, fitted without the origin in question, was off by."""
        forecasts, actual, counts = self.evidence(self.leading, newest)
        leading = self.members_of(self.leading), forecasts, actual, counts, self.families(self.leading)
        off = np.split(actual - pool.left_out(*leading), np.cumsum(counts)[:-1])
        asked = self.plan.config.forecast
        units = [scores.seasonal_step(one.values, asked.season) or 1.0 for one in self.plan.series]
        return intervals.bands(off, sorted(asked.levels), units, asked.bands == "adaptive")


def summarise(recipe, networks: Networks, partners: Partners) -> Result:
    """Scores and coverage come from weights and bands that know nothing of the held-out end; the forecast's know it."""
    summary, plan = Summary(recipe, networks, partners), recipe.plan
    asked = plan.config.forecast
    pools = {name: summary.pool(name, False) for name in (["network"] if asked.network_only else ["combined", "network"])}
    held_out = _held_out(summary, pools)
    by_series = [_scores(plan, number, one) for number, one in enumerate(held_out)]
    together = {method: scores.pooled([one[method] for one in by_series]) for method in by_series[0]}
    final, coverage = summary.final(), _coverage(held_out, sorted(asked.levels))
    trained = recipe.trained()
    result = Result(
        horizon=asked.horizon,
        season=asked.season,
        longer_season=plan.longer_season,
        window=asked.window,
        holdout=asked.holdout,
        best=_best(together, summary.leading),
        leading=summary.leading,
        epochs=sum(one.epochs for one in trained),
        seconds=round(recipe.seconds, 3),
        scores=together,
        series_scores=dict(zip(distinct([s.name for s in plan.series]), by_series, strict=True))
        if len(by_series) > 1
        else None,
        weights=_shares(final.members, final.weights.mean(0)),
        coverage=coverage,
        members=_members(summary, final),
        networks=_facts(networks),
        out_of_time=recipe.out_of_time or any(one.out_of_time for one in trained),
        notes=[],
        forecasts=_forecasts(summary, final),
        held_out=held_out,
        findings=judge(summary, final, held_out, coverage),
    )
    result.notes.extend([*plan.notes, *recipe.notes, *_notes(recipe, result)])
    return result


def _held_out(summary: Summary, pools: dict[str, Pool]) -> list[HeldOut]:
    plan, series = summary.plan, summary.series("held_out")
    said = {name: one(summary.parts(name, "held_out"), series) for name, one in pools.items()}
    said |= summary.partners.judges_at("held_out")
    found, bands, levels = [], summary.bands(False), sorted(plan.config.forecast.levels)
    for number, (one, split) in enumerate(zip(plan.series, plan.splits, strict=True)):
        mine, rows = series == number, split.held_out
        methods = {name: values[mine].ravel()[:rows].tolist() for name, values in said.items()}
        lower, upper = edges(bands[number], said[summary.leading][mine], levels, one.values)
        origins = list(summary.partners.places[number].held_out)
        time = one.index[split.validation :]
        sides = ({name: side[name].ravel()[:rows].tolist() for name in side} for side in (lower, upper))
        actual = one.values[split.validation :].tolist()
        found.append(HeldOut(one.name, labels(one.index[origins]), labels(time), actual, methods, *sides))
    return found


def edges(band: intervals.Band, middle: np.ndarray, levels: Sequence[float], values: np.ndarray):
    """(lower, upper) by level, each as large as `middle` (..., K). What has never been negative is not forecast to be."""
    least = 0.0 if values.min() >= 0 else -np.inf
    lower = {
        f"{level:g}": np.minimum(np.maximum(middle - half, least), middle) for level, half in zip(levels, band, strict=True)
    }
    return lower, {f"{level:g}": middle + half for level, half in zip(levels, band, strict=True)}


def _coverage(held_out: Sequence[HeldOut], levels: Sequence[float]) -> dict[str, float]:
    found = {}
    for name in (f"{level:g}" for level in levels):
        inside = [(np.array(one.lower[name]) <= one.actual) & (np.array(one.actual) <= one.upper[name]) for one in held_out]
        found[name] = float(np.concatenate(inside).mean())
    return found


def _scores(plan, number: int, held_out: HeldOut) -> dict[str, dict[str, float | None]]:
    values = plan.series[number].values[: plan.splits[number].validation]
    step = scores.seasonal_step(values, plan.config.forecast.season)
    actual = np.array(held_out.actual)
    return {method: scores.score(actual, np.array(said), step) for method, said in held_out.methods.items()}


def _best(together: dict, leading: str) -> str:
    """The method with the lowest error; the leading one unless another is truly better."""
    by = measure(together)
    best = min(together, key=lambda method: together[method][by])
    return best if together[leading][by] - together[best][by] > 1e-9 * together["naive"]["rmse"] else leading


def _shares(members: Sequence[str], weights: np.ndarray) -> dict[str, float]:
    """What counts at all, the heaviest first."""
    order = np.argsort(-weights, kind="stable")
    return {members[at]: round(float(weights[at]), 4) for at in order if weights[at] >= 5e-5}


def _members(summary: Summary, final: Pool) -> list[dict]:
    weights, error = final.weights.mean(0), nanmean(final.error, 0)
    return [
        {
            "name": name,
            "kind": "network" if name in summary.kinds else "classical",
            "weight": round(float(weights[at]), 4),
            "error": None if not np.isfinite(error[at]) else round(float(error[at]), 4),
        }
        for at, name in sorted(enumerate(final.members), key=lambda one: -weights[one[0]])
    ]


def _facts(networks: Networks) -> list[dict]:
    return [
        {
            "representation": kind,
            "seed": one.job.seed,
            "validation": one.validation,
            "epochs": one.epochs,
            "seconds": round(one.seconds, 3),
        }
        for kind, one in zip(networks.kinds, networks.trained, strict=True)
    ]


def _forecasts(summary: Summary, final: Pool) -> list[Forecast]:
    plan, levels = summary.plan, sorted(summary.plan.config.forecast.levels)
    parts, judged = summary.parts(summary.leading, "last"), summary.partners.judges_at("last")
    middle, bands = final(parts, summary.series("last")), summary.bands(True)
    found = []
    for number, one in enumerate(plan.series):
        lower, upper = edges(bands[number], middle[number], levels, one.values)
        weights = _shares(final.members, final.weights[number])
        found.append(
            Forecast(
                one.name,
                labels(one.stamps_after(plan.config.forecast.horizon)),
                middle[number].tolist(),
                *({level: side[level].tolist() for level in side} for side in (lower, upper)),
                weights,
                {name: parts[final.members.index(name), number].tolist() for name in weights},
                summary.said["last"].networks[:, number].tolist(),
                {name: values[number].tolist() for name, values in judged.items()},
            )
        )
    return found


def last_labels(series, rows: Sequence[int]) -> list:
    """How the last of the first `rows` rows of each series is labelled."""
    return [labels(one.index[end - 1 : end])[0] for one, end in zip(series, rows, strict=True)]


def distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _notes(recipe, result: Result) -> list[Note]:
    """What was pooled, what came in the way, and which baseline was better, if one was."""
    training = recipe.plan.config.training
    count = sum(one["weight"] > 0 for one in result.members)
    pooled = [Note("pooled", count, {"tried": len(result.members), "networks": len(result.networks)})]
    notes = [*(pooled if len(result.members) > 1 else []), Note("not_refitted")]
    if training.device == "cuda" and recipe.engine.device("cuda").type != "cuda":
        notes.append(Note("gpu_absent"))
    if recipe.plan.config.forecast.effort == "fast":
        notes.append(Note("fast"))
    if result.out_of_time:
        notes.append(Note("out_of_time", 1, {"budget": training.budget}))
    if result.best in JUDGES:
        by = result.measure
        percent = 100 * (1 - result.scores[result.best][by] / result.scores[result.leading][by])
        notes.append(Note(f"{result.best}_better", 1, {"percent": round(percent, 1)}))
    return notes
