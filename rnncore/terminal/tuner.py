"""`tune`: a search for better settings under a time limit."""

from __future__ import annotations

import argparse
from typing import get_args

from rnncore.config import RunConfig, TunedKnob, TunerConfig
from rnncore.forecasting.tuner import Found, Search
from rnncore.messages import Note, Refusal
from rnncore.series import read
from rnncore.terminal import output
from rnncore.terminal.commands import LARGEST_SETTINGS, WORTH_COMPANY
from rnncore.terminal.files import check_writable, read_file, write_file
from rnncore.terminal.options import SECTIONS, configure, stored_settings
from rnncore.texts import explain, say
from rnncore.texts.draws import described

SHOWN = 10  # candidates that are printed
LAYERS = ("cell", "units", "depth", "dropout")  # what `--layer` decides


def run_tune(given: argparse.Namespace, language: str) -> None:
    stored = stored_settings(given.config, read_file(given.config, LARGEST_SETTINGS)) if given.config else {}
    settings = {name: configure(model, vars(given), language, stored.get(name), name) for name, model in SECTIONS.items()}
    asked = _open(configure(TunerConfig, vars(given), language), given)
    save = getattr(given, "save-config")
    check_writable(save, given.file)
    reading = read(read_file(given.file, settings["limits"].max_megabytes), settings["read"], settings["limits"])
    config = RunConfig(**{name: settings[name] for name in RunConfig.model_fields})

    from rnncore import nn
    from rnncore.forecasting.tuner import Tuner
    from rnncore.nn.crew import Crew, useful

    tuner = Tuner(reading.series, Search(config=config, tuner=asked), nn, settings["budgets"])
    with Crew(useful(config.training.device) if asked.seconds > WORTH_COMPANY else 1) as tuner.crew:
        for _ in output.watched(tuner.epochs(), language):
            pass
        found = tuner.finish()
    if save:
        write_file(save, RunConfig.model_validate(found.config).model_dump_json(indent=2).encode("utf-8"))
    if given.json:
        output.print_json(facts(found, reading.report.notes, language))
        return
    report(found, reading.report.notes, language)
    if save:
        print(say(language, "terminal.tuner.saved", output.plain, file=save))


def _open(asked: TunerConfig, given: argparse.Namespace) -> TunerConfig:
    """Knobs that are given as options stay as they are."""
    fixed = {knob for knob in get_args(TunedKnob) if knob in given} | (set(LAYERS) if "layers" in given else set())
    knobs = tuple(knob for knob in asked.knobs if knob not in fixed)
    if not knobs:
        raise Refusal("tuner_nothing", names=list(get_args(TunedKnob)))
    return asked.model_copy(update={"knobs": knobs})


def facts(found: Found, notes: list[Note], language: str) -> dict:
    """What `tune --json` prints."""
    told = {"tried": len(found.candidates), "verdict": found.verdict and found.verdict[0], "text": sentences(found, language)}
    return found.as_dict() | told | {"notes": [output.note_dict(note, language) for note in notes]}


def sentences(found: Found, language: str) -> list[str]:
    """What the search says, what that is worth, and what the held-out end says."""
    tried, best = len(found.candidates), found.winner
    key = "tuner.better" if found.best else "tuner.none_better" if tried > 1 else "tuner.none_tried"
    told = [say(language, key, tried=tried, others=tried - 1, percent=100 * found.gain)]
    if found.best:
        told.append(say(language, "tuner.flatters", tried=tried))
    if found.judges[found.best_judge] < best["error"]:
        told.append(say(language, "tuner.judge_better", method=say(language, f"result.method.{found.best_judge}")))
    if found.verdict is None:
        return [*told, say(language, "tuner.not_in_full")]
    outcome, percent = found.verdict
    return [*told, say(language, f"tuner.held_{outcome}", rows=found.holdout, percent=percent)]


def report(found: Found, notes: list[Note], language: str) -> None:
    for sentence in sentences(found, language):
        print(sentence)
    cut, start = sum(one["state"] == "cut" for one in found.candidates), found.candidates[0]["draw"]
    if found.best:
        print(say(language, "tuner.found", settings=described(language, found.winner["draw"], start)))
    print(say(language, "terminal.tuner.about", tried=len(found.candidates), seconds=found.seconds, cut=cut))
    print()
    rows = [
        (described(language, one["draw"], start), one["error"], one["seeds"], say(language, f"tuner.state_{one['state']}"))
        for one in found.ranking[:SHOWN]
    ]
    judge = say(language, "tuner.state_judge")
    rows += [(say(language, f"result.name.{name}"), error, None, judge) for name, error in found.judges.items()]
    header = [say(language, f"tuner.{name}") for name in ("settings", "error", "seeds", "state")]
    output.print_table(header, sorted(rows, key=lambda row: (row[1] is None, row[1])))
    if found.full:
        print()
        _print_in_full(found, language)
    for note in notes:
        print("-", explain(language, note, output.plain))


def _print_in_full(found: Found, language: str) -> None:
    """Scores on the held-out end."""
    print(say(language, "tuner.in_full"))
    names = ["best", "start"] if found.best else ["start"]
    rows = [(say(language, f"tuner.full_{name}"), found.full[name]["scores"][found.full[name]["leading"]]) for name in names]
    rows += [(say(language, f"result.name.{name}"), found.full["start"]["scores"][name]) for name in found.judges]
    header = [say(language, "tuner.run"), "MASE", "MAE"]
    output.print_table(header, [(name, scores["mase"], scores["mae"]) for name, scores in rows])
