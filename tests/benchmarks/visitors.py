"""Visitors without a browser: they hold a session of the app over a websocket and speak Streamlit's own messages.

A visitor opens a page, and from then on turns its horizon up and down by one, as somebody does who plays with a setting.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

PATIENCE = 30.0  # seconds; a page that takes longer is an error
WIDGET = "forecast.horizon"


class Visitor:
    """One session on one page. `errors` counts reruns that failed or showed an error."""

    def __init__(self, url: str, page: str = "forecast", query: str = "source=sample&sample=nyc_taxi"):
        self.url, self.page, self.query = url, page, query
        self.errors, self._turns = 0, 0
        self._script, self._widget, self._cached = "", "", set()

    async def open(self) -> float:
        """Connects and waits for the page; seconds until it stands."""
        stream = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(stream, subprotocols=["streamlit"], max_size=None)
        return await self.rerun()

    async def close(self) -> None:
        await self._socket.close()

    async def rerun(self) -> float:
        """Seconds until the script has ended."""
        start = time.perf_counter()
        await self._socket.send(self._asked().SerializeToString())
        try:
            async with asyncio.timeout(PATIENCE):
                self.errors += not await self._finished()
        except TimeoutError:
            self.errors += 1
        return time.perf_counter() - start

    def _asked(self) -> BackMsg:
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self._script
        state.context_info.url, state.context_info.locale = f"{self.url}/{self.page}", "en-US"
        state.cached_message_hashes.extend(self._cached)
        if self._widget:
            self._turns += 1
            state.widget_states.widgets.add(id=self._widget, double_value=10 + self._turns % 2)
        return asked

    async def _finished(self) -> bool:
        """Reads what the server sends until the script has ended; whether it went well."""
        well, cached = True, set()
        while True:
            told = ForwardMsg.FromString(await self._socket.recv())
            kind = told.WhichOneof("type")
            if kind == "script_finished":
                self._cached = cached
                return well and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            if kind == "new_session":
                self._script = told.new_session.page_script_hash
            elif kind == "ref_hash" or told.metadata.cacheable:
                cached.add(told.ref_hash or told.hash)
            if kind == "delta" and told.delta.WhichOneof("type") == "new_element":
                element = told.delta.new_element
                shown = element.WhichOneof("type")
                well &= shown != "exception" and not (shown == "alert" and element.alert.format == element.alert.ERROR)
                if shown == "number_input" and element.number_input.id.endswith(WIDGET):
                    self._widget = element.number_input.id


@dataclass
class Crowd:
    """Seconds from when each rerun was due until it had ended, and the errors among them."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def slowest(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


async def arrive(url: str, count: int, **where) -> list[Visitor]:
    """So many visitors, one after the other, each with its page before it."""
    visitors = [Visitor(url, **where) for _ in range(count)]
    for visitor in visitors:
        await visitor.open()
    return visitors


async def leave(visitors: list[Visitor]) -> None:
    await asyncio.gather(*(visitor.close() for visitor in visitors))


async def play(visitors: list[Visitor], seconds: float, interval: float = 1.0) -> Crowd:
    """Every visitor asks for a rerun once an `interval`, all out of step. Who waits for an answer asks late, and it counts."""
    crowd = Crowd()
    before = sum(visitor.errors for visitor in visitors)

    async def one(visitor: Visitor, delay: float) -> None:
        start = time.perf_counter() + delay
        for number in range(max(1, round(seconds / interval))):
            due = start + number * interval
            await asyncio.sleep(due - time.perf_counter())
            await visitor.rerun()
            crowd.seconds.append(time.perf_counter() - due)

    await asyncio.gather(*(one(visitor, interval * place / len(visitors)) for place, visitor in enumerate(visitors)))
    crowd.errors = sum(visitor.errors for visitor in visitors) - before
    return crowd
