"""Every file of the corpus comes out as `tests/data/expected.json` states, in both languages."""

import json
from pathlib import Path

import pytest

from rnncore.messages import Refusal
from rnncore.series import read
from rnncore.texts import say

DATA = Path(__file__).parents[1] / "data"
EXPECTED = json.loads((DATA / "expected.json").read_text("utf-8"))
READ = {name: wanted for name, wanted in EXPECTED.items() if "refusal" not in wanted}
REFUSED = {name: wanted["refusal"] for name, wanted in EXPECTED.items() if "refusal" in wanted}


@pytest.mark.parametrize("name", READ)
def test_file_comes_out_as_expected(name):
    wanted = dict(READ[name])
    reading = read((DATA / name).read_bytes())
    found = reading.report.as_dict("en")
    codes = [note["code"] for note in found["notes"]]
    assert set(wanted.pop("notes", [])) <= set(codes)
    assert not set(wanted.pop("absent", [])) & set(codes)
    for column, total in wanted.pop("sums", {}).items():
        assert found["sums"][column] == pytest.approx(total)
    for end in ("first", "last"):
        if wanted.get(end):
            assert found[end].removesuffix("T00:00:00") == wanted.pop(end).removesuffix("T00:00:00")
    assert {key: found[key] for key in wanted} == wanted
    json.dumps(reading.report.as_dict("zh"), allow_nan=False)


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_is_no_series_is_refused_in_one_sentence(name):
    with pytest.raises(Refusal) as refused:
        read((DATA / name).read_bytes())
    assert refused.value.code == REFUSED[name]
    for language in ("en", "zh"):
        sentence = say(language, f"refusal.{refused.value.code}", **refused.value.facts)
        assert "\n" not in sentence
        assert sentence[-1] in ".。"
