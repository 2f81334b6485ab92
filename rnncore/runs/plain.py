"""Values as JSON text without surprises: no NaN, no infinity, no numpy; and arrays as safetensors."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
from safetensors import SafetensorError
from safetensors import numpy as safetensors


def dumps(value) -> str:
    """JSON text of plain values, dataclasses and numpy; what is not finite becomes null."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes):
    return json.loads(text)


def arrays_to_bytes(arrays: dict[str, np.ndarray]) -> bytes:
    return safetensors.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})


def arrays_from_bytes(data: bytes) -> dict[str, np.ndarray]:
    """What `arrays_to_bytes` wrote. Raises ValueError for anything else."""
    try:
        return safetensors.load(data)
    except SafetensorError as error:
        raise ValueError("no arrays") from error


def _plain(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
