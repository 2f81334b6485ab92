"""Unrolled from the command line: `python -m rnncore forecast sales.csv --horizon 30 --out next.csv`.

Exit status: 0; 2 with one sentence on standard error where the user can put it right; 130 after Ctrl-C.
"""

import sys

INTERRUPTED = 130


def main() -> int:
    try:
        # Loading takes most of a second, and Ctrl-C is to end that quietly too.
        from rnncore.terminal.run import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
