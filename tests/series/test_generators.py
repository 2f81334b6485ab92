import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from rnncore.config import (
    GENERATORS,
    Article,
    Autoregression,
    Counting,
    DampedOscillator,
    Fibonacci,
    GeneratorConfig,
    MackeyGlass,
    RandomWalk,
    Sine,
    SumOfSines,
    TrendSeason,
)
from rnncore.messages import Refusal
from rnncore.series import read
from rnncore.series.generators import generate, mackey_glass
from rnncore.series.series import pack, unpack

EVERY = pytest.mark.parametrize("model", GENERATORS.values(), ids=GENERATORS)


def values(config):
    return generate(config).series.values


@EVERY
def test_a_generated_sequence_is_finite_and_as_long_as_asked(model):
    series = generate(model(length=120, noise=0.3, lost=0.2, calendar="daily")).series
    assert len(series) == len(series.stamps) == 120
    assert np.isfinite(series.values).all()
    assert unpack(pack([series]))[0].stamps.equals(series.stamps)


@EVERY
def test_the_same_config_gives_the_same_bits_and_another_draw_others(model):
    config = model(length=60, noise=0.1)
    assert np.array_equal(values(config), values(config))
    assert not np.array_equal(values(config), values(model(length=60, noise=0.1, draw=1)))


@EVERY
def test_as_many_values_are_lost_as_asked_and_the_ends_stay(model):
    made = generate(model(length=100, lost=0.25))
    assert (~made.series.observed).sum() == 25
    assert made.series.observed[[0, -1]].all()
    assert [(note.code, note.count) for note in made.notes] == [("sequence_gaps", 25)]


@EVERY
def test_the_longest_sequence_does_not_overflow(model):
    longest = next(limit.le for limit in model.model_fields["length"].metadata if hasattr(limit, "le"))
    if model is MackeyGlass:
        longest = 2_000
    spread = values(model(length=longest)).std()
    assert np.isfinite(spread**2)


def test_a_kind_in_words_becomes_its_config():
    config = TypeAdapter(GeneratorConfig).validate_python({"kind": "sine", "period": 10})
    assert config == Sine(period=10.0)


def test_a_sine_repeats_after_its_period_and_swings_by_its_amplitude():
    wave = values(Sine(length=100, period=20, amplitude=3))
    assert wave[5] == pytest.approx(3)
    np.testing.assert_allclose(wave[20:], wave[:-20], atol=1e-12)


def test_the_last_amplitude_serves_all_further_waves():
    both = values(SumOfSines(periods=(20, 8, 5), amplitudes=(1, 0.5)))
    parts = [values(Sine(period=p, amplitude=a)) for p, a in ((20, 1), (8, 0.5), (5, 0.5))]
    np.testing.assert_allclose(both, sum(parts), atol=1e-12)


def test_a_multiplicative_season_grows_with_the_trend():
    sequence = values(TrendSeason(length=240, level=100, slope=1, period=12, amplitude=20, multiplicative=True))
    rest = sequence - (100 + np.arange(240))
    assert np.ptp(rest[-12:]) / np.ptp(rest[:12]) == pytest.approx(333.5 / 105.5, rel=0.05)


def test_an_autoregression_has_the_correlation_of_its_coefficient():
    sequence = values(Autoregression(length=20_000, coefficients=(0.7,)))
    assert np.corrcoef(sequence[1:], sequence[:-1])[0, 1] == pytest.approx(0.7, abs=0.02)
    assert sequence.var() == pytest.approx(1 / (1 - 0.7**2), rel=0.08)


def test_an_autoregression_that_would_explode_is_refused():
    with pytest.raises(Refusal, match="sequence_explodes"):
        generate(Autoregression(coefficients=(1.1,)))


def test_a_random_walk_moves_by_its_drift_on_average():
    steps = np.diff(values(RandomWalk(length=10_000, drift=0.5)))
    assert steps.mean() == pytest.approx(0.5, abs=0.05)
    assert steps.std() == pytest.approx(1, abs=0.05)


def test_a_damped_oscillator_loses_a_factor_of_e_in_its_lifetime():
    sequence = values(DampedOscillator(period=10, lifetime=50, amplitude=2))
    assert sequence[0] == 2
    assert sequence[50] == pytest.approx(2 / np.e)


def test_mackey_glass_converges_with_the_fourth_power_of_its_step():
    fine = mackey_glass(100, 17.0, 1.2, step=0.0125)
    coarse, half = (np.abs(mackey_glass(100, 17.0, 1.2, step=step) - fine).max() for step in (0.2, 0.1))
    assert half < 1e-8
    assert coarse / half == pytest.approx(16, rel=0.3)


def test_mackey_glass_follows_the_closed_form_while_the_delayed_value_is_constant():
    """Until t = delay the equation is linear: x decays from the history to the constant 2 c / (1 + c^10)."""
    rest = 2 * 1.2 / (1 + 1.2**10)
    time = np.arange(18)
    np.testing.assert_allclose(mackey_glass(18, 17.0, 1.2), rest + (1.2 - rest) * np.exp(-0.1 * time), atol=1e-9)


def test_mackey_glass_settles_at_one_with_a_short_delay():
    assert values(MackeyGlass(length=400, delay=2))[-1] == pytest.approx(1, abs=1e-6)


def test_mackey_glass_drifts_apart_from_a_near_start_when_it_is_chaotic():
    near = values(MackeyGlass(length=1500, history=1.2)) - values(MackeyGlass(length=1500, history=1.21))
    assert np.abs(near[:50]).max() < 0.1
    assert np.abs(near[-300:]).max() > 0.5


def test_counting_and_fibonacci_and_the_article_are_what_they_are_called():
    assert values(Counting(length=4, start=5, step=2)).tolist() == [5, 7, 9, 11]
    assert values(Fibonacci(length=8)).tolist() == [1, 1, 2, 3, 5, 8, 13, 21]
    assert values(Article()).tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_fibonacci_longer_than_its_limit_is_refused_by_its_knob():
    with pytest.raises(ValidationError):
        Fibonacci(length=301)


def test_dates_beyond_what_can_be_stored_are_refused_with_the_limit():
    with pytest.raises(Refusal) as refusal:
        generate(Counting(length=5_000, calendar="monthly"))
    assert refusal.value.facts["limit"] == 3145
    assert len(generate(Counting(length=3145, calendar="monthly")).series) == 3145


@pytest.mark.parametrize("calendar", ["none", "hourly", "daily", "weekly", "monthly"])
def test_a_sequence_written_as_csv_is_read_back_as_it_was(calendar):
    made = generate(Sine(length=60, period=9, noise=0.1, lost=0.1, calendar=calendar))
    back = read(made.csv()).series[0]
    assert np.array_equal(back.observed, made.series.observed)
    np.testing.assert_allclose(back.values, made.series.values, rtol=1e-12)
    assert back.frequency == made.series.frequency
    assert back.stamps is None if calendar == "none" else (back.stamps == made.series.stamps).all()
