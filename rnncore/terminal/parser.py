"""The words a user may type, and what is said when they cannot be understood."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from rnncore.config import GENERATORS, BacktestConfig, GradientConfig, TunerConfig, Walkthrough
from rnncore.forecasting.classical import JUDGES
from rnncore.messages import Refusal
from rnncore.terminal import commands
from rnncore.terminal.article import run_article
from rnncore.terminal.backtest import run_backtest
from rnncore.terminal.gradients import run_gradients
from rnncore.terminal.options import SECTIONS, add_options
from rnncore.terminal.tuner import run_tune
from rnncore.texts import LANGUAGES, say

PROGRAM = "python -m rnncore"
# The sentences of argparse, and what is said instead.
COMPLAINTS = {
    r"the following arguments are required: (?P<names>.+)": "argument_missing",
    r"unrecognized arguments: (?P<option>-[^ ]*).*": "option_unknown",
    r"unrecognized arguments: (?P<word>[^ ]+).*": "argument_extra",
    r"argument (?:-h/)?(?P<option>[^ ]+): expected .+": "option_needs_value",
    r"argument (?P<option>[^ /]+)[^ ]*: ignored explicit argument .+": "option_takes_nothing",
    r"argument [^ ]+: invalid choice: '(?P<name>.*)' \(choose from (?P<names>.+)\)": "command_unknown",
}


class Parser(argparse.ArgumentParser):
    """Tells what is wrong by a `Refusal`; knows the command line of both languages."""

    def __init__(self, language: str = "en", **settings):
        super().__init__(**settings, add_help=False, allow_abbrev=False)
        self.language = language
        self._positionals.title = say(language, "command.arguments")
        self._optionals.title = say(language, "command.options")
        self.add_argument("-h", "--help", action="help", help=say(language, "command.help"))
        self.add_argument("--lang", metavar="|".join(LANGUAGES), default=argparse.SUPPRESS, help=say(language, "command.lang"))

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", say(self.language, "command.usage"), 1)

    def error(self, message: str):
        for pattern, code in COMPLAINTS.items():
            if found := re.fullmatch(pattern, message, re.DOTALL):
                raise Refusal(code, **{name: text.replace("'", "") for name, text in found.groupdict().items()})
        raise Refusal("command_line", reason=message)


def parser(language: str) -> Parser:
    """The whole command line, explained in `language`."""
    whole = Parser(language, prog=PROGRAM, usage=f"{PROGRAM} COMMAND ...", description=say(language, "command.about"))
    menu = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _reading_commands(menu, language)
    samples = _command(menu, "samples", commands.list_samples, "[SAMPLE]", language)
    _argument(samples, "sample", nargs="?", metavar="SAMPLE")
    generate = _command(menu, "generate", commands.make_sequence, "KIND [OPTION ...]", language)
    kinds = generate.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind, model in GENERATORS.items():
        usage = f"{PROGRAM} generate {kind} [OPTION ...]"
        made = kinds.add_parser(kind, language=language, usage=usage, help=say(language, f"choice.kind.{kind}"))
        _argument(made, "--out", metavar="FILE.csv")
        add_options(made, say(language, "terminal.section.generate"), model, language)
    article = _command(menu, "article", run_article, "[OPTION ...]", language)
    _argument(article, "--json", action="store_true")
    add_options(article, say(language, "terminal.section.article"), Walkthrough, language)
    gradients = _command(menu, "gradients", run_gradients, "[OPTION ...]", language)
    _argument(gradients, "--json", action="store_true")
    _argument(gradients, "--dump", metavar="FILE.npz")
    add_options(gradients, say(language, "terminal.section.gradients"), GradientConfig, language)
    return whole


def _reading_commands(menu: argparse._SubParsersAction, language: str) -> None:
    inspect = _command(menu, "inspect", commands.inspect, "FILE [OPTION ...]", language)
    forecast = _command(menu, "forecast", commands.forecast, "FILE [OPTION ...]", language)
    backtest = _command(menu, "backtest", run_backtest, "FILE [OPTION ...]", language)
    add_options(backtest, say(language, "terminal.section.backtest"), BacktestConfig, language)
    tune = _command(menu, "tune", run_tune, "FILE [OPTION ...]", language)
    add_options(tune, say(language, "terminal.section.tuner"), TunerConfig, language)
    _argument(tune, "--save-config", metavar="FILE.json", dest="save-config")
    everything = tuple(SECTIONS)
    for each, sections in ((inspect, ("read", "limits")), (forecast, everything), (backtest, everything), (tune, everything)):
        _argument(each, "file", metavar="FILE")
        _argument(each, "--json", action="store_true")
        _argument(each, "--config", metavar="FILE.json")
        if each is forecast:
            _argument(forecast, "--out", metavar="FILE.csv")
            _argument(forecast, "--method", choices=JUDGES, metavar="|".join(JUDGES))
            _argument(forecast, "--future", metavar="FILE.csv")
            _argument(forecast, "--template", metavar="FILE.csv")
            _argument(forecast, "--model", metavar="FILE")
            _argument(forecast, "--save", metavar="FILE")
        for section in sections:
            add_options(each, say(language, f"terminal.section.{section}"), SECTIONS[section], language)


def _command(menu: argparse._SubParsersAction, name: str, run: Callable, arguments: str, language: str) -> Parser:
    about = say(language, f"command.{name}")
    made = menu.add_parser(name, language=language, help=about, description=about, usage=f"{PROGRAM} {name} {arguments}")
    made.set_defaults(run=run)
    return made


def _argument(to: Parser, name: str, **settings) -> None:
    to.add_argument(name, help=say(to.language, f"command.{name.lstrip('-')}"), **settings)
