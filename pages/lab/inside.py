"""Inside the network that was just trained: its gates and states, its units, what its forecast owes to which row."""

import streamlit as st

from rnncore.web import inside
from rnncore.web.language import say

st.title(say("inside.title"), anchor=False)
run = inside.current()
if run:
    asked, series = inside.choose(run)
    seen = inside.seen(run, asked)
    if seen:
        look, origin = seen
        inside.show(look, series, origin)
