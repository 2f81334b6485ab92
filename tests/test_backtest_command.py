"""`python -m rnncore backtest`: what it prints, and how it refuses."""

import json

import numpy as np
import pandas as pd
import pytest

SMALL = ["--horizon", "3", "--season", "1", "--layer", "lstm:4", "--epochs", "2", "--members", "1", "--representation", "level"]
SCORES = {"mase", "smape", "mae", "rmse", "pinball", "crps", "coverage"}


@pytest.fixture
def daily(tmp_path):
    values = 50 + np.random.default_rng(0).normal(size=70)
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=70).strftime("%Y-%m-%d"), "sales": values.round(3)})
    frame.to_csv(tmp_path / "daily.csv", index=False)
    return str(tmp_path / "daily.csv")


def test_json_holds_every_method_scored_together_by_step_and_by_origin(ask, daily):
    status, out, err = ask("backtest", daily, "--origins", 2, *SMALL, "--json")
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert told["origins"] == ["2024-03-05", "2024-03-08"]
    assert set(told["methods"]) == {"combined", "network", "naive", "seasonal_naive", "drift", "mean", "ets", "theta"}
    assert told["best"] == min(told["methods"], key=lambda name: told["methods"][name]["mase"])
    for scores in told["methods"].values():
        assert SCORES | {"seconds", "parameters", "by_step", "by_origin"} == set(scores)
        assert [set(one) for one in (*scores["by_step"], *scores["by_origin"])] == [SCORES] * (3 + 2)
        assert scores["mae"] == pytest.approx(np.mean([one["mae"] for one in scores["by_origin"]]))
    rows = pd.read_csv(daily)["sales"].to_numpy()
    expected = np.abs(np.concatenate([rows[64:67] - rows[63], rows[67:70] - rows[66]])).mean()
    assert told["methods"]["naive"]["mae"] == pytest.approx(expected)


def test_the_table_begins_with_who_wins_in_each_language(ask, daily):
    for language, words in (("en", "origins"), ("zh", "起点")):
        status, out, err = ask("backtest", daily, "--origins", 2, "--refit", "--sliding", *SMALL, "--lang", language)
        assert (status, err) == (0, "")
        first, *rest = out.splitlines()
        assert words in first or "one per cent" in first or "不相上下" in first
        assert any("Theta" in line for line in rest)


def test_cells_are_set_against_each_other(ask, daily):
    told = json.loads(ask("backtest", daily, "--origins", 2, "--cell", "rnn", "--cell", "gru", *SMALL, "--json")[1])
    assert {"network:rnn", "network:gru", "combined:rnn", "combined:gru"} < set(told["methods"])
    assert [one["name"] for one in told["contenders"]] == ["rnn", "gru"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--origins", "0"], "--origins"),
        (["--origins", "40"], "at most 19"),
        (["--cell", "transformer"], "rnn"),
        (["--stride", "none"], "--stride"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_2(ask, daily, arguments, words):
    status, out, err = ask("backtest", daily, *SMALL, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert ask("backtest", "nowhere.csv", *SMALL)[0] == 2
