"""What a run's numbers say about it, in findings that become sentences: `finding.<code>` in the words, and a remedy where
there is one. Every finding is silent until its evidence goes well beyond what chance, or a sound training, would show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnncore.config import RunConfig
from rnncore.forecasting.evidence import Coverage, Evidence
from rnncore.forecasting.extrapolation import Beyond, beyond
from rnncore.forecasting.learning import Curve
from rnncore.forecasting.randomness import random_walk, white_noise

MOST_SHOWN = 3
# A forecast is another one when they differ by less than this share of what the actual values differ from it.
ALIKE = 0.2
CLEARLY_BETTER = 0.9  # of another's error
# Flat: its spread over the steps is below this share of that of the actual values.
FLAT = 0.1
FEWEST_VALUES = 6  # to compare forecasts on
# Of five series on which the usual network over-fits, a sixth of the units lowered the validation error of one by 30 % and
# changed that of the others by at most 7 %: a try, no cure.
SMALLER, FEWEST_UNITS = 6, 4
# Below this share of the naive method's error, a forecast has found something that no test of the rows knows of.
SKILL = 0.7
WEIGHTY = 0.25  # share of the forecast from which it matters whether networks agree
# Values inside a band come in runs: correlation between those of one forecast, and the chance that is called too small.
WITHIN_FORECAST, CHANCE = 0.3, 0.01
MARGIN = 5.0  # percent below its level from which a band's coverage matters


@dataclass(frozen=True)
class Finding:
    """facts: plain JSON values for the sentence `finding.<code>`. remedy: changes of a RunConfig, nested as it is, that the
    sentence `remedy.<action>` speaks of; both None where nothing can be changed. series: the name of the one it is about, None
    where it is about the run."""

    code: str
    facts: dict = field(default_factory=dict)
    remedy: dict | None = None
    action: str | None = None
    series: str | None = None


def diagnose(evidence: Evidence, most: int = MOST_SHOWN) -> list[Finding]:
    """The most important findings, causes before what follows from them; none where all is sound."""
    found = [*exploded(evidence), *leaking(evidence)]
    chance = list(random(evidence))
    found += chance
    found += out_of_range(evidence)
    if not chance:  # of which a longer training learns nothing
        found += under_trained(evidence)
    found += disagreeing(evidence)
    if not any(one.code.startswith("random_walk") for one in chance):
        found += repeating(evidence)
    found += [*narrow(evidence), *over_fitted(evidence)]
    if not chance and not any(one.code.startswith("repeats") for one in found):
        found += flat(evidence)
    return found[:most]


def diagnose_training(evidence: Evidence, most: int = MOST_SHOWN) -> list[Finding]:
    """What is to be said of a run whatever its series are like; of the forecasts only how much the bands held is looked at."""
    asked = (exploded, leaking, under_trained, narrow, over_fitted)
    return [one for ask in asked for one in ask(evidence)][:most]


def remedied(config: RunConfig, remedy: dict) -> RunConfig:
    """The configuration with a finding's remedy in it."""
    values = config.model_dump()
    for part, changes in remedy.items():
        values[part] |= changes
    return RunConfig.model_validate(values)


def exploded(evidence: Evidence) -> Iterator[Finding]:
    """Trainings whose loss was no longer finite."""
    if not evidence.exploded:
        return
    training = evidence.config.training
    facts = {"count": evidence.exploded, "learning_rate": training.learning_rate}
    if training.clip_norm == 0:
        yield Finding("loss_exploded_unclipped", facts, {"training": {"clip_norm": 1.0}}, "clip")
    else:
        rate = _rounded(training.learning_rate / 10)
        yield Finding("loss_exploded", facts | {"rate": rate}, {"training": {"learning_rate": rate}}, "learning_rate")


def leaking(evidence: Evidence) -> Iterator[Finding]:
    """Columns the networks read that give the target away."""
    for leak in evidence.leaks[:2]:
        yield Finding(f"leak_{leak.kind}", leak.as_facts())


def random(evidence: Evidence) -> Iterator[Finding]:
    """White noise, or a random walk, unless the forecast proves that there is something to be known."""
    horizon, season = evidence.leading.shape[1], evidence.season
    middle = np.full_like(evidence.leading, np.mean(evidence.values[: min(evidence.origins)]))
    noise = white_noise(evidence.values, season)
    if noise and not _proves_skill(evidence, middle):
        yield Finding("white_noise", {"rows": noise.rows, "gain": noise.gain})
        return
    walk = random_walk(evidence.values, season)
    if walk and not (len(evidence.origins) >= 3 and _proves_skill(evidence, evidence.baselines["naive"])):
        code = "random_walk_drift" if walk.drift else "random_walk"
        yield Finding(code, {"rows": walk.rows, "drift": _rounded(walk.drift, 3), "horizon": horizon})


def _proves_skill(evidence: Evidence, other: np.ndarray) -> bool:
    return _error(evidence.actual, evidence.leading) < SKILL * _error(evidence.actual, other)


def out_of_range(evidence: Evidence) -> Iterator[Finding]:
    """Values unlike any that the network was trained to forecast, and forecasts that fall short of them."""
    found = beyond(evidence.values, evidence.train, evidence.origins, evidence.actual, evidence.config.forecast)
    if found is None or not _falls_short(evidence, found):
        return
    asked = evidence.config.forecast
    short = float(np.nanmean(np.abs(evidence.actual - evidence.leading)[found.where]))
    facts = {"share": round(100 * found.share), "short": _rounded(short, 3), "value": found.value, "limit": found.limit}
    side = "above" if found.above else "below"
    if asked.scaling == "window":
        yield Finding(f"jump_{side}", facts)
    else:
        yield Finding(f"range_{side}", facts, {"forecast": {"scaling": "window"}}, "scaling")


def _falls_short(evidence: Evidence, found: Beyond) -> bool:
    """At nearly all of these values the forecast stays on the near side, and by more than the usual step of a season."""
    error = (evidence.actual - evidence.leading)[found.where] * (1 if found.above else -1)
    return bool(evidence.step and (error > 0).mean() >= 0.9 and error.mean() > evidence.step)


def under_trained(evidence: Evidence) -> Iterator[Finding]:
    """Networks whose validation error was still falling when training ended, or time was up."""
    trained, training = evidence.courses, evidence.config.training
    usual = type(training)()
    slowly = training.learning_rate <= usual.learning_rate / 10
    falling = [curve for curve in trained if curve.still_falls(evidence.out_of_time, slowly)]
    if 2 * len(falling) <= len(trained):
        return
    facts = {
        "epochs": _middle(falling, lambda curve: len(curve.validation)),
        "planned": max(curve.planned for curve in falling),
        "last": _middle(falling, lambda curve: curve.last_fall()[0]),
        "gain": _rounded(100 * float(np.median([curve.last_fall()[1] for curve in falling])), 2),
        "learning_rate": training.learning_rate,
    }
    if evidence.out_of_time:
        budget = training.budget and min(_rounded(3 * training.budget, 2), 24 * 3600.0)
        remedy = {"training": {"budget": budget}} if budget and budget > training.budget else None
        yield Finding("time_was_up", facts | {"seconds": budget or 0}, remedy, "budget" if remedy else None)
    elif slowly:
        rate = usual.learning_rate
        yield Finding("learns_slowly", facts | {"rate": rate}, {"training": {"learning_rate": rate}}, "learning_rate")
    else:
        epochs = min(3 * (training.epochs or facts["planned"]), 10_000)
        yield Finding("under_trained", facts | {"more": epochs}, {"training": {"epochs": epochs}}, "epochs")


def over_fitted(evidence: Evidence) -> Iterator[Finding]:
    """Networks that learnt the training part by heart: its loss fell on while the validation error rose."""
    trained, network = evidence.courses, evidence.config.network
    risen = [curve for curve in trained if curve.over_fits()]
    if 2 * len(risen) <= len(trained):
        return
    facts = {
        "epoch": _middle(risen, lambda curve: curve.best + 1),
        "epochs": _middle(risen, lambda curve: len(curve.validation)),
        "rise": _middle(risen, lambda curve: 100 * curve.rise()),
        "fall": _middle(risen, lambda curve: 100 * curve.fall()),
    }
    layers = [layer.model_copy(update={"units": max(FEWEST_UNITS, layer.units // SMALLER)}) for layer in network.layers]
    units = max(layer.units for layer in layers)
    if units >= max(layer.units for layer in network.layers):
        yield Finding("over_fits", facts)
        return
    remedy = {"network": {"layers": [layer.model_dump() for layer in layers]}}
    yield Finding("over_fits", facts | {"units": units}, remedy, "units")


def disagreeing(evidence: Evidence) -> Iterator[Finding]:
    """Networks that learnt the same and differ by more than their common forecast is off, and by a good part of a season's
    step."""
    members, asked = evidence.members, evidence.config.forecast
    pairs = _apart(members, evidence.kinds)
    if not pairs or evidence.share < WEIGHTY or not evidence.step or np.isfinite(evidence.actual).sum() < FEWEST_VALUES:
        return
    apart = float(np.nanmean(np.where(np.isnan(evidence.actual), np.nan, np.mean(pairs, axis=0))))
    error = _error(evidence.actual, evidence.network)
    if apart < error or apart < evidence.step / 2:
        return
    more = min(max(2 * asked.members + 1, 5), 10)
    facts = {"networks": len(members), "apart": _rounded(apart, 3), "error": _rounded(error, 3), "members": more}
    remedy = {"forecast": {"members": more}} if more > asked.members else None
    yield Finding("networks_disagree", facts, remedy, "members" if remedy else None)


def _apart(members: np.ndarray, kinds: Sequence[str]) -> list[np.ndarray]:
    """By how much each two networks of one kind differ."""
    pairs = [(one, other) for one in range(len(members)) for other in range(one) if kinds[one] == kinds[other]]
    return [np.abs(members[one] - members[other]) for one, other in pairs]


def repeating(evidence: Evidence) -> Iterator[Finding]:
    """A forecast that hardly differs from the last value, where the rows moved away from it; and not just because the last
    value lies at the usual level."""
    actual, leading = evidence.actual, np.where(np.isnan(evidence.actual), np.nan, evidence.leading)
    if np.isfinite(actual).sum() < FEWEST_VALUES:
        return
    moved, said = _error(actual, evidence.last), _error(leading, evidence.last)
    if said < ALIKE * moved and said < _error(leading, evidence.level) / 3:
        facts = {"percent": round(100 * said / moved), "season": evidence.season}
        yield from _with_season(evidence, "repeats_last", facts)


def flat(evidence: Evidence) -> Iterator[Finding]:
    """A forecast that hardly varies over its steps, while the rows do."""
    if evidence.leading.shape[1] < 4 or np.isfinite(evidence.actual).sum() < FEWEST_VALUES:
        return
    whole = [np.isfinite(row).sum() >= 4 for row in evidence.actual]
    leading = np.where(np.isnan(evidence.actual), np.nan, evidence.leading)[whole]
    moves, varies = (float(np.mean(np.nanstd(part, axis=1))) for part in (leading, evidence.actual[whole]))
    if moves < FLAT * varies:
        facts = {"percent": round(100 * moves / varies), "season": evidence.season}
        yield from _with_season(evidence, "flat", facts)


def _with_season(evidence: Evidence, code: str, facts: dict) -> Iterator[Finding]:
    """Said otherwise where repeating the last season is clearly better; with the remedy where the season was not tried."""
    seasonal = _error(evidence.actual, evidence.baselines["seasonal_naive"])
    if evidence.season == 1 or not seasonal < CLEARLY_BETTER * _error(evidence.actual, evidence.leading):
        yield Finding(code, facts)
        return
    tried = evidence.config.forecast.representation != "level"
    remedy = None if tried else {"forecast": {"representation": "auto"}}
    yield Finding(f"{code}_season", facts, remedy, None if tried else "representation")


def narrow(evidence: Evidence) -> Iterator[Finding]:
    """The band that held the fewest values it should have, where chance hardly explains it."""
    lacking = [one for one in evidence.coverage if one.measured < one.level - MARGIN and _chance(one) < CHANCE]
    if lacking:
        worst = max(lacking, key=lambda one: one.level - one.measured)
        yield Finding("band_narrow", {"level": worst.level, "measured": round(worst.measured, 1), "points": worst.points})


def _chance(one: Coverage) -> float:
    """That a true band of this level holds no more; values of one forecast count as fewer than they are (design effect)."""
    from scipy.special import betainc

    each = one.points / max(one.forecasts, 1)
    count = one.points / (1 + (each - 1) * WITHIN_FORECAST)
    held = count * one.measured / 100
    return float(betainc(count - held, held + 1, 1 - one.level / 100))


def _error(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Mean absolute difference over the rows there are."""
    return float(np.nanmean(np.abs(actual - forecast)))


def _middle(of: Sequence[Curve], what: Callable[[Curve], float]) -> int:
    return round(float(np.median([what(curve) for curve in of])))


def _rounded(value: float, digits: int = 1) -> float:
    """To so many significant digits."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value
