"""The commands of the command line: each walks the rooms and prints what came out."""

from __future__ import annotations

import argparse
import sys

from rnncore.config import GENERATORS, Config, RunConfig
from rnncore.forecasting import model_file
from rnncore.forecasting.plan import horizon_of
from rnncore.messages import Note, Refusal
from rnncore.series import Series, future, generate, read, samples
from rnncore.terminal import output, reports
from rnncore.terminal.files import check_writable, read_file, write_file
from rnncore.terminal.options import SECTIONS, configure, option, stored_settings
from rnncore.texts import say

CHANGEABLE = ("holdout", "levels", "epochs")  # where a saved model is used
LARGEST_SETTINGS = 1  # MB
WORTH_COMPANY = 5.0  # seconds of work
LARGEST_MODEL = 256  # MB


def inspect(given: argparse.Namespace, language: str) -> None:
    settings = _settings(given, language, "read", "limits")
    data = read_file(given.file, settings["limits"].max_megabytes)
    report = read(data, settings["read"], settings["limits"]).report
    if given.json:
        output.print_json(reports.reading_facts(report, language))
    else:
        reports.print_reading(report, language)


def forecast(given: argparse.Namespace, language: str) -> None:
    settings = _settings(given, language, *SECTIONS)
    check_writable(given.out, given.file)
    check_writable(given.save, given.file)
    check_writable(given.template, given.file)
    limits = settings["limits"]
    reading = read(read_file(given.file, limits.max_megabytes), settings["read"], limits)
    config = RunConfig(forecast=settings["forecast"], network=settings["network"], training=settings["training"])
    if given.template:
        _write_template(given, reading.series, config, language)
        return
    series, told_of_future = _with_future(given.future, reading.series, settings)

    recipe = _recipe(given, series, config, settings["budgets"])
    with _crew(recipe) as recipe.crew:
        for _ in output.watched(recipe.epochs(), language):
            pass
    result = recipe.finish()
    if given.out:
        content = result.csv_of(given.method) if given.method else result.csv()
        write_file(given.out, content.encode("utf-8"))
    if given.save:
        write_file(given.save, recipe.model())
    told = [
        note for note in reading.report.notes if not note.code.startswith("leak_")
    ]  # the findings speak of those that were read
    notes = [*told, *told_of_future, *result.notes]
    if given.json:
        output.print_json(reports.forecast_facts(result, recipe.plan, notes, language))
        return
    reports.print_scores(result, recipe.plan, notes, language)
    if given.save:
        print(say(language, "terminal.done.saved", output.plain, file=given.save))
    if given.out:
        print(say(language, "terminal.done.written", output.plain, file=given.out))
    else:
        reports.print_forecasts(result, language)


def _with_future(path: str | None, series: list[Series], settings: dict[str, Config]) -> tuple[list[Series], list[Note]]:
    """The series with the rows to come of their columns known in advance, and what was done to those rows."""
    if path is None:
        return series, []
    limits = settings["limits"]
    return future.attach(series, read_file(path, limits.max_megabytes), settings["read"], limits)


def _write_template(given: argparse.Namespace, series: list[Series], config: RunConfig, language: str) -> None:
    """For the horizon that is asked for, or for that of a saved model."""
    if not future.known_names(series):
        raise Refusal("future_without_known")
    if given.model:
        config = model_file.merged(model_file.read(read_file(given.model, LARGEST_MODEL)), config)
    write_file(given.template, future.template(series, horizon_of(series, config.forecast)).encode("utf-8"))
    print(say(language, "terminal.done.template", output.plain, file=given.template))


def _recipe(given, series, config: RunConfig, budgets):
    """The run that is asked for: from a saved model, or from the beginning."""
    from rnncore import nn
    from rnncore.forecasting.recipe import Recipe

    if not given.model:
        return Recipe(series, config, nn, budgets=budgets)
    recipe = Recipe.from_model(read_file(given.model, LARGEST_MODEL), series, nn, config, budgets)
    _check_shape(recipe.plan.config, config, given)
    if "epochs" in given:
        recipe.further(config.training.epochs)
    return recipe


def _crew(recipe):
    """Company for what takes long enough to be worth starting another process."""
    from rnncore.nn.crew import Crew, useful

    return Crew(useful(recipe.plan.config.training.device) if recipe.plan.seconds > WORTH_COMPANY else 1)


def _check_shape(saved: RunConfig, asked: RunConfig, given: argparse.Namespace) -> None:
    """Refuses options that a saved model cannot follow any more, rather than passing over them in silence."""
    for section in ("forecast", "network", "training"):
        kept, wanted = getattr(saved, section), getattr(asked, section)
        for name in type(kept).model_fields:
            if name not in CHANGEABLE and name in given and getattr(kept, name) != getattr(wanted, name):
                raise Refusal("model_option", option=option(name, repeated=isinstance(getattr(given, name), list)))


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
