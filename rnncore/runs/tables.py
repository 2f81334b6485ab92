"""The tables of the store, and the two ways to reach them: `reading()` and `writing()`.

SQLite in WAL mode or PostgreSQL. Writers are short transactions that begin with their lock, so that none fails half-way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from rnncore.messages import Refusal
from rnncore.runs import hosting

VERSION = 1

metadata = sa.MetaData()

schema = sa.Table("unrolled_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("lookup", sa.String(64), nullable=False, unique=True),  # digest of the read-only token
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("wanted", sa.String(16)),  # "stop" or "pause", for a run that is running or has yet to finish
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("further", sa.Integer),  # epochs to train beyond what the run already has
    sa.Column("queued", sa.Double, nullable=False),  # its place: earlier is sooner
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("started", sa.Double),
    sa.Column("finished", sa.Double),
    sa.Column("touched", sa.Double, nullable=False, index=True),  # by its owner or a worker: expiry counts from here
    sa.Column("heartbeat", sa.Double),
    sa.Column("epoch", sa.Integer, nullable=False, default=0),
    sa.Column("fraction", sa.Double, nullable=False, default=0.0),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # since it last got further
    sa.Column("fence", sa.Integer, nullable=False, default=0),  # grows with every change of hands
    sa.Column("worker", sa.Text),  # who has it: host, process, start of the process
    sa.Column("memory", sa.Double),  # MB of the worker at its last heartbeat
    sa.Column("refusal", sa.Text),  # JSON: code and facts, when failed
    sqlite_autoincrement=True,  # a deleted run's number is never given to another
)

epochs = sa.Table(
    "epochs",
    metadata,
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),  # counts from 1 through all trainings of the run
    sa.Column("facts", sa.Text, nullable=False),
)

parts = sa.Table(
    "parts",
    metadata,
    sa.Column("run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), primary_key=True),  # series, start, checkpoint, result, model
    sa.Column("facts", sa.Text, nullable=False, default="{}"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
)

_engines: dict[tuple[str, int], sa.Engine] = {}
_lock = Lock()


def engine() -> sa.Engine:
    """The store's engine, opened and laid out on first use. Raises `Refusal` where the store cannot be reached or is newer."""
    key = (hosting.address(), os.getpid())
    with _lock:
        if key not in _engines:
            opened = _open(key[0])
            try:
                _lay_out(opened)
            except BaseException:
                opened.dispose()
                raise
            _engines[key] = opened
        return _engines[key]


def close() -> None:
    """Closes every connection to the store; the next use opens it again."""
    with _lock:
        for opened in _engines.values():
            opened.dispose()
        _engines.clear()


@contextmanager
def reading() -> Iterator[sa.Connection]:
    """A connection that sees one state of the store and changes nothing."""
    with _reachable(), engine().connect().execution_options(reads_only=True) as connection:
        yield connection


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """A transaction: all of it happens, or none."""
    with _reachable(), engine().begin() as connection:
        yield connection


def forget_deleted() -> None:
    """Lets nothing that was deleted stay in SQLite's log of changes, and gives its room back."""
    if engine().dialect.name != "sqlite":
        return
    with _reachable(), closing(engine().raw_connection()) as connection:
        # As a script, because a single statement is only taken one page far.
        connection.cursor().executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refusal("store_unreachable") from error
    except DBAPIError as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise Refusal("store_unreachable") from error
        raise


def _open(address: str) -> sa.Engine:
    if not address.startswith("sqlite"):
        try:
            return sa.create_engine(address, pool_pre_ping=True, hide_parameters=True)
        except (ArgumentError, ImportError) as error:
            raise Refusal("store_address") from error
    opened = sa.create_engine(address, hide_parameters=True, connect_args={"timeout": 30})
    sa.event.listen(opened, "connect", _set_up_sqlite)
    sa.event.listen(opened, "begin", _begin_sqlite)
    return opened


def _set_up_sqlite(connection, _record) -> None:
    connection.isolation_level = None  # this module begins its transactions itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is gone from the file too
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails when another writer came between: take the lock at once.
    reads_only = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _lay_out(opened: sa.Engine) -> None:
    with _reachable():
        if opened.dialect.name == "sqlite":
            _turn_on_wal(opened)
        with opened.begin() as connection:
            if opened.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7305190)")  # any number, the same for all of us
            metadata.create_all(connection)
            found = connection.scalar(sa.select(sa.func.max(schema.c.version)))
            if found is None:
                connection.execute(schema.insert().values(version=VERSION))
            elif found > VERSION:
                raise Refusal("store_newer", found=found, known=VERSION)


def _turn_on_wal(opened: sa.Engine, patience: float = 30.0) -> None:
    # The change of mode does not wait for its lock, however long the timeout.
    deadline = time.monotonic() + patience
    while True:
        try:
            with closing(opened.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA journal_mode=WAL")
            return
        except opened.dialect.loaded_dbapi.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise Refusal("store_unreachable") from error
            time.sleep(0.05)
