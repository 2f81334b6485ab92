"""Pictures of a backtest: what stands in them."""

import numpy as np
import pytest

from rnncore.figures import backtest as drawn
from rnncore.forecasting import tally
from rnncore.forecasting.tally import Cost, Said, Truth

LEVELS = [80.0]


def words(key, **_facts):
    return key


@pytest.fixture(scope="module")
def outcome():
    """Two origins of three steps, one row apart; `naive` is always one too high, `combined:gru` exact."""
    actual = np.array([[[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]])
    said = {
        name: Said(actual + off, {"80": actual + off - 2}, {"80": actual + off + 2})
        for name, off in {"combined:gru": 0.0, "naive": 1.0}.items()
    }
    time = [["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]]
    settings = {"horizon": 3, "stride": 1, "season": 1, "sliding": False, "refit": False, "asked": 2}
    costs = {"combined:gru": Cost(2.0, 10), "naive": Cost(0.0, None)}
    contenders = [{"name": "gru", "title": "", "layers": ["GRU 8"]}]
    return tally.outcome(Truth(["x"], time, actual, [1.0], 1, LEVELS), [0, 1], said, costs, settings, contenders, [])


def test_errors_by_step_and_by_origin_are_those_of_the_outcome(outcome):
    for draw, count in ((drawn.by_step, 3), (drawn.by_origin, 2)):
        ours, naive = draw(outcome, ["combined:gru", "naive"], "mae", words, words).data
        assert (list(ours.y), list(naive.y)) == ([0.0] * count, [1.0] * count)


def test_forecasts_of_different_origins_are_not_joined(outcome):
    figure = drawn.overlaid(outcome.tracks[0], ["naive"], outcome, words, words)
    line = figure.data[-1]
    assert list(line.y) == [2.0, 3.0, 4.0, None, 3.0, 4.0, 5.0, None]
    assert len(figure.layout.shapes) == 2
    assert list(figure.data[1].y) == [1.0, 2.0, 3.0, 4.0]


def test_methods_can_be_told_apart_without_colour():
    names = ["combined", "network", *drawn.JUDGED]
    assert len({drawn.look(name, ["run"])[1:] for name in names}) == len(names)


def test_costs_stand_where_they_belong(outcome):
    points = {"naive": (0.0, 1.0, ""), "combined:gru": (2.0, 0.5, "")}
    figure = drawn.cost(points, {name: drawn.look(name, ["gru"]) for name in points}, "x", "y", words)
    assert [(one.x[0], one.y[0]) for one in figure.data] == [(1e-6, 1.0), (2.0, 0.5)]


def test_residuals_are_drawn_in_time_and_counted(outcome):
    found = tally.residuals(outcome.tracks[0], "naive")
    over_time, often = drawn.left_over(found, "#000000", words).data
    assert list(over_time.y) == [-1.0] * 4
    assert sum(often.x) == 4
    assert len(drawn.correlation(found, "#000000", words).data[0].x) == 1
