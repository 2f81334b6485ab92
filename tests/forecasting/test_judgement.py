"""A run that is over is judged by what it did: real runs, each with one cause built in."""

from dataclasses import replace

import numpy as np

from rnncore.config import Layer
from rnncore.series.series import Covariate
from tests.forecasting.conftest import make, run, sales, start
from tests.forecasting.test_recipe import through_bytes

POOL = {"representation": "auto", "epochs": 3}
MONTHS = np.arange(240)


def draw(seed):
    return np.random.default_rng(seed)


def seasonal(rows=240):
    return make(20 + 5 * np.sin(np.arange(rows) * np.pi / 6) + draw(1).normal(0, 0.3, rows), "MS", "season")


def codes(result):
    return [one.code for one in result.findings]


def test_a_sound_run_has_no_findings():
    assert codes(run(sales(), effort="fast", **POOL | {"epochs": 20})) == []


def test_white_noise_is_recognised():
    assert codes(run(make(draw(7).normal(50, 5, 300)), horizon=12, **POOL)) == ["white_noise"]


def test_a_random_walk_is_recognised():
    assert codes(run(make(draw(9).normal(size=300).cumsum()), horizon=12, **POOL)) == ["random_walk"]


def test_a_training_far_too_short_is_recognised_and_so_is_one_that_takes_far_too_small_steps():
    brief = run(seasonal(), network_only=True, epochs=6)
    assert codes(brief) == ["under_trained"]
    assert brief.findings[0].remedy == {"training": {"epochs": 18}}
    slow = run(seasonal(), network_only=True, epochs=6, learning_rate=1e-5)
    assert codes(slow) == ["learns_slowly"]
    assert slow.findings[0].remedy == {"training": {"learning_rate": 0.003}}


def test_a_learning_rate_at_which_some_networks_explode_is_told_with_their_number():
    wild = {"optimizer": "sgd", "learning_rate": 1.0, "clip_norm": 0.0, "loss": "mse", "initialisation": "identity"}
    recipe = start(sales(), **POOL, **wild, layers=(Layer(cell="rnn", activation="relu", units=32),))
    list(recipe.epochs())
    exploded = sum(one.exploded for one in recipe.trained())
    assert 0 < exploded < len(recipe.trained())
    first = recipe.finish().findings[0]
    assert (first.code, first.facts["count"]) == ("loss_exploded_unclipped", exploded)


def test_a_run_that_was_taken_up_again_is_judged_as_if_it_had_never_been_left():
    whole, left = (start(seasonal(), network_only=True, epochs=6) for _ in range(2))
    list(whole.epochs())
    for _ in zip(range(len(left.partners.all) + 3), left.epochs(), strict=False):
        pass
    taken_up = start(seasonal(), through_bytes(left.state()))
    list(taken_up.epochs())
    assert taken_up.finish().findings == whole.finish().findings != []


def test_of_a_panel_what_concerns_one_series_names_it_and_what_concerns_the_run_does_not():
    panel = [seasonal(), make(100 + draw(9).normal(size=240).cumsum(), "MS", "walk"), replace(seasonal(), name="again")]
    result = run(panel, network_only=True, epochs=6)
    assert [(one.code, one.series) for one in result.findings if one.series is None] == [("under_trained", None)]
    assert ("random_walk", "walk") in [(one.code, one.series) for one in result.findings]
    assert {one.series for one in result.findings if one.code == "random_walk"} == {"walk"}


def rentals():
    """Like a bike rental's days: two kinds of customers, and the sum of both."""
    registered = np.round(3000 + 800 * np.sin(MONTHS * 2 * np.pi / 7) + draw(0).normal(0, 200, 240))
    casual = np.round(700 + 300 * np.sin(MONTHS * 2 * np.pi / 7 + 1) + draw(2).normal(0, 80, 240))
    return make(registered + casual, "D", "cnt"), registered, casual


def test_covariates_that_add_up_to_the_target_are_named_and_a_harmless_one_is_not():
    count, registered, casual = rentals()
    weather = Covariate("temp", draw(3).normal(15, 5, 240), np.full(30, 15.0))
    parts = [Covariate(name, values, np.full(30, 1000.0)) for name, values in (("registered", registered), ("casual", casual))]
    found = run(replace(count, covariates=(*parts, weather)), epochs=2).findings
    assert [(one.code, one.facts["columns"]) for one in found if one.code.startswith("leak")] == [
        ("leak_sum", ["registered", "casual"])
    ]
    of_the_past = [replace(one, future=None) for one in parts]
    assert not any(code.startswith("leak") for code in codes(run(replace(count, covariates=(*of_the_past, weather)), epochs=2)))
