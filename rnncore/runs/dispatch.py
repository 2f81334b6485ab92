"""`Dispatcher`: hands queued runs to workers, one a free worker, and queues again what its worker left behind."""

from __future__ import annotations

import time
from collections.abc import Callable

from distributed import Client, Future

from rnncore.runs import hosting, queue, store, work
from rnncore.runs.queue import Claim, Held


class Dispatcher:
    """For one Dask cluster. `shared`: other servers hand runs to the same one. `bell` is rung when a run has ended."""

    def __init__(self, client: Client, shared: bool, bell: Callable[[], None]):
        self._client = client
        self._shared = shared
        self._bell = bell
        self._futures: dict[Claim, Future] = {}
        self._seen: dict[Claim, tuple[float, float]] = {}  # heartbeat, and when it was first seen, by our own clock

    def step(self) -> None:
        """Once round: what has ended, who is lost, who is next."""
        held = queue.held()
        self._collect(held)
        self._look_after(held)
        self._hand_out(held)

    def release(self) -> None:
        """Queues the runs of this dispatcher again, whose workers were ended by us."""
        for one in queue.held():
            if _ours(one, self._futures):
                queue.give_back(one, counted=False)

    def _collect(self, held: list[Held]) -> None:
        ended = [claim for claim, future in self._futures.items() if future.status != "pending"]
        for claim in ended:
            status = self._futures.pop(claim).status
            for one in queue.held():
                if _ours(one, [claim]):
                    queue.give_back(one, counted=status != "cancelled")

    def _look_after(self, held: list[Held]) -> None:
        now, patience = time.monotonic(), hosting.hosting().patience_lost
        self._seen = {one.claim: self._since(one, now) for one in held}
        for one in held:
            silent = now - self._seen[one.claim][1] > patience
            ours = [claim for claim in self._futures if _ours(one, [claim])]
            if silent or (queue.is_gone(one.worker) and not ours):
                queue.give_back(one)
            for claim in ours if silent else []:
                self._futures[claim].cancel()
                if not self._shared:
                    queue.end(one.worker)  # or it would keep its place for ever; its nanny starts another

    def _since(self, one: Held, now: float) -> tuple[float, float]:
        heartbeat, since = self._seen.get(one.claim, (None, now))
        return (heartbeat, since) if heartbeat == one.heartbeat else (one.heartbeat, now)

    def _hand_out(self, held: list[Held]) -> None:
        if not store.counts().get("queued"):
            return
        busy = len(held) if self._shared else len(self._futures)
        for _ in range(sum(self._client.nthreads().values()) - busy):
            claim = queue.claim()
            if claim is None:
                return
            key = f"run-{claim.run}-{claim.fence}"
            future = self._client.submit(work.work, claim.run, claim.fence, key=key, pure=False)
            future.add_done_callback(lambda _future: self._bell())
            self._futures[claim] = future


def _ours(one: Held, claims) -> bool:
    # A worker raises the fence by one when it takes what was claimed.
    return any(one.claim.run == claim.run and one.claim.fence in (claim.fence, claim.fence + 1) for claim in claims)
