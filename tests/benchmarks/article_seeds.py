"""The article's model for several seeds, with its numbers as they are and prepared in three ways.

python -m tests.benchmarks.article_seeds [--seeds 20] [--out FILE.json]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rnncore import article, results
from rnncore.config import Walkthrough
from rnncore.nn.article import run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    found = {}
    for preparation in article.PREPARATIONS:
        found[preparation] = [run(Walkthrough(preparation=preparation, seed=seed)) for seed in range(given.seeds)]
        tell(preparation, found[preparation])
    if given.out:
        command = f"python -m tests.benchmarks.article_seeds --seeds {given.seeds} --out {given.out}"
        settings = {"seeds": list(range(given.seeds)), "epochs": article.EPOCHS}
        results.store(given.out, command, settings, {name: [one.as_dict() for one in each] for name, each in found.items()})


def tell(preparation: str, found: list[article.Result]) -> None:
    quartiles = np.percentile([one.loss[-1] for one in found], [25, 50, 75])
    print(f"{preparation}: final loss {' / '.join(f'{value:.4f}' for value in quartiles)} (quartiles)")
    for window, answers in zip(article.UNSEEN[:, :, 0], np.array([one.unseen for one in found]).swapaxes(0, 1), strict=True):
        low, middle, high = np.percentile(answers, [0, 50, 100], axis=0).round(2)
        print(f"  after {window.tolist()}: {middle.tolist()}, between {low.tolist()} and {high.tolist()}")
    print(f"  seconds {np.median([sum(one.seconds) for one in found]):.3f} (median)")


if __name__ == "__main__":
    main()
