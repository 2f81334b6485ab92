import pytest

from rnncore.series import read
from rnncore.series.samples import samples
from rnncore.texts import LANGUAGES, words

EVERY = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.key)


def test_there_are_at_least_six():
    assert len(samples()) >= 6


@EVERY
def test_a_sample_is_read_like_an_upload_and_its_column_is_found(sample):
    reading = read(sample.bytes(), sample.read_config())
    assert reading.report.target == sample.value
    assert len(reading.series) == 1
    assert len(reading.series[0]) >= 100
    assert reading.report.frequency is not None


@EVERY
def test_a_sample_has_its_words_in_every_language(sample):
    for part in ("name", "unit", "shows"):
        entry = words()[f"sample.{sample.key}.{part}"]
        assert all(entry[language].strip() for language in LANGUAGES)


@EVERY
def test_a_sample_names_its_source_and_carries_the_licence_text_it_needs(sample):
    assert sample.source
    assert sample.licence == "public domain" or sample.licence_text().strip()


def test_what_is_known_of_the_air_passengers_comes_out():
    reading = read(samples()[0].bytes(), samples()[0].read_config())
    assert (reading.report.rows, reading.report.frequency, reading.report.first[:10]) == (144, "MS", "1949-01-01")
    assert reading.report.sums["y"] == 40363
