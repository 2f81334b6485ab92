"""What the host of the app has set, and where its data lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pydantic import ValidationError

from rnncore.config import Hosting
from rnncore.messages import Refusal


def hosting() -> Hosting:
    """The host's knobs: defaults, overridden by environment variables such as `UNROLLED_WORKERS`."""
    given = {name: os.environ.get(f"UNROLLED_{name.upper()}") for name in Hosting.model_fields}
    try:
        return Hosting.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise Refusal("host_setting", name=f"UNROLLED_{name.upper()}", value=given[name]) from None


def folder() -> Path:
    """Where runs are stored: `UNROLLED_DATA`, or the platform's place for data. Created if missing, for its owner only."""
    path = Path(os.environ.get("UNROLLED_DATA") or _platform_folder())
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def address() -> str:
    """The store's address: `UNROLLED_STORE`, or a SQLite file in `folder()`, made for its owner only."""
    given = os.environ.get("UNROLLED_STORE")
    if given:
        return given
    file = folder() / "unrolled.sqlite"
    file.touch(mode=0o600)
    return f"sqlite:///{file}"


def scheduler() -> str | None:
    """The address of a Dask scheduler that somebody else runs, or None for workers of our own."""
    return os.environ.get("UNROLLED_SCHEDULER") or None


def _platform_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Unrolled"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "unrolled"
