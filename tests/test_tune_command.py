"""`tune` as a user meets it: what it prints, what it keeps, what it refuses."""

import json

import numpy as np
import pytest

SMALL = [
    "--layer",
    "lstm:4",
    "--epochs",
    "2",
    "--representation",
    "level",
    "--effort",
    "fast",
    "--network-only",
    "--tries",
    "2",
    "--seconds",
    "5",
]


@pytest.fixture
def yearly(tmp_path):
    """60 years without a season, and the path of their file."""
    values = 10 + np.random.default_rng(0).normal(size=60).cumsum()
    path = tmp_path / "yearly.csv"
    path.write_text("year,value\n" + "".join(f"{1950 + n},{value:.3f}\n" for n, value in enumerate(values)))
    return str(path)


def test_tune_prints_json_and_keeps_settings_that_forecast_takes(ask, yearly, tmp_path):
    kept = tmp_path / "best.json"
    status, out, _ = ask("tune", yearly, *SMALL, "--horizon", 3, "--json", "--save-config", kept)
    assert status == 0
    told = json.loads(out)
    assert 1 <= told["tried"] == len(told["candidates"]) <= 3
    assert set(told["knobs"]) <= {"learning_rate", "window", "transform", "batch_size"}  # the others were given
    assert set(told["judges"]) >= {"naive", "seasonal_naive", "ets", "theta"}
    assert told["verdict"] in ("better", "equal", "worse", "same")
    assert json.loads(kept.read_text()) == told["config"]
    assert told["config"]["network"]["layers"][0]["units"] == 4
    status, out, _ = ask("forecast", yearly, "--config", kept, "--json")
    assert status == 0
    assert json.loads(out)["horizon"] == 3


@pytest.mark.parametrize(("language", "words"), [("en", "held-out rows"), ("zh", "留出段")])
def test_tune_says_what_it_found_beside_the_simple_methods(ask, yearly, language, words):
    status, out, _ = ask("tune", yearly, *SMALL, "--horizon", 3, "--knob", "learning_rate", "--lang", language)
    assert status == 0
    assert words in out
    assert "Theta" in out


def test_tune_refuses_when_every_knob_is_held_fixed(ask, yearly):
    status, _, err = ask("tune", yearly, "--knob", "units,cell", "--layer", "gru:8")
    assert status == 2
    assert "nothing to search" in err
