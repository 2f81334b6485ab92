"""Which page shows which kind of run, and the links that lead there."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from rnncore.config import RunConfig
from rnncore.forecasting.backtest import Contest
from rnncore.forecasting.tuner import Search
from rnncore.runs import Run


class Place(NamedTuple):
    """name: of the page in its address; key: of the token in that address; held: where the session keeps the token; gone: the
    sentence for a token behind which there is nothing."""

    name: str
    key: str
    held: str
    gone: str

    @property
    def script(self) -> str:
        return f"../../pages/lab/{self.name}.py"


FORECAST = Place("forecast", "run", "run", "run.gone")
COMPARE = Place("compare", "test", "compare.test", "compare.gone")
TUNE = Place("tune", "search", "tuner.run", "tuner.gone")
_KINDS = {RunConfig: FORECAST, Contest: COMPARE, Search: TUNE}


def place(run: Run) -> Place | None:
    """None for work that is no run of the lab, such as that of a chapter."""
    return _KINDS.get(type(run.config))


def go(run: Run) -> None:
    """Open a run on the page of its kind."""
    there = place(run)
    st.session_state[there.held] = run.token
    st.switch_page(there.script, query_params={there.key: run.token})


def link(run: Run) -> str:
    """The read-only address of a run, whatever page it is asked for on."""
    here, there = (st.context.url or "").split("?")[0].rstrip("/"), place(run)
    names = [*(one.name for one in _KINDS.values()), "runs"]
    base = next((here.removesuffix(f"/{name}") for name in names if here.endswith(f"/{name}")), here)
    return f"{base}/{there.name}?{there.key}={run.share_token}"
