"""Time and memory of reading as files grow: three dresses of a table of three columns, and every CSV of a folder.

    python -m tests.benchmarks.reading [--data FOLDER] [--rows 10000 100000 1000000] [--rounds 3]

Prints seconds (medians), and the growth of peak memory (Linux) in MB and as a multiple of the size of the file.
Each reading is done by a process of its own. A process that reads 10,000 rows grows by what reading any file takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
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
    """Reads one file and prints what it cost, as JSON."""
    from rnncore.series import read

    read(b"d;v\n01.01.2024 00:00;1,5\n02.01.2024 00:00;1,5\n")  # imports and caches are not the file's cost
    data = path.read_bytes()
    before = peak_bytes()
    wall, cpu = time.perf_counter(), time.process_time()
    report = read(data).report
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    told = {"rows": report.rows, "frequency": report.frequency, "size": len(data)}
    print(json.dumps({**told, "wall": wall, "cpu": cpu, "grown": peak_bytes() - before}))


def report(path: Path, rounds: int) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.reading", "--one", str(path)]
    told = [json.loads(subprocess.run(command, check=True, cwd=ROOT, capture_output=True).stdout) for _ in range(rounds)]
    first, wall, cpu, grown = told[0], *(statistics.median(one[name] for one in told) for name in ("wall", "cpu", "grown"))
    line = f"{path.name:28} {first['rows']:9,} {first['size'] / 1e6:7.1f} {wall:7.2f} {cpu:7.2f}"
    memory = f"{grown / 1e6:7.0f} {grown / first['size']:7.1f}"
    print(f"{line} {1e6 * cpu / first['rows']:8.2f} {memory}  {first['frequency']}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        measure(chosen.one)
        return
    print(f"{'file':28} {'rows':>9} {'MB':>7} {'s':>7} {'CPU s':>7} {'us a row':>8} {'MB more':>7} {'x file':>7}  frequency")
    with tempfile.TemporaryDirectory() as folder:
        paths = [path for rows in chosen.rows for path in write_files(Path(folder), rows)]
        paths.sort(key=lambda path: (path.name.split("_")[0], path.stat().st_size))
        paths += sorted(chosen.data.glob("*.csv")) if chosen.data else []
        for path in paths:
            report(path, chosen.rounds)


if __name__ == "__main__":
    main()
