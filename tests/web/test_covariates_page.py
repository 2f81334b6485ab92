"""Other columns on the Forecast page: marked, their rows to come handed in, through the frame."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rnncore import nn, runs
from rnncore.config import ForecastConfig, Layer, NetworkConfig, ReadConfig, RunConfig, TrainingConfig
from rnncore.forecasting import Recipe
from rnncore.series import future, read

ROOT = Path(__file__).parents[2]
ROWS = 240


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The Forecast page with the fold of other columns open: `page("zh")`."""
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))

    def opened(language="en"):
        app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
        app.query_params["lang"] = language
        app.run()
        app.session_state["fold.covariates"] = True
        return app.switch_page(str(ROOT / "pages/lab/forecast.py")).run()

    return opened


def table(rows=ROWS, days_of="2024-01-01", **columns):
    draw = np.random.default_rng(3)
    held = {
        "day": pd.date_range(days_of, periods=rows).strftime("%Y-%m-%d"),
        "sales": draw.normal(50, 5, rows).round(2),
        "price": draw.normal(10, 1, rows).round(2),
        "rain": draw.normal(5, 1, rows).round(2),
    } | columns
    return pd.DataFrame(held).to_csv(index=False)


def upload(app, text, key="data.uploader", name="mine.csv"):
    app.file_uploader(key=key).upload(name, text.encode(), "text/csv").run()
    assert not app.exception
    return app


def mark(app, kind, *columns):
    app.multiselect(key=f"read.{kind}").set_value(list(columns)).run()
    assert not app.exception
    return app


def said(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return " ".join(element.value for element in shown).replace("\\", "")


def can_train(app):
    return not app.button(key="setup.train").disabled


def future_rows(rows, start="2024-08-28", head="time,price"):
    days = pd.date_range(start, periods=rows).strftime("%Y-%m-%d")
    return "\n".join([head, *(f"{day},{10 + number}.5" for number, day in enumerate(days))])


def test_a_column_is_offered_once_and_never_what_is_to_be_forecast(page):
    app = upload(page(), table())
    assert app.multiselect(key="read.known").options == ["price", "rain"]
    mark(app, "past", "rain")
    assert app.multiselect(key="read.known").options == ["price"]
    assert app.multiselect(key="read.past").options == ["price", "rain"]
    assert [(one.name, one.is_known) for one in app.session_state["data.chosen"].covariates] == [("rain", False)]
    assert can_train(app)


def test_a_file_of_one_column_offers_nothing(page):
    app = upload(page(), "day,sales\n" + "\n".join(f"2024-01-{day:02d},{day % 7}.5" for day in range(1, 31)))
    assert not app.multiselect


def test_rows_to_come_are_asked_for_read_and_missed_before_a_run_is_started(page):
    app = mark(upload(page(), table()), "known", "price")
    assert "30 rows after the last one" in said(app)
    assert not can_train(app)
    assert not app.error

    upload(app, future_rows(20), "covariates.uploader", "plan.csv")
    assert "20 future rows were read." in said(app)
    assert "price) has no value at 2024-09-17" in said(app)
    assert not can_train(app)

    upload(app, future_rows(30), "covariates.uploader", "plan.csv")
    assert "30 future rows were read." in said(app)
    assert "no value" not in said(app)
    assert "“price” goes up to 39.5" in said(app)
    assert can_train(app)
    assert app.session_state["data.chosen"].covariates[0].future.tolist() == [10.5 + number for number in range(30)]

    app.number_input(key="forecast.horizon").set_value(31).run()
    assert "31 rows after the last one" in said(app)
    assert not can_train(app)
    app.number_input(key="forecast.horizon").set_value(7).run()
    assert can_train(app)


def test_a_file_that_holds_its_future_rows_is_not_asked_for_them(page):
    values = np.random.default_rng(4).normal(50, 5, ROWS).round(2)
    app = mark(upload(page(), table(sales=[*values[:-30], *30 * [None]])), "known", "price")
    assert can_train(app)
    assert "30 future rows were read." in said(app)
    assert not any(one.key == "covariates.uploader" for one in app.get("file_uploader"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("time,cost\n2024-08-28,1.5\n2024-08-29,2.5", {"en": "has no column “price”", "zh": "没有“price”列"}),
        ("when,price\nsoon,1.5\nlater,2.5", {"en": "no column of dates", "zh": "没有可识别的日期列"}),
        ("\x00\x01", {"en": "", "zh": ""}),
    ],
    ids=["column", "dates", "bytes"],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_file_is_told_in_one_sentence_of_the_readers_language(page, text, told, language):
    app = mark(upload(page(language), table()), "known", "price")
    upload(app, text, "covariates.uploader", "wrong.csv")
    [error] = app.error
    assert told[language] in error.value.replace("\\", "")
    assert "Traceback" not in error.value
    assert not can_train(app)
    upload(app, future_rows(30), "covariates.uploader", "plan.csv")
    assert not app.error
    assert can_train(app)


def test_whoever_forecasts_a_marked_column_after_all_takes_the_mark_off(page):
    app = mark(upload(page(), table()), "known", "price")
    app.selectbox(key="read.value").select("price").run()
    assert not app.error
    assert app.session_state["data.chosen"].name == "price"
    assert app.session_state["data.chosen"].covariates == ()
    assert app.multiselect(key="read.known").options == ["sales", "rain"]


def test_marks_and_rows_to_come_end_with_their_file(page):
    app = mark(upload(page(), table()), "known", "price")
    upload(app, future_rows(30), "covariates.uploader")
    upload(app, table(rows=250), name="other.csv")
    assert app.multiselect(key="read.known").value == []
    mark(app, "known", "price")
    assert "future rows were read" not in said(app)
    assert not can_train(app)


def test_marks_of_an_upload_do_not_trouble_a_sample(page):
    app = mark(upload(page(), table()), "known", "price")
    app.session_state["source"] = "sample"
    app.session_state["sample"] = "seattle_weather"
    app.run()
    assert not app.exception
    assert not app.error
    assert can_train(app)


def test_columns_that_add_up_to_the_target_are_warned_of_once_they_are_known_in_advance(page):
    draw = np.random.default_rng(0)
    casual, registered = draw.integers(100, 900, ROWS), draw.integers(1000, 6000, ROWS)
    frame = {"temp": draw.normal(15, 5, ROWS).round(2), "casual": casual, "registered": registered, "cnt": casual + registered}
    day = pd.date_range("2011-01-01", periods=ROWS).strftime("%Y-%m-%d")
    app = upload(page(), pd.DataFrame({"day": day} | frame).to_csv(index=False), name="bike_day.csv")
    app.selectbox(key="read.value").select("cnt").run()
    assert not app.warning
    mark(app, "past", "casual", "registered")
    assert not app.warning
    mark(app, "past")
    mark(app, "known", "casual", "registered", "temp")
    [warning] = app.warning
    assert all(part in warning.value for part in ("casual", "registered", "cnt"))
    mark(app, "known", "temp")
    assert not app.warning


def test_a_copy_that_runs_ahead_is_warned_of_even_as_a_column_of_the_past(page):
    values = np.random.default_rng(1).normal(50, 5, ROWS + 1).round(2)
    app = upload(page(), table(sales=values[:-1], price=values[1:]))
    app.selectbox(key="read.value").select("sales").run()
    mark(app, "past", "price")
    [warning] = app.warning
    assert "price" in warning.value


def test_a_column_called_like_markup_shows_as_it_is_written(page):
    app = mark(upload(page(), table().replace("price", ":red[x] <b>")), "known", ":red[x] <b>")
    [asked] = [one.value for one in app.markdown if "rows after the last one" in one.value]
    assert "\\:red\\[x\\] \\<b\\>" in asked


@pytest.fixture(scope="module")
def model():
    """The file of a model that reads the column of prices, 20 rows ahead."""
    (one,) = read(table().encode(), ReadConfig(value="sales", known=("price",))).series
    series, _ = future.attach([one], future_rows(20).encode())
    config = RunConfig(
        forecast=ForecastConfig(horizon=20, members=1, representation="level", effort="fast", network_only=True),
        network=NetworkConfig(layers=(Layer(units=4),)),
        training=TrainingConfig(epochs=1),
    )
    recipe = Recipe(series, config, nn)
    list(recipe.epochs())
    return recipe.model()


def hand_over(app, model):
    """The saved model, in its fold."""
    app.session_state["fold.model"] = True
    app.run()
    app.file_uploader(key="setup.model").upload("mine.safetensors", model, "application/octet-stream").run()
    assert not app.exception
    return app


def test_a_saved_model_asks_for_its_columns_before_a_run_is_started(page, model):
    app = hand_over(upload(page(), table()), model)
    app.button(key="setup.use_model").click().run()
    [error] = app.error
    assert "trained with the columns price" in error.value.replace("\\", "")
    assert "run" not in app.session_state


def test_a_saved_model_asks_for_as_many_rows_to_come_as_it_forecasts(page, model):
    app = mark(upload(page(), table()), "known", "price")
    app.number_input(key="forecast.horizon").set_value(7).run()
    upload(app, future_rows(7), "covariates.uploader")
    assert "rows after the last one" not in said(app)
    hand_over(app, model)
    assert "20 rows after the last one" in said(app)
    app.button(key="setup.use_model").click().run()
    assert "price) has no value at 2024-09-04" in app.error[0].value.replace("\\", "")
    upload(app, future_rows(20), "covariates.uploader")
    app.button(key="setup.use_model").click().run()
    assert not app.error
    assert runs.find(app.session_state["run"]).config.forecast.horizon == 20
