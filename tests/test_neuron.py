"""The neuron against the closed form of its rate and a solver for differential equations; circuits against their graphs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from rnncore.cells import ACTIVATIONS
from rnncore.config import Neuron
from rnncore.neuron import CHAIN, LOOP, activity, pulse, rate, record, respond, rheobase, wiring

CELL = Neuron(tau=10, resistance=10, rest=-70, threshold=-50, reset=-70, refractory=2)


def constant(nanoampere, milliseconds, dt=0.1):
    return np.full(round(milliseconds / dt), nanoampere)


def test_a_constant_current_below_the_rheobase_only_charges_the_membrane():
    assert rheobase(CELL) == pytest.approx(2.0)
    seen = record(CELL, constant(1.9, 100))
    assert len(seen.spikes) == 0
    np.testing.assert_allclose(seen.voltage, -70 + 19 * (1 - np.exp(-seen.time / 10)), rtol=1e-12)


@pytest.mark.parametrize("current", [2.001, 2.5, 4.0, 12.0])
@pytest.mark.parametrize("dt", [0.1, 1.0, 7.0])
def test_the_exact_neuron_fires_at_the_rate_of_the_closed_form_whatever_the_step(current, dt):
    drive = 10 * current
    expected = 1000 / (2 + 10 * np.log(drive / (drive - 20)))
    seen = record(CELL, constant(current, 2000, dt), dt)
    assert seen.steady_rate == pytest.approx(expected, rel=1e-9)
    assert rate(CELL, current) == pytest.approx(expected, rel=1e-12)
    assert seen.rate == pytest.approx(expected, abs=0.6), "over two seconds one spike is half a hertz"


def test_the_closed_form_counts_from_the_voltage_after_the_spike():
    low = Neuron(reset=-80, refractory=5)
    assert record(low, constant(3.0, 1000)).steady_rate == pytest.approx(1000 / (5 + 10 * np.log(40 / 10)))
    assert rate(low, 3.0) == pytest.approx(1000 / (5 + 10 * np.log(40 / 10)))


def test_the_f_i_curve_is_zero_up_to_the_rheobase_and_never_beats_the_refractory_time():
    rates = rate(CELL, np.array([-1.0, 0.0, 2.0, 2.1, 5.0, 1e9]))
    np.testing.assert_array_equal(rates[:3], 0)
    assert np.all(np.diff(rates[2:]) > 0)
    assert rates[-1] == pytest.approx(500)


def test_the_voltage_under_a_changing_current_is_that_of_a_solver():
    dt, current = 0.5, 1.5 * np.sin(np.arange(200) * 0.1) + 0.3
    v, expected = -65.0, []
    for now in current:
        v = solve_ivp(lambda t, v, now=now: (-(v + 70) + 10 * now) / 10, (0, dt), [v], rtol=1e-10, atol=1e-10).y[0, -1]
        expected.append(v)
    seen = record(CELL, current, dt, start=-65.0)
    assert len(seen.spikes) == 0
    np.testing.assert_allclose(seen.voltage, expected, atol=1e-7)


def test_euler_comes_to_the_exact_neuron_as_steps_get_smaller():
    exact = rate(CELL, 3.0)
    errors = [abs(record(CELL, constant(3.0, 500, dt), dt, "euler").steady_rate - exact) for dt in (0.4, 0.1, 0.02)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.005 * exact


@pytest.mark.parametrize("method", ["exact", "euler"])
def test_for_the_refractory_time_after_a_spike_the_voltage_stays_at_reset(method):
    seen = record(CELL, constant(6.0, 60, 0.05), 0.05, method)
    assert len(seen.spikes) > 5
    assert np.diff(seen.spikes).min() > 2
    for spike in seen.spikes[:-1]:
        resting = (seen.time > spike) & (seen.time < spike + 1.99)
        np.testing.assert_array_equal(seen.voltage[resting], -70)


@given(st.lists(st.floats(-50, 200), min_size=1, max_size=30), st.floats(0.01, 20), st.floats(0.5, 20))
def test_under_any_current_the_voltage_stays_below_threshold_and_spikes_apart(current, dt, refractory):
    seen = record(Neuron(refractory=refractory), np.array(current), dt)
    assert np.all(seen.voltage < -50)
    assert np.all(np.diff(seen.spikes) >= refractory * (1 - 1e-9))
    assert np.all(seen.spikes <= seen.time[-1])


def test_steps_that_would_leap_over_the_goal_are_refused():
    for dt, method in ((0, "exact"), (10.1, "euler")):
        with pytest.raises(ValueError, match="dt"):
            record(CELL, constant(1, 10), dt, method)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_unit_weighs_adds_and_bends(activation):
    x, w = np.array([[1.0, 2.0], [0.5, -3.0]]), np.array([0.5, -1.0])
    told = respond(x, w, 0.25, activation)
    np.testing.assert_allclose(told.products, [[0.5, -2], [0.25, 3]])
    np.testing.assert_allclose(told.a, [-1.25, 3.5])
    bend = {"tanh": np.tanh, "relu": lambda a: np.maximum(a, 0), "sigmoid": lambda a: 1 / (1 + np.exp(-a))}[activation]
    np.testing.assert_allclose(told.y, bend(told.a))
    np.testing.assert_allclose(told.slope, (bend(told.a + 1e-6) - bend(told.a - 1e-6)) / 2e-6, atol=1e-9)


def test_a_chain_has_an_order_and_a_loop_has_none():
    assert wiring(CHAIN) == ([0, 1, 2, 3], None)
    assert wiring(LOOP) == (None, [0, 1, 2, 3, 0])
    assert wiring(np.diag([0.0, 1.0])) == (None, [1, 1]), "a unit that excites itself"


@given(st.integers(1, 7), st.integers(0, 2**20))
def test_a_circuit_has_an_order_exactly_when_its_matrix_comes_to_nothing(units, seed):
    """A way of n connections among n units passes one of them twice: without a loop there is none, and W^n = 0."""
    W = (np.random.default_rng(seed).random((units, units)) < 1.2 / units).astype(int)
    found = wiring(W)
    assert (found.order is not None) == (not np.linalg.matrix_power(W, units).any())
    if found.order is None:
        assert found.loop[0] == found.loop[-1]
        assert all(W[after, before] for before, after in zip(found.loop, found.loop[1:], strict=False))
    else:
        place = {unit: n for n, unit in enumerate(found.order)}
        assert sorted(place) == list(range(units))
        assert all(place[before] < place[after] for after, before in np.argwhere(W))


def test_without_a_loop_a_pulse_is_forgotten_and_with_one_it_is_held():
    given_ = pulse(400, 4, steps=10)
    forgets, holds = activity(CHAIN, given_), activity(LOOP, given_)
    assert np.all(forgets[20:40].max(0) > 0.1), "the pulse passes through every unit"
    assert np.all(forgets[-1] < 1e-6)
    steady = brentq(lambda r: np.tanh(2 * r) - r, 0.5, 1)
    np.testing.assert_allclose(holds[-1], steady, rtol=1e-6)
    assert not activity(LOOP, np.zeros((400, 4))).any(), "without a pulse there is nothing to hold"


def test_a_unit_alone_forgets_by_the_factor_e_in_tau():
    r = activity(np.zeros((1, 1)), pulse(2000, 1, steps=500, strength=3.0), tau=50.0, dt=0.1)[:, 0]
    assert r[999] / r[499] == pytest.approx(np.exp(-1), rel=2e-3)
    with pytest.raises(ValueError, match="dt"):
        activity(CHAIN, np.zeros((1, 4)), tau=1.0, dt=2.0)
