"""A server without pages: starts the cluster, and stays until it is told to go."""

import signal
import sys
import time

from rnncore.runs import cluster


def leave(*_):
    sys.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    cluster.start()
    print("started", flush=True)
    try:
        while True:
            time.sleep(1)
    finally:
        cluster.close()
