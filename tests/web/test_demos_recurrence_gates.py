"""What the demos on recurrence and gates say, against calculations that share no code with them."""

import math
import re

import numpy as np
import pytest
import torch

from rnncore.cells import initialise
from rnncore.web.demos.gates import power
from rnncore.worked import Elman

ZEROS = "0_" * 18 + "0"


def said(app):
    return " ".join(element.value for kind in ("markdown", "caption") for element in app.get(kind)).replace("\\", "")


def reveal(app, key, guess):
    """The sentence after a guess, and whether it was right."""
    app.radio(key=f"guess.{key}").set_value(guess).run()
    app.button(key=f"reveal.{key}").click().run()
    (told,) = [*app.success, *[info for info in app.info if "The answer is" in info.value]]
    return told.value.replace("\\", ""), bool(app.success)


def steps_told_apart(W_hh, W_xh, b, x):
    """Two states side by side, by torch: for how many steps after the first more than 1 % of their distance is left."""
    W_hh, W_xh, b = (torch.tensor(np.asarray(value), dtype=torch.float64) for value in (W_hh, W_xh, b))
    h, distances = torch.zeros(2, len(b), dtype=torch.float64), []
    for t, value in enumerate(x):
        inputs = torch.tensor([[1.0], [-1.0]] if t == 0 else [[value], [value]], dtype=torch.float64)
        h = torch.tanh(h @ W_hh.T + inputs @ W_xh.T + b)
        distances.append(float((h[0] - h[1]).norm()))
    return next((t - 1 for t, d in enumerate(distances) if d <= 0.01 * distances[0]), len(x) - 1)


@pytest.mark.parametrize(("seed", "factor"), [(0, 1.0), (3, 0.5)])
def test_the_memory_demo_tells_for_how_many_steps_the_first_value_is_known(chapter, seed, factor):
    cell = Elman.draw(seed).cell
    sine = np.sin(np.arange(40) * math.pi / 6)
    expected = steps_told_apart(factor * cell.W_hh, cell.W_xh, cell.b, sine)
    (told,) = re.findall(r"told apart for \*\*(\d+)\*\*", said(chapter("recurrence", seed=seed, factor=factor)))
    assert int(told) == expected > 0


def test_without_the_loop_the_memory_demo_says_that_it_is_gone(chapter):
    app = chapter("recurrence", factor=0.0)
    assert "The difference is gone at step 2" in said(app)
    sentence, right = reveal(app, "recurrence.recurrence_memory", "none")
    assert right
    assert "it is 0 steps" in sentence


def test_weights_in_the_address_are_the_weights_of_every_demo(chapter):
    app = chapter("recurrence", w=ZEROS)
    assert "tanh 0, sigmoid 0.5, ReLU 0" in said(app)
    drawn = said(chapter("recurrence"))
    for foreign in ("1_2_no", ZEROS.replace("0", "1e300", 1)):
        assert said(chapter("recurrence", w=foreign)) == drawn


def test_the_order_of_the_past_reaches_the_output_through_the_loop_only(chapter):
    assert reveal(chapter("recurrence"), "recurrence.recurrence_order", "yes")[1]
    assert reveal(chapter("recurrence", step_factor=0.0), "recurrence.recurrence_order", "no")[1]


def test_a_unit_that_feeds_itself_grows_under_relu_and_stays_small_under_tanh(chapter):
    weights = [1, 1, 0, 0, 0.5] + [0] * 14  # unit 1 reads x, keeps all of itself, and adds its bias
    app = chapter("recurrence", w="_".join(map(str, weights)))
    sentence, right = reveal(app, "recurrence.recurrence_growth", "huge")
    assert right
    h = 0.0
    largest = max(h := max(0.0, 3 * h + math.sin(t * math.pi / 6) + 0.5) for t in range(40))
    assert f"{largest:.3g}" in sentence


def test_the_recurrent_layer_costs_the_same_at_any_length(chapter):
    told = said(chapter("recurrence", units=7, length=30))
    assert "**63** weights" in told
    assert "over 30 steps: **217**" in told


def test_the_dial_tells_value_and_half_life_of_the_gate(chapter):
    app = chapter("gates", sum=3.0)
    f = 1 / (1 + math.exp(-3))
    assert f"**{f:.4f}**. Half is left after **{math.log(0.5) / math.log(f):.1f}**" in said(app)
    assert reveal(app, "gates.gates_half", "many")[1]


def test_a_gate_in_the_hand_is_compared_with_the_networks_own(chapter):
    told = said(chapter("gates", hand_value=0.5))
    free, taken = map(float, re.findall(r"holds (\S+) if left to the network, and (\S+) with", told)[0])
    assert free > 0.9
    assert taken == pytest.approx(0.5**22, abs=5e-4)


def test_parameters_are_counted_as_torch_has_them(chapter):
    told = said(chapter("gates", units=9))
    for layer in (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM):
        assert f"{sum(weight.numel() for weight in layer(1, 9).parameters()):,} (PyTorch)" in told


def test_three_cells_forget_when_torch_says_they_do(chapter):
    noise = np.random.default_rng(0).uniform(-1, 1, 60)
    told = re.findall(r"\*\*(\d+)\*\* (?:more steps in the RNN|in the GRU|in the LSTM)", said(chapter("gates")))
    rnn = initialise("rnn", 1, 12, seed=0)
    assert int(told[0]) == steps_told_apart(rnn.W_hh, rnn.W_xh, rnn.b, noise)
    assert int(told[2]) > int(told[0])


def test_an_lstm_explodes_with_large_weights_and_clipping_brings_its_gradient_back(chapter):
    calm, wild = chapter("gates"), chapter("gates", factor=16.0)
    assert reveal(calm, "gates.gates_gradient", "fades")[1]
    assert reveal(wild, "gates.gates_gradient", "grows")[1]
    norm, scale = re.findall(r"have the norm \*\*(.+?)\*\*. Clipping at 1 multiplies them by (.+?)\.(?:\s|$)", said(wild))[0]
    assert "10¹" in norm
    assert "10⁻¹" in scale


def test_sizes_are_written_with_a_power_of_ten_when_they_are_extreme():
    assert [power(value) for value in (0.25, 21234.0, 4.7e-12, 0.0)] == ["0.25", "2.12 · 10⁴", "4.70 · 10⁻¹²", "0"]


def test_another_draw_gives_other_weights(chapter):
    app = chapter("recurrence")
    drawn = [app.session_state["recurrence.numbers"]]
    for seed in (1, 2):
        app.slider(key="recurrence.seed").set_value(seed).run()
        drawn.append(app.session_state["recurrence.numbers"])
    assert [list(numbers) for numbers in drawn] == [list(Elman.draw(seed, 3).numbers) for seed in (0, 1, 2)]
