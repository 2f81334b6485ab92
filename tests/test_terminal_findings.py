"""What the numbers of a run and the columns of a file say, as the command line tells it."""

import json

import numpy as np
import pandas as pd
import pytest

from rnncore.terminal.run import run

SMALL = ["--layer", "lstm:4", "--epochs", "2", "--members", "1", "--representation", "level"]


@pytest.fixture
def ask(capsys):
    """Runs a command that must succeed: what it prints."""

    def asked(*arguments):
        capsys.readouterr()
        assert run([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return asked


def write(path, frequency="D", **columns):
    days = pd.date_range("2000-01-01", periods=len(next(iter(columns.values()))), freq=frequency).strftime("%Y-%m-%d")
    pd.DataFrame({"day": days, **columns}).to_csv(path, index=False)
    return str(path)


@pytest.fixture
def rides(tmp_path):
    """Like a bike rental's days: two kinds of customers, the sum of both, and the weather."""
    draw = np.random.default_rng(0)
    casual, registered = draw.integers(100, 900, 200), draw.integers(1000, 6000, 200)
    temp = draw.normal(15, 5, 200).round(2)
    total = [*(casual + registered)[:-7], *7 * [""]]  # the last week is still to come
    return write(tmp_path / "bike_day.csv", temp=temp, casual=casual, registered=registered, cnt=total)


def test_white_noise_is_told_in_words_and_in_json(ask, tmp_path):
    noise = write(tmp_path / "noise.csv", value=np.random.default_rng(7).normal(50, 5, 300).round(3))
    sentence = "As far as 300 rows can tell, this series is white noise"
    facts = json.loads(ask("forecast", noise, "--horizon", 12, *SMALL, "--json"))
    [finding] = facts["findings"]
    assert (finding["code"], finding["series"], finding["remedy"]) == ("white_noise", None, None)
    assert finding["text"].startswith(sentence)
    lines = ask("forecast", noise, "--horizon", 12, *SMALL).splitlines()
    assert lines[1].startswith(sentence)
    assert "白噪声" in ask("forecast", noise, "--horizon", 12, *SMALL, "--lang", "zh").splitlines()[1]


def test_a_remedy_stands_in_the_json_as_settings(ask, tmp_path):
    wave = 20 + 5 * np.sin(np.arange(240) * np.pi / 6) + np.random.default_rng(1).normal(0, 0.3, 240)
    file = write(tmp_path / "wave.csv", "MS", value=wave.round(3))
    brief = ["--layer", "lstm:8", "--members", "1", "--representation", "level", "--network-only", "--epochs", "6"]
    [finding] = json.loads(ask("forecast", file, *brief, "--json"))["findings"]
    assert (finding["code"], finding["remedy"]) == ("under_trained", {"training": {"epochs": 18}})


def test_of_several_series_a_finding_says_how_many_it_is_true_of(ask, tmp_path):
    days = pd.date_range("2023-01-01", periods=250).strftime("%Y-%m-%d")
    walk = np.random.default_rng(9).normal(size=250).cumsum()
    walks = {"north": 100 + walk.round(3), "south": 200 - 2 * walk.round(3)}
    rows = pd.concat([pd.DataFrame({"shop": name, "day": days, "sales": values}) for name, values in walks.items()])
    rows.to_csv(tmp_path / "shops.csv", index=False)
    told = ask("forecast", tmp_path / "shops.csv", "--horizon", 7, *SMALL)
    assert "2 of 2 series, such as north: As far as 250 rows can tell, this series is a random walk" in told


def test_columns_that_add_up_are_named_when_a_file_is_inspected_but_not_where_none_of_them_is_read(ask, rides):
    told = "Columns casual, registered add up to “cnt”"
    assert told in ask("inspect", rides, "--value", "cnt")
    notes = json.loads(ask("inspect", rides, "--value", "cnt", "--json"))["notes"]
    assert [note["text"][: len(told)] for note in notes if note["code"] == "leak_sum"] == [told]
    assert told not in ask("forecast", rides, "--value", "cnt", "--horizon", 7, *SMALL)


def test_columns_that_are_read_and_add_up_are_a_finding(ask, rides):
    known = ["--known", "casual", "--known", "registered", "--known", "temp", "--value", "cnt", "--horizon", 7]
    found = json.loads(ask("forecast", rides, *known, *SMALL, "--json"))["findings"]
    assert "leak_sum" in [one["code"] for one in found]


def test_of_few_held_out_rows_little_is_concluded_and_members_have_names(ask, tmp_path):
    line = write(tmp_path / "line.csv", value=(2 * np.arange(30) + np.random.default_rng(0).normal(0, 1, 30)).round(2))
    told = ask("forecast", line, "--horizon", 1, "--holdout", 1, *SMALL)
    assert "So few rows decide little" in told
    assert "Prefer that" not in told
    assert "Network on the values themselves; it sees" in told
    assert "level/" not in told
    assert "So few rows" not in ask("forecast", line, "--horizon", 3, "--holdout", 6, *SMALL)
    assert "网络：数值本身" in ask("forecast", line, "--horizon", 1, *SMALL, "--lang", "zh")
