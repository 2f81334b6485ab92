"""`Journal`: a worker's line to the store while it works on one run."""

from __future__ import annotations

import logging
import os
import threading
import time

from rnncore.messages import Epoch, Refusal
from rnncore.runs import hosting, memory, plain, queue
from rnncore.runs.queue import Claim, Lost

log = logging.getLogger(__name__)

WRITES_A_SECOND = 3
GRACE_LOST = 5.0  # seconds in which a worker may end by itself the work on a run that it has lost
SHARE_OF_TIME = 0.05  # that checkpoints may take


class Journal:
    """Tells of epochs in batches, gives a heartbeat from a thread of its own, and hears what the owner wants.

    Use as a context manager. `wanted` is `stop`, `pause` or None; `lost` says that the run is no longer ours.
    """

    def __init__(self, claim: Claim, epoch: int, wanted: str | None = None):
        self.claim = claim
        self.epoch = epoch
        self.wanted = wanted
        self.lost = False
        self._stored = epoch
        self._pending: list[tuple[int, Epoch]] = []
        self._knobs = hosting.hosting()
        self._next_checkpoint = time.monotonic() + self._knobs.checkpoint
        self._lock = threading.Lock()  # one writer at a time: this thread or the heartbeat
        self._ended = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Journal:
        self._beating.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._beating.join()

    def tell(self, epoch: Epoch) -> None:
        """Notes one more epoch of the run. Raises `Lost`."""
        if self.lost:
            raise Lost
        self.epoch += 1
        self._pending.append((self.epoch, epoch))

    def checkpoint_is_due(self) -> bool:
        return time.monotonic() >= self._next_checkpoint

    def checkpoint(self, arrays: dict, facts: dict, state: str = "running") -> None:
        """Stores what it takes to go on from this epoch; `state="paused"` gives the run back as well. Raises `Lost`."""
        began = time.monotonic()
        if self.epoch > self._stored or state != "running":
            packed = plain.arrays_to_bytes(arrays)
            self._write(
                lambda told: queue.checkpoint(self.claim, told, self.epoch, facts, packed, state), last=state != "running"
            )
            self._stored = self.epoch
        took = time.monotonic() - began
        self._next_checkpoint = time.monotonic() + max(self._knobs.checkpoint, took / SHARE_OF_TIME)

    def begin_anew(self) -> None:
        """Drops what was told and stored of the run so far. Raises `Lost`."""
        self._write(lambda _told: queue.begin_anew(self.claim), last=False)
        self.epoch = self._stored = 0

    def finish(self, state: str, result: dict, model: bytes | None) -> None:
        """Stores what came out, and gives the run back. Raises `Lost`."""
        self._write(lambda told: queue.finish(self.claim, told, state, result, model), last=True)

    def fail(self, refusal: Refusal) -> None:
        """Gives the run back with the reason why it cannot go on."""
        self._write(lambda _told: queue.fail(self.claim, refusal), last=True)

    def _write(self, write, last: bool) -> None:
        # A store that is away for a moment must not cost a training of an hour.
        patience = time.monotonic() + 60
        while True:
            try:
                with self._lock:
                    told = list(self._pending)
                    write(told)
                    del self._pending[: len(told)]
                    if last:
                        self._ended.set()
                return
            except Refusal as refusal:
                if refusal.code != "store_unreachable" or time.monotonic() > patience:
                    raise
                time.sleep(1)

    def _beat(self) -> None:
        due = time.monotonic()
        while not self._ended.wait(1 / WRITES_A_SECOND):
            if not self._pending and time.monotonic() < due:
                continue
            due = time.monotonic() + self._knobs.heartbeat
            try:
                self._tell()
            except Lost:
                self.lost = True
                self._end_soon()
                return
            except Exception as error:
                log.warning("a heartbeat of run %s did not reach the store: %s", self.claim.run, error)
                self._ended.wait(self._knobs.heartbeat)

    def _tell(self) -> None:
        with self._lock:
            if self._ended.is_set():
                return
            told = list(self._pending)
            self.wanted = queue.tell(self.claim, told, memory=memory.used())
            del self._pending[: len(told)]

    def _end_soon(self) -> None:
        # An update of a large network takes a while, a forecast of many series too; the next run should not wait for them.
        if not self._ended.wait(GRACE_LOST):
            os._exit(0)
