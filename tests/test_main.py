"""The command line as a user meets it: what it prints, where, and with which exit status."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnncore.config import ForecastConfig, RunConfig, TrainingConfig
from rnncore.series.samples import samples
from rnncore.terminal.options import SECTIONS, layer, option
from rnncore.terminal.parser import parser
from rnncore.terminal.run import run

ROOT = Path(__file__).parent.parent
SMALL = ["--layer", "lstm:4", "--epochs", "2", "--members", "1", "--representation", "level", "--effort", "fast"]
MEASURES = {"mase", "smape", "mae", "rmse"}


@pytest.fixture
def daily(tmp_path):
    """A file of 120 days with a season of seven, and its path."""
    values = 50 + 10 * np.sin(np.arange(120) * 2 * np.pi / 7) + np.arange(120) * 0.1
    frame = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=120).strftime("%Y-%m-%d"), "sales": values.round(3)})
    frame.to_csv(tmp_path / "daily.csv", index=False)
    return str(tmp_path / "daily.csv")


@pytest.fixture
def refused(ask):
    """Runs a command that must be refused: the one line on standard error."""

    def told(*arguments):
        status, out, err = ask(*arguments)
        assert status == 2
        assert out == "" or "--json" in arguments
        assert err.endswith("\n")
        assert err.count("\n") == 1
        return err.strip()

    return told


def strict(text):
    def never(name):
        raise AssertionError(f"{name} is not JSON")

    return json.loads(text, parse_constant=never)


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def program(*arguments, **settings):
    command = [sys.executable, "-m", "rnncore", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def test_inspect_tells_what_was_read(ask, daily):
    status, out, err = ask("inspect", daily, "--json")
    assert (status, err) == (0, "")
    told = strict(out)
    assert told["rows"] == 120
    assert (told["time"], told["values"], told["series"], told["frequency"]) == ("day", ["sales"], 1, "D")
    assert told["first"].startswith("2024-01-01")
    assert told["last"].startswith("2024-04-29")
    assert (told["missing"], told["duplicates"], told["delimiter"], told["decimal"]) == (0, 0, ",", ".")
    assert told["encoding"].lower().startswith(("utf-8", "ascii"))
    assert told["sums"]["sales"] == pytest.approx(pd.read_csv(daily)["sales"].sum())


def test_inspect_gives_every_note_a_code_a_count_and_a_sentence_in_the_language(ask, tmp_path):
    (tmp_path / "gap.csv").write_text("day,sales\n" + "".join(f"2024-01-{d:02d},{d}\n" for d in range(1, 29) if d != 9))
    for language, letter in (("en", "a"), ("zh", "。")):
        notes = strict(ask("inspect", tmp_path / "gap.csv", "--json", "--lang", language)[1])["notes"]
        assert notes
        assert all({"code", "count", "text"} <= set(note) for note in notes)
        assert all(letter in note["text"] for note in notes)


def test_a_file_without_dates_has_null_for_all_that_needs_them(ask, tmp_path):
    (tmp_path / "plain.csv").write_text("value\n" + "\n".join(f"{v}.5" for v in range(40)))
    told = strict(ask("inspect", tmp_path / "plain.csv", "--json")[1])
    assert [told[name] for name in ("time", "frequency", "first", "last")] == [None] * 4
    assert told["rows"] == 40


def test_inspect_prints_a_report_to_read(ask, daily):
    out = ask("inspect", daily)[1]
    assert "120" in out
    assert "2024-04-29" in out
    assert "行数" in ask("inspect", daily, "--lang", "zh")[1]


def test_inspect_refuses_in_json_and_on_one_line(ask, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    status, out, err = ask("inspect", tmp_path / "empty.csv", "--json")
    error = strict(out)["error"]
    assert status == 2
    assert error["text"] == err.strip()
    assert error["code"]


def test_a_file_can_come_from_standard_input(daily):
    with open(daily) as source, program("inspect", "-", "--json", stdin=source) as running:
        assert strict(running.communicate()[0])["rows"] == 120


def test_every_scalar_knob_is_an_option_with_its_words(ask, capsys):
    for language in ("en", "zh"):
        with pytest.raises(SystemExit) as ended:
            parser(language).parse_args(["forecast", "--help"])
        assert ended.value.code == 0
        text = capsys.readouterr().out
        for model in SECTIONS.values():
            for name in model.model_fields:
                assert option(name) in text or option(name, repeated=True) in text


def test_the_forecast_starts_right_after_the_last_row(ask, daily, tmp_path):
    status, out, err = ask("forecast", daily, "--horizon", 5, "--season", 7, *SMALL, "--out", tmp_path / "next.csv", "--json")
    assert (status, err) == (0, "")
    rows = rows_of((tmp_path / "next.csv").read_text())
    assert list(rows[0]) == ["time", "forecast", "lower_80", "upper_80", "lower_95", "upper_95"]
    assert [row["time"][:10] for row in rows] == [f"2024-0{m}-{d:02d}" for m, d in ((4, 30), (5, 1), (5, 2), (5, 3), (5, 4))]
    for row in rows:
        numbers = [float(row[name]) for name in ("lower_95", "lower_80", "forecast", "upper_80", "upper_95")]
        assert numbers == sorted(numbers)
    told = strict(out)
    assert (told["horizon"], told["season"], told["levels"]) == (5, 7, [80, 95])
    assert list(told["scores"]) == ["combined", "network", "naive", "seasonal_naive", "drift", "mean", "ets", "theta"]
    assert all(set(score) >= MEASURES for score in told["scores"].values())
    assert told["best"] in told["scores"]
    assert told["epochs"] >= 2
    assert 0 < told["seconds"] < 60
    assert all({"code", "count", "text"} <= set(note) for note in told["notes"])
    assert "series_scores" not in told


def test_the_forecast_of_a_simple_method_is_written_where_it_is_asked_for(ask, daily, tmp_path):
    asked = ("forecast", daily, "--horizon", 3, "--season", 7, *SMALL, "--out", tmp_path / "next.csv")
    assert ask(*asked, "--method", "seasonal_naive")[0] == 0
    last_season = [float(row[1]) for row in csv.reader(Path(daily).read_text().splitlines()[-7:-4])]
    rows = rows_of((tmp_path / "next.csv").read_text())
    assert [float(row["forecast"]) for row in rows] == pytest.approx(last_season)
    status, _, err = ask(*asked, "--method", "oracle")
    assert status == 2
    assert "seasonal_naive" in err


def test_without_stamps_the_time_is_the_row_number(ask, tmp_path):
    (tmp_path / "plain.csv").write_text("value\n" + "\n".join(f"{v % 5}.5" for v in range(80)))
    ask("forecast", tmp_path / "plain.csv", "--horizon", 3, *SMALL, "--out", tmp_path / "next.csv")
    assert [row["time"] for row in rows_of((tmp_path / "next.csv").read_text())] == ["81", "82", "83"]


def test_several_series_are_told_apart(ask, tmp_path):
    days = pd.date_range("2024-01-01", periods=80).strftime("%Y-%m-%d")
    waves = {"north": np.sin(np.arange(80)) + 5, "south": np.cos(np.arange(80)) * 100}
    rows = [f"{name},{day},{value:.4f}" for name, wave in waves.items() for day, value in zip(days, wave, strict=True)]
    (tmp_path / "long.csv").write_text("shop,day,sales\n" + "\n".join(rows))
    out = ask(
        "forecast", tmp_path / "long.csv", "--series", "shop", "--horizon", 4, *SMALL, "--json", "--out", tmp_path / "n.csv"
    )[1]
    told, rows = strict(out), rows_of((tmp_path / "n.csv").read_text())
    assert [row["series"] for row in rows] == ["north"] * 4 + ["south"] * 4
    assert set(told["series_scores"]) == {"north", "south"}
    assert all(set(score) >= MEASURES for score in told["scores"].values())


def test_the_levels_asked_for_are_the_bands_given(ask, daily, tmp_path):
    ask("forecast", daily, "--horizon", 3, *SMALL, "--level", 50, "--level", 99.5, "--out", tmp_path / "next.csv")
    header = (tmp_path / "next.csv").read_text().splitlines()[0]
    assert header == "time,forecast,lower_50,upper_50,lower_99.5,upper_99.5"


def test_the_same_seed_gives_the_same_file_and_another_seed_another(ask, daily, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        ask("forecast", daily, "--horizon", 3, *SMALL, "--seed", seed, "--out", tmp_path / name)
    first, again, other = ((tmp_path / name).read_text() for name in "abc")
    assert first == again != other


def test_the_table_says_first_how_the_forecast_stands(ask, daily):
    for language, words in (("en", ("This forecast", "rows it had not seen")), ("zh", ("这个预测", "未见过"))):
        status, out, err = ask("forecast", daily, "--horizon", 3, *SMALL, "--lang", language)
        assert (status, err) == (0, "")
        assert all(word in out.splitlines()[0] for word in words)
        assert "2024-04-30" in out


def test_options_win_over_the_settings_file(ask, daily, tmp_path):
    settings = {
        "forecast": {"horizon": 6, "members": 1, "representation": "level", "transform": "none"},
        "network": {"layers": [{"cell": "gru", "units": 3}]},
        "training": {"epochs": 1},
        "read": {"value": "sales"},
    }
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    told = strict(ask("forecast", daily, "--config", tmp_path / "settings.json", "--json")[1])
    assert (told["horizon"], told["layers"][0]["cell"], told["layers"][0]["units"]) == (6, "gru", 3)
    told = strict(
        ask("forecast", daily, "--config", tmp_path / "settings.json", "--horizon", 2, "--layer", "rnn:2", "--json")[1]
    )
    assert (told["horizon"], told["layers"][0]["cell"]) == (2, "rnn")


def test_the_settings_that_the_page_offers_are_taken_as_they_are(ask, daily, tmp_path):
    training = TrainingConfig(epochs=1)
    offered = RunConfig(forecast=ForecastConfig(horizon=4, members=1), training=training)
    (tmp_path / "settings.json").write_text(offered.model_dump_json(indent=2))
    assert strict(ask("forecast", daily, "--config", tmp_path / "settings.json", "--json")[1])["horizon"] == 4


def test_a_saved_model_forecasts_the_same_without_training(ask, daily, tmp_path):
    ask("forecast", daily, "--horizon", 3, *SMALL, "--save", tmp_path / "m", "--out", tmp_path / "a.csv")
    told = strict(ask("forecast", daily, "--model", tmp_path / "m", "--out", tmp_path / "b.csv", "--json")[1])
    assert told["epochs"] == 0
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()


def test_a_saved_model_refuses_what_it_cannot_follow(ask, refused, daily, tmp_path):
    ask("forecast", daily, "--horizon", 3, *SMALL, "--save", tmp_path / "m")
    assert "--horizon" in refused("forecast", daily, "--model", tmp_path / "m", "--horizon", 4)
    assert "--seed" in refused("forecast", daily, "--model", tmp_path / "m", "--seed", 5)
    refused("forecast", daily, "--model", daily)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), ["COMMAND"]),
        (("bake",), ["bake", "inspect", "forecast"]),
        (("forecast",), ["FILE"]),
        (("forecast", "no-such-file.csv"), ["no-such-file.csv"]),
        (("forecast", "."), ["."]),
        (("forecast", "x.csv", "y.csv"), ["y.csv"]),
        (("forecast", "x.csv", "--horizn", "3"), ["--horizn"]),
        (("forecast", "x.csv", "--horizon"), ["--horizon"]),
        (("forecast", "x.csv", "--horizon", "0"), ["--horizon", "0", "1", "2000"]),
        (("forecast", "x.csv", "--horizon", "ten"), ["--horizon", "ten"]),
        (("forecast", "x.csv", "--learning-rate", "2"), ["--learning-rate", "0", "1", "2"]),
        (("forecast", "x.csv", "--optimizer", "magic"), ["--optimizer", "magic", "adamw"]),
        (("forecast", "x.csv", "--level", "100"), ["--level", "100"]),
        (("forecast", "x.csv", "--layer", "lstm:0"), ["--layer", "0", "1024"]),
        (("forecast", "x.csv", "--layer", "tree:5"), ["--layer", "tree", "lstm"]),
        (("forecast", "x.csv", "--layer", "lstm:5,cheese"), ["lstm:5,cheese"]),
        (("forecast", "x.csv", "--config", "no-such.json"), ["no-such.json"]),
        (("forecast", "x.csv", "--out", "no-such-folder/next.csv"), ["no-such-folder/next.csv"]),
        (("forecast", "x.csv", "--out", "."), ["."]),
        (("forecast", "x.csv", "--network-only=1"), ["--network-only"]),
        (("forecast", "x.csv", *["--level", "50,60,70", "--level", "80,90,95"]), ["--level", "5", "6"]),
        (("inspect", "x.csv", "--gaps", "hope"), ["--gaps", "hope", "linear"]),
        (("samples", "nowhere"), ["nowhere", "air_passengers"]),
        (("generate", "sine", "--period", "1"), ["--period", "1", "2"]),
    ],
    ids=lambda value: " ".join(value) or "nothing",
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_user_gets_wrong_is_told_in_one_line(refused, arguments, named, language):
    line = refused(*arguments, "--lang", language)
    assert all(word in line for word in named)
    assert line.isascii() == (language == "en")


def test_an_unknown_language_is_told_with_those_there_are(refused):
    assert all(word in refused("samples", "--lang", "fr") for word in ("fr", "en", "zh"))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ('{"forecast": {"horizon": 0}}', "forecast.horizon"),
        ('{"forecast": {"horizn": 5}}', "forecast.horizn"),
        ('{"network": {"layers": [{"units": 99999}]}}', "network.layers.0.units"),
        ('{"colours": {}}', "colours"),
        ("[1, 2]", "settings.json"),
        ("not json", "settings.json"),
    ],
)
def test_what_is_wrong_in_a_settings_file_is_named(refused, daily, tmp_path, settings, named):
    (tmp_path / "settings.json").write_text(settings)
    assert named in refused("forecast", daily, "--config", tmp_path / "settings.json")


def test_the_file_that_is_read_is_never_written(refused, daily):
    before = Path(daily).read_bytes()
    assert daily in refused("forecast", daily, "--out", daily)
    assert Path(daily).read_bytes() == before


def test_a_refused_run_leaves_no_empty_result_behind(refused, daily, tmp_path):
    refused("forecast", daily, "--horizon", 1500, "--out", tmp_path / "next.csv")
    assert not (tmp_path / "next.csv").exists()


def test_a_name_that_steers_terminals_is_made_harmless(refused):
    assert "\x1b" not in refused("inspect", "\x1b[31mred\nfile.csv")


def test_a_larger_file_than_allowed_is_refused_without_reading_it_all(tmp_path):
    with open(tmp_path / "large.csv", "wb") as file:
        file.truncate(3 * 1024**3)
    with program("inspect", tmp_path / "large.csv", "--max-megabytes", 1) as running:
        err = running.communicate(timeout=30)[1]
    assert running.returncode == 2
    assert err.count("\n") == 1


def test_a_layer_is_read_from_its_text():
    assert layer("lstm:50,dropout=0.2") == {"cell": "lstm", "units": "50", "dropout": "0.2"}
    assert layer("rnn:32,activation=relu") == {"cell": "rnn", "units": "32", "activation": "relu"}
    assert layer("gru") == {"cell": "gru"}


def test_a_sample_is_printed_as_it_is(capfdbinary):
    assert run(["samples", "air_passengers"]) == 0
    assert capfdbinary.readouterr().out == samples()[0].bytes()


def test_samples_are_listed_in_the_language(ask):
    assert all(sample.key in ask("samples")[1] for sample in samples())
    assert "尼罗河" in ask("samples", "--lang", "zh")[1]


def test_a_generated_sequence_can_be_written(ask, tmp_path):
    assert ask("generate", "counting", "--length", 4, "--out", tmp_path / "count.csv")[0] == 0
    assert (tmp_path / "count.csv").read_text() == "value\n1.0\n2.0\n3.0\n4.0\n"
    ask("generate", "sines", "--period", 10, "--period", "4,3", "--length", 5, "--out", tmp_path / "sines.csv")
    assert len((tmp_path / "sines.csv").read_text().split()) == 6


def test_ctrl_c_ends_a_training_quietly():
    with program("forecast", "rnncore/series/files/nyc_taxi_30min.csv", "--epochs", 5000) as running:
        time.sleep(4)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, "", "")


INTERRUPTED_LOADING = """
import os, runpy, signal, sys

class CtrlC:
    def find_spec(self, name, *_):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, CtrlC())
sys.argv = ["rnncore", "samples", "nile"]
runpy.run_module("rnncore", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("module", ["rnncore.terminal", "numpy", "pandas"])
def test_ctrl_c_ends_quietly_while_the_program_still_loads(module):
    command = [sys.executable, "-c", INTERRUPTED_LOADING.format(module=module)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_reader_that_has_seen_enough_is_no_error():
    with program("generate", "sine", "--length", 90_000) as running:
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""


def test_a_progress_bar_is_shown_on_a_screen_and_nowhere_else(daily):
    outside, inside = pty.openpty()
    command = [sys.executable, "-m", "rnncore", "forecast", daily, "--horizon", "3", *SMALL, "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=inside, text=True, timeout=120)
    os.close(inside)
    shown = b""
    while True:
        try:
            part = os.read(outside, 65536)
        except OSError:  # Linux ends a closed pseudo-terminal with an error, others with nothing
            break
        if not part:
            break
        shown += part
    os.close(outside)
    assert b"%" in shown
    assert strict(done.stdout)["horizon"] == 3
