"""Results that were measured beforehand and ship with the package, each with the command that makes it again.

A script under `tests/benchmarks/` measures and calls `store`; whoever shows a result calls `load`. One JSON file a result.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

DIGITS = 7  # significant ones: what float32 has


@dataclass(frozen=True)
class Shipped:
    """command: what to type to measure again; settings: what it was measured with, seeds included; machine: on what, with
    which versions; result: what came out, as plain values."""

    command: str
    settings: dict
    machine: dict
    result: dict


def load(name: str) -> Shipped:
    """The shipped result `name`: `article_seeds`, `article_keras` or `cost`."""
    return Shipped(**json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8")))


def store(path: Path, command: str, settings: dict, result: dict, packages: tuple[str, ...] = ("torch", "numpy")) -> Shipped:
    """Write what was measured just now, on this machine, with these `packages`."""
    made = Shipped(command, settings, machine(*packages), rounded(result))
    path.write_text(json.dumps(asdict(made), allow_nan=False) + "\n", "utf-8")
    return made


def machine(*packages: str) -> dict:
    """What the times depend on besides the program: processor, cores, Python, versions of `packages`."""
    versions = {name: version(name) for name in packages}
    return {"processor": _processor(), "cores": os.cpu_count(), "python": platform.python_version(), **versions}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def rounded(value):
    """Plain values with their floats cut to `DIGITS` significant digits, so that a file stays small enough to read."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {str(name): rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value
