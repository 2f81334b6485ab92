"""What a worker does with a run: trains it, tells of it, obeys its owner, and stores what came out."""

from __future__ import annotations

import logging
import secrets

from rnncore.config import RunConfig
from rnncore.messages import Epoch, Refusal
from rnncore.runs import hosting, memory, pieces, plain, queue
from rnncore.runs.journal import Journal
from rnncore.runs.queue import Claim, Duty, Lost
from rnncore.series.series import Series, unpack

log = logging.getLogger(__name__)


def work(run: int, fence: int) -> None:
    """Works on a run that was claimed under `fence`, until it is done, stopped, paused, failed, or no longer ours."""
    duty = queue.take(Claim(run, fence))
    if duty is None:
        return
    with Journal(duty.claim, duty.epoch, duty.wanted) as journal:
        try:
            if isinstance(duty.config, RunConfig):
                with pieces.company(duty.config.training.device) as crew:
                    recipe = _recipe(duty, journal, crew)
                    with memory.limited(hosting.hosting().worker_memory):
                        _train(recipe, journal)
            else:
                with memory.limited(hosting.hosting().worker_memory):
                    _do(duty, journal)
        except Lost:
            log.info("run %s was taken away", run)
        except Exception as error:
            journal.fail(_told(error, run))


def _do(duty: Duty, journal: Journal) -> None:
    def tell(epoch: Epoch) -> str | None:
        journal.tell(epoch)
        return journal.wanted

    result = pieces.do(duty.config, tell, unpack(duty.series) if duty.series else ())
    journal.finish("stopped" if journal.wanted else "done", result, None)


def _train(recipe, journal: Journal) -> None:
    left_early = _train_until_asked(recipe, journal)
    state = recipe.state()
    if left_early and journal.wanted == "pause":
        journal.checkpoint(state.arrays, state.facts, state="paused")
        return
    journal.checkpoint(state.arrays, state.facts)
    result = recipe.finish()
    journal.finish("stopped" if left_early else "done", result.as_dict(), recipe.model())


def _train_until_asked(recipe, journal: Journal) -> bool:
    """Whether the training was left before its end, because the owner asked."""
    if journal.wanted and journal.epoch:
        return True
    for epoch in recipe.epochs():
        journal.tell(epoch)
        if journal.wanted:
            return True
        if journal.checkpoint_is_due():
            state = recipe.state()
            journal.checkpoint(state.arrays, state.facts)
    return False


def _recipe(duty: Duty, journal: Journal, crew):
    """The run where it was left, or from its beginning."""
    from rnncore import nn
    from rnncore.forecasting.recipe import Recipe

    series = unpack(duty.series)
    recipe = _resumed(duty, series, crew) if duty.checkpoint else None
    if recipe is None:
        if duty.checkpoint:
            journal.begin_anew()
        if duty.start:
            recipe = Recipe.from_model(duty.start, series, nn, duty.config, crew=crew)
        else:
            recipe = Recipe(series, duty.config, nn, crew=crew)
    if duty.further:
        recipe.further(duty.further)
    return recipe


def _resumed(duty: Duty, series: list[Series], crew):
    """The run where it was left; None where another version of the program left it, in a form that this one does not know."""
    from rnncore import nn
    from rnncore.forecasting.recipe import Recipe, State

    facts, arrays = duty.checkpoint
    try:
        return Recipe(series, duty.config, nn, State(plain.arrays_from_bytes(arrays), facts), crew=crew)
    except (Refusal, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, Refusal) and error.code != "state_of_another_run":
            raise
        log.warning("run %s begins anew: its checkpoint is of another version", duty.claim.run, exc_info=True)
        return None


def _told(error: Exception, run: int) -> Refusal:
    """What the owner is told of an error: a sentence. The rest goes to the log, under a reference the owner can name."""
    if isinstance(error, Refusal):
        return error
    if _is_out_of_memory(error):
        log.warning("run %s needed more memory than its worker has", run)
        return Refusal("out_of_memory", limit=hosting.hosting().worker_memory)
    reference = secrets.token_hex(4)
    log.error("run %s failed, reference %s", run, reference, exc_info=error)
    return Refusal("internal", reference=reference)


def _is_out_of_memory(error: Exception) -> bool:
    # The engine has no type of its own for memory of the CPU that ran out, only for that of a GPU.
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
