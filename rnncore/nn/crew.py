"""A crew: several trainings at a time, one in this process and each of the others in a process of its own.

The others are programs, `python -m rnncore.nn.crew`, that take orders through a socket, obey one at a time, and end when
whoever gives the orders is gone. Nobody but one's own children speaks through it.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np

ROOT = str(Path(__file__).parents[2])
MOST = 4
OUTCOME = ("updates", "seconds", "best_error", "best_updates", "exploded", "out_of_time")


def useful(device: str, others: int = 0) -> int:
    """How many processes are of use to one run beside `others`; one where a GPU does the work."""
    from rnncore.nn.runtime import device as found

    if found(device).type == "cuda":
        return 1
    return max(1, min(MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()) - others)


class Crew:
    """width: how many work at a time, this process included. A context manager: the other processes end with it.

    They are started at once, and need a second or two until they are of use."""

    def __init__(self, width: int):
        self.width = width
        self._hands = [Hand() for _ in range(width - 1)]
        self._here = lambda: None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_error) -> None:
        for hand in self._hands:
            hand.end()

    def begin(self, function: Callable, *arguments) -> Called:
        """Have another process call `function`, which can be pickled; `result()` waits for what it returns."""
        return Called(self._free(), function, arguments)

    def train(self, *training):
        """As `nn.train`, in this process where nothing is trained."""
        from rnncore.nn import train

        here = self._here()
        if here is None or here.over:
            begun = train(*training)
            self._here = weakref.ref(begun)
            return begun
        return Apart(self._free(), *training)

    def ready(self, trainings: Sequence) -> int:
        """Number of the training whose next epoch has come, or can be worked out here."""
        apart = {number: one for number, one in enumerate(trainings) if isinstance(one, Apart)}
        for number, one in apart.items():
            if one.has_next():
                return number
        here = [number for number in range(len(trainings)) if number not in apart]
        if here and not wait([one.hand.line for one in apart.values()], timeout=0):
            return here[0]
        told = wait([one.hand.line for one in apart.values()])
        return next(number for number, one in apart.items() if one.hand.line in told)

    def _free(self) -> Hand:
        return next(hand for hand in self._hands if hand.is_free)


class Called:
    """A call in another process, which belongs to it until its result is taken."""

    def __init__(self, hand: Hand, function: Callable, arguments: tuple):
        self.hand, self.over = hand, False
        hand.owner = weakref.ref(self)
        hand.order("call", function, arguments)

    def result(self):
        self.over = True
        return self.hand.result()


class Apart:
    """A training in another process, with the manners of `nn.training.Training`: the other is always an epoch ahead."""

    def __init__(self, hand: Hand, *training):
        self.hand, self.over, self._step, self._weights = hand, False, None, None
        self._hear({name: math.inf if name == "best_error" else 0 for name in OUTCOME})
        hand.owner = weakref.ref(self)
        hand.order("train", training)
        hand.result()

    def __iter__(self):
        return self

    def __next__(self):
        if not self.over and not self.has_next():
            self._step = self.hand.result()
        if self.over:
            raise StopIteration
        (step, outcome, weights), self._step = self._step, None
        self._hear(outcome)
        if step is None:
            self.over, self._weights = True, weights
            raise StopIteration
        self.has_next()
        return step

    def has_next(self) -> bool:
        """Whether the next epoch is here already; if nobody has asked for it yet, that is done now."""
        if self._step is None and not self.over and not self.hand.owes:
            self.hand.order("step")
        return self._step is not None or self.over

    def weights(self) -> dict[str, np.ndarray] | None:
        """The best so far; None before the first finite epoch."""
        return self._weights if self.over else self._ask("weights")

    def state(self) -> tuple[dict[str, np.ndarray], dict]:
        return self._ask("state")

    def restore(self, arrays: dict[str, np.ndarray], facts: dict) -> None:
        self._ask("restore", arrays, facts)

    def _ask(self, what: str, *arguments):
        """An answer out of turn; an epoch that is under way is waited for, and kept."""
        if self.hand.owes:
            self._step = self.hand.result()
        self.hand.order(what, *arguments)
        answer, outcome = self.hand.result()
        self._hear(outcome)
        return answer

    def _hear(self, outcome: dict) -> None:
        for name, value in outcome.items():
            setattr(self, name, value)


class Hand:
    """One process of a crew, and the line to it. owes: an answer is still to come."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "rnncore.nn.crew", str(theirs.fileno())]
            places = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
            known = {**os.environ, "PYTHONPATH": places, "OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=known)
        self.line, self.owes, self.owner = Connection(ours.detach()), False, lambda: None

    @property
    def is_free(self) -> bool:
        owner = self.owner()
        return owner is None or owner.over

    def order(self, *what) -> None:
        if self.owes:  # of work that nobody wants any more, whatever came of it
            self.line.recv()
        self.line.send(what)
        self.owes = True

    def result(self):
        """The answer; raises what was raised there."""
        self.owes = False
        answer, error = self.line.recv()
        if error is not None:
            raise error
        return answer

    def end(self) -> None:
        self.line.close()
        self._process.wait()


def serve(line: Connection) -> None:
    """Obey until the line is cut."""
    training = None
    while True:
        try:
            what, *given = line.recv()
        except (EOFError, ConnectionResetError):
            return
        try:
            if what == "train":
                training = None
                training, answer = _train(*given), None
            else:
                answer = given[0](*given[1]) if what == "call" else _obey(training, what, given)
            line.send((answer, None))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            line.send((None, error))


def _train(training: tuple):
    from rnncore.nn import train

    return train(*training)


def _obey(training, what: str, given: Sequence):
    if what == "step":
        step = next(training, None)
        return step, _outcome(training), training.weights() if step is None else None
    return getattr(training, what)(*given), _outcome(training)


def _outcome(training) -> dict:
    return {name: getattr(training, name) for name in OUTCOME}


if __name__ == "__main__":
    import rnncore.nn  # noqa: F401 - while nobody waits for it

    serve(Connection(int(sys.argv[1])))
    os._exit(0)
