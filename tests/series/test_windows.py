"""Windows: what they hold, and that none of them crosses the split."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnncore.series.windows import rolling_origins, training_windows, windows_at


def test_a_window_holds_the_rows_before_its_origin_and_its_target_those_after():
    windows = training_windows([np.arange(10.0)], window=3, horizon=2, ends=[7])
    inputs, targets = windows.take()
    np.testing.assert_array_equal(inputs, [[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    np.testing.assert_array_equal(targets, [[3, 4], [4, 5], [5, 6]])


def test_a_window_longer_than_its_past_repeats_the_first_row():
    inputs, targets = windows_at([np.array([5.0, 6, 7])], window=4, horizon=2, origins=[[2]]).take()
    np.testing.assert_array_equal(inputs, [[5, 5, 5, 6]])
    np.testing.assert_array_equal(targets, [[7, np.nan]])


def test_rows_of_one_series_never_stand_in_a_window_of_another():
    windows = windows_at([np.zeros(5), np.ones(4)], window=3, horizon=2, origins=[[5], [1, 4]])
    inputs, targets = windows.take()
    np.testing.assert_array_equal(inputs, [[0] * 3, [1] * 3, [1] * 3])
    np.testing.assert_array_equal(targets, [[np.nan] * 2, [1, 1], [np.nan] * 2])
    assert windows.series.tolist() == [0, 1, 1]


@given(
    lengths=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    window=st.integers(1, 20),
    horizon=st.integers(1, 10),
    share=st.floats(0, 1),
)
def test_no_training_window_crosses_the_split(lengths, window, horizon, share):
    ends = [int(share * length) for length in lengths]
    values = [1000.0 * number + np.arange(length) for number, length in enumerate(lengths)]
    windows = training_windows(values, window, horizon, ends)
    inputs, targets = windows.take()
    for row, ahead, number in zip(inputs, targets, windows.series, strict=True):
        together = np.concatenate([row, ahead]) - 1000 * number
        np.testing.assert_array_equal(np.diff(together), 1)
        assert together[0] >= 0
        assert together[-1] < ends[number]
    assert len(windows) == sum(max(0, end - window - horizon + 1) for end in ends)


def test_origins_roll_by_a_horizon_as_long_as_a_whole_one_fits():
    assert rolling_origins(10, 20, 3) == [10, 13, 16]
    assert rolling_origins(10, 20, 4, step=2) == [10, 12, 14, 16]
    assert rolling_origins(10, 11, 4) == [10]
