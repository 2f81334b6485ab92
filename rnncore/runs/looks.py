"""Looks inside the networks of a run that has ended: a worker computes them, and they stay with the run.

They are parts of the run they look into, so that they are deleted with it, and everybody who may see the run sees them.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from rnncore.inside import Asked, Look, look
from rnncore.messages import Refusal
from rnncore.runs import plain, store
from rnncore.runs.store import Run
from rnncore.runs.tables import parts, reading, runs, writing
from rnncore.series.series import unpack

PREFIX = "look3."  # counted up when a look holds something else than before: those kept earlier are not read
MOST = 24  # looks kept with one run; the next one makes room by dropping them all


def asked(run: Run, series: int, network: int, origin: int) -> Asked:
    """The piece of work for one window: hand it to `submit_work`, and ask `found` for what it brought."""
    return Asked(run=run.id, finished=str(run.finished), series=series, network=network, origin=origin)


def found(run: Run, wanted: Asked) -> Look | None:
    """The look at one window of the run; None where no worker has taken it yet."""
    content = store.part(run, _kind(wanted))
    return None if content is None else Look.from_dict(plain.loads(content))


def take(wanted: Asked) -> dict:
    """What a worker does: look, and leave the result with the run. Raises `Refusal("run_gone")`."""
    with reading() as connection:
        held = connection.execute(sa.select(parts.c.kind, parts.c.content).where(parts.c.run == wanted.run))
        content = {kind: bytes_ for kind, bytes_ in held if kind in ("series", "model")}
        config = connection.scalar(sa.select(runs.c.config).where(runs.c.id == wanted.run))
    if config is None or len(content) < 2:
        raise Refusal("run_gone")
    from rnncore.runs import pieces

    seen = look(content["model"], unpack(content["series"]), pieces.loads(config), wanted)
    with writing() as connection:
        if connection.scalar(sa.select(runs.c.id).where(runs.c.id == wanted.run)) is None:
            raise Refusal("run_gone")
        ours = sa.and_(parts.c.run == wanted.run, parts.c.kind.startswith(PREFIX, autoescape=True))
        if connection.scalar(sa.select(sa.func.count()).where(ours)) >= MOST:
            connection.execute(parts.delete().where(ours))
        store.put(connection, wanted.run, _kind(wanted), plain.dumps(seen.as_dict()).encode())
    return {}


def _kind(wanted: Asked) -> str:
    """A name of its own for each window, within the sixteen characters that a part may have."""
    return PREFIX + hashlib.sha256(wanted.model_dump_json().encode()).hexdigest()[:10]
