"""What a chart can carry: fewer points with the same outline, stamps a browser reads, and text without markup."""

from __future__ import annotations

import numpy as np
import pandas as pd

MOST = 2000  # points of a line: twice as many as a wide chart has columns of pixels


def outline(values: np.ndarray, most: int = MOST) -> np.ndarray:
    """Rows to draw so that at most `most` points show the same outline: first, lowest, highest and last of each bucket.

    values: (N,). Returns sorted row numbers; all of them where N <= most.
    """
    rows = len(values)
    if rows <= most:
        return np.arange(rows)
    size = -(-rows * 2 // most)
    whole = rows // size * size
    blocks = np.asarray(values[:whole]).reshape(-1, size)
    starts = np.arange(0, whole, size)
    kept = [starts + blocks.argmin(axis=1), starts + blocks.argmax(axis=1), [0, rows - 1]]
    if whole < rows:
        tail = np.asarray(values[whole:])
        kept.append([whole + int(tail.argmin()), whole + int(tail.argmax())])
    return np.unique(np.concatenate(kept))


def within(x: np.ndarray, span: tuple | None) -> slice:
    """The rows between the two ends of `span` and one more on either side; all of them where that leaves fewer than two.

    x: (N,) in rising order.
    """
    if span is not None:
        first, last = np.searchsorted(x, span[0]), np.searchsorted(x, span[1], "right")
        if last - first >= 2:
            return slice(max(0, first - 1), last + 1)
    return slice(0, len(x))


def axis_values(index: pd.Index) -> np.ndarray:
    """Stamps as the wall-clock time of their zone, or row numbers, as plotly takes them."""
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).to_numpy().astype("datetime64[ms]")
    return index.to_numpy()


def plain(text: str, most: int = 36) -> str:
    """Text from a file for plotly, which otherwise reads it as HTML."""
    text = " ".join(str(text).split())
    text = text if len(text) <= most else text[: most - 1] + "…"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
