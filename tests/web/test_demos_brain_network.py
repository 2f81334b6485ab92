"""What the demos of the first two chapters say, against calculations that share no code with them."""

import re

import numpy as np
import pytest
import torch

from rnncore.web.demos import network


def captions(app):
    return " ".join(caption.value for caption in app.caption).replace("\\", "")


def reveal(app, key, guess):
    """The sentence after a guess, and whether it was right."""
    app.radio(key=f"guess.{key}").set_value(guess).run()
    app.button(key=f"reveal.{key}").click().run()
    (told,) = [*app.success, *[info for info in app.info if "The answer is" in info.value]]
    return told.value, bool(app.success)


def fired(current, tau, seconds=1.0, dt=0.005):
    """Spikes a second of a neuron 20 mV below its threshold, with 10 MOhm and 2 ms of silence, in small steps of time."""
    lift, silent, spikes = 0.0, 0, []
    for step in range(int(1000 * seconds / dt)):
        if step < silent:
            continue
        lift += dt / tau * (10 * current - lift)
        if lift >= 20:
            lift, silent = 0.0, step + round(2 / dt)
            spikes.append(step * dt)
    return 1000 * (len(spikes) - 1) / (spikes[-1] - spikes[0]) if spikes else 0.0


@pytest.mark.parametrize(("current", "tau"), [(3.0, 20.0), (2.4, 8.0)])
def test_the_spiking_demo_tells_the_rate_of_its_settings(chapter, current, tau):
    (told,) = re.findall(r"(\d+) times a second", captions(chapter("brain", current=current, tau=tau)))
    assert int(told) == pytest.approx(fired(current, tau), rel=0.03)


def test_the_spiking_demo_tells_that_a_weak_current_does_nothing(chapter):
    assert fired(1.9, 10.0) == 0
    assert "settles at −51.0 mV and never reaches the threshold" in captions(chapter("brain", current=1.9))


def test_the_brain_questions_follow_the_settings(chapter):
    sentence, right = reveal(chapter("brain", current=1.5), "brain.doubled", "begins")
    (told,) = re.findall(r"at 3.00 nA (\d+) times", sentence)
    assert right
    assert int(told) == pytest.approx(fired(3.0, 10.0), rel=0.03)
    assert reveal(chapter("brain", bias=-3.0, activation="relu"), "brain.at_zero", "neither")[1]
    assert reveal(chapter("brain", loop=-1.0), "brain.after", "rhythm")[1]
    assert not reveal(chapter("brain", loop=0.5), "brain.after", "gone")[1]


def test_a_loop_weight_of_zero_makes_the_loop_a_dag(chapter):
    assert "is a DAG" in captions(chapter("brain", loop=0.0))
    assert "1 → 2 → 3 → 4 → 1" in captions(chapter("brain", loop=0.5))


def torch_loss(settings, rate, target):
    """Loss before and after one step, with the gradients of torch."""
    value = {**network.SETTINGS, **settings}
    weights = [
        torch.tensor([[value[f"h{n}_x{m}"] for m in (1, 2)] for n in (1, 2, 3)], dtype=torch.float64),
        torch.tensor([value[f"h{n}_b"] for n in (1, 2, 3)], dtype=torch.float64),
        torch.tensor([[value[f"y_h{n}"] for n in (1, 2, 3)]], dtype=torch.float64),
        torch.tensor([value["y_b"]], dtype=torch.float64),
    ]
    x = torch.tensor([value["x1"], value["x2"]], dtype=torch.float64)

    def loss(W, b, V, c):
        return (V @ torch.tanh(W @ x + b) + c - target).square().sum() / 2

    leaves = [weight.requires_grad_() for weight in weights]
    before = loss(*leaves)
    before.backward()
    return before.item(), loss(*(leaf.detach() - rate * leaf.grad for leaf in leaves)).item()


def test_the_step_starts_from_the_network_of_the_address(chapter):
    settings = {"x1": -1.5, "h2_x1": 1.25, "y_h2": 0.8, "y_b": -0.3}
    before, after = torch_loss(settings, 0.4, 1.0)
    told = captions(chapter("network", **settings, rate=0.4, target=1.0))
    assert [float(found) for found in re.findall(r"(?:before|step): ([\d.]+\d)", told)] == [round(before, 4), round(after, 4)]


def test_the_step_follows_a_weight_that_is_moved(chapter):
    app = chapter("network")
    app.slider(key="network.y_h1").set_value(-1.5).run()
    before, after = torch_loss({"y_h1": -1.5}, network.RATE, network.TARGET)
    assert f"{before:.4f}" in captions(app)
    assert f"{after:.4f}" in captions(app)


def test_the_network_questions_follow_the_settings(chapter):
    app = chapter("network", rate=2.0)
    before, after = torch_loss({}, 10.0, network.TARGET)
    sentence, right = reveal(app, "network.overshoot", "higher" if after > before else "lower")
    assert right
    assert f"{after:.4f}" in sentence
    biases = {"h1_b": 0.0, "h2_b": 0.0, "h3_b": 0.0, "y_b": 0.5}
    assert reveal(chapter("network", **biases), "network.nothing_in", "bias")[1]
    # only h3 leads on to the output, so only its weights can move
    _, right = reveal(chapter("network", y_h1=0.0, y_h2=0.0, y_h3=1.0), "network.most_moved", "h3")
    assert right


def test_the_layers_demo_counts_weights_and_biases(chapter):
    told = captions(chapter("network", inputs=4, hidden=5, outputs=2))
    assert f"{np.prod((5, 4)) + 5 + np.prod((2, 5)) + 2} parameters" in told
