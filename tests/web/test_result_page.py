"""The page of a run that is over: what its numbers say, and the button that starts a better one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from rnncore import runs
from rnncore.config import ForecastConfig, Layer, NetworkConfig, RunConfig, TrainingConfig
from rnncore.runs import queue
from rnncore.runs.work import work
from rnncore.series import Series

ROOT = Path(__file__).parents[2]


def seasonal(rows=240):
    noise = np.random.default_rng(1).normal(0, 0.3, rows)
    return series("sales", 20 + 5 * np.sin(np.arange(rows) * np.pi / 6) + noise)


def series(name, values):
    stamps = pd.date_range("2000-01-01", periods=len(values), freq="MS")
    return Series(name, values, np.ones(len(values), bool), stamps, "MS")


def brief(epochs, **forecast):
    """One small network and nothing else."""
    asked = {"horizon": 12, "members": 1, "representation": "level", "network_only": True} | forecast
    network = NetworkConfig(layers=(Layer(units=8),))
    return RunConfig(forecast=ForecastConfig(**asked), network=network, training=TrainingConfig(epochs=epochs))


@pytest.fixture
def finished(store):
    """Queues a run and works on it in this process: the run when it is over."""

    def done(given, config, **facts):
        run = runs.submit(given, config, title="sales.csv", facts=facts)
        claim = queue.claim()
        work(claim.run, claim.fence)
        return runs.find(run.token)

    return done


def visit(token, language="en"):
    app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    app.query_params["run"] = token
    app.switch_page(str(ROOT / "pages/lab/forecast.py")).run()
    assert not app.exception
    return app


def told(app):
    return "\n".join(one.value for one in app.markdown)


def test_a_finding_is_told_and_its_button_starts_a_run_that_says_why(finished):
    run = finished([seasonal()], brief(6), notes=[])
    app = visit(run.token)
    assert "Training ended too early: after 6 epochs" in told(app)
    button = app.button(key="remedy.under_trained")
    assert button.label == "Start again with 18 epochs"
    app = button.click().run()
    assert not app.exception
    better = runs.find(app.session_state["run"])
    assert better.token != run.token
    assert better.config == run.config.model_copy(update={"training": TrainingConfig(epochs=18)})
    assert runs.series(better)[0].values.tolist() == runs.series(run)[0].values.tolist()
    assert any("follows the advice" in one.value and "18 epochs" in one.value for one in app.caption)


def test_findings_are_told_in_chinese(finished):
    run = finished([seasonal()], brief(6))
    app = visit(run.token, "zh")
    assert "训练结束得太早" in told(app)
    assert app.button(key="remedy.under_trained").label == "以 18 个轮次重新开始"


def test_a_sound_run_is_told_without_findings(finished):
    run = finished([seasonal()], brief(20, network_only=False))
    assert ":material/lightbulb:" not in told(visit(run.token))


def test_of_a_panel_the_page_tells_what_concerns_the_series_that_is_shown(finished):
    draw = np.random.default_rng(9)
    walk = series("[walk](http://x)", 100 + draw.normal(size=240).cumsum())
    run = finished([seasonal(), walk], brief(20, network_only=False))
    app = visit(run.token)
    assert "random walk" not in told(app)
    app = app.selectbox(key="result.series").select(1).run()
    assert "random walk" in told(app)


def test_the_table_of_a_panel_stands_in_the_order_of_the_first_sentence(finished):
    """MASE weighs every series alike; by MAE in the file's units a large one would decide alone."""
    large = series("large", 1000 * seasonal().values[::-1])
    run = finished([seasonal(), large], brief(6))
    app = visit(run.token)
    assert "12 rows of each of 2 series" in " ".join(one.value for kind in (app.success, app.info, app.warning) for one in kind)
    scores = [list(one.value["mase"]) for one in app.dataframe if "mase" in one.value]
    assert len(scores) == 2
    assert all(one == sorted(one) for one in scores)
