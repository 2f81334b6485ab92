"""A file that the browser tells of once more, after the page has gone on to a run, is no news."""

from streamlit.testing.v1 import AppTest


def script(told):
    """What the page does when the browser tells of uploads, one after the other; then which run is open and which file held."""
    from types import SimpleNamespace

    import streamlit as st

    from rnncore.web import data, opened

    for number, name in told:
        file = SimpleNamespace(file_id=number, name=name, getvalue=lambda name=name: name.encode())
        st.session_state["upload"] = None if number is None else file
        data._keep_upload("upload")
        st.session_state.seen = [*st.session_state.get("seen", []), st.session_state.get("run")]
        opened.show("token")
    st.session_state.held = st.session_state["data.file"]


def seen(*told):
    app = AppTest.from_function(script, args=(told,)).run()
    assert not app.exception
    return app.session_state.seen, app.session_state.held


def test_the_same_upload_leaves_the_run_open_and_another_closes_it():
    open_then, held = seen(("1", "a.csv"), ("1", "a.csv"), ("2", "a.csv"), ("2", "a.csv"))
    assert open_then == [None, "token", None, "token"]
    assert held == ("a.csv", b"a.csv")


def test_a_file_taken_away_and_given_again_is_read_again():
    open_then, held = seen(("1", "a.csv"), (None, ""), ("1", "a.csv"))
    assert open_then == [None, None, None]
    assert held == ("a.csv", b"a.csv")
