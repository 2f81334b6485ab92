"""Columns known in advance on the command line: the table of the rows to come, filled in and handed over."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

SMALL = ["--layer", "gru:4", "--epochs", "2", "--members", "1", "--representation", "ridge", "--effort", "fast"]
ROWS, HORIZON = 150, 7
DRAW = np.random.default_rng(5)
ADS = DRAW.integers(0, 2, ROWS + HORIZON) * 1.0


def sold(ads):
    """A week, and 40 more on days with an advertisement, whenever those are."""
    days = np.arange(len(ads))
    return (100 + 10 * np.sin(days * 2 * np.pi / 7) + 40 * ads + np.random.default_rng(6).normal(0, 1, len(ads))).round(2)


SALES = sold(ADS)


def write(path, name="ad", shop=None, offset=0.0):
    """The rows up to today; what they hold is known of the days to come too."""
    days = pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d")
    columns = {"day": days, "sales": SALES[:ROWS] + offset, name: ADS[:ROWS]}
    frame = pd.DataFrame(({"shop": shop} if shop else {}) | columns)
    frame.to_csv(path, index=False, mode="a", header=not path.exists())
    return path


def fill(template, filled, rows=None):
    """The template with the advertisements that are planned, in its first `rows` rows."""
    head, *table = csv.reader(template.read_text().splitlines())
    with filled.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for number, row in enumerate(table[:rows]):
            writer.writerow([*row[:-1], ADS[ROWS + number % HORIZON]])
    return filled


def forecasts(text):
    return [one["forecast"] for one in json.loads(text)["forecasts"]]


def test_a_template_is_filled_in_and_makes_the_forecast_better_on_days_nobody_had_seen(ask, tmp_path):
    file, template = write(tmp_path / "sales.csv"), tmp_path / "template.csv"
    asked = [file, "--known", "ad", "--value", "sales", "--horizon", HORIZON, *SMALL]
    status, told, _ = ask("forecast", *asked, "--template", template)
    assert status == 0
    assert "template.csv" in told
    assert template.read_text().splitlines()[:2] == ["time,ad", "2024-05-30,"]
    assert len(template.read_text().splitlines()) == 1 + HORIZON

    status, told, _ = ask("forecast", *asked, "--future", fill(template, tmp_path / "filled.csv"), "--json")
    assert status == 0
    assert "7 future rows were read." in [note["text"] for note in json.loads(told)["notes"]]
    [with_ads] = forecasts(told)
    [without] = forecasts(ask("forecast", *[one for one in asked if one not in ("--known", "ad")], "--json")[1])
    error = [np.abs(np.array(one) - SALES[ROWS:]).mean() for one in (with_ads, without)]
    assert error[0] < 5 < 15 < error[1]


def test_rows_of_several_series_go_to_theirs(ask, tmp_path):
    file, template = tmp_path / "shops.csv", tmp_path / "template.csv"
    for shop, offset in (("north", 0), ("south, by the sea", 1000)):
        write(file, shop=shop, offset=offset)
    asked = ["forecast", file, "--known", "ad", "--value", "sales", "--horizon", HORIZON, *SMALL]
    assert ask(*asked, "--template", template)[0] == 0
    table = list(csv.reader(template.read_text().splitlines()))
    assert [row[0] for row in table] == ["series", *7 * ["north"], *7 * ["south, by the sea"]]
    filled = fill(template, tmp_path / "filled.csv")
    head, *rows = filled.read_text().splitlines()
    filled.write_text("\n".join([head, *reversed(rows)]))
    status, told, _ = ask(*asked, "--future", filled, "--json")
    assert status == 0
    for values, level in zip(forecasts(told), (0, 1000), strict=True):
        assert np.abs(np.array(values) - SALES[ROWS:] - level).mean() < 5


@pytest.mark.parametrize(("rows", "first"), [(None, "2024-05-30"), (3, "2024-06-02")], ids=["none", "some"])
@pytest.mark.parametrize(("language", "told"), [("en", "fill in the template"), ("zh", "未来行模板")])
def test_missing_rows_are_told_by_the_first_of_them_before_anything_is_trained(ask, tmp_path, rows, first, language, told):
    file, template = write(tmp_path / "sales.csv"), tmp_path / "template.csv"
    asked = ["forecast", file, "--known", "ad", "--value", "sales", "--horizon", HORIZON, "--lang", language]
    ask(*asked, "--template", template)
    future = [] if rows is None else ["--future", fill(template, tmp_path / "some.csv", rows)]
    status, out, err = ask(*asked, *future)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert all(part in err for part in (first, told, "ad", "7"))


@pytest.mark.parametrize("name", ["=1+1", "a,b", "<script>", "价格", "--known"])
def test_a_column_may_be_called_anything(ask, tmp_path, name):
    file, template = write(tmp_path / "sales.csv", name), tmp_path / "template.csv"
    asked = ["forecast", file, f"--known={name}", "--value", "sales", "--horizon", HORIZON, *SMALL]
    status, _, err = ask(*asked, "--template", template)
    assert (status, err) == (0, "")
    status, told, _ = ask(*asked, "--future", fill(template, tmp_path / "filled.csv"), "--json")
    assert status == 0
    assert np.abs(np.array(forecasts(told)[0]) - SALES[ROWS:]).mean() < 5


def test_a_template_without_a_known_column_is_refused(ask, tmp_path):
    status, out, err = ask("forecast", write(tmp_path / "sales.csv"), "--template", tmp_path / "template.csv")
    assert (status, out) == (2, "")
    assert "mark one of the file's columns" in err
    assert not (tmp_path / "template.csv").exists()


def test_a_saved_model_reads_its_columns_again_and_says_so_where_they_are_not_marked(ask, tmp_path):
    file, template, model = write(tmp_path / "sales.csv"), tmp_path / "template.csv", tmp_path / "model.safetensors"
    marked = [file, "--value", "sales", "--known", "ad"]
    ask("forecast", *marked, "--horizon", HORIZON, "--template", template)
    future = ["--future", fill(template, tmp_path / "filled.csv")]
    status, told, _ = ask("forecast", *marked, *future, "--horizon", HORIZON, *SMALL, "--save", model, "--json")
    assert status == 0
    status, again, _ = ask("forecast", *marked, *future, "--model", model, "--json")
    assert status == 0
    np.testing.assert_allclose(forecasts(again), forecasts(told))

    assert ask("forecast", *marked, "--model", model, "--template", tmp_path / "again.csv")[0] == 0
    assert (tmp_path / "again.csv").read_text() == template.read_text()
    status, out, err = ask("forecast", file, "--value", "sales", "--model", model)
    assert (status, out) == (2, "")
    assert "ad" in err
    assert "mark the same ones" in err


def test_a_model_of_the_values_alone_asks_to_unmark_other_columns(ask, tmp_path):
    file, model, template = write(tmp_path / "sales.csv"), tmp_path / "model.safetensors", tmp_path / "template.csv"
    assert ask("forecast", file, "--value", "sales", "--horizon", HORIZON, *SMALL, "--save", model)[0] == 0
    marked = ["forecast", file, "--value", "sales", "--known", "ad", "--model", model]
    ask(*marked, "--template", template)
    status, out, err = ask(*marked, "--future", fill(template, tmp_path / "filled.csv"))
    assert (status, out) == (2, "")
    assert "unmark the other columns" in err


def test_a_backtest_needs_no_rows_to_come(ask, tmp_path):
    asked = [write(tmp_path / "sales.csv"), "--known", "ad", "--value", "sales", "--horizon", HORIZON, "--origins", 3, *SMALL]
    status, told, _ = ask("backtest", *asked, "--json")
    assert status == 0
    methods = json.loads(told)["methods"]
    assert methods["network"]["mae"] < 0.5 * methods["seasonal_naive"]["mae"]
