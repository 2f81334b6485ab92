"""Forecasts, backtests and searches among the runs of a browser, and the links that lead to each."""

import re
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnncore import runs
from rnncore.config import BacktestConfig, CostConfig, RunConfig
from rnncore.forecasting.backtest import contest
from rnncore.forecasting.tuner import Search
from rnncore.series import Series
from rnncore.web import places

ROOT = Path(__file__).parents[2]


@pytest.fixture
def several(store):
    """A forecast, a backtest and a search, in this order."""
    given = [Series("y", np.sin(np.arange(120.0)), np.ones(120, bool), None, None)]
    return [
        runs.submit(given, RunConfig(), title="sales.csv"),
        runs.submit_work(contest(RunConfig(), BacktestConfig(origins=3)), "<b>bold</b>", given),
        runs.submit_work(Search(config=RunConfig()), "sales.csv", given),
    ]


def opened(page, tokens=(), **query):
    app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    app.session_state["runs.keep"] = list(tokens)
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(str(ROOT / f"pages/{page}.py")).run()
    assert not app.exception
    return app


def said(app):
    return "\n".join(one.value for one in [*app.markdown, *app.caption])


def test_backtests_and_searches_stand_among_the_runs(several):
    app = opened("lab/runs", [run.token for run in several])
    assert said(app).count("badge[Waiting]") == 3
    assert "gray-badge[backtest]" in said(app)
    assert "gray-badge[search]" in said(app)
    assert "3 origins" in said(app)
    assert "<b>" not in said(app).replace(r"\<b\>", "")


def test_work_of_a_chapter_is_no_run_of_the_lab(store):
    work = runs.submit_work(CostConfig())
    assert "badge[" not in said(opened("lab/runs", [work.token]))
    assert "no run behind this link" in "\n".join(one.value for one in opened("lab/forecast", run=work.token).warning)


def test_a_link_to_a_backtest_on_the_forecast_page_opens_the_backtest(several):
    forecast, backtest, search = several
    assert opened("lab/forecast", run=forecast.token).title[0].value == "Forecast"
    for run, title in ((backtest, "Compare"), (search, "Tune")):
        app = opened("lab/forecast", run=run.token)
        assert app.title[0].value == title
        assert app.query_params[places.place(run).key] == run.token


@pytest.mark.parametrize("page", ["", "/forecast", "/compare", "/tune", "/runs", "/runs?lang=zh"])
@pytest.mark.parametrize("base", ["http://localhost:8501", "https://host.example/lab/unrolled"])
def test_the_read_only_link_is_the_same_wherever_it_is_asked_for(several, monkeypatch, base, page):
    monkeypatch.setattr(places.st, "context", type("Context", (), {"url": base + page}))
    for run, name in zip(several, ("forecast?run", "compare?test", "tune?search"), strict=True):
        assert places.link(run) == f"{base}/{name}={run.share_token}"


@pytest.mark.parametrize(("page", "key"), [("lab/forecast", "run"), ("lab/compare", "test"), ("lab/tune", "search")])
def test_a_broken_link_is_told_until_data_is_chosen(store, page, key):
    app = opened(page, **{key: "broken"})
    for _ in range(2):  # the browser's storage answers a moment later, and the page runs again
        assert [re.search("no longer exists|behind this link", one.value) is not None for one in app.warning] == [True]
        app.run()
    app.button(key="try.air_passengers").click().run()
    app.run()
    assert not app.exception
    assert not app.warning
    assert key not in app.query_params
