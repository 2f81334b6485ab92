"""A saved model forecasts as it did, goes on, and is not trusted further than it can be checked."""

import json
from itertools import islice

import numpy as np
import pytest

from rnncore import nn
from rnncore.config import Layer
from rnncore.forecasting import Recipe
from rnncore.messages import Refusal
from rnncore.weights import load, save
from tests.forecasting.conftest import configure, make, sales, start

KINDS = {"representation": "auto", "members": 2, "season": 1, "window": 36, "network_only": True}


@pytest.fixture(scope="module")
def finished():
    """A level and a ridge with two seeds each, in two layers."""
    recipe = start(sales(), **KINDS, layers=(Layer(units=6), Layer(cell="gru", units=5)))
    list(recipe.epochs())
    return recipe


@pytest.mark.parametrize(
    "knobs",
    [
        {"representation": "auto", "season": 1},
        {"scaling": "standard", "representation": "stl", "transform": "log"},
        {"scaling": "minmax", "strategy": "recursive", "representation": "ridge"},
        {"scaling": "window", "representation": "season", "network_only": True},
        {"layers": (Layer(cell="rnn", units=5, activation="sigmoid", dropout=0.1), Layer(units=4))},
    ],
)
def test_a_loaded_model_forecasts_and_scores_as_the_saved_one(monthly, knobs):
    recipe = start(monthly, effort="fast", **knobs)
    list(recipe.epochs())
    before, after = recipe.finish(), Recipe.from_model(recipe.model(), [monthly], nn).finish()
    assert after.forecasts == before.forecasts
    assert after.scores == before.scores
    assert after.held_out == before.held_out
    assert after.weights == before.weights
    assert after.networks == [one | {"epochs": 0, "seconds": 0.0} for one in before.networks]


def test_a_loaded_model_forecasts_rows_that_came_later(finished, monthly):
    t = np.arange(126)
    newer = make(20 + 0.1 * t + 3 * np.sin(t * np.pi / 6), "MS", "sales")
    result = Recipe.from_model(finished.model(), [newer], nn).finish()
    assert result.forecasts[0].time[0] == "2030-07-01"
    assert "model_saw_held_out" not in [note.code for note in result.notes]


def test_it_is_said_when_the_loaded_model_has_seen_the_held_out_end(finished, monthly):
    result = Recipe.from_model(finished.model(), [monthly.head(110)], nn).finish()
    assert "model_saw_held_out" in [note.code for note in result.notes]


def test_a_loaded_model_is_trained_further_and_taken_up_again_on_the_way(finished, monthly):
    def begin():
        recipe = Recipe.from_model(finished.model(), [monthly], nn, configure(learning_rate=0.01, layers=(Layer(units=3),)))
        recipe.further(3)
        return recipe

    whole = begin()
    count = len(list(whole.epochs()))
    cut = begin()
    list(islice(cut.epochs(), 9))
    resumed = Recipe([monthly], configure(), nn, cut.state())
    assert 9 + len(list(resumed.epochs())) == count
    ours, theirs = resumed.finish(), whole.finish()
    assert (ours.forecasts, ours.scores) == (theirs.forecasts, theirs.scores)
    assert [one["epochs"] for one in theirs.networks] == [3] * 4
    assert sum(one["validation"] for one in theirs.networks) < sum(one.validation for one in finished.done)


def test_a_model_file_carries_all_that_it_takes_to_use_it(finished):
    arrays, facts = load(finished.model())
    assert facts["config"]["network"]["layers"][1]["cell"] == "gru"
    assert facts["series"] == ["sales"]
    assert (facts["frequency"], facts["season"]) == ("MS", 1)
    assert [one["base"] for one in facts["representations"]] == ["ridge", "level"]
    assert [(one["representation"], one["seed"]) for one in facts["networks"]] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [one["validation"] for one in facts["networks"]] == [one.validation for one in finished.done]
    assert facts["ends"] == ["2028-12-01"]  # the held-out end was not seen
    assert len(facts["views"]["1"]["scales"]["level"]) == 1
    assert arrays["view.0.ridge"].shape == (37, 12)
    assert arrays["network.3.layers.0.weight_hh_l0"].shape == (24, 6)


def _changed(data, change):
    arrays, facts = load(data)
    facts = json.loads(json.dumps(facts))
    change(arrays, facts)
    return save(arrays, facts)


DAMAGES = {
    "an array is missing": lambda a, f: a.pop("network.0.head.bias"),
    "an array has another shape": lambda a, f: a.update({"network.0.head.bias": np.zeros(3, dtype=np.float32)}),
    "an array has another type": lambda a, f: a.update({"network.0.head.bias": a["network.0.head.bias"].astype(np.float64)}),
    "the linear map is missing": lambda a, f: a.pop("view.0.ridge"),
    "the linear map has another shape": lambda a, f: a.update({"view.0.ridge": np.zeros((36, 12))}),
    "the linear map has another type": lambda a, f: a.update({"view.0.ridge": a["view.0.ridge"].astype(np.float32)}),
    "a knob is out of range": lambda a, f: f["config"]["network"]["layers"][0].update({"units": 10**9}),
    "an unknown knob": lambda a, f: f["config"]["network"].update({"script": "x"}),
    "more networks than stored": lambda a, f: f["networks"].append(f["networks"][0]),
    "no networks": lambda a, f: f["networks"].clear(),
    "a seed that is text": lambda a, f: f["networks"][0].update({"seed": "<b>"}),
    "an error that is text": lambda a, f: f["networks"][0].update({"validation": "<b>"}),
    "a network of a kind that is not there": lambda a, f: f["networks"][0].update({"representation": 2}),
    "a network of a kind without scales": lambda a, f: f["views"].pop("1"),
    "scales of a kind that is not there": lambda a, f: f["views"].update({"2": f["views"]["1"]}),
    "a season that is text": lambda a, f: f["representations"][1].update({"base": "season", "lag": "12"}),
    "a negative season": lambda a, f: f["representations"][1].update({"base": "season", "lag": -12}),
    "a season beyond all memory": lambda a, f: f["representations"][1].update({"base": "season", "lag": 10**12}),
    "a season where none is used": lambda a, f: f["representations"][1].update({"lag": 12}),
    "a kind that nobody knows": lambda a, f: f["representations"][1].update({"base": "<b>"}),
    "a window beyond all memory": lambda a, f: f["representations"][1].update({"window": 10**12}),
    "steps longer than the window": lambda a, f: f["representations"][1].update({"segment": 37}),
    "scales of other series": lambda a, f: f["views"]["1"]["scales"].update({"level": [1.0, 2.0]}),
    "scales that are text": lambda a, f: f["views"]["1"]["scales"].update({"level": ["x"]}),
    "scales that are negative": lambda a, f: f["views"]["1"]["scales"].update({"spread": [-1.0]}),
    "another way to scale than the settings say": lambda a, f: f["views"]["1"]["scales"].update({"scaling": "minmax"}),
    "a later version": lambda a, f: f.update({"format": 99}),
    "no configuration": lambda a, f: f.pop("config"),
    "an unsettled configuration": lambda a, f: f["config"]["forecast"].update({"horizon": None}),
    "ends of other series": lambda a, f: f["ends"].clear(),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_model_file_that_does_not_fit_together_is_refused(finished, monthly, change):
    with pytest.raises(Refusal) as refused:
        Recipe.from_model(_changed(finished.model(), change), [monthly], nn)
    assert refused.value.code == "model_file"
