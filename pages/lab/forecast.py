"""From a CSV to a forecast: data, settings, train, result."""

import streamlit as st

from rnncore.web import covariates, data, opened, reading, run, setup
from rnncore.web.language import say

st.title(say("forecast.title"), anchor=False)
current = opened.current()
if current:
    run.panel(current)
    run.leave(current)
else:
    st.markdown(say("forecast.lead"))
    chosen = data.choose()
    if chosen is None:
        data.invite()
    else:
        opened.close()
        left, right = st.columns([5, 2], gap="large")
        with left:
            reading.tell(chosen.series, chosen.notes)
            if chosen.report:
                reading.pick_column(chosen.report)
                covariates.mark(chosen.report)
            setup.ask_for_rows(chosen)
            series = data.pick(chosen)
            settled = setup.settle(chosen)
            setup.draw_split(series, settled)
        with right:
            setup.start(chosen, settled)
            setup.simple(settled)
        if chosen.report:
            reading.inspect(chosen.report)
        setup.everything(settled)
        setup.from_model(chosen)
