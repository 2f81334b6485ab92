"""What the demos on gradients say, against torch's autograd and against theorems."""

import re
from functools import partial

import numpy as np
import pytest
import torch

from rnncore.cells import initialise
from rnncore.figures.reach import written
from rnncore.gradients import direction, sequences

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.fixture
def opened(chapter):
    return partial(chapter, "gradients")


def said(app):
    return " ".join(element.value for kind in ("markdown", "caption") for element in app.get(kind)).replace("\\", "")


def number(text):
    """ "3.8 × 10⁻³" as a float."""
    mantissa, _, exponent = text.partition(" × 10")
    return float(mantissa) * 10.0 ** int(exponent.translate(SUPERSCRIPTS) or 0)


def reveal(app, key, guess):
    """The sentence after a guess, and whether it was right."""
    app.radio(key=f"guess.gradients.{key}").set_value(guess).run()
    app.button(key=f"reveal.gradients.{key}").click().run()
    (told,) = [*app.success, *[info for info in app.info if "The answer is" in info.value]]
    return told.value.replace("\\", ""), bool(app.success)


def share_in_torch(cell, length, seed, **weights):
    """||dL/ds_1|| / ||dL/ds_T|| of the whole state by autograd, over the page's own noise."""
    drawn = initialise(cell, 8, 64, seed, **weights)
    layer = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell}[cell](8, 64, dtype=torch.float64)
    with torch.no_grad():
        layer.weight_ih.copy_(torch.tensor(drawn.W_xh))
        layer.weight_hh.copy_(torch.tensor(drawn.W_hh))
        layer.bias_ih.copy_(torch.tensor(drawn.b))
        layer.bias_hh.zero_()
    x = torch.tensor(sequences("noise", length, 4, 8, seed))
    state = tuple(torch.zeros(4, 64, dtype=torch.float64) for _ in range(2 if cell == "lstm" else 1))
    for t, value in enumerate(x):
        found = layer(value, state if cell == "lstm" else state[0])
        state = found if cell == "lstm" else (found,)
        if t == 0:
            state = first = tuple(part.detach().requires_grad_() for part in state)
    v = torch.tensor(direction(4, 64, seed))
    gradients = torch.autograd.grad((state[0] * v).sum(), first)
    return float(torch.cat(gradients).norm() / v.norm())


@pytest.mark.parametrize(("cell", "settings", "weights"), [("rnn", {}, {}), ("lstm", {"bias": 4.0}, {"forget_bias": 4.0})])
def test_the_first_step_keeps_what_torch_says(opened, cell, settings, weights):
    expected = np.exp(np.mean([np.log(share_in_torch(cell, 100, seed, **weights)) for seed in range(2)]))
    told = said(opened(seeds=2, **settings))
    rnn, gru, lstm = re.findall(
        r"the first step keeps \*\*(.+?)\*\* of the gradient in the RNN, \*\*(.+?)\*\* .+?\*\*(.+?)\*\*", told
    )[0]
    assert number({"rnn": rnn, "lstm": lstm}[cell]) == pytest.approx(expected, rel=0.06)
    assert number(gru) < 1e-15


def test_what_keeps_the_gradient_is_told_in_terms_of_what_is_set(opened):
    assert "σ(4) = 0.982" in said(opened(seeds=1, bias=4.0))
    assert "comes another way" in said(opened(seeds=1, bias=3.0))
    assert "identity hands the state on" in said(opened(seeds=1, init="identity", activation="relu"))
    assert "chrono has opened the gates" in said(opened(seeds=1, init="chrono"))


def test_a_spectral_radius_below_one_bounds_the_mean_factor_of_a_step(opened):
    told = said(opened(seeds=1, init="radius", radius=0.9))
    factor, radius = re.findall(r"multiplied by \*\*(\S+?)\*\* on average.+?spectral radius is (\S+);", told)[0]
    assert float(radius) == pytest.approx(0.9)
    assert 0.8 < float(factor) < 0.9


def test_where_single_precision_says_zero_the_double_value_is_shown(opened):
    lag, exact = re.findall(
        r"At lag \*\*(\d+)\*\* single precision says \*\*0\*\*. Double precision says \*\*(.+?)\*\*", said(opened(seeds=1))
    )[0]
    assert 150 < int(lag) < 250
    assert 1e-47 < number(exact) < 1e-44


def test_weights_whose_states_overflow_are_told_and_not_drawn(opened):
    app = opened(seeds=1, init="radius", radius=2.0, activation="relu")
    assert "grow beyond" in app.warning[0].value


def test_the_command_measures_the_same_again(opened):
    commands = opened(seeds=1, init="chrono").code[0].value.splitlines()
    assert len(commands) == 3
    assert commands[2].startswith("python -m rnncore gradients --cell lstm --length 5 ")
    assert "--init chrono --batch 4 --input noise --json" in commands[2]
    assert "--init default" in commands[0]


def test_training_with_and_without_clipping_is_shown_until_both_have_ended(opened):
    app = opened(seeds=1)
    app.button(key="gradients.train").click().run()
    for _ in range(100):
        if "survives" in said(app):
            break
        app.run()
    told = said(app)
    assert "with clipping: survives." in told
    update, start, end = re.findall(r"without clipping: blown up at update (\d+).+?Spectral radius (\S+) → (\S+),", told)[0]
    assert int(update) < 300
    assert float(start) == 1.0 < float(end)
    before, after = re.findall(r"Before training, \*\*(\S+)\*\*.+?Trained with clipping: \*\*(\S+)\*\*", told)[0]
    assert float(after) > 2 * float(before)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_gated_cell_explodes_as_well_and_each_cell_keeps_its_own_runs(opened, cell):
    app = opened(seeds=1, echo_cell=cell)
    app.button(key="gradients.train").click().run()
    for _ in range(100):
        if "survives" in said(app):
            break
        app.run()
    told = said(app)
    assert "with clipping: survives." in told
    assert "without clipping: blown up at update" in told
    assert "Spectral radius 2.50 →" in told
    assert "Trained with clipping: **" in told
    app.segmented_control(key="gradients.echo_cell").set_value("rnn").run()
    assert "Without clipping: not trained yet." in said(app)
    app.segmented_control(key="gradients.echo_cell").set_value(cell).run()
    assert "without clipping: blown up at update" in said(app)


def test_the_jacobians_norm_is_told_while_states_are_small_enough_to_follow_a_slider(opened):
    told = said(opened(seeds=1, cell="lstm", hidden=64))
    largest, share = re.findall(r"best-placed loss could keep (.+?), the norm of .+? keeps (.+?)\. ", told)[0]
    assert number(largest) > number(share)
    told = said(opened(seeds=1, cell="lstm", hidden=128))
    assert "the best-placed loss could keep" not in told
    assert "comes from the last" in told


def test_few_steps_teach_a_network_whose_gradient_vanishes(opened):
    half, most = re.findall(
        r"comes from the last \*\*(\d+)\*\* steps?, 99 % of it from the last \*\*(\d+)\*\*", said(opened(seeds=1))
    )[0]
    assert int(half) < int(most) < 15
    assert "here the early steps teach" in said(opened(seeds=1, init="radius", radius=1.5))


def test_questions_are_answered_from_what_is_set(opened):
    app = opened(seeds=1, bias=4.0)
    assert reveal(app, "gradients_most", "lstm")[1]
    assert reveal(opened(seeds=1), "gradients_twice", "square")[1]


def test_clipping_does_not_rescue_what_vanishes(opened):
    sentence, right = reveal(opened(seeds=1), "gradients_rescue", "no")
    assert right
    assert "× 10⁻" in sentence


def test_sizes_are_written_with_a_power_of_ten_even_beyond_doubles():
    sizes = [written(value) for value in (0.0, -0.42, -2.42, -401.5, 4.2)]
    assert sizes == ["1", "0.38", "3.8 × 10⁻³", "3.2 × 10⁻⁴⁰²", "1.6 × 10⁴"]
    assert written(-3.0001) == "1.0 × 10⁻³"
    assert written(-np.inf) == "0"
