"""The article's section 4 without torch: data, counts, the source that is shown, shipped results; and its command."""

import ast
import json
from pathlib import Path

import numpy as np
import pytest

import rnncore
from rnncore import article
from rnncore.terminal.run import run
from rnncore.texts import LANGUAGES

ENGINE = Path(rnncore.__file__).parent / "nn" / "article.py"


def test_counts_are_those_of_keras():
    told = [(row.name, row.shape, row.parameters) for row in article.layers()]
    assert told == [
        *(("lstm", (3, 50), 10_400), ("dropout", (3, 50), 0)),
        *(("lstm", (3, 50), 20_200), ("dropout", (3, 50), 0)),
        *(("lstm", (50,), 20_200), ("dropout", (50,), 0)),
        ("dense", (3,), 153),
    ]
    assert article.parameters() == 50_953
    assert article.parameters("torch") == 51_553


def test_every_formula_comes_to_the_number_behind_it():
    for formula, row in zip(article.formulas(), article.layers(), strict=True):
        terms, _, result = formula.rpartition("=")
        assert int(result) == row.parameters
        if terms:
            assert eval(terms.replace(r"\times", "*")) == row.parameters


def test_the_keras_program_has_the_same_data_and_layers():
    calls = [node for node in ast.walk(ast.parse(article.KERAS)) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: call.lineno)
    arrays = [ast.literal_eval(call.args[0]) for call in calls if ast.unparse(call.func) == "np.array"]
    assert arrays == [article.INPUTS[:, :, 0].tolist(), article.TARGETS.tolist()]
    layers = [ast.unparse(call.func) for call in calls if ast.unparse(call.func).startswith("layers.")]
    assert [name.removeprefix("layers.").lower() for name in layers] == [row.name for row in article.layers()]
    fit = next(call for call in calls if ast.unparse(call.func) == "model.fit")
    assert {word.arg: ast.literal_eval(word.value) for word in fit.keywords}["epochs"] == article.EPOCHS


def test_the_source_that_is_shown_stands_in_the_engine():
    shown = article.source("Model", "Adam", "fit", "predict")
    assert [node.name for node in ast.parse(shown).body] == ["Model", "Adam", "fit", "predict"]
    assert all(part in ENGINE.read_text("utf-8") for part in shown.split("\n\n\n"))


@pytest.mark.parametrize("preparation", article.PREPARATIONS)
def test_what_was_prepared_is_restored(preparation):
    windows = np.array([[3, 5, 4], [7, 7, 7], [100, -20, 3]], dtype=float)[:, :, None]
    targets = np.array([[1, 2, 3], [7, 7, 7], [-5, 0, 900]], dtype=float)
    seen, wanted = article.prepare(preparation, windows, targets)
    assert np.isfinite(seen).all()
    np.testing.assert_allclose(article.restore(preparation, windows, wanted), targets, atol=1e-9)
    np.testing.assert_array_equal(article.prepare(preparation, windows), seen)


def test_differences_make_the_three_samples_one():
    for preparation in ("differences", "normalised"):
        seen, wanted = article.prepare(preparation, article.INPUTS, article.TARGETS)
        assert np.ptp(seen, axis=0).max() == np.ptp(wanted, axis=0).max() == 0
    np.testing.assert_allclose(article.prepare("normalised", article.UNSEEN)[1], seen[0])


def test_shipped_results_are_twenty_seeds_of_a_hundred_epochs():
    for preparation, each in article.seeds().items():
        assert preparation in article.PREPARATIONS
        assert [one.seed for one in each] == list(range(20))
        assert {len(one.loss) for one in each} == {100}
    assert article.Result.from_dict(json.loads(json.dumps(each[0].as_dict()))) == each[0]


def test_keras_and_the_shown_program_end_alike():
    shipped = article.agreement()
    assert len(shipped.settings["seeds"]) >= 20
    assert shipped.result["loss"]["rank_test"] > 0.05
    keras, here = (shipped.result["loss"]["quartiles"][side] for side in ("keras", "here"))
    assert keras[0] < here[1] < keras[2]
    assert "article_keras" in shipped.command


def test_the_command_prints_the_run_as_json(capsys):
    printed = []
    for _ in range(2):
        assert run(["article", "--seed", "4", "--json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    first, second = printed
    assert {"layers", "parameters", "loss", "predictions", "unseen", "seconds"} <= set(first)
    assert sum(layer["parameters"] for layer in first["layers"]) == first["parameters"] == 50_953
    assert len(first["loss"]) == 100
    assert np.shape(first["predictions"]) == (3, 3)
    assert np.shape(first["unseen"]) == (2, 3)
    assert 0 < first["seconds"] == pytest.approx(sum(first["timing"].values()))
    for name in ("loss", "predictions", "unseen"):
        assert first[name] == second[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_reports_in_every_language(language, capsys):
    assert run(["article", "--preparation", "normalised", "--lang", language]) == 0
    printed = capsys.readouterr().out
    assert "50953" in printed
    assert "10, 20, 30" in printed


def test_an_unknown_preparation_is_refused_with_those_there_are(capsys):
    assert run(["article", "--preparation", "magic"]) == 2
    complaint = capsys.readouterr().err
    assert all(name in complaint for name in article.PREPARATIONS)
