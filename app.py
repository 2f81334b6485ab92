"""The server: Streamlit over the frame in `rnncore/web`, with the workers of the house started and stopped beside it.

Run it with `streamlit run app.py`. Nothing here trains: work runs in processes of its own.
"""

import contextlib
import logging

import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route

from rnncore.runs import cluster
from rnncore.web import mishap


@contextlib.asynccontextmanager
async def lifespan(_app):
    cluster.start()
    try:
        yield
    finally:
        cluster.close()


def health(_request):
    """Workers, queue and store, for whoever hosts this."""
    state = cluster.health()
    return JSONResponse(state, status_code=200 if state["store"] else 503)


logging.getLogger("rnncore").setLevel(logging.INFO)
app = st.App("rnncore/web/frame.py", lifespan=lifespan, routes=[Route("/health", health)], on_script_error=mishap.show)
