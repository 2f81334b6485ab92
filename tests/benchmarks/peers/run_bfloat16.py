"""Ours, where LSTM layers may train in bfloat16."""

from functools import partial

from tests.benchmarks.peers.run_ours import prepare
from tests.benchmarks.peers.serving import serve

if __name__ == "__main__":
    serve(partial(prepare, precision="bfloat16"))
