"""Runs: a series and a config on their way through training to a forecast, known by a token.

`submit` queues one, `submit_work` a piece of other work for the same workers; `find` looks one up; the rest asks about it or
changes what becomes of it. Only who holds the owner's token may change anything. `cluster` starts and ends the workers.
Everything may raise `Refusal("store_unreachable")`.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnncore.config import Config, RunConfig, TrainingConfig
from rnncore.messages import Epoch, Refusal
from rnncore.runs import cluster, looks, plain, store
from rnncore.runs.store import Run
from rnncore.series.series import Series, pack, unpack

__all__ = [
    "Run",
    "cluster",
    "delete",
    "epochs",
    "find",
    "further",
    "looks",
    "model",
    "outcome",
    "pause",
    "position",
    "proceed",
    "result",
    "series",
    "stop",
    "submit",
    "submit_work",
]


def submit(
    series: Sequence[Series],
    config: RunConfig,
    *,
    title: str,
    facts: dict | None = None,
    model: bytes | None = None,
    further: int | None = None,
) -> Run:
    """Queues a run and returns it, owned. Raises what `forecasting.plan` refuses, and `Refusal("queue_full")`.

    facts: plain values to keep with the run (file name, notes ...); model: a saved model to start from, whose settings go
    before those of `config` where they shape the networks; further: epochs to train beyond what that model has.
    """
    from rnncore.forecasting import model_file

    if model is not None:
        config = model_file.merged(model_file.read(model), config)
    settled = _check(series, config, further)
    if model is not None:
        model_file.check_columns(model_file.read(model), settled)
    token = store.add(pack(series), config, title, facts or {}, model, further)
    cluster.wake()
    return find(token)


def submit_work(config: Config, title: str = "", series: Sequence[Series] | None = None) -> Run:
    """Queues a piece of work that is no forecast: a config of one of `pieces.KINDS`, with the series it works on, if any.

    It is asked about like any run; `outcome` holds what came out. Raises `Refusal("queue_full")`.
    """
    token = store.add(None if series is None else pack(series), config, title, {}, None, None)
    cluster.wake()
    return find(token)


def find(token: str) -> Run | None:
    """The run of an owner's or a read-only token; None when there is none, or no more."""
    return store.find(token)


def epochs(run: Run, after: int = 0) -> list[Epoch]:
    """Progress beyond the first `after` epochs, in order."""
    return store.epochs_after(run, after)


def result(run: Run):
    """The forecast with its scores, or None while there is none."""
    from rnncore.forecasting.result import Result

    content = store.part(run, "result")
    return None if content is None else Result.from_dict(plain.loads(content))


def outcome(run: Run) -> dict | None:
    """What came out of a piece of work, as plain values; None while there is nothing."""
    content = store.part(run, "result")
    return None if content is None else plain.loads(content)


def series(run: Run) -> list[Series]:
    """The series of the run; empty when the run has been deleted."""
    content = store.part(run, "series")
    return [] if content is None else unpack(content)


def model(run: Run) -> bytes | None:
    """The trained model as one file, or None while there is none."""
    return store.part(run, "model")


def position(run: Run) -> int:
    """The place of a queued run, 1 for the next; 0 for a run that does not wait."""
    return store.position(run)


def stop(run: Run) -> None:
    """Ends the training of a run early: it keeps the best weights and still forecasts."""
    _owned(run)
    store.ask(run, "stop")
    cluster.wake()


def pause(run: Run) -> None:
    """Lets a run rest, and its worker go; `proceed` goes on from there."""
    _owned(run)
    store.ask(run, "pause")


def proceed(run: Run) -> None:
    """Queues a paused run again, or a failed one for another try."""
    _owned(run)
    store.proceed(run)
    cluster.wake()


def further(run: Run, epochs: int) -> None:
    """Queues a run that has ended again, to train `epochs` beyond what it has. Raises what `forecasting.plan` refuses."""
    _owned(run)
    if not isinstance(run.config, RunConfig):
        raise Refusal("cannot_further")
    _check(series(run), run.config, epochs)
    store.further(run, epochs)
    cluster.wake()


def delete(run: Run) -> None:
    """Deletes a run now, with all its data, also while it is running."""
    _owned(run)
    store.delete(run.id)


def _owned(run: Run) -> None:
    if not run.owned:
        raise Refusal("not_owner")


def _check(series: Sequence[Series], config: RunConfig, further: int | None):
    """The plan of the run. Refuses what a worker would refuse, before anything is stored."""
    from rnncore.forecasting.plan import plan

    if further is not None:
        training = TrainingConfig.model_validate({**config.training.model_dump(), "epochs": further})
        config = config.model_copy(update={"training": training})
    return plan(series, config)
