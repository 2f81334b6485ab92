"""Every run of this browser: its state, scores, settings; open, share, delete."""

import streamlit as st

from rnncore.web import listing
from rnncore.web.language import say

st.title(say("runs.title"), anchor=False)
listing.show()
