"""Unrolled from the command line: `python -m rnncore forecast sales.csv --horizon 30 --out next.csv`.

Exit status: 0; 2 with one sentence on standard error where the user can put it right; 130 after Ctrl-C.
"""

from __future__ import annotations

import os
import sys

from rnncore.messages import Refusal
from rnncore.terminal import output
from rnncore.terminal.parser import parser
from rnncore.texts import LANGUAGES, explain, say

REFUSED, INTERRUPTED, PIPE_CLOSED = 2, 130, 141


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    language = "en"
    try:
        language = _language(arguments)
        given = parser(language).parse_args(arguments)
        given.run(given, language)
        sys.stdout.flush()
    except Refusal as refusal:
        _refuse(refusal, language, as_json="--json" in arguments)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered must not be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
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


def _refuse(refusal: Refusal, language: str, as_json: bool) -> None:
    text = explain(language, refusal, output.plain)
    if as_json:
        output.print_json({"error": {"code": refusal.code, "text": text}})
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
