"""Unrolled from the command line: `python -m rnncore forecast sales.csv --horizon 30 --out next.csv`.

Exit status: 0; 2 with one sentence on standard error where the user can put it right; 130 after Ctrl-C.
"""

import os
import signal
import sys

INTERRUPTED = 130
SHOW_CURSOR = b"\r\x1b[K\x1b[?25h"


def leave(*_) -> None:
    """End at once and quietly. An exception would not do: extension modules that are loading turn it into one of their own."""
    if os.isatty(2):
        os.write(2, SHOW_CURSOR)  # a progress bar hides it
    os._exit(INTERRUPTED)


def main() -> int:
    signal.signal(signal.SIGINT, leave)
    from rnncore.terminal.run import run  # takes most of a second

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
