"""How a run changes hands: claimed by a server, taken by a worker, told of, given back.

Every change of hands raises the run's fence, and whoever writes must show the fence under which it got the run. So a
worker that was thought dead and comes back finds itself locked out, and nothing runs twice.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil
import sqlalchemy as sa

from rnncore.config import Config
from rnncore.messages import Epoch, Refusal
from rnncore.runs import hosting, pieces, plain, store
from rnncore.runs.tables import epochs, parts, reading, runs, writing


class Lost(Exception):
    """The run is no longer ours: it was deleted, or somebody else has it."""


Told = list[tuple[int, Epoch]]  # the number of an epoch within the run, and the epoch


@dataclass(frozen=True)
class Claim:
    """A right to write about a run."""

    run: int
    fence: int

    def holds(self) -> sa.ColumnElement:
        return sa.and_(runs.c.id == self.run, runs.c.fence == self.fence, runs.c.state == "running")


@dataclass(frozen=True)
class Duty:
    """What a worker needs to begin, or to go on."""

    claim: Claim
    config: Config
    series: bytes | None  # None for a piece of work that is no forecast
    start: bytes | None  # a saved model to start from
    checkpoint: tuple[dict, bytes] | None  # facts, arrays as safetensors
    further: int | None
    epoch: int
    wanted: str | None


@dataclass(frozen=True)
class Held:
    """A running run, as its watchers see it."""

    claim: Claim
    heartbeat: float
    worker: str
    memory: float | None


def whoami() -> str:
    """This process among all processes of all hosts and times."""
    return f"{socket.gethostname()} {os.getpid()} {psutil.Process().create_time()}"


def is_gone(worker: str) -> bool:
    """Whether that process has certainly ended; False for one on another host."""
    host, pid, since = worker.rsplit(" ", 2)
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(pid))
        return abs(process.create_time() - float(since)) > 60 or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def end(worker: str) -> None:
    """Kills that process, if it is another one of this host."""
    if worker != whoami() and worker.rsplit(" ", 2)[0] == socket.gethostname() and not is_gone(worker):
        with suppress(psutil.Error):
            psutil.Process(int(worker.rsplit(" ", 2)[1])).kill()


def claim() -> Claim | None:
    """The next queued run, for this process to hand to a worker; None when there is none."""
    order = sa.select(runs.c.id, runs.c.fence).where(runs.c.state == "queued").order_by(runs.c.queued, runs.c.id).limit(1)
    now = time.time()
    with writing() as connection:
        found = connection.execute(order.with_for_update(skip_locked=True)).first()
        if found is None:
            return None
        number, fence = found
        claimed = runs.update().where(runs.c.id == number, runs.c.fence == fence, runs.c.state == "queued")
        taken = claimed.values(
            state="running",
            fence=fence + 1,
            worker=whoami(),
            memory=None,
            attempts=runs.c.attempts + 1,
            heartbeat=now,
            started=sa.func.coalesce(runs.c.started, now),
        )
        return Claim(number, fence + 1) if connection.execute(taken).rowcount else None


def take(claim: Claim) -> Duty | None:
    """The run for this process to work on; None when it is gone or somebody else has it."""
    mine = Claim(claim.run, claim.fence + 1)
    with writing() as connection:
        taken = runs.update().where(claim.holds()).values(fence=mine.fence, worker=whoami(), heartbeat=time.time())
        if not connection.execute(taken).rowcount:
            return None
        row = connection.execute(sa.select(runs).where(runs.c.id == mine.run)).mappings().one()
        found = connection.execute(sa.select(parts).where(parts.c.run == mine.run, parts.c.kind != "result")).mappings()
        stored = {part["kind"]: part for part in found}
        checkpoint = stored.get("checkpoint")
        facts = plain.loads(checkpoint["facts"]) if checkpoint else {}
        # Epochs after the checkpoint are trained again, and told of again.
        known = facts.get("epoch", 0)
        connection.execute(epochs.delete().where(epochs.c.run == mine.run, epochs.c.number > known))
        connection.execute(runs.update().where(mine.holds()).values(epoch=known))
    return Duty(
        mine,
        pieces.loads(row["config"]),
        stored["series"]["content"] if "series" in stored else None,
        stored["start"]["content"] if "start" in stored else None,
        (facts["state"], checkpoint["content"]) if checkpoint else None,
        row["further"],
        known,
        row["wanted"],
    )


def tell(claim: Claim, told: Told, memory: float | None = None) -> str | None:
    """A heartbeat, with the epochs since the last one; what the owner wants: `stop`, `pause` or None. Raises `Lost`."""
    with writing() as connection:
        _tell(connection, claim, told, memory=memory)
        return connection.scalar(sa.select(runs.c.wanted).where(runs.c.id == claim.run))


def checkpoint(claim: Claim, told: Told, epoch: int, facts: dict, arrays: bytes, state: str = "running") -> None:
    """Stores what it takes to go on from here, after `epoch` epochs; `state="paused"` also frees the worker. Raises `Lost`."""
    with writing() as connection:
        values = {"state": state, "wanted": None} if state == "paused" else {}
        # It got further: what killed earlier workers did not kill this one.
        _tell(connection, claim, told, attempts=1, further=None, **values)
        store.put(connection, claim.run, "checkpoint", arrays, plain.dumps({"epoch": epoch, "state": facts}))


def begin_anew(claim: Claim) -> None:
    """Drops what the run has, as if it had never been worked on. Raises `Lost`."""
    with writing() as connection:
        _tell(connection, claim, [], epoch=0, fraction=0.0)
        connection.execute(epochs.delete().where(epochs.c.run == claim.run))
        connection.execute(parts.delete().where(parts.c.run == claim.run, parts.c.kind == "checkpoint"))


def finish(claim: Claim, told: Told, state: str, result: dict, model: bytes | None) -> None:
    """Stores what came out of the run. `state`: `done` or `stopped`. Raises `Lost`."""
    with writing() as connection:
        _tell(connection, claim, told, state=state, wanted=None, finished=time.time(), fraction=1.0, attempts=0)
        store.put(connection, claim.run, "result", plain.dumps(result).encode())
        if model is not None:
            store.put(connection, claim.run, "model", model)


def fail(claim: Claim, refusal: Refusal) -> None:
    """Ends the run with the reason; does nothing when the run is no longer ours."""
    told = plain.dumps({"code": refusal.code, "facts": refusal.facts})
    now = time.time()
    with writing() as connection:
        failed = runs.update().where(claim.holds())
        connection.execute(
            failed.values(state="failed", refusal=told, finished=now, touched=now, wanted=None, fence=claim.fence + 1)
        )


def _tell(connection: sa.Connection, claim: Claim, told: Told, **values) -> None:
    now = time.time()
    if told:
        number, last = told[-1]
        values = {"epoch": number, "fraction": last.fraction, **values}
    told_of = runs.update().where(claim.holds()).values(heartbeat=now, touched=now, **values)
    if not connection.execute(told_of).rowcount:
        raise Lost
    if told:
        rows = [{"run": claim.run, "number": number, "facts": plain.dumps(epoch)} for number, epoch in told]
        connection.execute(epochs.insert(), rows)


def held() -> list[Held]:
    """The runs that somebody has."""
    columns = (runs.c.id, runs.c.fence, runs.c.heartbeat, runs.c.worker, runs.c.memory)
    with reading() as connection:
        rows = connection.execute(sa.select(*columns).where(runs.c.state == "running")).all()
    return [Held(Claim(run, fence), heartbeat, worker, memory) for run, fence, heartbeat, worker, memory in rows]


def give_back(lost: Held, counted: bool = True) -> None:
    """Queues a run whose worker is gone again, at its old place, or ends it after too many attempts.

    counted: False when the worker was ended by us, which says nothing about the run.
    """
    limits = hosting.hosting()
    with writing() as connection:
        attempts = connection.scalar(sa.select(runs.c.attempts).where(lost.claim.holds()))
        if attempts is None:
            return
        if counted and (lost.memory or 0) > 0.8 * limits.worker_memory:
            refusal = Refusal("out_of_memory", limit=limits.worker_memory)
        elif counted and attempts >= limits.max_attempts:
            refusal = Refusal("worker_lost", attempts=attempts)
        else:
            refusal = None
        values = {"state": "queued", "attempts": attempts if counted else max(0, attempts - 1)}
        if refusal:
            told = plain.dumps({"code": refusal.code, "facts": refusal.facts})
            values = {"state": "failed", "refusal": told, "finished": time.time(), "wanted": None}
        connection.execute(runs.update().where(lost.claim.holds()).values(fence=lost.claim.fence + 1, **values))
