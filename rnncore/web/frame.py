"""The frame around every page: page config, language, menu. Streamlit runs this script for every visit and rerun."""

from pathlib import Path

import streamlit as st

from rnncore.web import book, language, memory, mishap
from rnncore.web.language import say_plain
from rnncore.web.style import dress

PAGES = Path(__file__).parents[2] / "pages"
ICON = Path(__file__).parents[1] / "texts/pictures/icon.svg"  # an icon by name would be fetched from elsewhere

st.set_page_config(page_title="Unrolled", page_icon=ICON, layout="wide")
language.choose()
menu = {
    "": [st.Page(PAGES / "home.py", title=say_plain("menu.home"), icon=":material/home:", default=True)],
    say_plain("menu.learn"): [
        st.Page(book.script(name), title=say_plain(f"menu.{name}"), icon=icon) for name, icon in book.CHAPTERS.items()
    ],
    say_plain("menu.lab"): [
        st.Page(PAGES / "lab/forecast.py", title=say_plain("menu.forecast"), icon=":material/show_chart:"),
        st.Page(PAGES / "lab/inside.py", title=say_plain("menu.inside"), icon=":material/troubleshoot:"),
        st.Page(PAGES / "lab/compare.py", title=say_plain("menu.compare"), icon=":material/compare_arrows:"),
        st.Page(PAGES / "lab/tune.py", title=say_plain("menu.tune"), icon=":material/manage_search:"),
        st.Page(PAGES / "lab/runs.py", title=say_plain("menu.runs"), icon=":material/history:"),
    ],
}
page = st.navigation({section: pages for section, pages in menu.items() if pages}, expanded=True)
dress()
memory.sync()
with mishap.told():
    page.run()
