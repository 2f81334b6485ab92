"""A Dask command that ends with the process that started it: `python -P lifeline.py SCRATCH scheduler|worker ...`.

The starter holds the other end of our standard input. When it is gone, however it went, that end closes; then this process
removes the folder SCRATCH and ends, with all its group.
"""

import os
import shutil
import signal
import sys
import threading


def _end_with_starter(scratch: str) -> None:
    while os.read(0, 1):
        pass
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)  # the workers of a nanny, too


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        sys.exit("starts as the leader of a group of its own, because it ends the whole group")
    threading.Thread(target=_end_with_starter, args=(sys.argv.pop(1),), daemon=True).start()
    from dask.__main__ import main

    sys.argv[0] = "dask"
    main()
