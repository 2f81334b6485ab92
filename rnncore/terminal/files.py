"""Files that a user names on the command line: read within a limit, with every way this can fail told as a refusal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnncore.messages import Refusal
from rnncore.series.door import too_large


def read_file(path: str, megabytes: int) -> bytes:
    """The bytes of a file within the limit, or of standard input for "-", of which never more than a byte over the limit
    is read: enough for the reader to refuse it."""
    most = megabytes * 1024 * 1024 + 1
    if path == "-":
        return sys.stdin.buffer.read(most)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size >= most:
                raise too_large(size, megabytes)
            return file.read(most)
    except FileNotFoundError:
        raise Refusal("file_missing", file=path) from None
    except IsADirectoryError:
        raise Refusal("file_is_folder", file=path) from None
    except PermissionError:
        raise Refusal("file_forbidden", file=path) from None
    except (OSError, ValueError) as error:
        raise Refusal("file_unreadable", file=path, reason=str(error)) from None


def check_writable(path: str | None, source: str) -> None:
    """Refuses a result that could not be written, before work is spent on it."""
    if path is None:
        return
    with _telling(path):
        if os.path.exists(path) and source != "-" and os.path.exists(source) and os.path.samefile(path, source):
            raise Refusal("file_is_input", file=path)
        existed = os.path.lexists(path)
        with open(path, "ab"):
            pass
        if not existed:
            os.remove(path)


def write_file(path: str, data: bytes) -> None:
    with _telling(path):
        Path(path).write_bytes(data)


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """What keeps a file from being written, as a refusal."""
    try:
        yield
    except FileNotFoundError:
        raise Refusal("folder_missing", file=path) from None
    except IsADirectoryError:
        raise Refusal("file_is_folder", file=path) from None
    except PermissionError:
        raise Refusal("file_protected", file=path) from None
    except (OSError, ValueError) as error:
        raise Refusal("file_unwritable", file=path, reason=str(error)) from None
