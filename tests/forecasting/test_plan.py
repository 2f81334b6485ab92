"""What a run settles before it begins, and what it refuses."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncore.config import Budgets, ForecastConfig, Layer, NetworkConfig, RunConfig
from rnncore.forecasting import plan
from rnncore.forecasting.representation import STEPS
from rnncore.messages import Refusal
from tests.forecasting.conftest import configure, make

RNG = np.random.default_rng(0)


def rows_needed(series, config):
    """What the refusal says, or None where there is none."""
    try:
        plan(series, config)
    except Refusal as refused:
        return refused.facts["needed"]
    return None


def codes(planned):
    return [note.code for note in planned.notes]


@pytest.mark.parametrize(
    ("frequency", "rows", "horizon", "season"),
    [("MS", 144, 12, 12), ("W-SAT", 600, 26, 52), ("D", 400, 30, 7), ("h", 500, 24, 24), ("30min", 900, 48, 48),
     ("YS", 100, 6, 1), ("QS", 80, 8, 4), ("B", 400, 20, 5), ("MS", 40, 5, 12)],
)  # fmt: skip
def test_horizon_and_season_come_from_the_frequency_and_the_length(frequency, rows, horizon, season):
    settled = plan([make(RNG.normal(size=rows), frequency)], RunConfig()).config.forecast
    assert (settled.horizon, settled.season, settled.holdout) == (horizon, season, horizon)


def test_without_stamps_the_season_is_found_in_the_rows():
    rows = np.tile(RNG.normal(size=24), 30) + 0.1 * RNG.normal(size=720)
    planned = plan([make(rows)], RunConfig())
    assert planned.config.forecast.season == planned.config.forecast.horizon == 24
    assert codes(planned) == ["season_detected"]


def test_what_is_asked_for_is_taken():
    asked = ForecastConfig(horizon=9, window=31, season=6, holdout=20)
    settled = plan([make(RNG.normal(size=300), "D")], RunConfig(forecast=asked)).config.forecast
    assert (settled.horizon, settled.window, settled.season, settled.holdout) == (9, 31, 6, 20)


@pytest.mark.parametrize("rows", [12, 25, 40, 70, 300, 2000])
def test_a_settled_plan_settles_to_itself(rows):
    series = [make(RNG.normal(size=rows), "D")]
    first = plan(series, RunConfig())
    second = plan(series, first.config)
    assert second.config == first.config
    for what in ("splits", "validation", "layers"):
        assert getattr(second, what) == getattr(first, what)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(6, 400),
    horizon=st.one_of(st.none(), st.integers(1, 60)),
    holdout=st.one_of(st.none(), st.integers(1, 90)),
    window=st.one_of(st.none(), st.integers(2, 100)),
    frequency=st.sampled_from([None, "D", "MS", "h"]),
)
def test_every_plan_keeps_training_validation_and_held_out_end_apart(rows, horizon, holdout, window, frequency):
    config = configure(horizon=horizon, holdout=holdout, window=window)
    series = make(np.random.default_rng(rows).normal(size=rows), frequency)
    needed = rows_needed([series], config)
    if needed is not None:
        assert needed > rows
        enough = make(np.random.default_rng(rows).normal(size=needed), frequency)
        assert rows_needed([enough], configure(horizon=horizon or 1, holdout=holdout, window=window)) is None
        return
    planned = plan([series], config)
    split, settled = planned.splits[0], planned.config.forecast
    assert 0 < split.train < split.validation < split.rows == rows
    assert split.held_out == settled.holdout
    assert split.train >= settled.window + settled.horizon
    assert all(split.train <= origin < split.validation for origin in planned.validation[0])
    for one in planned.representations:
        assert one.window >= settled.window
        assert one.steps * one.segment >= one.window > (one.steps - 1) * one.segment
        assert one.steps <= STEPS


def test_a_series_too_short_is_refused_with_the_rows_it_needs():
    with pytest.raises(Refusal) as refused:
        plan([make(RNG.normal(size=20), "MS")], configure(horizon=12))
    needed = refused.value.facts["needed"]
    assert refused.value.facts["rows"] == 20
    plan([make(RNG.normal(size=needed), "MS")], configure(horizon=12))
    with pytest.raises(Refusal):
        plan([make(RNG.normal(size=needed - 1), "MS")], configure(horizon=12))


def test_of_a_panel_the_series_that_are_too_short_are_left_out():
    panel = [make(RNG.normal(size=rows), "D", f"s{rows}") for rows in (100, 5, 120)]
    planned = plan(panel, RunConfig())
    assert [one.name for one in planned.series] == ["s100", "s120"]
    assert planned.notes[0].facts["names"] == ["s5"]


@pytest.mark.parametrize(
    ("code", "knobs"),
    [
        ("season_too_long", {"season": 290}),
        ("log_needs_positive", {"transform": "log"}),
        ("model_too_large", {"layers": (Layer(units=1024),) * 8}),
        ("run_too_long", {"layers": (Layer(units=300),) * 2, "epochs": 10_000, "members": 10}),
    ],
)
def test_what_cannot_or_must_not_be_done_is_refused(code, knobs):
    with pytest.raises(Refusal) as refused:
        plan([make(RNG.normal(size=300), "D")], configure(**knobs))
    assert refused.value.code == code


def test_a_run_beyond_the_memory_allowed_is_refused():
    config = RunConfig(network=NetworkConfig(layers=(Layer(units=1000),)))
    with pytest.raises(Refusal) as refused:
        plan([make(RNG.normal(size=300), "D")], config, Budgets(max_memory=100, max_hours=1000))
    assert refused.value.code == "memory_too_large"


def test_values_beyond_computation_are_refused():
    with pytest.raises(Refusal) as refused:
        plan([make(1e200 * RNG.normal(size=300), "D")], RunConfig())
    assert refused.value.code == "values_too_large"


def test_parameters_are_counted_before_training():
    planned = plan([make(RNG.normal(size=300), "D")], configure(horizon=7, window=28, layers=(Layer(units=50),) * 2))
    assert [row.name for row in planned.layers] == ["lstm", "lstm", "dense"]
    assert planned.parameters == 4 * 50 * (1 + 50 + 2) + 4 * 50 * (50 + 50 + 2) + 7 * 51


@pytest.mark.parametrize("frequency", ["h", None])
def test_planning_is_quick_enough_for_every_rerun_of_a_page(frequency):
    series = [make(RNG.normal(size=100_000), frequency)]
    took = []
    for _ in range(5):
        began = time.process_time()
        plan(series, RunConfig())
        took.append(time.process_time() - began)
    assert min(took) < 0.02
