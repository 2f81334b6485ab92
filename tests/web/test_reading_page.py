"""A file on the Forecast page: what is told, picked and corrected, through the frame."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_DATA", str(tmp_path))

    def opened(**query):
        app = AppTest.from_file(str(ROOT / "rnncore/web/frame.py"), default_timeout=60)
        app.query_params["lang"] = "en"
        app.run()
        for key, value in query.items():
            app.query_params[key] = value
        return app.switch_page(str(ROOT / "pages/lab/forecast.py")).run()

    return opened


def upload(app, text):
    app.file_uploader(key="data.uploader").upload("mine.csv", text.encode(), "text/csv").run()
    assert not app.exception
    return app


def said(app):
    return " ".join(element.value for element in [*app.markdown, *app.caption]).replace("\\", "")


def test_another_value_column_can_be_picked(page):
    app = page(source="sample", sample="seattle_weather")
    column = app.selectbox(key="read.value")
    assert column.options == ["precipitation", "temp_max", "temp_min", "wind"]
    column.select("wind").run()
    assert app.session_state["data.chosen"].name == "wind"


def test_a_date_that_reads_two_ways_can_be_switched(page):
    rows = "\n".join(f"{day:02d}/04/2024,{day}" for day in range(1, 13))
    app = upload(page(), f"date,value\n{rows}\n")
    assert "daily, 2024-04-01 to 2024-04-12" in said(app)
    label = "Read as month, day, year"
    next(button for button in app.button if button.label.replace("\\", "") == label).click().run()
    assert "12 rows, monthly" in said(app).replace("*", "")


def test_gaps_and_duplicates_are_told_with_their_counts(page):
    days = [1, 2, 3, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
    rows = "\n".join(f"2024-03-{day:02d},{day}" for day in days)
    told = said(upload(page(), f"date,value\n{rows}\n"))
    assert "20 rows" in told
    assert "1 absent row" in told
    assert "1 row repeats" in told


def test_a_file_that_is_too_short_keeps_its_picture_and_says_what_is_needed(page):
    app = upload(page(), "date,value\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n2024-01-04,3\n")
    (told,) = app.error
    assert "rows" in told.value
    assert app.button(key="setup.train").disabled


@pytest.mark.parametrize("source", ["upload", "sample", "generate"])
def test_what_one_page_works_on_the_next_one_takes_over(page, source):
    app = page(source=source, sample="seattle_weather")
    for script in ("pages/lab/compare.py", "pages/lab/tune.py", "pages/lab/forecast.py"):
        app.switch_page(str(ROOT / script)).run()
        assert not app.exception
        assert app.session_state["source"] == source
        if source == "sample":
            assert app.selectbox(key="sample").value == "seattle_weather"
