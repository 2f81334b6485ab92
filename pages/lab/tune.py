"""A search over the knobs under a time limit, with a leaderboard that includes the simple methods."""

import streamlit as st

from rnncore.web import opened, places, tuner
from rnncore.web.language import say

st.title(say("tuner.title"), anchor=False)
current = opened.current(places.TUNE)
if current:
    tuner.panel(current)
else:
    tuner.settings()
