"""The article's section 4 without torch: its data, its layers and their counts, the same model in Keras, and what came out.

`rnncore.nn.article` builds, fits and asks the model; `source` shows its very lines where torch is not loaded.

A network answers from what it is shown. So its windows may be prepared in several ways before it sees them (`prepare`), and
its answers are put back into the units of the data (`restore`):

    none         as they are, which is what the article does
    scaled       to 0 ... 1, by the smallest and largest number of the training data
    differences  relative to the window's own last value: the level is gone
    normalised   relative to the last value, in standard deviations of the window: level and step size are gone

With `differences` and `normalised` the article's three samples become one and the same, and all that is left to learn is how
a line goes on.
"""

from __future__ import annotations

import ast
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

import numpy as np

from rnncore.cells import Row, summary
from rnncore.config import Layer, Preparation
from rnncore.results import Shipped, load

PREPARATIONS: tuple[Preparation, ...] = get_args(Preparation)

INPUTS = np.array([[1, 2, 3], [2, 3, 4], [3, 4, 5]], dtype=float)[:, :, None]  # (3 samples, 3 steps, 1 feature)
TARGETS = np.array([[4, 5, 6], [5, 6, 7], [6, 7, 8]], dtype=float)  # (3 samples, 3 values)
UNSEEN = np.array([[6, 7, 8], [10, 20, 30]], dtype=float)[:, :, None]  # a later stretch of the same line, and a steeper line
CONTINUATIONS = np.array([[9, 10, 11], [40, 50, 60]], dtype=float)  # how these two lines go on
STARTS = np.arange(-10, 31, dtype=float)
LINE = (STARTS[:, None] + np.arange(3))[:, :, None]  # k, k + 1, k + 2: before, within and beyond what it learns
LAYERS = (Layer(cell="lstm", units=50, dropout=0.2),) * 3
EPOCHS = 100

KERAS = """\
import keras
import numpy as np
from keras import layers

X = np.array([[1, 2, 3], [2, 3, 4], [3, 4, 5]], dtype="float32")[:, :, None]  # 3 samples, 3 steps, 1 feature
y = np.array([[4, 5, 6], [5, 6, 7], [6, 7, 8]], dtype="float32")  # the three values after each

model = keras.Sequential(
    [
        keras.Input(shape=(3, 1)),
        layers.LSTM(50, return_sequences=True),  # the state after every step
        layers.Dropout(0.2),
        layers.LSTM(50, return_sequences=True),
        layers.Dropout(0.2),
        layers.LSTM(50),  # the state after the last step only
        layers.Dropout(0.2),
        layers.Dense(3),
    ]
)
model.compile(optimizer="adam", loss="mse")
history = model.fit(X, y, epochs=100, verbose=0)
predictions = model.predict(X, verbose=0)
"""


def layers(counting: Literal["keras", "torch"] = "keras") -> list[Row]:
    """Name, output shape (without the samples) and parameters of every layer, dropout and the dense head included."""
    steps, features = INPUTS.shape[1:]
    return summary(LAYERS, steps, features, TARGETS.shape[1], counting)


def parameters(counting: Literal["keras", "torch"] = "keras") -> int:
    """Of the whole model: 50,953 as Keras counts; torch keeps a second bias in every LSTM, 600 in all."""
    return sum(row.parameters for row in layers(counting))


def formulas() -> list[str]:
    """How the parameters of each layer of `layers` come about, in TeX: gates x units x (inputs + units + one bias)."""
    shown, inputs = [], INPUTS.shape[2]
    for name, (*_, units), count in layers():
        terms = {
            "lstm": rf"4 \times {units} \times ({inputs} + {units} + 1) =",
            "dropout": "",
            "dense": rf"{units} \times ({inputs} + 1) =",
        }
        shown.append(f"{terms[name]} {count}".strip())
        inputs = units
    return shown


def prepare(preparation: Preparation, windows: np.ndarray, targets: np.ndarray | None = None):
    """Windows (n, T, 1), and targets (n, K) where there are some, as the network is to see them."""
    origin, unit = _frame(preparation, windows)
    seen = (windows - origin[:, :, None]) / unit[:, :, None]
    return seen if targets is None else (seen, (targets - origin) / unit)


def restore(preparation: Preparation, windows: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Answers (n, K) of the network to `windows` (n, T, 1, as they were before `prepare`), in the units of the data."""
    origin, unit = _frame(preparation, windows)
    return answers * unit + origin


def _frame(preparation: Preparation, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where zero lies for each window, and what counts as one: both (n, 1)."""
    one = np.ones((len(windows), 1))
    if preparation == "none":
        return 0 * one, one
    if preparation == "scaled":
        low, high = INPUTS.min(), TARGETS.max()
        return low * one, (high - low) * one
    last = windows[:, -1, :]
    if preparation == "differences":
        return last, one
    spread = windows.std(axis=1)
    return last, np.where(spread > 0, spread, 1.0)


class Seconds(NamedTuple):
    """Wall time of the three parts, imports aside."""

    build: float
    fit: float
    predict: float


@dataclass(frozen=True)
class Result:
    """What one run of the model brought.

    loss: of every epoch, with dropout on, in the units that the network sees; predictions: for the three samples, (3, 3);
    unseen: for `UNSEEN`, (2, 3); line: for `LINE`, (41, 3); all in the units of the data, with dropout off.
    """

    preparation: Preparation
    seed: int
    loss: list[float]
    predictions: list[list[float]]
    unseen: list[list[float]]
    line: list[list[float]]
    seconds: Seconds

    def as_dict(self) -> dict:
        """JSON values from which `from_dict` makes the same result again."""
        return {**asdict(self), "seconds": self.seconds._asdict()}

    @classmethod
    def from_dict(cls, facts: dict) -> Result:
        return cls(**{**facts, "seconds": Seconds(**facts["seconds"])})


def source(*names: str) -> str:
    """The lines of `rnncore/nn/article.py` that define `names` (classes or functions), as they run, in the order asked for."""
    text = files("rnncore").joinpath("nn", "article.py").read_text("utf-8")
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    return "\n\n\n".join(ast.get_source_segment(text, found[name]) for name in names)


def seeds() -> dict[Preparation, list[Result]]:
    """Shipped: what the same program brought for several seeds, under every preparation."""
    return {name: [Result.from_dict(one) for one in each] for name, each in load("article_seeds").result.items()}


def agreement() -> Shipped:
    """Shipped: first and final loss, every prediction, and the seconds, in Keras and here, by `article_keras.py`."""
    return load("article_keras")
