"""What this is, in one breath; two doors; the last run."""

import streamlit as st

from rnncore.web import home
from rnncore.web.language import say

home.forward()
st.title("Unrolled", anchor=False)
st.markdown(say("home.breath"))
home.last_run()
learn, forecast = st.columns(2, gap="medium")
with learn:
    home.learn()
with forecast:
    home.forecast()
