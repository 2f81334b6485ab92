"""What is known of a run, for those who hold its token."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from rnncore.config import Config
from rnncore.messages import Epoch, Refusal
from rnncore.runs import hosting, pieces, plain, tokens
from rnncore.runs.tables import epochs, forget_deleted, parts, reading, runs, writing

ACTIVE = ("queued", "running")
ENDED = ("done", "stopped", "failed")


@dataclass(frozen=True)
class Run:
    """A run as it was when it was looked up.

    state: `queued`, `running`, `paused`, `done`, `stopped` (done early, with the best weights so far) or `failed`;
    token: the one it was found by; share_token: the read-only one; owned: found by its owner's token;
    epoch: epochs so far, through all its trainings; fraction: of the whole, 0 to 1; further: epochs asked for beyond the
    config's; refusal: why it failed; wanted: `stop` or `pause` until a worker has obeyed; attempts: of workers, since the
    run last got further; heartbeat: the last sign of life of its worker.
    """

    id: int
    token: str
    share_token: str
    owned: bool
    title: str
    state: str
    wanted: str | None
    config: Config
    facts: dict
    created: datetime
    started: datetime | None
    finished: datetime | None
    heartbeat: datetime | None
    epoch: int
    fraction: float
    further: int | None
    attempts: int
    refusal: Refusal | None

    @property
    def active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in ACTIVE

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen unless its owner asks for it."""
        return self.state in ENDED


def add(series: bytes | None, config: Config, title: str, facts: dict, start: bytes | None, further: int | None) -> str:
    """Queues a new run; its owner's token. Raises `Refusal` when too many wait."""
    token = tokens.new()
    now = time.time()
    with writing() as connection:
        _admit(connection)
        row = {
            "lookup": tokens.lookup(tokens.share(token)),
            "title": title,
            "state": "queued",
            "config": pieces.dumps(config),
            "facts": plain.dumps(facts),
            "further": further,
            "queued": now,
            "created": now,
            "touched": now,
        }
        number = connection.execute(runs.insert().values(row)).inserted_primary_key[0]
        if series is not None:
            put(connection, number, "series", series)
        if start is not None:
            put(connection, number, "start", start)
    return token


def _admit(connection: sa.Connection) -> None:
    limit = hosting.hosting().max_queued
    waiting = connection.scalar(sa.select(sa.func.count()).where(runs.c.state == "queued"))
    if waiting >= limit:
        raise Refusal("queue_full", limit=limit)


def find(token: str) -> Run | None:
    """The run of a token, the owner's or the read-only one."""
    shares = {tokens.lookup(tokens.share(token)): True, tokens.lookup(token): False}
    with reading() as connection:
        row = connection.execute(sa.select(runs).where(runs.c.lookup.in_(list(shares)))).mappings().first()
    if row is None:
        return None
    owned = shares[row["lookup"]]
    return _run(row, token, tokens.share(token) if owned else token, owned)


def _run(row, token: str, share_token: str, owned: bool) -> Run:
    moments = {name: _moment(row[name]) for name in ("created", "started", "finished", "heartbeat")}
    same = {name: row[name] for name in ("id", "title", "state", "wanted", "epoch", "fraction", "further", "attempts")}
    told = row["refusal"] and plain.loads(row["refusal"])
    return Run(
        **same,
        **moments,
        token=token,
        share_token=share_token,
        owned=owned,
        config=pieces.loads(row["config"]),
        facts=plain.loads(row["facts"]),
        refusal=Refusal(told["code"], **told["facts"]) if told else None,
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def epochs_after(run: Run, after: int) -> list[Epoch]:
    """Epochs of a run beyond the first `after`, in order."""
    query = sa.select(epochs.c.facts).where(epochs.c.run == run.id, epochs.c.number > after).order_by(epochs.c.number)
    with reading() as connection:
        return [Epoch(**plain.loads(facts)) for facts in connection.scalars(query)]


def part(run: Run, kind: str) -> bytes | None:
    """One of the parts of a run: `series`, `start`, `checkpoint`, `result`, `model`."""
    with reading() as connection:
        return connection.scalar(sa.select(parts.c.content).where(parts.c.run == run.id, parts.c.kind == kind))


def put(connection: sa.Connection, number: int, kind: str, content: bytes, facts: str = "{}") -> None:
    """Stores a part of a run in place of an earlier one."""
    connection.execute(parts.delete().where(parts.c.run == number, parts.c.kind == kind))
    connection.execute(
        parts.insert().values(run=number, kind=kind, content=content, facts=facts, size=len(content) + len(facts))
    )


def position(run: Run) -> int:
    """The place of a queued run, 1 for the next; 0 for a run that does not wait."""
    ours = sa.select(runs.c.queued).where(runs.c.id == run.id, runs.c.state == "queued").scalar_subquery()
    ahead = sa.or_(runs.c.queued < ours, sa.and_(runs.c.queued == ours, runs.c.id <= run.id))
    with reading() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(runs.c.state == "queued", ahead))


def ask(run: Run, wanted: str) -> None:
    """Tells the worker of a running run to stop or to pause; a run that waits is paused at once.

    A stop of a run that waits, but has trained before, lets a worker forecast from what it has.
    """
    trained = sa.and_(runs.c.id == run.id, runs.c.epoch > 0)
    moves = [(runs.c.state == "running", {"wanted": wanted})]
    if wanted == "pause":
        moves.append((runs.c.state == "queued", {"state": "paused", "wanted": None}))
    else:
        moves.append((sa.and_(runs.c.state == "queued", trained), {"wanted": "stop"}))
        moves.append((sa.and_(runs.c.state == "paused", trained), {"state": "queued", "wanted": "stop", "queued": time.time()}))
    _move(run, moves, f"cannot_{wanted}")


def proceed(run: Run) -> None:
    """Queues a paused or a failed run again: it goes on from its last checkpoint."""
    _move(run, [(runs.c.state.in_(("paused", "failed")), _again())], "cannot_proceed")


def further(run: Run, more: int) -> None:
    """Queues a run that is done or was stopped again, to train `more` epochs beyond what it has."""
    again = {**_again(), "further": more, "fraction": 0.0}
    _move(run, [(runs.c.state.in_(("done", "stopped")), again)], "cannot_further")


def _again() -> dict:
    return {"state": "queued", "wanted": None, "queued": time.time(), "attempts": 0, "refusal": None, "finished": None}


def _move(run: Run, moves: list[tuple[sa.ColumnElement, dict]], otherwise: str) -> None:
    with writing() as connection:
        for condition, values in moves:
            moved = runs.update().where(runs.c.id == run.id, condition).values(**values, touched=time.time())
            if connection.execute(moved).rowcount:
                return
        state = connection.scalar(sa.select(runs.c.state).where(runs.c.id == run.id))
    raise Refusal("run_gone") if state is None else Refusal(otherwise)


def delete(number: int) -> None:
    """Deletes a run with all that belongs to it. Its worker, if it has one, finds it gone and drops it."""
    with writing() as connection:
        _delete(connection, [number])
    forget_deleted()


def _delete(connection: sa.Connection, numbers: list[int]) -> None:
    connection.execute(runs.delete().where(runs.c.id.in_(numbers)))
    connection.execute(epochs.delete().where(epochs.c.run.in_(numbers)))
    connection.execute(parts.delete().where(parts.c.run.in_(numbers)))


def expire() -> int:
    """Deletes runs that nobody touched for the days kept, then the oldest ones beyond the room there is; how many went."""
    limits = hosting.hosting()
    with writing() as connection:
        resting = sa.select(runs.c.id).where(runs.c.state.not_in(ACTIVE))
        gone = list(connection.scalars(resting.where(runs.c.touched < time.time() - limits.days_kept * 86400)))
        _delete(connection, gone)
        size = sa.select(sa.func.coalesce(sa.func.sum(parts.c.size), 0)).where(parts.c.run == runs.c.id).scalar_subquery()
        newest_first = sa.select(runs.c.id, runs.c.state, size).order_by(runs.c.touched.desc())
        room, places = limits.store_megabytes * 1e6, limits.runs_kept
        too_many = []
        for number, state, bytes_ in connection.execute(newest_first):
            room, places = room - float(bytes_), places - 1
            if state not in ACTIVE and (room < 0 or places < 0):
                too_many.append(number)
        _delete(connection, too_many)
    forget_deleted()
    return len(gone) + len(too_many)


def counts() -> dict[str, int]:
    """How many runs there are in each state."""
    with reading() as connection:
        return dict(connection.execute(sa.select(runs.c.state, sa.func.count()).group_by(runs.c.state)).all())
