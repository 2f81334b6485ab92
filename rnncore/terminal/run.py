"""One call of the command line: understand it, do it, and put whatever goes wrong into one sentence."""

from __future__ import annotations

import os
import sys

from rnncore.messages import Refusal
from rnncore.terminal import output
from rnncore.terminal.parser import parser
from rnncore.texts import LANGUAGES, explain, say

REFUSED, PIPE_CLOSED = 2, 141


def run(arguments: list[str]) -> int:
    """The exit status: 0, 2 after a refusal, 141 where nobody reads the output any more."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    language = "en"
    try:
        language = _language(arguments)
        given = parser(language).parse_args(arguments)
        given.run(given, language)
        sys.stdout.flush()
    except Refusal as refusal:
        return _refuse(refusal, language, arguments)
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _refuse(Refusal("unexpected", reason=f"{type(error).__name__}: {error}"[:200]), language, arguments)
    return 0


def _language(arguments: list[str]) -> str:
    """The language asked for, known before anything else is, so that every complaint is made in it."""
    asked = "en"
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        elif argument == "--lang" and position + 1 < len(arguments):
            asked = arguments[position + 1]
    if asked not in LANGUAGES:
        raise Refusal(
            "option_value", option="--lang", value=asked, allowed=say("en", "allowed.one_of", values=", ".join(LANGUAGES))
        )
    return asked


def _refuse(refusal: Refusal, language: str, arguments: list[str]) -> int:
    text = explain(language, refusal, output.plain)
    if "--json" in arguments:
        output.print_json({"error": {"code": refusal.code, "text": text}})
    print(text, file=sys.stderr)
    return REFUSED
