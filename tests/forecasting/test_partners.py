"""The members without a network at every origin of a run: who is asked, and what is still asked when time is up."""

import numpy as np
import pytest

from rnncore.forecasting import baselines, classical
from rnncore.forecasting.partners import QUICK, SLOW, Partners, places
from rnncore.forecasting.past import Past, Pasts
from rnncore.forecasting.plan import plan
from tests.forecasting.conftest import configure, make, sales

SERIES = [sales(), make(sales().values - 30, "MS", "below zero")]


def partners(series=SERIES, **knobs):
    settled = plan(series, configure(horizon=6, holdout=9, **knobs))
    return Partners(settled, Pasts([one.values for one in settled.series]))


def never():
    return False


@pytest.fixture(scope="module")
def done():
    found = partners()
    assert list(found.work(never)) == list(range(1, 1 + len(found.all)))
    assert found.is_done
    return found


def test_everybody_is_asked_where_the_run_is_validated_where_it_is_judged_and_at_the_end(done):
    one, other = places(done.plan)
    assert one.validation == other.validation == done.plan.validation[0]
    assert one.held_out == (111, 117)
    assert one.last == 120
    assert done.all == [(0, origin) for origin in one.all] + [(1, origin) for origin in other.all]


def test_what_is_said_at_an_origin_knows_only_the_rows_before(done):
    methods = classical.methods(12, None, 60, True)
    told = done.at("held_out")[done.members.index("stl_theta_12")]
    before = [one.values[:origin] for one in SERIES for origin in (111, 117)]
    np.testing.assert_allclose(told, [methods["stl_theta_12"](Past(rows), 6) for rows in before])
    np.testing.assert_array_equal(done.judges_at("held_out")["naive"], [baselines.naive(rows, 6) for rows in before])
    assert tuple(done.judges_at("last")) == classical.JUDGES


def test_a_series_that_is_not_positive_does_without_those_that_think_in_factors(done):
    said = done.at("last")[done.members.index("stl_log_theta_12")]
    assert np.isfinite(said[0]).all()
    assert np.isnan(said[1]).all()
    assert np.isfinite(done.at("last")[done.members.index("stl_theta_12")]).all()
    assert not any("log" in name for name in partners(transform="none").members)


def test_a_fast_run_leaves_the_slow_ones_out(done):
    fast = partners(effort="fast").members
    slow = set(done.members) - set(fast)
    assert slow == {name for name in done.members if name.startswith(SLOW)}
    assert slow


def test_where_only_networks_are_asked_for_there_are_judges_alone():
    alone = partners([SERIES[0]], network_only=True)
    next(alone.work(never))
    assert alone.members == []
    assert alone.said[0].shape == (len(classical.JUDGES), 6)


def test_once_it_is_late_only_the_quick_ones_are_asked_and_the_judges(done):
    late = partners()
    on_time = iter([False, False])
    list(late.work(lambda: next(on_time, True)))
    for number, (ours, theirs) in enumerate(zip(late.said, done.said, strict=True)):
        there = np.isfinite(ours).all(axis=1)
        np.testing.assert_array_equal(ours[there], theirs[there])
        asked = {name for name, said in zip(done.members, there, strict=False) if said}
        assert there[len(done.members) :].all()
        assert asked == {name for name in done.members if number < 2 or name.startswith(QUICK)}


def test_work_can_be_left_and_taken_up_again(done):
    cut = partners()
    next(cut.work(never))
    resumed = partners()
    resumed.said = list(cut.said)
    assert next(resumed.work(never)) == 2
    np.testing.assert_array_equal(resumed.said, done.said[:2])
