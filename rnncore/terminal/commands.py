"""The commands of the command line: each walks the rooms and prints what came out."""

from __future__ import annotations

import argparse
import sys

from rnncore.config import GENERATORS, Config, RunConfig
from rnncore.messages import Note, Refusal
from rnncore.series import generate, read, samples
from rnncore.series.report import Report
from rnncore.terminal import output
from rnncore.terminal.files import check_writable, read_file, write_file
from rnncore.terminal.options import SECTIONS, configure, option, stored_settings
from rnncore.texts import explain, say, words

REPORTED = (
    *("rows", "time", "values", "target", "series", "series_column", "frequency", "first", "last"),
    *("missing", "duplicates", "encoding", "delimiter", "decimal", "sums"),
)
MEASURES = ("mase", "smape", "mae", "rmse")
CHANGEABLE = ("holdout", "levels", "refit")  # of a saved model
LARGEST_SETTINGS = 1  # MB
LARGEST_MODEL = 256  # MB


def inspect(given: argparse.Namespace, language: str) -> None:
    settings = _settings(given, language, "read", "limits")
    data = read_file(given.file, settings["limits"].max_megabytes)
    report = read(data, settings["read"], settings["limits"]).report
    if given.json:
        notes = [output.note_dict(note, language) for note in report.notes]
        output.print_json({name: getattr(report, name) for name in REPORTED} | {"notes": notes})
    else:
        _print_report(report, language)


def _print_report(report: Report, language: str) -> None:
    rows = []
    for name in REPORTED:
        value = getattr(report, name)
        if name == "delimiter" and value == "\t":
            value = say(language, "terminal.inspect.tab")
        elif name == "sums":
            value = [f"{column} {total:.10g}" for column, total in value.items()]
        if value is None or value == []:
            value = say(language, "terminal.inspect.none")
        rows.append((say(language, f"terminal.inspect.{name}"), ", ".join(value) if isinstance(value, list) else str(value)))
    output.print_table(("", ""), rows)
    _print_notes(report.notes, language)


def forecast(given: argparse.Namespace, language: str) -> None:
    settings = _settings(given, language, *SECTIONS)
    check_writable(given.out, given.file)
    check_writable(given.save, given.file)
    limits = settings["limits"]
    reading = read(read_file(given.file, limits.max_megabytes), settings["read"], limits)
    config = RunConfig(forecast=settings["forecast"], network=settings["network"], training=settings["training"])

    from rnncore import nn
    from rnncore.forecasting.recipe import Recipe

    if given.model:
        recipe = Recipe.from_model(read_file(given.model, LARGEST_MODEL), reading.series, nn, config, settings["budgets"])
        _check_shape(recipe.plan.config, config, given)
        if "epochs" in given:
            recipe.further(config.training.epochs)
    else:
        recipe = Recipe(reading.series, config, nn, budgets=settings["budgets"])
    for _ in output.watched(recipe.epochs(), language):
        pass
    result = recipe.finish()
    if given.out:
        write_file(given.out, result.csv().encode("utf-8"))
    if given.save:
        write_file(given.save, recipe.model())
    notes = [*reading.report.notes, *result.notes]
    if given.json:
        output.print_json(_summary(result, recipe.plan, [output.note_dict(note, language) for note in notes]))
    else:
        _print_result(result, recipe.plan, notes, given, language)


def _check_shape(saved: RunConfig, asked: RunConfig, given: argparse.Namespace) -> None:
    """Refuses options that a saved model cannot follow any more, rather than passing over them in silence."""
    for part, configured in ((saved.forecast, asked.forecast), (saved.network, asked.network)):
        for name in type(part).model_fields:
            if name not in CHANGEABLE and name in given and getattr(part, name) != getattr(configured, name):
                raise Refusal("model_option", option=option(name, repeated=isinstance(getattr(given, name), list)))


def _summary(result, plan, notes: list[dict]) -> dict:
    """What `forecast --json` prints."""
    facts = result.as_dict()
    names = ("horizon", "season", "window", "holdout", "scores", "series_scores", "best", "epochs", "seconds", "chosen")
    told = {name: facts[name] for name in names if facts[name] is not None}
    layers = [layer.model_dump() for layer in plan.config.network.layers]
    forecasts = [{name: value for name, value in one.items() if name != "members"} for one in facts["forecasts"]]
    levels = list(plan.config.forecast.levels)
    return told | {"layers": layers, "parameters": plan.parameters, "levels": levels, "notes": notes, "forecasts": forecasts}


def _print_result(result, plan, notes: list[Note], given: argparse.Namespace, language: str) -> None:
    print(_verdict(result, language))
    facts = {"epochs": result.epochs, "seconds": result.seconds, "parameters": plan.parameters, "season": result.season}
    print(say(language, "terminal.done.took", **facts))
    print()
    header = [say(language, "terminal.column.method"), "MASE", "sMAPE", "MAE", "RMSE"]
    methods = sorted(result.scores.items(), key=lambda item: (item[1]["mae"] is None, item[1]["mae"]))
    output.print_table(header, [(_method(name, language), *(score[m] for m in MEASURES)) for name, score in methods])
    _print_notes(notes, language)
    if given.save:
        print(say(language, "terminal.done.saved", output.plain, file=given.save))
    if given.out:
        print(say(language, "terminal.done.written", output.plain, file=given.out))
    else:
        print()
        _print_forecasts(result, language)


def _verdict(result, language: str) -> str:
    """The first sentence: is the network better than the best of the simple methods?"""
    measure = "mase" if result.scores["network"]["mase"] is not None else "mae"
    others = {name: score[measure] for name, score in result.scores.items() if name != "network"}
    best = min(others, key=others.get)
    network, other = result.scores["network"][measure], others[best]
    outcome = "equal" if abs(network - other) <= 0.01 * other else "better" if network < other else "worse"
    percent = round(100 * abs(network - other) / max(network, other)) if max(network, other) else 0
    facts = {"percent": percent, "count": result.holdout, "method": _method(best, language)}
    return say(language, f"terminal.verdict.{outcome}", output.plain, **facts)


def _method(name: str, language: str) -> str:
    key = f"result.method.{name}"
    return say(language, key) if key in words() else name


def _print_forecasts(result, language: str) -> None:
    levels = list(result.forecasts[0].lower)
    several = len(result.forecasts) > 1
    header = ["series"] * several + ["time", "forecast"]
    header = [say(language, f"terminal.column.{name}") for name in header]
    header += [say(language, f"terminal.column.{side}", level=level) for level in levels for side in ("lower", "upper")]
    rows = []
    for one in result.forecasts:
        bounds = [side[level] for level in levels for side in (one.lower, one.upper)]
        for time, *numbers in zip(one.time, one.forecast, *bounds, strict=True):
            rows.append([one.name] * several + [str(time), *map(float, numbers)])
    output.print_table(header, rows)


def _print_notes(notes: list[Note], language: str) -> None:
    if notes:
        print()
    for note in notes:
        print("-", explain(language, note, output.plain))


def list_samples(given: argparse.Namespace, language: str) -> None:
    table = {sample.key: sample for sample in samples()}
    if given.sample is not None:
        if given.sample not in table:
            raise Refusal("sample_unknown", name=given.sample, names=list(table))
        _print_bytes(table[given.sample].bytes())
        return
    header = [say(language, f"terminal.column.{name}") for name in ("sample", "shows", "licence")]
    rows = []
    for key, sample in table.items():
        name, shows = (say(language, f"sample.{key}.{part}") for part in ("name", "shows"))
        rows.append((key, f"{name}: {shows}", sample.licence))
    output.print_table(header, rows)


def make_sequence(given: argparse.Namespace, language: str) -> None:
    check_writable(given.out, "-")
    made = generate(configure(GENERATORS[given.kind], vars(given), language))
    if given.out:
        write_file(given.out, made.csv())
    else:
        _print_bytes(made.csv())


def _print_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _settings(given: argparse.Namespace, language: str, *sections: str) -> dict[str, Config]:
    stored = stored_settings(given.config, read_file(given.config, LARGEST_SETTINGS)) if given.config else {}
    return {name: configure(SECTIONS[name], vars(given), language, stored.get(name), where=name) for name in sections}
