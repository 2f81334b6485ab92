"""Arrays and the facts about them in one safetensors file; nothing is ever unpickled.

A safetensors file is a length, a JSON header and plain numbers; its header's metadata carries the facts, as JSON too.
"""

from __future__ import annotations

import json

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as _load
from safetensors.numpy import save as _save

from rnncore.messages import Refusal

FACTS = "unrolled"
MAX_BYTES = 256 * 1024 * 1024


def save(arrays: dict[str, np.ndarray], facts: dict) -> bytes:
    """One safetensors file of `arrays`; `facts` (JSON values) go into its metadata."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return _save(contiguous, {FACTS: json.dumps(facts, allow_nan=False, ensure_ascii=False)})


def load(data: bytes) -> tuple[dict[str, np.ndarray], dict]:
    """The arrays and facts that `save` wrote; anything else is refused (`model_file`, with a reason)."""
    if len(data) > MAX_BYTES:
        raise Refusal("model_file", reason="size")
    facts = _facts(data)
    try:
        arrays = _load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, MemoryError):
        raise Refusal("model_file", reason="arrays") from None
    if any(array.dtype.kind == "f" and not np.isfinite(array).all() for array in arrays.values()):
        raise Refusal("model_file", reason="numbers")
    return arrays, facts


def _facts(data: bytes) -> dict:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 10 or not 2 <= length <= len(data) - 8:
        raise Refusal("model_file", reason="format")
    try:
        header = json.loads(data[8 : 8 + length])
        facts = json.loads(header["__metadata__"][FACTS])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal("model_file", reason="format") from None
    if not isinstance(facts, dict):
        raise Refusal("model_file", reason="format")
    return facts
