"""Methods and runs side by side: on many origins of a known past, and on the rows the runs were tested on."""

import streamlit as st

from rnncore.web import beside, compare, opened, places
from rnncore.web.language import say

st.title(say("compare.title"), anchor=False)
if compare.view() == "runs":
    beside.show()
else:
    current = opened.current(places.COMPARE)
    if current:
        compare.panel(current)
    else:
        compare.settings()
