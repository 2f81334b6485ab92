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


@pytest.fixture(scope="module")
def finished():
    recipe = start(sales(), layers=(Layer(units=6), Layer(cell="gru", units=5)))
    list(recipe.epochs())
    return recipe


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"scaling": "standard", "representation": "level", "transform": "none"},
        {"scaling": "minmax", "strategy": "recursive", "refit": False},
        {"layers": (Layer(cell="rnn", units=5, activation="sigmoid", dropout=0.1), Layer(units=4))},
    ],
)
def test_a_loaded_model_forecasts_and_scores_as_the_saved_one(monthly, knobs):
    recipe = start(monthly, **knobs)
    list(recipe.epochs())
    before, after = recipe.finish(), Recipe.from_model(recipe.model(), [monthly], nn).finish()
    assert after.forecasts == before.forecasts
    assert after.scores == before.scores
    assert after.held_out == before.held_out
    assert after.chosen == before.chosen


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
    list(islice(cut.epochs(), 4))
    resumed = Recipe([monthly], configure(), nn, cut.state())
    assert 4 + len(list(resumed.epochs())) == count
    assert resumed.finish().forecasts == whole.finish().forecasts
    assert resumed.finish().scores == whole.finish().scores
    assert whole.finish().scores != finished.finish().scores


def test_a_model_file_carries_all_that_it_takes_to_use_it(finished):
    arrays, facts = load(finished.model())
    assert facts["config"]["network"]["layers"][1]["cell"] == "gru"
    assert facts["series"] == ["sales"]
    assert (facts["frequency"], facts["season"]) == ("MS", 12)
    assert facts["seeds"] == {"scored": [0, 1], "adjusted": [0, 1]}
    assert facts["ends"] == {"scored": ["2028-12-01"], "adjusted": ["2029-12-01"]}
    assert arrays["adjusted.1.layers.0.weight_hh_l0"].shape == (24, 6)


def _changed(data, change):
    arrays, facts = load(data)
    facts = json.loads(json.dumps(facts))
    change(arrays, facts)
    return save(arrays, facts)


DAMAGES = {
    "an array is missing": lambda a, f: a.pop("scored.0.head.bias"),
    "an array has another shape": lambda a, f: a.update({"scored.0.head.bias": np.zeros(3, dtype=np.float32)}),
    "an array has another type": lambda a, f: a.update({"scored.0.head.bias": a["scored.0.head.bias"].astype(np.float64)}),
    "a knob is out of range": lambda a, f: f["config"]["network"]["layers"][0].update({"units": 10**9}),
    "an unknown knob": lambda a, f: f["config"]["network"].update({"script": "x"}),
    "more networks than stored": lambda a, f: f["seeds"].update({"scored": [0, 1, 2]}),
    "no networks": lambda a, f: f["seeds"].update({"scored": []}),
    "a season that is text": lambda a, f: f["representation"].update({"lag": "12"}),
    "a negative season": lambda a, f: f["representation"].update({"lag": -12}),
    "a season beyond all memory": lambda a, f: f["representation"].update({"lag": 10**12}),
    "candidates that are markup": lambda a, f: f.update({"tried": ["<b>"]}),
    "a scaler for other series": lambda a, f: f["scaler"].update({"level": [1.0, 2.0]}),
    "a scaler that is text": lambda a, f: f["scaler"].update({"level": ["x"]}),
    "a later version": lambda a, f: f.update({"format": 99}),
    "no configuration": lambda a, f: f.pop("config"),
    "an unsettled configuration": lambda a, f: f["config"]["forecast"].update({"horizon": None}),
    "ends of other series": lambda a, f: f["ends"].update({"scored": []}),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_model_file_that_does_not_fit_together_is_refused(finished, monthly, change):
    with pytest.raises(Refusal) as refused:
        Recipe.from_model(_changed(finished.model(), change), [monthly], nn)
    assert refused.value.code == "model_file"
