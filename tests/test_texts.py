"""The texts of both languages stand side by side: same chapters, sections, formulas, placeholders; one word for one thing."""

import re
import tomllib
from importlib.resources import files

import pytest

from rnncore import texts
from rnncore.figures.colours import QUANTITIES

ROOT = files("rnncore.texts")
CHAPTERS = sorted({path.name.removesuffix(".md") for language in texts.LANGUAGES for path in (ROOT / language).iterdir()})
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)


def formulas(text):
    return sorted(re.sub(r"\s+", " ", found) for found in FORMULA.findall(text))


def chinese():
    """Every Chinese text of the house, by where it stands."""
    for key, entry in texts.words().items():
        yield key, entry["zh"]
    for chapter in CHAPTERS:
        yield chapter, (ROOT / "zh" / f"{chapter}.md").read_text("utf-8")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_the_same_sections_and_formulas_in_each_language(chapter):
    english, other = (texts.article(language, chapter) for language in ("en", "zh"))
    assert list(english.sections) == list(other.sections)
    for key, section in english.sections.items():
        assert formulas(section.text) == formulas(other.sections[key].text), key


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_formulas_use_only_the_colours_of_the_house(chapter):
    for language in texts.LANGUAGES:
        named = re.findall(r"\\textcolor\{([^}]*)\}", (ROOT / language / f"{chapter}.md").read_text("utf-8"))
        assert set(named) <= set(QUANTITIES)


def test_chinese_texts_keep_to_one_word_for_one_thing():
    terms = tomllib.loads((ROOT / "terms.toml").read_text("utf-8"))["terms"]
    avoided = {word: term["zh"] for term in terms.values() for word in term.get("avoid", [])}
    wrong = [(where, word, right) for where, text in chinese() for word, right in avoided.items() if word in text]
    assert not wrong


def test_chinese_punctuation_is_full_width_between_chinese_characters():
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff ]")
    wrong = [(where, found.group()) for where, text in chinese() for found in half_width.finditer(text)]
    assert not wrong


def test_every_word_has_a_text_in_each_language():
    assert not [key for key, entry in texts.words().items() if set(entry) != set(texts.LANGUAGES)]


@pytest.mark.parametrize(
    ("best", "second", "told"),
    [
        ("Theta", "漂移法", "Theta 与漂移法不相上下"),
        ("均值", "GRU（综合）", "均值与 GRU（综合）不相上下"),
        ("仅网络", "ETS", "仅网络与 ETS 不相上下"),
    ],
)
def test_latin_and_chinese_letters_meet_with_a_space(best, second, told):
    assert told in texts.say("zh", "compare.also.equal", best=best, second=second)
    assert texts.say("zh", "run_title", title="2024年a表") == "2024年a表", "words of a user stay as they are"
