"""Every knob of the house: type, range, default, unit, and the reason for the default.

Widgets, command-line options, validation messages, saved files and share links are derived from these models. Labels and help
in each language stand under `rnncore/texts/words/`. A knob that is `None` by default is derived from the data, by
`rnncore.series` or `rnncore.forecasting.plan`, which say what they took. Fields of the same name mean the same in all models.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

MEGABYTE = 1024 * 1024


def knob(default: Any, reason: str, *, unit: str = "", simple: bool = False, **bounds) -> Any:
    """A pydantic field with its reason and unit; `simple` knobs are shown unfolded on the page."""
    return Field(default, description=reason, json_schema_extra={"unit": unit, "simple": simple}, **bounds)


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Limits(Config):
    """What a file may cost. Enforced before memory is spent."""

    max_megabytes: int = knob(100, "some million rows; equals server.maxUploadSize", unit="MB", ge=1, le=2000)
    max_rows: int = knob(2_000_000, "a year of seconds is too fine for one forecast", unit="rows", ge=10)
    max_columns: int = knob(1_000, "a wider file is a matrix, not a table of series", unit="columns", ge=1)
    max_cell: int = knob(10_000, "longer cells are documents, or an unclosed quote", unit="characters", ge=10)
    max_series: int = knob(1_000, "a panel of this size still trains within minutes", unit="series", ge=1)


class ReadConfig(Config):
    """How a file is read. `None` means: find out, and say what was found."""

    encoding: str | None = knob(None, "found from byte order mark, UTF-8 validity and letter statistics")
    delimiter: str | None = knob(None, "found by scoring candidates on a sample of lines", max_length=4)
    decimal: Literal[".", ","] | None = knob(None, "found from the digits around the marks")
    header: bool | None = knob(None, "found by comparing the first row with those below")
    date_order: Literal["ymd", "dmy", "mdy"] | None = knob(None, "the more regular grid wins")
    time: str | None = knob(None, "the first column that reads as dates; '' means: none, number the rows", simple=True)
    value: str | None = knob(None, "the column most likely meant; the note says why", simple=True)
    series: str | None = knob(None, "a text column that repeats while the stamps start over; '' means: none", simple=True)
    known: tuple[str, ...] = knob((), "only the user can tell what is known before it happens", max_length=100)
    past: tuple[str, ...] = knob((), "columns that are not asked for do no harm", max_length=100)
    zone: str | None = knob(None, "the zone of the file; only stamps with an offset can be converted")
    frequency: str | None = knob(None, "the most common gap between neighbouring stamps")
    duplicates: Literal["mean", "sum", "first", "last"] = knob("mean", "the mean is in the units of the file")
    gaps: Literal["linear", "previous", "season"] = knob("linear", "adds no structure that is not in the neighbours")
    sentinel: float | None = knob(None, "a value such as -999 that stands for 'missing': only when the user says so")


Cell = Literal["rnn", "lstm", "gru"]
Activation = Literal["tanh", "relu", "sigmoid"]


class Layer(Config):
    """One recurrent layer, as in Keras: a cell, its units, and the dropout behind it."""

    cell: Cell = knob("lstm", "remembers longest, and is the fastest cell on a CPU", simple=True)
    units: int = knob(48, "more units were not more accurate on the open series", unit="units", ge=1, le=1024, simple=True)
    activation: Activation = knob("tanh", "for rnn only; an LSTM and a GRU have theirs built in")
    dropout: float = knob(0.0, "no gain was measured on series of this size", ge=0.0, lt=1.0)


class NetworkConfig(Config):
    layers: tuple[Layer, ...] = knob((Layer(),), "one layer was as accurate as three", min_length=1, max_length=8, simple=True)
    initialisation: Literal["torch", "keras", "orthogonal", "identity"] = knob(
        "torch", "what the accuracy figures were measured with"
    )
    forget_bias: float = knob(1.0, "an LSTM that starts by remembering (Jozefowicz et al. 2015)", ge=-10, le=10)
    segment: int | None = knob(
        None, "long windows are folded so that the network takes at most 30 steps", unit="steps", ge=1, le=1000
    )


class TrainingConfig(Config):
    optimizer: Literal["adam", "adamw", "sgd", "rmsprop"] = knob("adamw", "what the accuracy figures were measured with")
    learning_rate: float = knob(3e-3, "best of a few, with the cosine schedule", gt=0, le=1)
    schedule: Literal["constant", "cosine", "linear"] = knob("cosine", "ends at zero: the last steps average the noise out")
    momentum: float = knob(0.9, "for sgd and rmsprop", ge=0, lt=1)
    weight_decay: float = knob(0.0, "no gain was measured", ge=0, le=1)
    loss: Literal["mae", "mse", "huber", "pinball"] = knob("mae", "what the forecast is scored by; robust to outliers")
    quantile: float = knob(0.5, "for the pinball loss; 0.5 is the median", gt=0, lt=1)
    batch_size: int = knob(64, "larger batches take longer to the same error", unit="windows", ge=1, le=4096)
    epochs: int | None = knob(None, "as many as make about 400 updates", ge=1, le=10_000, simple=True)
    patience: int | None = knob(None, "the schedule ends by itself; the best epoch is kept in any case", unit="epochs", ge=1)
    clip_norm: float = knob(1.0, "rescales exploding gradients (Pascanu et al. 2013); 0 means: don't", ge=0)
    seed: int = knob(0, "the same seed gives the same numbers", ge=0, le=2**31 - 1, simple=True)
    device: Literal["auto", "cpu", "cuda"] = knob("auto", "a GPU when there is one")
    precision: Literal["auto", "float32", "bfloat16"] = knob(
        "auto", "bfloat16 where it pays: a quarter of a run's time saved, and no error added on eleven open series"
    )
    budget: float | None = knob(
        None, "seconds of training; what is best by then is used", unit="s", gt=0, le=24 * 3600, simple=True
    )


class ForecastConfig(Config):
    horizon: int | None = knob(
        None, "from the frequency: 12 months, 30 days, 24 hours ...", unit="steps", ge=1, le=2000, simple=True
    )
    window: int | None = knob(None, "from season and horizon", unit="steps", ge=2, le=5000, simple=True)
    season: int | None = knob(
        None, "from the frequency, checked against the data; 1 means: none", unit="steps", ge=1, le=20_000, simple=True
    )
    holdout: int | None = knob(None, "one horizon at the end that no training sees", unit="steps", ge=1)
    strategy: Literal["direct", "recursive"] = knob("direct", "all steps at once do not feed on their own errors")
    representation: Literal["auto", "level", "season", "ridge", "stl"] = knob(
        "auto", "several are trained, and weigh what their errors on the validation part allow"
    )
    transform: Literal["auto", "none", "log"] = knob(
        "auto", "networks see the values, and logarithms are left to the other members; log needs positive values"
    )
    scaling: Literal["window", "standard", "minmax"] = knob(
        "window", "each window by its own mean and spread: the largest single gain"
    )
    members: int = knob(
        2, "of each kind; the mean of several seeds, because one can be off by a factor of three", unit="networks", ge=1, le=10
    )
    effort: Literal["full", "fast"] = knob(
        "full", "fast leaves out what takes longest: one seed, half the updates, no seasonal smoothing", simple=True
    )
    network_only: bool = knob(False, "networks and classical methods together were better than either")
    calendar_features: bool = knob(False, "hour, weekday and day of the year stand in the season already")
    levels: tuple[Annotated[float, Field(gt=0, lt=100)], ...] = knob(
        (80.0, 95.0), "the usual two bands", unit="%", max_length=5
    )
    bands: Literal["split", "adaptive"] = knob("split", "adaptive lets newer errors count more, and so needs more of them")


class RunConfig(Config):
    """Everything a run needs besides its series."""

    forecast: ForecastConfig = ForecastConfig()
    network: NetworkConfig = NetworkConfig()
    training: TrainingConfig = TrainingConfig()


class BacktestConfig(Config):
    """Many forecasts of a past that is known by now: from where, and what is fitted anew for each."""

    origins: int = knob(10, "fewer cannot tell a better method from a lucky one", unit="forecasts", ge=1, le=200, simple=True)
    stride: int | None = knob(
        None, "one horizon: forecasts that overlap repeat each other's errors", unit="steps", ge=1, le=20_000
    )
    sliding: bool = knob(False, "older rows rarely harm, and short series need them", simple=True)
    refit: bool = knob(False, "training anew at every origin takes so many times as long", simple=True)
    cells: tuple[Cell, ...] = knob((), "the layers as they are set", max_length=3)


Preparation = Literal["none", "scaled", "differences", "normalised"]


class Walkthrough(Config):
    """One run of the article's own model, whose layers, data and training are what they are."""

    preparation: Preparation = knob("none", "what the article does; the others show what it leaves out", simple=True)
    seed: int = knob(0, "the same seed gives the same numbers", ge=0, le=2**31 - 1, simple=True)


class Neuron(Config):
    """A leaky integrate-and-fire neuron; the defaults are those of a cell of the cortex, rounded."""

    tau: float = knob(10.0, "a membrane forgets in some ten milliseconds", unit="ms", ge=1, le=100, simple=True)
    resistance: float = knob(10.0, "one nanoampere lifts the voltage by ten millivolts", unit="MOhm", ge=1, le=1000)
    rest: float = knob(-70.0, "of a typical neuron", unit="mV", ge=-90, le=-56)
    threshold: float = knob(-50.0, "twenty millivolts above rest", unit="mV", ge=-55, le=-20, simple=True)
    reset: float = knob(-70.0, "back to rest", unit="mV", ge=-90, le=-56)
    refractory: float = knob(2.0, "no more than 500 spikes a second", unit="ms", ge=0.5, le=20, simple=True)


class GradientConfig(Config):
    """What the gradient through time is measured on: cells, their weights, what they read, and how far back."""

    cells: tuple[Cell, ...] = knob(("rnn", "lstm", "gru"), "to be compared", min_length=1, max_length=3, simple=True)
    lengths: tuple[Annotated[int, Field(ge=1, le=5000)], ...] = knob(
        (5, 10, 20, 50, 100, 200, 500, 1000), "even steps on a logarithmic axis", unit="steps", min_length=1, max_length=100
    )
    hidden: int = knob(64, "a matrix of this size has settled statistics", unit="units", ge=1, le=512, simple=True)
    activation: Activation = knob("tanh", "for rnn only; an LSTM and a GRU have theirs built in")
    init: Literal["default", "orthogonal", "identity", "chrono"] = knob("default", "what torch begins with", simple=True)
    radius: float | None = knob(None, "as it was drawn", ge=0, le=10, simple=True)
    forget_bias: float | None = knob(None, "as it was drawn, close to 0", ge=-20, le=20, simple=True)
    features: int = knob(8, "as many as a small table has columns", unit="values", ge=1, le=256)
    batch: int = knob(8, "enough sequences for a steady mean", unit="sequences", ge=1, le=256)
    input: str = knob("noise", "the gradient of a network that reads nothing in particular", simple=True)
    seed: int = knob(0, "the same seed gives the same numbers", ge=0, le=2**31 - 1)
    dtype: Literal["float64", "float32"] = knob("float64", "float32 loses what is below 1e-45")


class CostConfig(Config):
    """The size at which the cost of every cell is measured."""

    units: int = knob(64, "large enough for the products to count", unit="units", ge=1, le=512, simple=True)
    steps: int = knob(100, "a usual window", unit="steps", ge=1, le=2000, simple=True)
    seconds: float = knob(0.3, "settles the median to a few percent", unit="s", gt=0, le=2)


class MemoryConfig(Config):
    """One training on a task that can only be solved by remembering."""

    task: Literal["adding", "copy", "echo"] = knob("adding", "the oldest, and the easiest to understand", simple=True)
    memory_cell: Literal["rnn", "irnn", "gru", "lstm", "chrono"] = knob("lstm", "made for these tasks", simple=True)
    steps: int = knob(50, "long enough for a plain network to fail", unit="steps", ge=2, le=1000, simple=True)
    units: int = knob(32, "enough for tasks of this size, and quick", unit="units", ge=1, le=256)
    batch: int = knob(32, "enough for a steady gradient", unit="sequences", ge=1, le=256)
    learning_rate: float = knob(5e-3, "between what the gated cells like and what the plain ones bear", gt=0, le=1)
    updates: int = knob(4000, "a minute on one core at a hundred steps", unit="updates", ge=1, le=30_000, simple=True)
    seed: int = knob(0, "the same seed gives the same numbers", ge=0, le=2**31 - 1)


TunedKnob = Literal[
    "cell", "units", "depth", "dropout", "learning_rate", "window", "representation", "transform", "epochs", "batch_size"
]


class TunerConfig(Config):
    """A search for better settings: for how long, and which knobs it may turn; the others stay as they are."""

    seconds: float = knob(
        120.0, "some dozens of candidates on a series of a few thousand rows", unit="s", ge=1, le=7200, simple=True
    )
    knobs: tuple[TunedKnob, ...] = knob(
        get_args(TunedKnob), "all that were seen to matter", min_length=1, max_length=10, simple=True
    )
    tries: int | None = knob(None, "as many as there is time for", unit="candidates", ge=1, le=10_000)


class Budgets(Config):
    """What a run may cost. Checked before it is accepted, and again by the worker."""

    max_parameters: int = knob(5_000_000, "20 MB of weights; minutes per epoch on a CPU", ge=1000)
    max_memory: int = knob(2_000, "of one worker", unit="MB", ge=100)
    max_hours: float = knob(2.0, "a longer run belongs on a machine of one's own", unit="h", gt=0)


class Hosting(Config):
    """What the host of the app decides: how much runs at a time, and how long it is kept.

    Each knob is set by an environment variable: `UNROLLED_WORKERS`, `UNROLLED_DAYS_KEPT` ...
    """

    workers: int | None = knob(
        None, "as many as cores: a network of this size trains fastest on one", unit="processes", ge=1, le=512
    )
    processes: int | None = knob(
        None, "of one run at a time: as many as cores that no other run needs, four at most", unit="processes", ge=1, le=64
    )
    worker_memory: int = knob(
        4_000, "the budget of a run, the engine itself, and room for the copies it makes", unit="MB", ge=500
    )
    days_kept: float = knob(30.0, "long enough to come back to a link; nobody's data stays for ever", unit="days", gt=0)
    runs_kept: int = knob(10_000, "the oldest finished ones make room", unit="runs", ge=1)
    store_megabytes: int = knob(10_000, "the oldest finished runs make room", unit="MB", ge=10)
    max_queued: int = knob(200, "whoever comes after them waits for hours and should hear so at once", unit="runs", ge=1)
    heartbeat: float = knob(1.0, "a worker tells progress and hears of a stop this often", unit="s", ge=0.1, le=30)
    patience_lost: float = knob(20.0, "a busy machine may miss some heartbeats; then another worker takes over", unit="s", ge=1)
    checkpoint: float = knob(
        5.0, "what a crash may cost; writing never takes more than a twentieth of the time", unit="s", ge=0.1
    )
    max_attempts: int = knob(3, "what killed three workers without getting further would kill a fourth", unit="attempts", ge=1)


class SequenceConfig(Config):
    """What every generated sequence can be given; the clean sequence comes first, then noise, then gaps."""

    length: int = knob(400, "long enough for a season of 50 and a held-out end", unit="rows", ge=2, le=100_000, simple=True)
    noise: float = knob(0.0, "standard deviation, as a share of the clean sequence's own", ge=0, le=10, simple=True)
    lost: float = knob(0.0, "share of rows without a value; the first and the last row always have one", ge=0, le=0.5)
    draw: int = knob(0, "seed of all that is random in the sequence", ge=0, le=2**31 - 1, simple=True)
    calendar: Literal["none", "hourly", "daily", "weekly", "monthly"] = knob(
        "none", "formulas have no dates; rows are numbered"
    )


Waves = tuple[Annotated[float, Field(ge=2, le=100_000)], ...]
Factors = tuple[Annotated[float, Field(ge=-1e6, le=1e6)], ...]


class Sine(SequenceConfig):
    kind: Literal["sine"] = "sine"
    period: float = knob(50.0, "eight waves in the default length", unit="steps", ge=2, le=100_000, simple=True)
    amplitude: float = knob(1.0, "from -1 to 1", ge=0, le=1e6)


class SumOfSines(SequenceConfig):
    kind: Literal["sines"] = "sines"
    periods: Waves = knob(
        (50.0, 12.0, 5.0), "no two share a beat, so the sum repeats late", unit="steps", min_length=1, max_length=8, simple=True
    )
    amplitudes: Factors = knob((1.0, 0.5, 0.25), "the last one serves all further waves", min_length=1, max_length=8)


class TrendSeason(SequenceConfig):
    kind: Literal["trend_season"] = "trend_season"
    level: float = knob(100.0, "the value the trend starts from", ge=-1e6, le=1e6)
    slope: float = knob(0.2, "rises by 80 over the default length", unit="per step", ge=-1e4, le=1e4, simple=True)
    period: float = knob(12.0, "months of a year", unit="steps", ge=2, le=100_000, simple=True)
    amplitude: float = knob(10.0, "a tenth of the level", ge=0, le=1e6)
    multiplicative: bool = knob(False, "the season grows with the level, as passengers and sales do")


class Autoregression(SequenceConfig):
    kind: Literal["autoregression"] = "autoregression"
    coefficients: Factors = knob(
        (0.6, 0.3), "of lag 1, 2, ...; remembers, and still returns to its mean", min_length=1, max_length=20, simple=True
    )


class RandomWalk(SequenceConfig):
    kind: Literal["random_walk"] = "random_walk"
    drift: float = knob(
        0.0, "without one, no forecast beats repeating the last value", unit="per step", ge=-1e3, le=1e3, simple=True
    )


class DampedOscillator(SequenceConfig):
    kind: Literal["damped"] = "damped"
    period: float = knob(25.0, "sixteen swings in the default length", unit="steps", ge=2, le=100_000, simple=True)
    amplitude: float = knob(1.0, "from -1 to 1", ge=0, le=1e6)
    lifetime: float = knob(
        150.0, "after so many steps the swing is 1/e of what it was", unit="steps", ge=1, le=1e6, simple=True
    )


class MackeyGlass(SequenceConfig):
    """dx/dt = 0.2 x(t - delay) / (1 + x(t - delay)^10) - 0.1 x(t), one row a unit of time (Mackey and Glass 1977)."""

    kind: Literal["mackey_glass"] = "mackey_glass"
    delay: float = knob(17.0, "the usual mildly chaotic case; below 4.5 it settles", unit="steps", ge=1, le=100, simple=True)
    history: float = knob(1.2, "the value before the first row, as in the literature", ge=0.0, le=2)


class Counting(SequenceConfig):
    kind: Literal["counting"] = "counting"
    start: float = knob(1.0, "1, 2, 3 ...", ge=-1e9, le=1e9, simple=True)
    step: float = knob(1.0, "1, 2, 3 ...", ge=-1e6, le=1e6, simple=True)


class Fibonacci(SequenceConfig):
    kind: Literal["fibonacci"] = "fibonacci"
    length: int = knob(40, "each value is 1.6 times the one before", unit="rows", ge=2, le=300, simple=True)


class Article(SequenceConfig):
    """1 to 8: from it the article takes the windows 123, 234, 345 and their targets 456, 567, 678."""

    kind: Literal["article"] = "article"
    length: int = knob(8, "the article's own length", unit="rows", ge=2, le=100_000, simple=True)


GeneratorConfig = Annotated[
    Sine
    | SumOfSines
    | TrendSeason
    | Autoregression
    | RandomWalk
    | DampedOscillator
    | MackeyGlass
    | Counting
    | Fibonacci
    | Article,
    Field(discriminator="kind"),
]
GENERATORS: dict[str, type[SequenceConfig]] = {
    model.model_fields["kind"].default: model for model in get_args(get_args(GeneratorConfig)[0])
}
