import numpy as np
import pandas as pd
import pytest

from rnncore import figures
from rnncore.figures.colours import QUANTITIES
from rnncore.figures.points import MOST, outline, plain, within
from rnncore.forecasting.result import Forecast, HeldOut
from rnncore.messages import Epoch
from rnncore.series import Series


def monthly(rows=60, name="sales"):
    values = 100 + np.arange(rows) + 10 * np.sin(np.arange(rows) / 12 * 2 * np.pi)
    return Series(name, values, np.ones(rows, bool), pd.date_range("2020-01-01", periods=rows, freq="MS"), "MS")


def words(key):
    return f"<{key}>"


def test_outline_keeps_the_extremes_and_both_ends_of_a_long_series():
    values = np.random.default_rng(0).normal(size=1_000_003)
    values[777_777], values[1_000_001] = 99, -99
    rows = outline(values, 2000)
    assert len(rows) <= 2100
    assert {0, 777_777, 1_000_001, 1_000_002} <= set(rows.tolist())


def test_outline_of_a_short_series_is_the_series():
    assert outline(np.arange(10.0)).tolist() == list(range(10))


def minutes(rows=100_000):
    values = np.sin(np.arange(rows) / 500)
    return Series("load", values, np.ones(rows, bool), pd.date_range("2020-01-01", periods=rows, freq="min"), "min")


def test_zoomed_part_of_a_long_series_shows_every_row_of_it_and_no_other():
    series = minutes()
    ends = series.stamps[[70_000, 70_100]].to_numpy()
    (line,) = figures.split(series, 80_000, 90_000, words, tuple(ends)).data
    assert len(figures.split(series, 80_000, 90_000, words).data[0].x) <= MOST + 100
    assert list(pd.DatetimeIndex(line.x)) == list(series.stamps[69_999:70_102])
    assert line.y == pytest.approx(series.values[69_999:70_102], abs=1e-6)


def test_zoom_is_the_range_of_the_axis_and_of_a_short_series_nothing_is_fixed():
    series, short = minutes(), monthly()
    ends = tuple(series.stamps[[70_000, 99_000]].to_numpy())
    zoomed, whole = (figures.split(series, 80_000, 90_000, words, span) for span in (ends, None))
    assert [pd.Timestamp(end) for end in zoomed.layout.xaxis.range] == list(series.stamps[[70_000, 99_000]])
    assert whole.layout.xaxis.range is None
    assert whole.layout.yaxis.fixedrange
    assert figures.split(short, 40, 50, words).layout.yaxis.fixedrange is None


@pytest.mark.parametrize("span", [None, (200, 300), (-9, -5), (5.2, 5.4), (8, 3)])
def test_zoom_beside_the_series_or_between_two_rows_shows_the_whole(span):
    assert within(np.arange(100), span) == slice(0, 100)


def test_zoom_takes_one_row_more_on_either_side():
    assert within(np.arange(100), (10, 20)) == slice(9, 22)
    assert within(np.arange(100), (-3, 99.5)) == slice(0, 101)


def test_text_from_a_file_cannot_become_markup_in_a_chart():
    assert plain('<a href="http://x">y</a>') == '&lt;a href="http://x"&gt;y&lt;/a&gt;'
    assert "<a" not in figures.split(monthly(name="<a href='x'>"), 40, 50, words).to_json()


def test_split_shades_validation_and_held_out_where_they_are():
    series = monthly()
    figure = figures.split(series, 40, 50, words)
    edges = [(pd.Timestamp(shape.x0), pd.Timestamp(shape.x1)) for shape in figure.layout.shapes]
    assert edges == [(series.stamps[40], series.stamps[50]), (series.stamps[50], series.stamps[59])]


def test_fan_starts_at_the_last_row_and_its_bands_nest():
    series = monthly()
    times = [stamp.isoformat() for stamp in series.stamps_after(3)]
    lower, upper = {"80": [0.5, 1, 2], "95": [0, 0, 0]}, {"80": [2, 3, 4], "95": [5, 5, 5]}
    forecast = Forecast("sales", times, [1.0, 2, 3], lower, upper, {"theta": 1.0})
    drawn = {line.name: line for line in figures.fan(series, forecast, words, 24, ended(series)).data}
    assert pd.Timestamp(drawn["<forecast>"].x[0]) == series.stamps[-1]
    assert pd.Timestamp(drawn["<forecast>"].x[1]) == series.stamps[-1] + pd.offsets.MonthBegin()
    assert drawn["<forecast>"].y[0] == pytest.approx(series.values[-1])
    assert list(drawn["80 %"].y[1:]) == [2, 3, 4]
    assert (np.array(drawn["95 %"].y) >= np.array(drawn["80 %"].y)).all()
    assert list(drawn["<tested>"].y) == [1, 2]


def ended(series):
    past = [stamp.isoformat() for stamp in series.stamps[-2:]]
    methods = {"combined": [1.0, 2], "network": [3.0, 4], "naive": [5.0, 5], "drift": [6.0, 7]}
    return HeldOut("sales", past[:1], past, [1.0, 2], methods, {"80": [0.5, 1]}, {"80": [2.0, 4]})


def test_the_held_out_end_shows_what_came_and_what_was_said_in_bands_around_the_first_method():
    drawn = {line.name: line for line in figures.held_out(ended(monthly()), monthly(), words, "drift").data}
    waiting = {name for name, line in drawn.items() if line.visible == "legendonly"}
    assert {"<observed>", "<combined>", "<drift>", "80 %"} <= set(drawn) - waiting
    assert waiting == {"<network>", "<naive>"}
    assert list(drawn["<network>"].y) == [3, 4]
    assert list(drawn["80 %"].y) == [2, 4]
    assert drawn["<combined>"].line.color == QUANTITIES["forecast"] != drawn["<network>"].line.color


def test_loss_curve_draws_every_network_as_a_line_of_its_own():
    def epoch(kind, seed, number, loss):
        return Epoch("member", kind, seed, number, 2, loss, 10 * loss, loss, 1, 1e-3, 1, 0.1, 9)

    def classical(number):
        return Epoch("classical", "sales", 0, number, 2, None, None, None, None, None, 1, 0.1, 9)

    side_by_side = [epoch("ridge/36", 0, 1, 3.0), epoch("level/36", 0, 1, 1.0), epoch("ridge/36", 0, 2, 2.0)]
    epochs = [classical(1), classical(2), *side_by_side, epoch("level/36", 1, 1, 0.5)]
    figure = figures.loss_curve(epochs, words, lambda name: name)
    upper = [line for line in figure.data if line.yaxis == "y"]
    lower = [line for line in figure.data if line.yaxis == "y2"]
    assert {line.name: list(line.y) for line in upper} == {
        "ridge/36, <seed> 0": [30.0, 20.0],
        "level/36, <seed> 0": [10.0],
        "level/36, <seed> 1": [5.0],
    }
    assert {line.name: list(line.y) for line in lower}["ridge/36, <seed> 0"] == [3.0, 2.0]
    assert [list(line.x) for line in upper if "ridge" in line.name] == [[1, 2]]
    assert [line.opacity == 1 for line in upper] == [False, False, True]


@pytest.mark.parametrize(
    ("freq", "told"), [("MS", "%Y-%m-%d"), ("D", "%Y-%m-%d"), ("30min", "%Y-%m-%d %H:%M"), ("5s", "%Y-%m-%d %H:%M:%S")]
)
def test_dates_are_written_in_figures(freq, told):
    every = np.ones(50, bool)
    series = Series("sales", np.arange(50.0), every, pd.date_range("2024-01-01", periods=50, freq=freq), freq)
    axis = figures.split(series, 30, 40, words).layout.xaxis
    assert axis.hoverformat == told
    assert not {letter for stop in axis.tickformatstops for letter in stop.value} & set("bBaA"), "names of months and days"
    single = figures.check(series.head(1), 0, [1.0], words)
    assert list(single.layout.xaxis.ticktext) == ["2024-01-01"]
    assert {line.mode for line in single.data} == {"markers"}, "of one row, a line shows nothing"
    rows = figures.split(Series("sales", np.arange(50.0), every, None, None), 30, 40, words).layout.xaxis
    assert rows.hoverformat is None
    assert not rows.tickformatstops


@pytest.mark.parametrize(
    ("errors", "labels"),
    [
        ([580.0, 36.0, 20.8], ["50", "20", "500"]),
        ([1300.0, 900.0], ["900", "1,000", "1,300"]),
        ([41_000.0, 6_200.0], ["10,000", "20,000"]),
        ([1.04, 1.01], ["1.01", "1.04"]),
        ([58.0, 20.8], ["40", "30"]),
        ([0.0025], ["0.0025"]),
        ([1e-9, 1e3], ["1e-09", "1,000"]),
    ],
)
def test_labels_of_the_loss_can_be_read_as_they_stand(errors, labels):
    epochs = [Epoch("member", "level/36", 0, n, 2, 1.0, error, error, 1, 1e-3, 1, 0.1, 9) for n, error in enumerate(errors)]
    axis = figures.loss_curve(epochs, words, lambda name: name).layout.yaxis
    assert set(labels) <= set(axis.ticktext)
    assert len(axis.ticktext) <= 5
    low, high = axis.range
    assert all(low <= np.log10(value) <= high for value in (*errors, *axis.tickvals))
    for value, text in zip(axis.tickvals, axis.ticktext, strict=True):
        assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-2)


@pytest.mark.parametrize("background", ["#FFFFFF", "#15181D"])
def test_colours_stand_out_on_both_backgrounds(background):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    for quantity, colour in QUANTITIES.items():
        light, dark = sorted([luminance(colour), luminance(background)], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 2.9, (quantity, colour)
