"""Where runs work: workers of our own beside the server, or those of a Dask scheduler that `UNROLLED_SCHEDULER` names."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable

from rnncore.messages import Refusal
from rnncore.runs import hosting, store
from rnncore.runs.processes import Processes

log = logging.getLogger(__name__)

IDLE = 1.0  # seconds between two looks at the queue when nobody rings
UPKEEP = 3600.0  # seconds between two looks for what has expired
START = 60.0  # seconds in which the workers have to come up


class Cluster:
    """The thread that keeps workers up and hands runs to them. `start` returns at once; `close` ends what it started."""

    def __init__(self, first: Callable[[], None]):
        self.state = "starting"
        self._first = first
        self.bell = threading.Event()
        self._closing = threading.Event()
        self._processes: Processes | None = None
        self._lock = threading.Lock()
        self._client = None
        self._upkeep = 0.0
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self.bell.set()
        self._thread.join(timeout=2)
        if self._thread.is_alive():  # still waiting for workers
            self._end_processes()
            self._thread.join(timeout=2)
        self.state = "closed"

    def workers(self) -> int:
        client = self._client
        with contextlib.suppress(Exception):
            return len(client.scheduler_info(n_workers=-1)["workers"]) if client else 0
        return 0

    def _run(self) -> None:
        self._first()
        while not self._closing.is_set():
            try:
                self._serve()
            except Exception:
                if not self._closing.is_set():
                    self.state = "down"
                    log.exception("the workers could not be reached; trying again")
                    self._closing.wait(5)

    def _serve(self) -> None:
        """Brings workers up and serves runs to them until we close or they are lost."""
        from rnncore.runs.dispatch import Dispatcher

        dispatcher = None
        try:
            with self._reach() as client:
                dispatcher = Dispatcher(client, shared=hosting.scheduler() is not None, bell=self.bell.set)
                self._client, self.state = client, "up"
                while not self._closing.is_set() and self._is_well(client):
                    self._look(dispatcher)
                    self.bell.wait(IDLE)
                    self.bell.clear()
        finally:
            self._client = None
            if dispatcher and hosting.scheduler() is None:
                with contextlib.suppress(Refusal):
                    dispatcher.release()

    @contextlib.contextmanager
    def _reach(self):
        from distributed import Client

        for name in ("distributed", "distributed.client"):  # what matters is told by the store
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            client = Client(hosting.scheduler() or self._start_processes(), timeout=START, set_as_default=False)
            try:
                yield client
            finally:
                with contextlib.suppress(Exception):
                    client.close(timeout=0.5)
        finally:
            self._end_processes()

    def _start_processes(self) -> str:
        with self._lock:
            self._processes = Processes()
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and not self._closing.is_set() and self._processes.alive():
            if self._processes.ready():
                with contextlib.suppress(json.JSONDecodeError), open(self._processes.scheduler_file) as file:
                    return json.load(file)["address"]
            self._closing.wait(0.05)
        raise RuntimeError("the scheduler did not come up")

    def _end_processes(self) -> None:
        with self._lock:
            processes, self._processes = self._processes, None
        if processes:
            processes.close()

    def _is_well(self, client) -> bool:
        return client.status == "running" and (self._processes is None or self._processes.alive())

    def _look(self, dispatcher) -> None:
        try:
            dispatcher.step()
            if time.monotonic() > self._upkeep:
                self._upkeep = time.monotonic() + UPKEEP
                store.expire()
        except Refusal as refusal:
            if self.state != "waiting":
                log.warning("the queue cannot be served: %s", refusal)
            self.state = "waiting"
        else:
            self.state = "up"


_cluster: Cluster | None = None
_guard = threading.Lock()


def start(first: Callable[[], None] = lambda: None) -> None:
    """Brings the cluster up in the background; returns at once. A second call changes nothing. Refuses a wrong setting.

    first: what is more urgent than workers, and is done in the background before they start.
    """
    global _cluster
    hosting.hosting()
    with _guard:
        if _cluster is None:
            _cluster = Cluster(first)
            _cluster.start()


def close() -> None:
    """Ends the cluster and its processes within seconds; runs that were working are queued again."""
    global _cluster
    with _guard:
        cluster, _cluster = _cluster, None
    if cluster:
        cluster.close()


def wake() -> None:
    """Lets the queue be looked at now; does nothing where no cluster was started."""
    cluster = _cluster
    if cluster:
        cluster.bell.set()


def health() -> dict:
    """For a health page: `store` (is it there), `state` (starting, up, waiting, down, off), `workers`, `queued`, `running`."""
    cluster = _cluster
    told = {"store": True, "state": cluster.state if cluster else "off", "workers": cluster.workers() if cluster else 0}
    try:
        counted = store.counts()
    except Refusal:
        return {**told, "store": False, "queued": None, "running": None}
    return {**told, "queued": counted.get("queued", 0), "running": counted.get("running", 0)}
