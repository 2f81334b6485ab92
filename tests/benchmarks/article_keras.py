"""The article's model in Keras and here: do both end at the same losses and predictions, and how long do they take?

    python -m tests.benchmarks.article_keras [--seeds 20] [--environment FOLDER] [--out FILE.json]

Keras gets a virtual environment of its own in FOLDER, made on the first call (some 2 GB). For every seed one fresh process
each, by turns, so that both meet the same machine; both on one thread, timed in processor seconds. The Keras program is the
one that the page shows. Beforehand both are fitted once from the same weights and without dropout, where they must agree
epoch by epoch.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.stats import ks_2samp, mannwhitneyu

from rnncore import article, results
from rnncore.nn.article import Model, fit
from rnncore.nn.runtime import torch
from tests.benchmarks.peers import FOLDER, ROOT, environment, surroundings

KERAS = """
import json, sys, time
began = time.process_time()
import keras, numpy as np
imported = time.process_time()
keras.utils.set_random_seed(int(sys.argv[1]))
space = {}
exec(sys.stdin.read(), space)
worked = time.process_time()
model = space["model"]
unseen = model.predict(np.array([[6, 7, 8], [10, 20, 30]], dtype="float32")[:, :, None], verbose=0)
print(json.dumps({
    "loss": space["history"].history["loss"], "predictions": space["predictions"].tolist(), "unseen": unseen.tolist(),
    "parameters": [layer.count_params() for layer in model.layers],
    "shapes": [layer.output.shape[1:] for layer in model.layers],
    "imports": imported - began, "work": worked - imported, "process": time.process_time(),
    "versions": {"keras": keras.__version__, "tensorflow": __import__("tensorflow").__version__},
}))
"""
KERAS_WITHOUT_DROPOUT = """
import json, sys
import keras
keras.utils.set_random_seed(int(sys.argv[1]))
space = {}
exec(sys.stdin.read().replace("Dropout(0.2)", "Dropout(0.0)").replace("epochs=100", "epochs=1"), space)
model = keras.models.clone_model(space["model"])
model.compile(optimizer="adam", loss="mse")
weights = [weight.tolist() for weight in model.get_weights()]
loss = model.fit(space["X"], space["y"], epochs=100, verbose=0).history["loss"]
print(json.dumps({"weights": weights, "loss": loss}))
"""
HERE = """
import json, sys, time
began = time.process_time()
from rnncore import article
from rnncore.config import Walkthrough
from rnncore.nn.article import run
imported = time.process_time()
result = run(Walkthrough(seed=int(sys.argv[1])))
worked = time.process_time()
print(json.dumps({
    **result.as_dict(), "parameters": [row.parameters for row in article.layers()],
    "shapes": [row.shape for row in article.layers()],
    "imports": imported - began, "work": worked - imported, "process": time.process_time(),
}))
"""


def main() -> None:
    given = arguments()
    keras = environment("keras", given.environment)
    difference = same_weights(keras)
    theirs, ours = [], []
    for seed in range(given.seeds):
        theirs.append(ran(keras, KERAS, seed, article.KERAS))
        ours.append(ran(Path(sys.executable), HERE, seed))
        losses = f"Keras {theirs[-1]['loss'][-1]:.4f}, here {ours[-1]['loss'][-1]:.4f}"
        print(f"seed {seed}: {losses}; seconds {theirs[-1]['work']:.2f}, {ours[-1]['work']:.2f}", file=sys.stderr, flush=True)
    assert theirs[0]["parameters"] == ours[0]["parameters"]
    assert theirs[0]["shapes"] == ours[0]["shapes"]
    found = {
        "same_weights": difference,
        "loss": compared([one["loss"][-1] for one in theirs], [one["loss"][-1] for one in ours]),
        "first_loss": compared([one["loss"][0] for one in theirs], [one["loss"][0] for one in ours]),
        "predictions": compared_each([one["predictions"] for one in theirs], [one["predictions"] for one in ours]),
        "unseen": compared_each([one["unseen"] for one in theirs], [one["unseen"] for one in ours]),
        "seconds": {name: times(theirs, ours, name) for name in ("work", "imports", "process")},
    }
    tell(found)
    if given.out:
        command = f"python -m tests.benchmarks.article_keras --seeds {given.seeds} --out {given.out}"
        settings = {"seeds": list(range(given.seeds)), "threads": 1, **theirs[0]["versions"]}
        results.store(given.out, command, settings, found)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--environment", type=Path, default=FOLDER / "keras")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def ran(python: Path, program: str, seed: int, given: str = "") -> dict:
    """What a fresh process prints."""
    done = subprocess.run(
        [python, "-c", program, str(seed)],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=surroundings("" if given else ROOT),
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def same_weights(keras: Path) -> float:
    """The largest difference between the losses of an epoch, as a share of them, without dropout and from Keras's weights."""
    theirs = ran(keras, KERAS_WITHOUT_DROPOUT, 0, article.KERAS)
    weights = iter(torch.tensor(weight) for weight in theirs["weights"])
    model = Model()
    model.dropout.p = 0.0
    with torch.no_grad():
        for lstm in (model.lstm1, model.lstm2, model.lstm3):
            for mine in (lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0):
                mine.copy_(next(weights).T if mine.ndim == 2 else next(weights))
        model.dense.weight.copy_(next(weights).T)
        model.dense.bias.copy_(next(weights))
    X, y = (torch.tensor(each, dtype=torch.float32) for each in (article.INPUTS, article.TARGETS))
    ours = np.array(fit(model, X, y, article.EPOCHS))
    return float(np.abs(ours / theirs["loss"] - 1).max())


def compared(theirs, ours) -> dict:
    """Two samples of one number, side by side; `rank_test` and `shape_test` are the chances of a difference as large as this
    if both came from one distribution (Mann-Whitney, Kolmogorov-Smirnov)."""
    quartiles = {name: np.percentile(each, [25, 50, 75]).tolist() for name, each in (("keras", theirs), ("here", ours))}
    tests = {"rank_test": float(mannwhitneyu(theirs, ours).pvalue), "shape_test": float(ks_2samp(theirs, ours).pvalue)}
    return {"keras": list(theirs), "here": list(ours), "quartiles": quartiles, **tests}


def compared_each(theirs, ours) -> list[list[dict]]:
    """The same for every number of a table: (seeds, n, 3) -> n x 3 comparisons."""
    theirs, ours = np.array(theirs), np.array(ours)
    rows, columns = theirs.shape[1:]
    return [[compared(theirs[:, i, j].tolist(), ours[:, i, j].tolist()) for j in range(columns)] for i in range(rows)]


def times(theirs, ours, name: str) -> dict:
    keras, here = (float(np.median([one[name] for one in each])) for each in (theirs, ours))
    return {"keras": keras, "here": here, "ratio": keras / here}


def tell(found: dict) -> None:
    print(f"from the same weights, without dropout: losses differ by at most {100 * found['same_weights']:.3f} %")
    for name in ("first_loss", "loss"):
        one = found[name]
        quartiles = {side: " / ".join(f"{value:.3f}" for value in one["quartiles"][side]) for side in ("keras", "here")}
        print(f"{name}: quartiles Keras {quartiles['keras']}, here {quartiles['here']}; {chances(one)}")
    for name in ("predictions", "unseen"):
        for number, row in enumerate(found[name]):
            for step, one in enumerate(row):
                medians = f"Keras {one['quartiles']['keras'][1]:.3f}, here {one['quartiles']['here'][1]:.3f}"
                print(f"{name} {number + 1}.{step + 1}: medians {medians}; {chances(one)}")
    for name, one in found["seconds"].items():
        print(f"seconds, {name}: Keras {one['keras']:.2f}, here {one['here']:.2f}, ratio {one['ratio']:.1f}")


def chances(one: dict) -> str:
    return f"p = {one['rank_test']:.2f} by ranks, {one['shape_test']:.2f} by shape"


if __name__ == "__main__":
    main()
