"""`backtest`: every method on the same origins of a known past."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from rnncore.config import BacktestConfig, RunConfig
from rnncore.forecasting.tally import Duel, Outcome
from rnncore.messages import Note
from rnncore.series import read
from rnncore.terminal import output
from rnncore.terminal.commands import LARGEST_SETTINGS, WORTH_COMPANY
from rnncore.terminal.files import read_file
from rnncore.terminal.options import SECTIONS, configure, stored_settings
from rnncore.texts import explain, say, words

MEASURES = ("mase", "smape", "mae", "rmse", "pinball")
SHOWN = 3  # methods whose errors are printed origin by origin


def run_backtest(given: argparse.Namespace, language: str) -> None:
    stored = stored_settings(given.config, read_file(given.config, LARGEST_SETTINGS)) if given.config else {}
    settings = {name: configure(model, vars(given), language, stored.get(name), name) for name, model in SECTIONS.items()}
    asked = configure(BacktestConfig, vars(given), language)
    reading = read(read_file(given.file, settings["limits"].max_megabytes), settings["read"], settings["limits"])
    config = RunConfig(**{name: settings[name] for name in RunConfig.model_fields})

    from rnncore import nn
    from rnncore.forecasting.backtest import Backtest, contest
    from rnncore.nn.crew import Crew, useful

    backtest = Backtest(reading.series, contest(config, asked), nn, settings["budgets"])
    width = useful(config.training.device) if backtest.ready.seconds > WORTH_COMPANY else 1
    with Crew(width) as backtest.crew:
        for _ in output.watched(backtest.epochs(), language):
            pass
        outcome = backtest.finish()
    if given.json:
        output.print_json(facts(outcome, reading.report.notes, language))
    else:
        report(outcome, reading.report.notes, language)


def facts(outcome: Outcome, notes: list[Note], language: str) -> dict:
    """What `backtest --json` prints: everything but the forecasts themselves."""
    told = {name: value for name, value in outcome.as_dict().items() if name != "tracks"}
    duel = first_duel(outcome)
    if duel:
        told["verdict"] = {name: getattr(duel, name) for name in ("second", "percent", "wins", "cases", "luck", "verdict")}
        told["verdict"]["text"] = verdict(duel, outcome, lambda name: method(name, outcome, language), language)
    return told | {"notes": [output.note_dict(note, language) for note in notes]}


def first_duel(outcome: Outcome) -> Duel | None:
    """The best method against the next one."""
    best, *others = outcome.ranking
    return outcome.duel(best, others[0]) if others else None


def report(outcome: Outcome, notes: list[Note], language: str) -> None:
    duel = first_duel(outcome)
    if duel:
        print(verdict(duel, outcome, lambda name: method(name, outcome, language), language))
    about = {name: getattr(outcome, name) for name in ("horizon", "season")}
    first, last = (str(outcome.origins[at]) for at in (0, -1))
    print(say(language, "terminal.backtest.about", origins=len(outcome.origins), first=first, last=last, **about))
    print(say(language, "terminal.backtest.anew" if outcome.refit else "terminal.backtest.once"))
    print()
    levels = [f"{level:g}" for level in outcome.levels]
    header = [say(language, "terminal.column.method"), "MASE", "sMAPE", "MAE", "RMSE"]
    header += [say(language, "terminal.backtest.pinball")]
    header += [say(language, "terminal.backtest.held", level=level) for level in levels]
    header += [say(language, f"terminal.backtest.{name}") for name in ("seconds", "parameters")]
    rows = []
    for name in outcome.ranking:
        one = outcome.methods[name]
        held = [f"{100 * one['coverage'][level]:.0f} %" for level in levels]
        size = one["parameters"]
        cost = [f"{one['seconds']:.3g}", None if size is None else str(size)]
        rows.append([method(name, outcome, language), *(one[measure] for measure in MEASURES), *held, *cost])
    output.print_table(header, rows)
    print()
    _print_origins(outcome, language)
    for note in notes:
        print("-", explain(language, note, output.plain))


def _print_origins(outcome: Outcome, language: str) -> None:
    """The error from each origin, of the methods that are ahead."""
    ahead, by = outcome.ranking[:SHOWN], outcome.measure
    header = [say(language, "terminal.backtest.origin"), *(method(name, outcome, language) for name in ahead)]
    errors = [[outcome.methods[name]["by_origin"][j][by] for name in ahead] for j in range(len(outcome.origins))]
    output.print_table(header, [[str(label), *one] for label, one in zip(outcome.origins, errors, strict=True)])


def method(name: str, outcome: Outcome, language: str) -> str:
    """Words for a method: "GRU (networks alone)"."""
    pool, _, contender = name.partition(":")
    if contender:
        return say(language, "backtest.of", title=contender.upper(), pool=say(language, f"backtest.pool_of.{pool}"))
    key = f"backtest.pool.{pool}"
    return say(language, key if key in words() else f"result.name.{pool}")


def verdict(duel: Duel, outcome: Outcome, name: Callable[[str], str], language: str) -> str:
    """Who wins, and whether that means anything."""
    cases = say(language, "backtest.series" if len(outcome.series) > 1 else "backtest.origins", count=duel.cases)
    facts = {"percent": duel.percent, "wins": duel.wins, "luck": 100 * duel.luck}
    best, second = name(duel.first), name(duel.second)
    return say(language, f"backtest.verdict.{duel.verdict}", best=best, second=second, cases=cases, **facts)
