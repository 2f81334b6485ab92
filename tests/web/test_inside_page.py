"""The section of Inside where a network is left to itself: what is said of every end it may come to."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from rnncore.inside import FreeRun, Look, Reaching
from rnncore.series import Series

VALUES = 10 + np.sin(np.arange(60.0))
ENDS = {
    "away": (FreeRun([11.0, 40.0, 2_882_304.0], "away", 2), "**runs away**: at row 2 ahead", "2,882,000, after 3 rows"),
    "rest": (FreeRun([11.0, 9.0, 9.0], "rest", 2), "**comes to rest**: from row 2 ahead on it stays at 9."),
    "rest_in_steps": (FreeRun([9.0, 8.0] * 9, "rest_in_steps", 1, 2.0), "every step says the same 2 rows", "between 8 and 9"),
    "rhythm": (FreeRun([9.0, 8.0, 7.5] * 9, "rhythm", None, 3.04), "**falls into a rhythm**", "every 3 rows or so"),
    "trend": (FreeRun([9.0, 9.5, 10.0], "trend"), "**goes on along a line**", "at last it stands at 10."),
    "trend_rhythm": (FreeRun([9.0, 9.5, 10.0], "trend", None, 49.34), "**carries a trend on**", "49.3 rows or so"),
    "wandering": (FreeRun([9.0, 0.00012, 10.0] * 400, "wandering"), "**wanders**: in 1,200 rows", "between 0.00012 and 10."),
}


def script(look, series):
    import streamlit as st

    from rnncore.web import inside, language

    language.choose()
    inside._free_run(look, series, len(series))
    st.session_state.drawn = True


def seen(free, base="level", lang="en"):
    look = Look([10.0], [11.0, 12.0], [0], [[0.0]], [[0.0]], [0.0], Reaching([1], [0.0], [0.0], (1, 1), 1), [], 2, False,
                base, 12, False, free)  # fmt: skip
    app = AppTest.from_function(script, args=(look, Series("y", VALUES, np.ones(60, bool))))
    app.session_state["lang"] = lang
    app.run()
    assert not app.exception
    assert app.session_state.drawn
    return [one.value.replace("\\", "") for one in (*app.markdown, *app.caption, *app.info)]


@pytest.mark.parametrize("end", ENDS)
def test_what_became_of_a_run_is_said(end):
    run, *told = ENDS[end]
    sentence = next(one for one in seen(run) if one.startswith("It **"))
    for part in told:
        assert part in sentence


@pytest.mark.parametrize("end", ENDS)
def test_every_end_has_a_chinese_sentence(end):
    assert sum(one.startswith("它**") for one in seen(ENDS[end][0], lang="zh")) == 1


def test_it_is_told_how_far_it_is_from_the_forecast_and_what_goes_on_by_itself():
    told = seen(ENDS["rest"][0], base="season")
    assert "Over the first 2 rows it is **1.5** away from its own forecast above, on average." in told
    assert any(one.startswith("The value 12 rows earlier is repeated first") for one in told)


def test_a_network_that_cannot_be_left_to_itself_says_why():
    (told,) = seen(None)
    assert told.startswith("This network cannot be left to itself.")
