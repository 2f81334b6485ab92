"""Other libraries to compare with: each in a virtual environment of its own, each asked from a process that stays.

Nothing here is a dependency of the house: the environments are made by the benchmark that needs them, in a folder it is given.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[3]
FOLDER = Path(tempfile.gettempdir()) / "unrolled_peers"
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
}
# For each peer: what its program imports, and the packages that provide it; of several lists the first that installs is taken.
# torch is ours, in the same version.
NEEDS = {
    "keras": ("keras, tensorflow", (["tensorflow-cpu"], ["tensorflow"])),
    "darts": ("darts, pytorch_lightning", (["torch", "darts", "pytorch-lightning"],)),
    "neuralforecast": ("neuralforecast", (["torch", "neuralforecast"],)),
}
HERE = ("ours", "bfloat16", "torch")  # these run with our own packages; the second is ours in bfloat16


def environment(name: str, folder: Path) -> Path:
    """The Python of a virtual environment that has the peer; made where it is not there yet."""
    python, (imports, choices) = folder / "bin" / "python", NEEDS[name]
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", f"import {imports}"], capture_output=True, check=False).returncode:
        print(f"{name}: installing into {folder}", file=sys.stderr, flush=True)
        for packages in choices:
            install = [python, "-m", "pip", "install", "--quiet", "--extra-index-url", "https://download.pytorch.org/whl/cpu"]
            exact = [f"torch=={version('torch')}" if package == "torch" else package for package in packages]
            if not subprocess.run([*install, *exact], check=False).returncode:
                break
        else:
            raise SystemExit(f"{name}: could not be installed")
    return python


def surroundings(path: Path | str = ROOT) -> dict[str, str]:
    """Environment variables of a process on one thread."""
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(path)}


class Peer:
    """A process that runs `tests/benchmarks/peers/run_NAME.py` and answers requests, one JSON line each."""

    def __init__(self, name: str, folder: Path = FOLDER):
        self.name = name
        python = Path(sys.executable) if name in HERE else environment(name, folder / name)
        program = [python, "-W", "ignore", "-m", f"tests.benchmarks.peers.run_{name}"]
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the process
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.errors}
        self.process = subprocess.Popen(program, **pipes, text=True, cwd=ROOT, env=surroundings())

    def seconds(self, work: dict) -> float:
        """Processor seconds that the peer took for `work`."""
        with suppress(BrokenPipeError):
            print(json.dumps(work), file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            if line.startswith("{"):  # some libraries print what they do
                return json.loads(line)["seconds"]
        self.errors.seek(0)
        raise SystemExit(f"{self.name} ended:\n{self.errors.read()}")

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_) -> None:
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.errors.close()


def by_turns(peers: Sequence[Peer], work: dict, rounds: int) -> dict[str, float]:
    """Medians of the seconds of each peer for `work`; in every round all of them, so that they meet the same machine."""
    times = [[peer.seconds(work) for peer in peers] for _ in range(rounds)]
    return {peer.name: statistics.median(each) for peer, each in zip(peers, zip(*times, strict=True), strict=True)}
