"""What the chapters on the article's model and on the outlook say, against calculations that share no code with them."""

import re
from html import unescape

import numpy as np
import pytest
import torch

from rnncore import article, cost
from rnncore.figures import structures
from rnncore.figures.windows import staircase
from rnncore.web.code import marked
from rnncore.web.demos import outlook, walkthrough
from rnncore.worked import three_jobs
from rnncore.worked.attention import attend
from rnncore.worked.credit import by_absence, by_slope
from rnncore.worked.dropout import drop, first_layer
from rnncore.worked.scan import doubling, stepwise


def said(app):
    return " ".join(element.value for kind in (app.markdown, app.caption) for element in kind)


def reveal(app, key, guess):
    """The sentence after a guess, and whether it was right."""
    app.radio(key=f"guess.{key}").set_value(guess).run()
    app.button(key=f"reveal.{key}").click().run()
    (told,) = [*app.success, *[info for info in app.info if "The answer is" in info.value]]
    return told.value, bool(app.success)


def medians(preparation, what):
    return np.median([getattr(one, what) for one in article.seeds()[preparation]], axis=0)


def test_every_layer_counts_as_torch_and_keras_count_it():
    modules = [torch.nn.LSTM(1, 50), torch.nn.LSTM(50, 50), torch.nn.LSTM(50, 50), torch.nn.Linear(50, 3)]
    in_torch = [sum(p.numel() for p in module.parameters()) for module in modules]
    for counting, expected in (("torch", in_torch), ("keras", [10_400, 20_200, 20_200, 153])):
        table = walkthrough._table(walkthrough._rows(50, counting), 1, counting).replace("{,}", "").replace(r"\times", "*")
        terms = re.findall(r"\$(.+?) = (\d+)\$", table)
        assert [int(product) for _, product in terms] == expected
        assert [eval(term) for term, _ in terms] == expected
    assert sum(in_torch) == 51_553


@pytest.mark.parametrize(("window", "horizon"), [(3, 3), (1, 2), (5, 1)])
def test_the_staircase_has_one_row_for_every_place_of_the_window(window, horizon):
    drawn = staircase([str(n) for n in range(1, 9)], window, horizon, lambda key: key)
    samples = len(torch.arange(8).unfold(0, window + horizon, 1))
    assert [f"sample {n + 1}" in drawn for n in range(samples + 1)] == [True] * samples + [False]
    assert drawn.count("<rect") == samples * (window + horizon) + 2  # and two in the key


def test_the_walkthrough_tells_what_its_settings_make(chapter):
    app = chapter("walkthrough", window=2, horizon=1, units=10, counting="torch", seed=7)
    text = said(app)
    assert "**6 × 2 × 1**" in text
    expected = sum(p.numel() for n in (1, 10, 10) for p in torch.nn.LSTM(n, 10).parameters()) + 33
    assert f"**{expected:,}** parameters, of which 120" in text
    assert "The bold line is seed 7" in text
    told, _ = reveal(app, "walkthrough.walkthrough_grown", "four")
    assert "20 units" in told


def test_a_seed_that_was_not_run_beforehand_asks_to_be_trained(chapter):
    app = chapter("walkthrough", seed=64)
    assert "For seed 64 nobody knows the curve yet" in said(app)
    assert not app.button(key="walkthrough.train.start").disabled
    assert not app.button(key="walkthrough.prepared.start").disabled


def test_the_text_on_the_answers_is_true_of_the_shipped_trainings():
    answers = medians("none", "predictions")
    assert (answers[0] > article.TARGETS[0] + 0.3).all()
    assert (answers[2] < article.TARGETS[2] - 0.3).all()
    ends = [one.loss[-1] for one in article.seeds()["none"]]
    constant = torch.tensor(article.TARGETS).var(dim=0, correction=0).mean().item()
    assert np.quantile(ends, 0.75) < 1.3 * constant
    assert np.quantile(ends, 0.25) > 0.6 * constant


def test_the_text_on_preparations_is_true_of_the_shipped_trainings():
    truth = article.STARTS + 3
    far = article.STARTS > 10
    assert (medians("none", "line")[far, 0] < 8).all()
    assert (medians("scaled", "line")[far, 0] < truth[far] - 2).all()
    steep = {name: medians(name, "unseen")[1] for name in article.PREPARATIONS}
    for name in ("differences", "normalised"):
        assert np.abs(medians(name, "line")[:, 0] - truth).max() < 0.1
    assert np.abs(steep["differences"] - article.CONTINUATIONS[1]).min() > 5
    assert np.abs(steep["normalised"] / article.CONTINUATIONS[1] - 1).max() < 0.02


@pytest.mark.parametrize(
    ("preparation", "option"), [("none", "stuck"), ("scaled", "between"), ("differences", "right"), ("normalised", "right")]
)
def test_what_comes_after_20_21_22_depends_on_the_preparation(monkeypatch, preparation, option):
    monkeypatch.setattr(walkthrough, "_held", lambda name, default: preparation)
    assert walkthrough._far()[0] == option


def test_no_answer_leaves_its_bound_and_no_weight_goes_far():
    from rnncore.nn.article import Model, answer, fit

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Model()
        before = [p.detach().clone() for p in model.parameters()]
        fit(model, *(torch.tensor(each, dtype=torch.float32) for each in (article.INPUTS, article.TARGETS)))
    moved = max(float((p.detach() - old).abs().max()) for p, old in zip(model.parameters(), before, strict=True))
    assert 0.02 < moved < 0.12
    reach = model.dense.weight.detach().abs().sum(dim=1) + 1e-5
    huge = torch.tensor(answer(model, "none", 1e6 * article.LINE[::8]))
    assert ((huge - model.dense.bias.detach()).abs() <= reach).all()
    falling = np.array(answer(model, "none", np.array([[8.0, 7, 6]])[:, :, None]))[0]
    assert np.abs(falling - [5, 4, 3]).max() > 1


def test_dropout_keeps_the_mean_and_scales_as_torch_does():
    states, _ = first_layer([1, 2, 3])
    many = drop(np.tile(states, (4000, 1)), 0.4, np.random.default_rng(0))
    kept = many != 0
    assert kept.mean() == pytest.approx(0.6, abs=0.01)
    assert many[kept] == pytest.approx((np.tile(states, (4000, 1)) / 0.6)[kept])
    assert many.mean(axis=0) == pytest.approx(states, abs=5 * np.abs(states).max() / np.sqrt(4000))
    layer = torch.nn.Dropout(0.4)
    scaled = layer(torch.ones(1000)).unique().tolist()
    assert scaled == pytest.approx([0, 1 / 0.6])
    assert drop(states, 0.0, np.random.default_rng(0)) == pytest.approx(states)


def test_attention_is_a_softmax_of_cosines():
    states = np.random.default_rng(0).standard_normal((6, 4))
    weights, context = attend(states, 3.0)
    h = torch.tensor(states)
    expected = torch.softmax(3 * torch.nn.functional.cosine_similarity(h, h[-1:], dim=1), dim=0)
    assert weights == pytest.approx(expected.numpy())
    assert context == pytest.approx((expected[:, None] * h).sum(dim=0).numpy())
    assert attend(states, 0.0)[0] == pytest.approx(np.full(6, 1 / 6))


@pytest.mark.parametrize("unit", [0, 1, 2])
def test_slope_and_absence_are_what_moving_one_input_shows(unit):
    cell, x = three_jobs("lstm"), np.random.default_rng(1).uniform(-1, 1, 8)

    def answer(values):
        return cell.unroll(np.asarray(values)[:, None, None]).h[-1, 0, unit]

    for t in range(8):
        step = np.eye(8)[t]
        assert by_slope(cell, x, unit)[t] == pytest.approx((answer(x + 1e-6 * step) - answer(x - 1e-6 * step)) / 2e-6, abs=1e-6)
        assert by_absence(cell, x, unit)[t] == pytest.approx(answer(x) - answer(x * (1 - step)), abs=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 7, 16])
def test_a_scan_brings_what_the_chain_brings_in_fewer_rounds(steps):
    a, b = np.random.default_rng(0).random((2, steps))
    h, combined = doubling(a, b)
    assert h == pytest.approx(stepwise(a, b))
    assert len(combined) == int(np.ceil(np.log2(steps)))
    reached = structures.scan(combined, steps, lambda key: key)
    assert reached.count("<circle") == steps * steps + steps * (len(combined) + 1)


def test_the_outlook_tells_what_its_settings_make(chapter):
    app = chapter("outlook", units=20, steps=7, length=12, layers=2, structure="stacked", reading="pixels", job="average")
    text = said(app).replace("\\", "")
    in_torch = {"RNN": torch.nn.RNN(8, 20), "GRU": torch.nn.GRU(8, 20), "LSTM": torch.nn.LSTM(8, 20)}
    for name, layer in in_torch.items():
        assert f"| {name} | {sum(p.numel() for p in layer.parameters()):,} |" in text
    assert "the scan **4** rounds and 33 combinations" in text  # 11 + 10 + 8 + 4
    stacked = [sum(p.numel() for p in torch.nn.LSTM(n, 64).parameters()) - 256 for n in (1, 64)]
    assert f"2 layers have {sum(stacked):,}" in text
    assert "64 steps of 1 feature." in text
    told, _ = reveal(app, "outlook.outlook_rounds", "more")
    assert "33 in the scan" in told


def test_every_line_of_the_outlook_has_a_measurement_at_every_size():
    for axis, sizes in outlook.AXES.items():
        for way in outlook.LINES.values():
            for value in outlook.VALUES:
                assert [str(size) for size in outlook._line(way, axis, value)[0]] == sizes


def test_the_text_on_measured_costs_is_true_of_what_is_shipped():
    found = {(one.cell, one.way, one.units, one.steps): one for one in cost.measured()}
    assert found["lstm", "torch", 64, 100].step < found["gru", "torch", 64, 100].step
    assert found["lstm", "torch", 16, 100].step < found["rnn", "torch", 16, 100].step
    for cell in ("rnn", "gru", "lstm"):
        assert found[cell, "torch", 64, 1000].memory / found[cell, "torch", 64, 100].memory == pytest.approx(10, rel=0.1)
    assert found["mingru", "sequential", 64, 1000].step < found["mingru", "doubling", 64, 1000].step


@pytest.mark.parametrize("program", [article.KERAS, article.source("Model"), article.source("Adam", "fit"), "x = 1 < 2  # <b>"])
def test_a_marked_program_is_the_program(program):
    shown = marked(program)
    assert unescape(re.sub(r"</?[ibu]>", "", shown)) == program
    assert "<b>def</b>" in shown or "def " not in program
