"""A store and a cluster for these tests: real processes, small runs."""

from __future__ import annotations

import getpass
import importlib.util
import secrets
import shutil
import subprocess

import pytest
import sqlalchemy as sa
from journey import until

from rnncore.runs import cluster, tables

QUICK = {
    "UNROLLED_HEARTBEAT": "0.2",
    "UNROLLED_CHECKPOINT": "0.3",
    "UNROLLED_PATIENCE_LOST": "5",
    "UNROLLED_WORKERS": "2",
    "UNROLLED_PROCESSES": "1",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A data folder of its own for the tests of a module."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("UNROLLED_STORE", raising=False)
        patch.delenv("UNROLLED_SCHEDULER", raising=False)
        patch.setenv("UNROLLED_DATA", str(folder))
        for name, value in QUICK.items():
            patch.setenv(name, value)
        yield folder
        tables.close()


@pytest.fixture(scope="module")
def workers(place):
    """The embedded cluster, up."""
    cluster.start()
    until(lambda: cluster.health()["workers"] == 2)
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The address of a PostgreSQL server of our own; skips where there is none."""
    if not shutil.which("initdb") or not importlib.util.find_spec("psycopg"):
        pytest.skip("no PostgreSQL, or no driver for it, on this machine")
    folder = tmp_path_factory.mktemp("postgres")
    as_user = []
    if getpass.getuser() == "root":  # which PostgreSQL refuses to run as
        folder = tmp_path_factory.getbasetemp().parent.parent / f"unrolled-postgres-{secrets.token_hex(4)}"
        folder.mkdir()
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    socket = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"

    def command(*words):
        subprocess.run([*as_user, *words], check=True, cwd="/", stdout=subprocess.DEVNULL)

    command("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "unrolled")
    command("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", socket, "start")
    yield f"postgresql+psycopg://unrolled@/postgres?host={folder}"
    command("pg_ctl", "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def fresh_database(postgres):
    """The address of an empty database."""
    name = f"test_{secrets.token_hex(4)}"
    engine = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return postgres.replace("/postgres?", f"/{name}?")
