"""The door of the reading room: what cannot be a table is named and turned away before anything is parsed."""

from __future__ import annotations

import math
import re

from rnncore.config import MEGABYTE, Limits
from rnncore.messages import Refusal

SIGNATURES = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!\x1a", "RAR"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel (.xls)"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "Arrow"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x89HDF", "HDF5"),
    (b"\x93NUMPY", "NumPy"),
    (b"\x7fELF", "ELF"),
    (b"{\\rtf", "RTF"),
    (b"RIFF", "RIFF"),
    (b"OggS", "Ogg"),
    (b"MATLAB 5.0 MAT", "MATLAB"),
)
_JSON = re.compile(rb"\s*(\{\s*(\"|\})|\[\s*(\{|\[|\]|-?\d|\"[^\"\]]*\"\s*[,\]]|$))")
_MARKUP = ((b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"<?xml", "XML"), (b"<svg", "XML"), (b"<table", "HTML"))
_LINES_OF_SLACK = 200  # header, preamble and footer are not rows


def admit(data: bytes, limits: Limits) -> None:
    """Refuse what is too large, empty, or something else than text in lines."""
    if len(data) > limits.max_megabytes * MEGABYTE:
        raise too_large(len(data), limits.max_megabytes)
    head = data[:4096]
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            raise Refusal("other_format", kind=kind)
    if head.startswith(b"PK\x03\x04"):
        raise Refusal("other_format", kind=_kind_of_zip(data))
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00\x1a,;"):
        raise Refusal("empty_file")


def too_large(size: int, limit: int) -> Refusal:
    """Of a file of `size` bytes, where `limit` MB are allowed; rounded up, so that the two numbers differ."""
    return Refusal("file_too_large", size=math.ceil(10 * size / MEGABYTE) / 10, limit=limit)


def _kind_of_zip(data: bytes) -> str:
    for member, kind in (
        (b"xl/", "Excel (.xlsx)"),
        (b"word/", "Word (.docx)"),
        (b"opendocument.spreadsheet", "OpenDocument (.ods)"),
    ):
        if member in data[:100_000] or member in data[-100_000:]:
            return kind
    return "ZIP"


def admit_text(text: bytes, limits: Limits) -> None:
    """Refuse markup, JSON, binary noise and too many lines; `text` is UTF-8 with newline as its only line end."""
    head = text[:4096].lstrip(b"\xef\xbb\xbf \n\t")
    if not head:
        raise Refusal("empty_file")
    for start, kind in _MARKUP:
        if head[:20].lower().startswith(start):
            raise Refusal("other_format", kind=kind)
    if _JSON.match(head):
        raise Refusal("other_format", kind="JSON")
    sample = text[:65536]
    if len(re.findall(rb"[\x00-\x08\x0e-\x1b\x7f]", sample)) > 0.05 * len(sample):
        raise Refusal("binary_file")
    lines = text.count(b"\n") + 1
    if lines > limits.max_rows + _LINES_OF_SLACK:
        raise Refusal("too_many_rows", rows=lines, limit=limits.max_rows)
