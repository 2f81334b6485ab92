"""What networks are shown and asked for: which kinds a run has, their names, and the way back to the file's units."""

import numpy as np
import pytest

from rnncore.forecasting import ridge
from rnncore.forecasting.material import Material
from rnncore.forecasting.past import Pasts
from rnncore.forecasting.plan import plan
from rnncore.forecasting.representation import STEPS, Representation, Scales, View, representations, segment_of
from rnncore.series.scaling import scale
from rnncore.series.windows import training_windows
from tests.forecasting.conftest import configure, make, sales

RANDOM = np.random.default_rng(0)


def names(asked="auto", transform="auto", windows=(36,), seasons=(12, 1)):
    return [one.name for one in representations(asked, transform, windows, seasons, None)]


def test_a_name_tells_all_that_matters():
    assert Representation("level", 0, False, 36, 2).name == "level/36"
    assert Representation("stl", 12, True, 24, 1).name == "stl_12_log/24"
    assert Representation("season", 168, False, 48, 2).name == "season_168/48"


def test_a_run_has_the_kinds_that_its_seasons_allow_the_most_telling_first():
    assert names() == ["ridge/36", "stl_12/36", "season_12/36", "level/36"]
    assert names(seasons=(1, 1)) == ["ridge/36", "level/36"]
    longer = names(windows=(48, 336), seasons=(24, 168))
    assert longer == [
        "ridge/48", "stl_24/48", "season_24/48", "level/48", "ridge/336", "stl_24/336", "season_168/48"
    ]  # fmt: skip
    assert names(transform="log") == ["ridge_log/36", "stl_12_log/36", "season_12_log/36", "level_log/36"]


@pytest.mark.parametrize("asked", ["level", "season", "ridge", "stl"])
def test_what_is_asked_for_comes_alone_with_every_season_and_window(asked):
    assert len(names(asked)) == 1
    assert names(asked)[0].startswith(asked)
    longer = names(asked, windows=(48, 336), seasons=(24, 168))
    assert {name.split("/")[0].split("_")[0] for name in longer} == {asked}
    assert {name.split("/")[1] for name in longer} == {"48", "336"}
    assert names(asked, seasons=(1, 1)) == ["ridge/36" if asked == "ridge" else "level/36"]


@pytest.mark.parametrize("window", [2, 7, 30, 31, 48, 90, 97, 336, 5000])
def test_no_network_takes_more_steps_than_usual_and_every_row_is_read(window):
    kind = Representation("level", 0, False, window, segment_of(window))
    assert kind.steps <= STEPS
    assert (kind.steps - 1) * kind.segment < window <= kind.steps * kind.segment


def test_what_is_asked_of_a_network_differs_from_its_base():
    rows, follows = RANDOM.normal(5, 2, (3, 24)), RANDOM.normal(5, 2, (3, 8))
    scales, series = Scales.fit([rows.ravel()], "window"), np.zeros(3, dtype=int)
    level, spread = rows[:, -10:].mean(1, keepdims=True), rows[:, -10:].std(1, keepdims=True)
    linear = ridge.fit(RANDOM.normal(size=(40, 10)), RANDOM.normal(size=(40, 8)))
    bases = {
        "level": np.broadcast_to(level, (3, 8)),
        "season": rows[:, 19 + np.arange(8) % 5],
        "ridge": level + spread * linear(scale(rows[:, -10:], level, spread)),
    }
    for kind, expected in bases.items():
        one = Representation(kind, 5 if kind == "season" else 0, False, 10, 4)
        view = View(one, scales, linear if kind == "ridge" else None)
        inputs, base, found = view.encode(rows, series, 8)
        assert inputs.shape == (3, 3, 4)
        assert (inputs.reshape(3, 12)[:, :2] == 0).all()  # two zeros before ten rows in steps of four
        np.testing.assert_allclose(inputs.reshape(3, 12)[:, 2:], scale(rows[:, -10:], level, spread), rtol=1e-5)
        np.testing.assert_allclose(base, expected)
        np.testing.assert_allclose(base + found * view.targets(follows, base, found), follows, rtol=1e-5)


@pytest.mark.parametrize(("base", "lag"), [("level", 0), ("season", 12), ("ridge", 0), ("stl", 12)])
@pytest.mark.parametrize("log", [False, True])
def test_a_network_that_adds_nothing_forecasts_its_base(base, lag, log):
    series = sales()
    settled = plan([series], configure(representation=base, transform="log" if log else "none"))
    [kind] = settled.representations
    assert (kind.base, kind.lag, kind.log) == (base, lag, log)
    pasts = Pasts([series.values])
    material = Material(settled, kind, pasts)
    found = material.forecast(lambda inputs: np.zeros((len(inputs), 12)), [[120]])[0]
    values = np.log(series.values) if log else series.values
    if base == "season":
        expected = values[108:]
    elif base == "stl":
        rest, season = pasts.before(0, 120).adjusted(12, log)
        expected = rest[-36:].mean() + season
    elif base == "level":
        expected = np.full(12, values[84:].mean())
    else:
        windows, follows = training_windows([values], 36, 12, [settled.splits[0].train]).take()
        level, spread = windows.mean(1, keepdims=True), windows.std(1, keepdims=True)
        fitted = ridge.fit(scale(windows, level, spread), scale(follows, level, spread))
        newest = values[84:]
        expected = newest.mean() + newest.std() * fitted(((newest - newest.mean()) / newest.std())[None])[0]
    np.testing.assert_allclose(found, np.exp(expected) if log else expected, rtol=1e-9)


def test_a_network_learns_nothing_of_what_comes_after_its_training_part():
    series = sales()
    settled = plan([series], configure(representation="auto"))
    end = settled.splits[0].train
    changed = make(np.r_[series.values[:end], 99 - series.values[end:]], "MS", "sales")
    unlike = plan([changed], settled.config)
    for kind in settled.representations:
        ours, theirs = (Material(one, kind, Pasts([one.series[0].values])) for one in (settled, unlike))
        for one, other in zip(ours.learnt.take(), theirs.learnt.take(), strict=True):
            np.testing.assert_array_equal(one, other)
        if kind.base == "ridge":
            np.testing.assert_array_equal(ours.view.ridge.map, theirs.view.ridge.map)
