"""What the core tells its caller: `Refusal` (it cannot, and why), `Note` (it did something the user should know of),
`Epoch` (how far a training has come). They carry facts; `rnncore.texts` turns facts into sentences in a language."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


class Refusal(Exception):
    """The core cannot go on with what it was given.

    `code` names the sentence `refusal.<code>` in `rnncore/texts/words/`; `facts` fill it in (row, column, value, limit ...).
    """

    def __init__(self, code: str, **facts):
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __reduce__(self):
        return _refusal, (self.code, self.facts)


def _refusal(code: str, facts: dict) -> Refusal:
    return Refusal(code, **facts)


@dataclass(frozen=True)
class Note:
    """A repair, a choice between two readings, or a caution: the sentence is `note.<code>`.

    `count` says how often (1 for a choice); `facts` are plain JSON values. `choices` names, for a reading that could have
    been another one, the knob that switches it and the values it may take.
    """

    code: str
    count: int = 1
    facts: dict = field(default_factory=dict)
    choices: dict | None = None

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Epoch:
    """One step of progress in a run: the state after an epoch of one of the trainings the run consists of.

    `stage` is `classical` while the members without a network are fitted (`trained` names the series; an origin is an
    epoch), then `member`: a network is trained, `trained` names its representation (`level/36`, `stl_12/36` ...), `seed` its
    seed. Several may be under way side by side.
    """

    stage: str
    trained: str
    seed: int
    epoch: int  # counts from 1 within this training
    epochs: int  # planned within this training
    loss: float | None  # mean training loss of the epoch, on normalised values; this and the next four None without a network
    validation: float | None  # mean absolute error on the validation part, in the file's units
    best: float | None  # lowest validation error of this training so far
    gradient_norm: float | None  # mean norm of the gradient before clipping
    learning_rate: float | None
    seconds: float  # since the run began to work, pauses left out
    fraction: float  # of the whole run, 0 to 1
    remaining: float  # seconds, estimated
    preview: list[float] | None = None  # forecast of the last validation window, in the file's units; None when unchanged

    def as_dict(self) -> dict:
        return asdict(self)
