"""The memory tasks: what is drawn, what guessing scores, and training on them."""

import math
import operator

import numpy as np
import pytest
import torch

from rnncore import memory
from rnncore.config import MemoryConfig
from rnncore.nn.memory import TaskNetwork, train
from rnncore.runs import pieces
from tests.benchmarks.memory import planned


def drawn(task, length, batch=4000, seed=0):
    return memory.draw(task, length, batch, np.random.default_rng(seed))


def test_two_numbers_are_marked_one_in_each_half_and_their_sum_is_asked():
    for length in (2, 7, 40):
        one = drawn("adding", length)
        marked = one.x[:, :, 1] == 1
        assert (marked[: length // 2].sum(0) == 1).all()
        assert (marked[length // 2 :].sum(0) == 1).all()
        np.testing.assert_allclose((one.x[:, :, 0] * marked).sum(0), one.target[0])


def test_the_ten_symbols_are_asked_in_their_order_after_pause_and_signal():
    one = drawn("copy", 30, 5)
    read = one.x.argmax(-1)
    assert read.shape == (50, 5)
    assert (one.x.sum(-1) == 1).all()
    assert (read[:10] < 8).all()
    assert (read[10:39] == memory.BLANK).all()
    assert (read[39] == memory.SIGNAL).all()
    assert (read[40:] == memory.BLANK).all()
    np.testing.assert_array_equal(one.target[-10:], read[:10])
    assert (one.target[:-10] == memory.BLANK).all()


def test_the_echo_is_what_came_the_delay_ago():
    one = drawn("echo", 6, 3)
    asked_from = len(one.x) - len(one.target)
    for t in range(len(one.target)):
        np.testing.assert_array_equal(one.target[t], one.x[asked_from + t - 6, :, 0])


def test_guessing_scores_what_the_literature_says():
    one = drawn("adding", 20, 200_000)
    assert memory.guessing("adding", 20) == pytest.approx(float(((one.target - 1) ** 2).mean()), rel=0.01)
    assert memory.guessing("copy", 1000) == pytest.approx(0.0204, abs=5e-5)  # Bai et al. 2018 print 0.0204
    certain = np.full((40, 9), -30.0)  # blanks while they are due, then every symbol with 1/8
    certain[:30, memory.BLANK], certain[30:, :8] = 30.0, 0.0
    target = torch.from_numpy(drawn("copy", 20, 1).target[:, 0])
    scored = torch.nn.functional.cross_entropy(torch.from_numpy(certain), target)
    assert memory.guessing("copy", 20) == pytest.approx(float(scored), rel=1e-6)
    assert memory.guessing("echo", 5) == float((drawn("echo", 5).target ** 2).mean())


@pytest.mark.parametrize("cell", memory.CELLS)
def test_training_begins_with_the_weights_whose_reach_is_shown(cell):
    config = MemoryConfig(memory_cell=cell, steps=12, units=6)
    x = drawn("adding", 12, 3).x
    with torch.no_grad():
        ours = TaskNetwork(config).double().layer(torch.from_numpy(x))[0]
    np.testing.assert_allclose(ours, memory.cell(config).unroll(x).h, atol=1e-6)  # drawn in float64, kept in float32


@pytest.mark.parametrize("cell", memory.CELLS)
def test_the_reach_before_training_is_that_of_autograd(cell):
    """dL/dh at the last lag but one, with the pair (h, c) in an LSTM, by torch on the same inputs."""
    config = MemoryConfig(memory_cell=cell, steps=9, units=5, seed=3)
    x = torch.from_numpy(memory.draw("adding", 9, 8, np.random.default_rng([3, 7])).x)
    layer = TaskNetwork(config).double().layer
    with torch.no_grad():
        numpy_cell = memory.cell(config)
        layer.weight_hh_l0.copy_(torch.from_numpy(numpy_cell.W_hh))
        layer.weight_ih_l0.copy_(torch.from_numpy(numpy_cell.W_xh))
        if numpy_cell.name != "gru":
            layer.bias_ih_l0.copy_(torch.from_numpy(numpy_cell.b))
        else:
            layer.bias_ih_l0.copy_(torch.from_numpy(numpy_cell.b_xh))
            layer.bias_hh_l0.copy_(torch.from_numpy(numpy_cell.b_hh))
    state = None
    _, state = layer(x[:4], state)
    state = [one.detach().requires_grad_() for one in (state if isinstance(state, tuple) else (state,))]
    last = layer(x[4:], tuple(state) if len(state) == 2 else state[0])[0][-1]
    v = torch.from_numpy(np.random.default_rng([3, 2]).standard_normal((8, 5)))  # the direction of `rnncore.gradients`
    found = torch.autograd.grad((last * v).sum(), state)
    expected = math.sqrt(sum(float((one**2).sum()) for one in found))
    assert memory.reach(config).state[5] == pytest.approx(expected, rel=1e-6)


def test_a_network_that_can_learns_and_stops_when_it_has():
    told = []
    config = MemoryConfig(task="adding", memory_cell="irnn", steps=10, updates=1600, learning_rate=0.005)
    outcome = train(config, lambda epoch: told.append(epoch))
    assert outcome.best < 0.1 / 6
    assert outcome.solved == outcome.sequences[-1] < 1600 * 32
    assert told[-1].fraction == 1.0
    assert [epoch.validation for epoch in told] == outcome.scores


def test_a_training_stops_when_it_is_told_and_is_the_same_for_the_same_seed():
    config = MemoryConfig(task="echo", memory_cell="gru", steps=3, units=4, updates=80)
    answers = iter([None, "stop"])
    stopped = train(config, lambda _: next(answers))
    assert stopped.stopped
    assert len(stopped.scores) == 2
    assert train(config).scores[:2] == stopped.scores


def test_the_distance_is_that_of_the_nearest_thing_to_remember():
    assert memory.distance(MemoryConfig(task="adding", steps=50)) == 25
    assert memory.distance(MemoryConfig(task="copy", steps=50)) == 60
    assert memory.distance(MemoryConfig(task="echo", steps=50)) == 50


def test_what_ships_is_what_the_script_would_train_again():
    key = operator.itemgetter("task", "steps", "memory_cell", "seed")
    held = sorted((one.config for one in memory.shipped()[1]), key=key)
    assert held == sorted((config.model_dump() for config in planned()), key=key)


def test_short_lengths_ship_with_three_seeds_of_every_cell():
    for task, longest, lengths in (("adding", 100, 3), ("echo", 10, 2)):
        for cell in memory.CELLS:
            ones = [one.config for one in memory.trained(task, cell) if one.config["steps"] <= longest]
            seeds = {steps: {one["seed"] for one in ones if one["steps"] == steps} for steps in {one["steps"] for one in ones}}
            assert len(seeds) == lengths
            assert all(each == {0, 1, 2} for each in seeds.values())


def test_what_ships_tells_its_own_guessing_and_reach():
    short = [one for one in memory.shipped()[1] if one.config["steps"] <= 200]
    for one in short[::9]:
        config = MemoryConfig(**one.config)
        assert one.guessing == pytest.approx(memory.guessing(config.task, config.steps), rel=1e-6)
        assert one.reached == pytest.approx(memory.reached(config), rel=1e-5)
        assert len(one.scores) == len(one.sequences)
        spent = one.sequences[-1] == config.updates * config.batch
        assert spent or one.solved or one.scores[-1] > 1e200  # nothing was given up before: solved, or weights beyond float32


def test_a_shipped_training_comes_out_again():
    _, outcomes = memory.shipped()
    one = min((o for o in outcomes if o.solved), key=lambda o: o.seconds)
    again = train(MemoryConfig(**one.config))
    # Another processor adds in another order, and a training enlarges the difference: the beginning must agree.
    np.testing.assert_allclose(again.scores[:3], one.scores[:3], rtol=0.05)


def test_every_published_figure_has_ours_at_the_same_length_and_chrono_beside_it():
    for one in memory.PUBLISHED:
        assert memory.trained(one.task, one.cell, one.length)
        assert memory.trained(one.task, "chrono", one.length)


def test_any_shipped_training_can_be_asked_for_again():
    for one in memory.shipped()[1]:
        if one.config["seed"] == 0 and one not in memory.smaller(one.config["task"]):
            again = memory.usual(one.config["task"], one.config["memory_cell"], one.config["steps"])
            assert again.model_dump() == one.config
    assert memory.usual("copy", "gru", 12).units == memory.usual("copy", "gru", 10).units


def test_a_record_counts_what_was_solved_and_up_to_where_it_is_sure(monkeypatch):
    def one(steps, seed, share):
        config = MemoryConfig(memory_cell="gru", steps=steps, seed=seed).model_dump()
        return memory.Outcome(config, [320], [share / 6], 1 / 6, -1.0, 1.0, False)

    held = [one(25, 0, 0.05), one(25, 1, 0.02), one(50, 0, 0.05), one(50, 1, 0.9), one(100, 0, 0.04)]
    monkeypatch.setattr(memory, "shipped", lambda: (None, held))
    found = memory.record("adding", "gru")
    assert (found.sure, found.longest, found.solved, found.tried) == (25, 100, 4, 5)
    assert found.best == pytest.approx(0.02)


@pytest.mark.parametrize("cell", memory.CELLS)
def test_weights_are_those_of_the_trained_network(cell):
    """torch keeps a second bias, which for the lstm and the rnn only adds to the first."""
    config = MemoryConfig(task="copy", memory_cell=cell, units=6)
    network = TaskNetwork(config)
    twice = 0 if cell == "gru" else network.layer.bias_hh_l0.numel()
    assert memory.weights(config) == sum(held.numel() for held in network.parameters()) - twice


def test_a_long_training_is_looked_at_as_often_as_a_short_one():
    assert memory.between_looks(4000) == memory.between_looks(30_000) == 100
    assert memory.between_looks(400) == 10
    assert memory.between_looks(3) == 1


def test_a_config_of_a_training_comes_back_as_it_was_stored():
    config = MemoryConfig(task="copy", memory_cell="chrono", steps=7)
    assert pieces.loads(pieces.dumps(config)) == config


def needed(task, cell, steps):
    """The median over the seeds of a length, all of which solved the task."""
    return float(np.median([one.solved for one in memory.trained(task, cell, steps)]))


def test_what_the_chapter_says_of_reach_and_success_in_adding_holds_for_what_ships():
    for one in memory.trained("adding", "rnn"):
        assert one.reached > -5 or (one.best > 0.85 * one.guessing and not one.solved)
    assert 0.7 < needed("adding", "lstm", 500) / needed("adding", "lstm", 100) / 5 < 1.3
    for steps in (600, 1000):
        assert max(one.sequences[-1] for one in memory.trained("adding", "lstm", steps)) < needed("adding", "lstm", 500)
    assert {round(10**one.reached, 1) for one in memory.trained("adding", "chrono")} == {0.2}
    assert 1.5 < needed("adding", "chrono", 1000) / needed("adding", "chrono", 25) < 2.6
    assert all(one.solved for cell in ("gru", "chrono") for one in memory.trained("adding", cell))
    assert memory.trained("adding", "gru", 600)


def test_what_the_chapter_says_of_echo_and_copying_holds_for_what_ships():
    for delay in (5, 10):
        solvers = [cell for cell in memory.CELLS if all(one.solved for one in memory.trained("echo", cell, delay))]
        assert min(solvers, key=lambda cell: needed("echo", cell, delay)) == "rnn"
    assert not any(one.solved for one in memory.trained("echo", "irnn") if one.config["steps"] >= 10)
    small = [one for one in memory.shipped()[1] if (one.config["task"], one.config["steps"]) == ("copy", 10)]
    small = [one for one in small if one.config["units"] == 32]
    assert {one.config["memory_cell"] for one in small} == set(memory.CELLS)
    assert all(one.sequences[-1] == 128_000 and not one.solved for one in small)
    for cell in ("lstm", "chrono"):
        for one in [*memory.trained("copy", cell, 5), *memory.trained("copy", cell, 10)]:
            assert one.config["units"] == 128
            assert one.solved <= 2 * 128_000
    assert all(one.best > 0.97 * one.guessing for one in memory.trained("copy", steps=1000))


def test_what_the_chapter_says_of_ours_beside_the_published_figures_holds_for_what_ships():
    for one in memory.PUBLISHED:
        ours = memory.trained(one.task, one.cell, one.length)
        if one.sequences and all(each.solved for each in ours):
            assert 0.5 < needed(one.task, one.cell, one.length) / one.value < 1.5
        if one.sequences:
            assert needed(one.task, "chrono", one.length) < one.value / 3
