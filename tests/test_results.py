"""What ships with the package says how it can be measured again."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from rnncore import results

ROOT = Path(__file__).parent.parent
NAMES = sorted(path.name.removesuffix(".json") for path in files("rnncore.results").iterdir() if path.name.endswith(".json"))


def test_there_is_something():
    assert {"article_keras", "article_seeds", "cost"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_result_names_a_program_that_exists_and_what_it_ran_on(name):
    shipped = results.load(name)
    module, target = re.fullmatch(r"python -m ([\w.]+) .*--out (\S+)", shipped.command).groups()
    assert (ROOT / (module.replace(".", "/") + ".py")).is_file()
    assert target == f"rnncore/results/{name}.json"
    assert shipped.settings
    assert {"processor", "cores", "python", "torch"} <= set(shipped.machine)
    assert shipped.result


def test_what_is_stored_is_read_again(tmp_path):
    stored = results.store(tmp_path / "one.json", "python -m one", {"seeds": [0]}, {"loss": [0.123456789, 2], "name": "one"})
    assert stored.result == {"loss": [0.1234568, 2], "name": "one"}
    assert results.Shipped(**json.loads((tmp_path / "one.json").read_text("utf-8"))) == stored
    with pytest.raises(ValueError, match="not JSON compliant"):
        results.store(tmp_path / "two.json", "python -m two", {}, {"loss": float("nan")})
