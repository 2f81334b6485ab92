"""Each finding is made where its cause was built in, and none where all is sound; all have their words."""

from dataclasses import replace

import numpy as np
import pytest

from rnncore.config import Layer, RunConfig
from rnncore.forecasting.diagnosis import Finding, diagnose, diagnose_training, remedied
from rnncore.forecasting.evidence import Coverage, Evidence
from rnncore.forecasting.learning import curve
from rnncore.series.leaks import Leak, find_leaks
from rnncore.texts import LANGUAGES, say, words

K, SEASON, WINDOW, ROWS, HELD_OUT = 12, 12, 36, 300, 36
ORIGINS = (264, 276, 288)
RANDOM = np.random.default_rng(0)
WAVE = 50 + 10 * np.sin(np.arange(ROWS) * np.pi / 6) + RANDOM.normal(0, 1, ROWS)
SOUND = (20, 12, 9, 7, 6.2, 5.7, 5.4, 5.2, 5.1, 5.05, 5.02, 5.0, 5.01, 5.0, 5.0, 4.99, 4.99, 5.0, 4.99, 4.99)


def config(**knobs):
    forecast = {"horizon": K, "season": SEASON, "window": WINDOW, "holdout": HELD_OUT} | knobs
    return remedied(RunConfig(), {"forecast": forecast, "training": {"epochs": 20}})


def course(validation, loss=None, planned=20):
    return curve(list(zip(loss or validation, validation, strict=True)), planned)


def evidence(values=WAVE, leading=None, off=1.0, **changes):
    """A run that is sound: three networks that are off by `off` and agree, on a wave with a season."""
    rows = np.array(ORIGINS)[:, None] + np.arange(K)
    draw = np.random.default_rng(1)
    if leading is None:
        leading = values[rows] + draw.normal(0, off, rows.shape)
    known = {
        "values": values,
        "train": 204,
        "config": config(),
        "origins": ORIGINS,
        "leading": leading,
        "network": leading,
        "members": leading + draw.normal(0, off / 5, (3, *leading.shape)),
        "kinds": ("level",) * 3,
        "baselines": {
            "naive": np.repeat(values[np.array(ORIGINS) - 1][:, None], K, axis=1),
            "seasonal_naive": values[rows - SEASON],
        },
        "courses": (course(SOUND),) * 3,
    }
    return Evidence(**known | changes)


def codes(given, most=9):
    return [one.code for one in diagnose(given, most)]


def with_courses(*courses, **changes):
    return evidence(courses=tuple(course(*one) for one in courses), **changes)


def trained(**knobs):
    return remedied(config(), {"training": knobs})


RISEN = [5.2, 5, 5, 5.1, 5.4, 5.6, 5.9, 6.1, 6.4, 6.5, 6.6, 6.7, 6.8, 6.8, 6.9, 6.9, 7, 7, 7, 7]
FALLEN = [1, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.28, 0.25, 0.24, 0.22, 0.2, 0.2, 0.19, 0.19, 0.18, 0.18, 0.18]
FALLING = list(np.geomspace(20, 5, 20))
FLAT = np.full((3, K), 50.0)
NOISE = 50 + np.random.default_rng(7).normal(0, 5, ROWS)
WALK = np.random.default_rng(9).normal(0, 1, ROWS).cumsum()
RISE = 10 + 0.5 * np.arange(ROWS) + np.random.default_rng(2).normal(0, 1, ROWS)
SHORT = np.full((3, K), RISE[203])
DROP = np.where(np.arange(ROWS) < 264, WAVE, WAVE - 200)
MIDDLE = np.repeat(np.array([[50.0], [50.0], [50.0]]), K, axis=1)
LAST = np.repeat(WAVE[np.array(ORIGINS) - 1][:, None], K, axis=1)
SALES = np.round(RANDOM.uniform(1, 99, ROWS), 1)


def leak(kind, columns=("other",), **facts):
    return Leak(kind, "sales", columns, **facts)


def leaky(*columns):
    return evidence(leaks=columns)


UP, DOWN = {"scaling": "minmax"}, {"scaling": "standard"}
CASES = {
    "loss_exploded": evidence(exploded=1),
    "loss_exploded_unclipped": evidence(exploded=2, config=trained(clip_norm=0.0)),
    "leak_copy": leaky(leak("copy", scale=1.8, offset=32.0)),
    "leak_ahead": leaky(leak("ahead", lag=1)),
    "leak_behind": leaky(leak("behind", lag=7)),
    "leak_transform": leaky(leak("transform", how="log")),
    "leak_sum": leaky(leak("sum", ("a", "b"), factors=(1.0, 1.0))),
    "leak_combination": leaky(leak("combination", ("a", "b"), factors=(1.0, -1.0))),
    "leak_running_total": leaky(leak("running_total")),
    "leak_steps": leaky(leak("steps")),
    "white_noise": evidence(NOISE, np.full((3, K), 50.0)),
    "random_walk": evidence(WALK, np.repeat(WALK[np.array(ORIGINS) - 1][:, None], K, axis=1)),
    "random_walk_drift": evidence(WALK + np.arange(ROWS), off=9),
    "range_above": evidence(RISE, SHORT, config=config(**UP)),
    "range_below": evidence(-RISE, -SHORT, config=config(**DOWN)),
    "jump_above": evidence(-DROP, -MIDDLE, origins=(264, 276, 288)),
    "jump_below": evidence(DROP, MIDDLE),
    "under_trained": with_courses((FALLING,), (FALLING,), (SOUND,)),
    "time_was_up": with_courses((FALLING[:6],), (FALLING[:5],), out_of_time=True, config=trained(budget=10.0)),
    "learns_slowly": with_courses((FALLING,), (FALLING,), config=trained(learning_rate=1e-5)),
    "networks_disagree": evidence(members=np.stack([WAVE[np.array(ORIGINS)[:, None] + np.arange(K)] + d for d in (-9, 0, 9)])),
    "repeats_last": evidence(WAVE, LAST, baselines={"naive": LAST, "seasonal_naive": LAST}),
    "repeats_last_season": evidence(WAVE, LAST),
    "band_narrow": evidence(coverage=(Coverage(80, 55.0, 240, 20), Coverage(95, 70.0, 240, 20))),
    "over_fits": with_courses((RISEN, FALLEN), (RISEN, FALLEN), (SOUND,)),
    "flat": evidence(WAVE, FLAT, baselines={"naive": LAST, "seasonal_naive": LAST}),
    "flat_season": evidence(WAVE, FLAT, config=config(representation="level")),
}


def test_a_fall_that_ends_is_no_jump_upwards():
    falls = -5.0 * np.arange(ROWS) + np.random.default_rng(2).normal(0, 1, ROWS)
    ended = np.where(np.arange(ROWS) < 264, falls, falls[263])
    further = falls[np.array(ORIGINS)[:, None] + np.arange(K)]
    assert not {"jump_above", "range_above"} & set(codes(evidence(ended, further)))


@pytest.mark.parametrize("code", CASES)
def test_each_finding_is_made_where_its_cause_is_built_in(code):
    assert code in codes(CASES[code])


def test_a_sound_run_has_no_findings():
    assert codes(evidence()) == []
    assert codes(evidence(coverage=(Coverage(80, 77.0, 240, 20), Coverage(95, 92.5, 240, 20)))) == []
    assert codes(evidence(RISE, config=config(**UP))) == []
    assert codes(evidence(RISE)) == []


@pytest.mark.parametrize("code", CASES)
def test_every_finding_and_its_button_have_words_in_each_language_and_the_facts_they_speak_of(code):
    found = next(one for one in diagnose(CASES[code], 9) if one.code == code)
    for language in LANGUAGES:
        assert say(language, f"finding.{code}", **found.facts)
        if found.action:
            assert say(language, f"remedy.{found.action}", **found.facts)
    assert (found.action is None) == (found.remedy is None)


def test_there_are_no_words_without_a_finding():
    actions = {one.action for given in CASES.values() for one in diagnose(given, 9)} - {None}
    assert {key for key in words() if key.startswith("finding.")} == {f"finding.{code}" for code in CASES}
    assert {key for key in words() if key.startswith("remedy.")} == {f"remedy.{action}" for action in actions}


@pytest.mark.parametrize("code", CASES)
def test_a_remedy_is_a_change_that_the_configuration_takes(code):
    given = CASES[code]
    for one in diagnose(given, 9):
        if one.remedy:
            assert remedied(given.config, one.remedy) != given.config


def test_the_most_important_come_first_and_only_a_few():
    given = replace(CASES["over_fits"], exploded=1, leaks=(leak("copy"),), coverage=CASES["band_narrow"].coverage)
    assert codes(given, 3) == ["loss_exploded", "leak_copy", "band_narrow"]


def test_facts_can_be_stored_as_json():
    import json

    for given in CASES.values():
        for one in diagnose(given, 9):
            assert Finding(**json.loads(json.dumps(vars(one)))) == one


def test_a_forecast_at_the_usual_level_is_not_taken_for_the_last_value():
    values = NOISE.copy()
    values[np.array(ORIGINS) - 1] = 50.4
    assert codes(evidence(values, FLAT)) == ["white_noise"]


def test_chance_is_not_claimed_where_the_forecast_proves_skill():
    rows = np.array(ORIGINS)[:, None] + np.arange(K)
    assert codes(evidence(NOISE, NOISE[rows] + 1)) == []
    assert codes(evidence(WALK, WALK[rows] + 0.1, off=0.1)) == []


def test_a_flat_forecast_of_chance_is_explained_by_it():
    assert codes(CASES["white_noise"]) == ["white_noise"]
    assert codes(CASES["random_walk"]) == ["random_walk"]


def test_nobody_is_told_to_train_longer_on_chance():
    falling = (course(FALLING),) * 3
    assert "under_trained" in codes(evidence(courses=falling))
    assert codes(evidence(NOISE, FLAT, courses=falling)) == ["white_noise"]


def test_beyond_the_range_is_no_matter_where_the_forecast_follows():
    rows = np.array(ORIGINS)[:, None] + np.arange(K)
    assert codes(evidence(RISE, RISE[rows] + 1, config=config(**UP))) == []


def test_one_training_among_three_proves_nothing():
    assert codes(with_courses((FALLING,), (SOUND,), (SOUND,))) == []
    assert codes(with_courses((RISEN, FALLEN), (SOUND,), (SOUND,))) == []


def test_a_training_that_its_owner_ended_early_is_not_said_to_have_ended_too_early():
    assert codes(with_courses((FALLING[:6],), (FALLING[:6],))) == []


def test_validation_that_jumps_without_rising_is_no_over_fitting():
    jumping = [5 + (0.9 if number % 4 else 0) for number in range(20)]
    assert codes(with_courses((jumping, FALLEN), (jumping, FALLEN))) == []


def test_a_smaller_network_is_offered_as_long_as_there_is_one():
    given = CASES["over_fits"]
    least = given.config.model_copy(update={"network": given.config.network.model_copy(update={"layers": (Layer(units=1),)})})
    assert next(one for one in diagnose(replace(given, config=least)) if one.code == "over_fits").remedy is None


@pytest.mark.parametrize(
    ("measured", "points", "forecasts", "narrow"),
    [(76, 1000, 40, False), (60, 12, 1, False), (70, 1000, 100, True), (40, 60, 5, True), (78, 100_000, 5000, False)],
)
def test_a_band_is_narrow_only_where_chance_hardly_explains_it(measured, points, forecasts, narrow):
    assert ("band_narrow" in codes(evidence(coverage=(Coverage(80, measured, points, forecasts),)))) == narrow


def test_members_that_differ_by_little_do_not_disagree():
    rows = np.array(ORIGINS)[:, None] + np.arange(K)
    assert codes(evidence(members=np.stack([WAVE[rows] + d for d in (-0.3, 0, 0.3)]), leading=WAVE[rows] + 0.01)) == []


def test_networks_of_different_kinds_may_differ_and_so_may_those_that_hardly_count():
    given = CASES["networks_disagree"]
    assert codes(replace(given, kinds=("level", "season", "ridge"))) == []
    assert codes(replace(given, share=0.1)) == []
    assert codes(replace(given, kinds=("level", "season", "level"))) == ["networks_disagree"]


def test_what_is_said_of_a_forecast_judges_what_the_user_gets_not_the_networks():
    rows = np.array(ORIGINS)[:, None] + np.arange(K)
    assert codes(evidence(leading=WAVE[rows] + 1, network=LAST)) == []
    assert "repeats_last_season" in codes(evidence(leading=LAST, network=WAVE[rows] + 1))


def test_of_a_panel_only_what_holds_for_all_is_said_of_the_run():
    given = replace(CASES["repeats_last"], exploded=1, courses=CASES["over_fits"].courses)
    assert [one.code for one in diagnose_training(given)] == ["loss_exploded", "over_fits"]


def test_a_held_out_end_of_part_of_a_forecast_will_do():
    leading = np.append(WAVE[264:] + 1, np.full(9, np.nan)).reshape(3, 15)
    given = evidence(
        leading=leading,
        members=leading[None],
        origins=(264, 279, 294),
        baselines=dict.fromkeys(("naive", "seasonal_naive"), leading),
    )
    np.testing.assert_allclose(leading - given.actual, np.where(np.isnan(leading), np.nan, 1.0))
    assert codes(given) == []


def test_leaks_that_are_found_become_findings():
    table = {"sales": SALES, "reg": SALES - 1 - np.arange(ROWS) % 5, "casual": 1.0 + np.arange(ROWS) % 5}
    found = diagnose(leaky(*find_leaks(list(table), list(table.values()), "sales")))
    assert [one.code for one in found] == ["leak_sum"]
    assert "reg, casual" in say("en", "finding.leak_sum", **found[0].facts)


def test_names_of_columns_can_be_escaped():
    found = diagnose(leaky(leak("sum", ("<b>", "b"), factors=(1.0, 1.0))))[0]
    assert "<" not in say("en", "finding.leak_sum", escape=lambda text: text.replace("<", "&lt;"), **found.facts)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_findings_do_not_depend_on_the_unit(scale):
    for code, given in CASES.items():
        scaled = replace(
            given,
            values=scale * given.values,
            leading=scale * given.leading,
            network=scale * given.network,
            members=scale * given.members,
            baselines={name: scale * one for name, one in given.baselines.items()},
        )
        assert codes(scaled) == codes(given), code
