import markdown_it
import pytest

from rnncore.texts import LANGUAGES, say
from rnncore.web.language import escape

HOSTILE = [
    "![i](http://example.org/p.png)",
    "[click](javascript:alert(1))",
    "<script>alert(1)</script>",
    "https://example.org",
    "www.example.org",
    "a@example.org",
    "$x^2$ :red[x] :material/home:",
    "# heading\n- list\n\n> quote",
    "**bold** _it_ `code` ~~gone~~ | a | b |",
    "&lt;b&gt; \\",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_file_shows_as_it_stands(text):
    parser = markdown_it.MarkdownIt("gfm-like", {"linkify": False}).enable(["table", "strikethrough"])
    (block,) = [token for token in parser.parse(escape(text)) if token.type == "inline"]
    assert {child.type for child in block.children} <= {"text", "text_special"}
    assert "".join(child.content for child in block.children) == " ".join(text.split())


def test_no_address_survives_for_a_linkifier():
    for text in HOSTILE:
        assert "http://" not in escape(text)
        assert "www." not in escape(text)
        assert "a@" not in escape(text)


def test_long_text_is_cut():
    assert len(escape("a" * 10_000)) < 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_follows_its_number(language):
    one, many = (say(language, "data.one", rows=rows) for rows in (1, 2))
    assert one != many
    assert ("rows" in many) == (language == "en")
