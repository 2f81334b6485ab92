"""Time and memory of reading: generated files of 100,000 and 1,000,000 rows, and every CSV of a folder.

    python tests/benchmarks/reading.py [--data FOLDER] [--rows 1000000]

Prints seconds and the growth of peak memory (Linux) as a multiple of the size of the file.
Each file is read by a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]


def write_files(folder: Path, rows: int) -> list[Path]:
    """A plain, a European and an American file of three columns."""
    random = np.random.default_rng(0)
    stamps = pd.date_range("2000-01-01", periods=rows, freq="min")
    level, count = random.normal(1000, 300, rows).round(2), random.integers(0, 9999, rows)
    dresses = {
        "plain": ("%Y-%m-%d %H:%M:%S", ",", lambda value: f"{value}"),
        "european": ("%d.%m.%Y %H:%M", ";", lambda value: f"{value}".replace(".", ",")),
        "american": ("%m/%d/%Y %I:%M %p", ",", lambda value: f'"${value:,.2f}"'),
    }
    paths = []
    for name, (form, delimiter, dress) in dresses.items():
        lines = map(delimiter.join, zip(stamps.strftime(form), map(dress, level), map(str, count), strict=True))
        paths.append(folder / f"{name}_{rows}.csv")
        paths[-1].write_text(delimiter.join(("time", "level", "count")) + "\n" + "\n".join(lines) + "\n", "utf-8")
    return paths


def peak_bytes() -> int:
    """Peak resident memory of this program; `getrusage` would count that of the process it was started from."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


def measure(path: Path) -> None:
    """Read one file and print what it cost."""
    sys.path.insert(0, str(ROOT))
    from rnncore.series import read

    read(b"d;v\n01.01.2024 00:00;1,5\n02.01.2024 00:00;1,5\n")  # imports and caches are not the file's cost
    data = path.read_bytes()
    before = peak_bytes()
    wall, cpu = time.perf_counter(), time.process_time()
    report = read(data).report
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    grown = (peak_bytes() - before) / len(data)
    print(f"{path.name:36} {report.rows:9,} rows {wall:7.2f} s {cpu:7.2f} s of CPU {grown:6.1f} x file {report.frequency}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        measure(chosen.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        paths = [path for rows in (100_000, chosen.rows) for path in write_files(Path(folder), rows)]
        paths += sorted(chosen.data.glob("*.csv")) if chosen.data else []
        for path in paths:
            subprocess.run([sys.executable, __file__, "--one", str(path)], check=True)


if __name__ == "__main__":
    main()
