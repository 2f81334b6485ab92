"""Real series that come with Unrolled; a sample is bytes and goes through the same reading room as an upload."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rnncore.config import ReadConfig


@dataclass(frozen=True)
class Sample:
    """One file of `rnncore/series/files/`. Its words are `sample.<key>.name`, `.unit` and `.shows`."""

    key: str
    file: str
    value: str  # the column to forecast
    season: int  # rows; 1 where there is none
    source: str
    licence: str
    notice: str | None = None  # file of the licence text, where the licence wants it to travel along

    def bytes(self) -> bytes:
        return (_folder() / self.file).read_bytes()

    def read_config(self) -> ReadConfig:
        return ReadConfig(value=self.value)

    def licence_text(self) -> str | None:
        return None if self.notice is None else (_folder() / "licences" / self.notice).read_text("utf-8")


@cache
def samples() -> tuple[Sample, ...]:
    table = tomllib.loads((_folder() / "samples.toml").read_text("utf-8"))
    return tuple(Sample(key, **row) for key, row in table.items())


def _folder():
    return files(__package__) / "files"
