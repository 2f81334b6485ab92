"""Columns that reproduce the target are named; those that are merely close to it are not."""

import time

import numpy as np
import pytest

from rnncore.series.leaks import Leak, find_leaks

RANDOM = np.random.default_rng(0)
ROWS = 400
SALES = np.round(200 + 20 * np.sin(np.arange(ROWS) / 9) + RANDOM.normal(0, 15, ROWS), 1)
HONEST = {
    "weekday": np.arange(ROWS) % 7.0,
    "row": np.arange(ROWS, dtype=float),
    "near": SALES + RANDOM.normal(0, 0.5, ROWS),
    "weather": RANDOM.normal(15, 5, ROWS),
}


def leaks(target=SALES, **columns):
    table = HONEST | columns | {"sales": target}
    return find_leaks(list(table), list(table.values()), "sales")


def only(found: list[Leak]) -> Leak:
    assert len(found) == 1, found
    assert found[0].target == "sales"
    return found[0]


def test_honest_columns_are_not_named():
    assert leaks() == []


def test_a_copy_in_another_unit_is_named_with_scale_and_offset():
    one = only(leaks(fahrenheit=1.8 * SALES + 32))
    assert (one.kind, one.columns) == ("copy", ("fahrenheit",))
    assert one.scale * (1.8 * 100 + 32) + one.offset == pytest.approx(100)


def test_a_copy_with_cut_off_digits_is_still_a_copy():
    assert only(leaks(rounded=np.round(SALES))).kind == "copy"


@pytest.mark.parametrize("lag", [1, 7, 90])
def test_a_column_ahead_of_the_target_is_named_with_its_lag(lag):
    one = only(leaks(ahead=np.append(SALES[lag:], np.full(lag, np.nan))))
    assert (one.kind, one.columns, one.lag) == ("ahead", ("ahead",), lag)
    assert one.even_from_the_past


def test_a_delayed_copy_is_told_from_one_ahead():
    one = only(leaks(late=np.append(np.full(7, np.nan), SALES[:-7])))
    assert (one.kind, one.lag, one.even_from_the_past) == ("behind", 7, False)


@pytest.mark.parametrize(
    ("how", "column"),
    [
        ("log", np.log(SALES)), ("square", SALES**2), ("root", np.sqrt(SALES)), ("reciprocal", 5 / SALES),
        ("monotone", np.tanh((SALES - 200) / 40)), ("monotone", -((SALES - 100) ** 3)),
    ],
)  # fmt: skip
def test_a_function_of_the_target_is_named(how, column):
    one = only(leaks(function=column))
    assert (one.kind, one.columns, one.how) == ("transform", ("function",), how)


def test_two_quantities_that_only_grow_are_not_functions_of_each_other():
    growing, other = (np.random.default_rng(seed).exponential(size=ROWS).cumsum() for seed in (1, 2))
    assert find_leaks(["sales", "other"], [growing, other], "sales") == []


def test_the_parts_of_a_sum_are_named_in_the_order_of_the_file():
    casual = np.round(RANDOM.uniform(0, 60, ROWS), 1)
    one = only(leaks(registered=SALES - casual, casual=casual))
    assert (one.kind, one.columns, one.factors) == ("sum", ("registered", "casual"), (1.0, 1.0))


def test_a_part_follows_from_the_sum_and_the_other_parts():
    other = np.round(RANDOM.uniform(0, 60, ROWS), 1)
    one = only(leaks(total=SALES + other, other=other))
    assert (one.kind, one.columns, one.factors) == ("combination", ("total", "other"), (1.0, -1.0))


def test_parts_in_another_unit_are_found():
    parts = np.round(RANDOM.uniform(1, 9, (3, ROWS)), 2)
    one = only(leaks(1000 * (2 * parts[0] + parts[1] + parts[2]), a=parts[0], b=parts[1], c=parts[2]))
    assert one.columns == ("a", "b", "c")
    np.testing.assert_allclose(one.factors, [2000, 1000, 1000])


def test_rounded_parts_make_a_rounded_sum():
    parts = RANDOM.uniform(0, 100, (4, ROWS))
    found = leaks(np.round(parts.sum(axis=0)), **{f"part_{number}": np.round(one) for number, one in enumerate(parts)})
    assert only(found).columns == ("part_0", "part_1", "part_2", "part_3")


def test_a_few_typing_errors_do_not_hide_a_sum():
    casual = np.round(RANDOM.uniform(0, 60, ROWS), 1)
    registered = SALES - casual
    casual[[3, 77]] += 10
    table = {"sales": SALES, "registered": registered, "casual": casual, "weather": HONEST["weather"]}
    assert only(find_leaks(list(table), list(table.values()), "sales")).kind == "sum"


def test_a_running_total_that_starts_over_each_year_is_named():
    total = np.concatenate([SALES[:200].cumsum(), SALES[200:].cumsum()])
    assert only(leaks(total=total)).kind == "running_total"
    assert [one.kind for one in find_leaks(["total", "sales"], [total, SALES], "total")] == ["steps"]


def test_empty_cells_do_not_matter():
    holes = np.where(RANDOM.random(ROWS) < 0.2, np.nan, SALES)
    assert only(leaks(copy=holes)).kind == "copy"
    assert find_leaks(["sales", "empty"], [SALES, np.full(ROWS, np.nan)], "sales") == []
    assert find_leaks(["sales", "x"], [np.full(ROWS, np.nan), SALES], "sales") == []


def test_flags_constants_and_row_numbers_prove_nothing():
    flags = {f"flag_{number}": (np.arange(ROWS) // (number + 1) % 2).astype(float) for number in range(8)}
    assert leaks(constant=np.ones(ROWS), **flags) == []
    assert find_leaks(["row", "again"], [np.arange(50.0), np.arange(50.0)], "row") == []
    assert find_leaks(["flag", "again"], [flags["flag_0"]] * 2, "flag") == []


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_the_unit_of_the_values_does_not_matter(unit):
    casual = RANDOM.uniform(0, 60, ROWS)
    table = [unit * SALES, unit * (SALES - casual), unit * casual, unit * HONEST["near"]]
    one = only(find_leaks(["sales", "a", "b", "near"], table, "sales"))
    assert (one.kind, one.columns) == ("sum", ("a", "b"))


def test_walks_and_waves_that_resemble_the_target_are_never_named():
    found = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        count, rows = int(random.integers(2, 30)), int(random.integers(40, 300))
        walks = random.normal(size=(count, rows)).cumsum(axis=1)
        waves = np.sin(np.arange(rows) * np.pi / 6) * random.uniform(1, 9, (count, 1)) + 0.1 * random.normal(size=(count, rows))
        for table in (walks, waves):
            found += find_leaks([str(number) for number in range(count)], np.round(table, seed % 4), "0")
    assert found == []


def test_a_wide_and_long_table_is_searched_within_seconds():
    rows, count = 100_000, 50
    table = np.random.default_rng(0).normal(size=(count, rows)).cumsum(axis=1)
    table[0] = table[1] + table[2] + table[3]
    began = time.process_time()
    one = only(find_leaks(["sales", *map(str, range(1, count))], list(table), "sales"))
    assert one.columns == ("1", "2", "3")
    assert time.process_time() - began < 10
