"""`Report`: what was found in a file and what was done to it, in facts; a page or the command line turns it into sentences."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from rnncore.messages import Note
from rnncore.texts import say


@dataclass(frozen=True)
class Report:
    """Everything a reader should know about how their file was read.

    rows: data rows, without header, preamble, footer and blank lines; missing: empty or marked cells of the value columns, as
    in the file; duplicates: rows whose stamp (within its series) occurred before; sums: per value column, of the values as
    read, before any repair, None beyond the largest float64; first, last: ISO stamps. Without stamps time, frequency, first and
    last are None. known, past: the columns that were asked for as covariates, known in advance or only in the past.
    """

    rows: int
    time: str | None
    values: list[str]
    target: str | None
    series: int
    series_column: str | None
    frequency: str | None
    first: str | None
    last: str | None
    missing: int
    duplicates: int
    encoding: str
    delimiter: str
    decimal: str
    sums: dict[str, float | None]
    notes: list[Note] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    columns: list[dict] = field(default_factory=list)  # {"name", "role"} of every column of the file
    preview: list[list[str]] = field(default_factory=list)  # the first rows, as text

    def as_dict(self, language: str = "en") -> dict:
        """JSON-ready values; each note as its code, its count and its sentence in `language`."""
        values = asdict(self)
        values["notes"] = [
            {"code": note.code, "count": note.count, "text": say(language, f"note.{note.code}", count=note.count, **note.facts)}
            for note in self.notes
        ]
        return values
