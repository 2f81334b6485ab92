"""The server: Streamlit over the frame in `rnncore/web`, with the workers of the house started and stopped beside it.

Run it with `streamlit run app.py`. Nothing here trains: work runs in processes of its own.
"""

import contextlib
import gc
import importlib
import inspect
import logging

import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route

from rnncore import texts
from rnncore.runs import cluster
from rnncore.web import mishap


@contextlib.asynccontextmanager
async def lifespan(_app):
    cluster.start(first=_fetch_first_page)
    try:
        yield
    finally:
        cluster.close()


def _fetch_first_page() -> None:
    """What the first page needs, while the first browser is still loading the program that shows it."""
    for name in ("streamlit.emojis", "PIL.Image", "rnncore.web.home"):
        with contextlib.suppress(ImportError):  # of another Streamlit; a page fetches for itself what it needs
            importlib.import_module(name)
    texts.words()
    inspect.stack()  # Streamlit looks at it once; the first look of a process goes through every module
    gc.freeze()  # all this stays; collecting garbage need not go through it again while everybody waits


def health(_request):
    """Workers, queue and store, for whoever hosts this."""
    state = cluster.health()
    return JSONResponse(state, status_code=200 if state["store"] else 503)


logging.getLogger("rnncore").setLevel(logging.INFO)
app = st.App("rnncore/web/frame.py", lifespan=lifespan, routes=[Route("/health", health)], on_script_error=mishap.show)
