"""Settings on the Forecast page: taken from a file, refused in one sentence, put back to their defaults."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig

ROOT = Path(__file__).parents[2]
MINE = RunConfig(
    forecast=ForecastConfig(horizon=7, levels=(50.0,)),
    network=NetworkConfig(layers=(Layer(cell="rnn", units=9, activation="relu"), Layer(cell="gru", units=5, dropout=0.1))),
    training=TrainingConfig(learning_rate=0.01, epochs=3),
)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The Forecast page with a sample, and everything unfolded."""
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))
    app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    app.query_params["source"], app.query_params["sample"] = "sample", "air_passengers"
    app.session_state["fold.settings"] = app.session_state["fold.layers"] = True
    return app.switch_page(str(ROOT / "pages/lab/forecast.py")).run()


def load(app, text):
    return app.file_uploader(key="settings.file").upload("settings.json", text.encode(), "application/json").run()


def test_settings_of_a_run_are_taken_up_from_their_file(page):
    app = load(page, MINE.model_dump_json())
    assert not app.error
    assert app.number_input(key="forecast.horizon").value == 7
    assert app.number_input(key="training.learning_rate").value == 0.01
    assert [app.selectbox(key=f"layer{number}.cell").value for number in range(2)] == ["rnn", "gru"]
    assert app.selectbox(key="layer0.activation").value == "relu"
    assert app.session_state["forecast.levels.shown"] == [50.0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not a settings file"),
        ("[1, 2]", ""),
        (json.dumps({"forecast": {"horizon": 0}}), "Horizon"),
        (json.dumps({"forecast": {"horizon": "<b>x</b>"}}), "Horizon"),
        (json.dumps({"forecast": {"colour": 3}}), "colour"),
        (json.dumps({"network": {"layers": []}}), "Layers"),
    ],
)
def test_wrong_settings_are_refused_in_one_sentence_and_change_nothing(page, text, told):
    app = load(page, text)
    assert not app.exception
    (error,) = app.error
    assert told in error.value
    assert "Traceback" not in error.value
    assert app.number_input(key="forecast.horizon").value is None


def test_defaults_come_back(page):
    app = load(page, MINE.model_dump_json())
    next(button for button in app.button if button.label == "Back to defaults").click().run()
    assert app.number_input(key="forecast.horizon").value is None
    assert app.selectbox(key="layer0.cell").value == "lstm"
    assert app.number_input(key="training.learning_rate").value == TrainingConfig().learning_rate


def test_a_network_beyond_the_budget_cannot_be_trained(page):
    for _ in range(3):
        next(button for button in page.button if button.label == "Add a layer").click().run()
    for number in range(4):
        page.number_input(key=f"layer{number}.units").set_value(1024)
    app = page.run()
    (error,) = app.error
    assert "parameters" in error.value
    assert app.button(key="setup.train").disabled
