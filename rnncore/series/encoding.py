"""Which encoding a file is in: byte order mark, then UTF-8, then the candidate whose letters look most like language."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

import numpy as np

from rnncore.messages import Note, Refusal

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(rb"[\r\n]")
_SAMPLE = 30_000  # bytes of lines beyond ASCII: enough for letter statistics
_COMMON_SIGNS = "°€£µ§²³½¼¾«»–—’‘“”„…·×±™®©•ºª¥ "
_COUNTERS = "年月日时時分秒元円度万萬億亿号周週件个個人台値值量点"


def decode(data: bytes, wanted: str | None) -> tuple[bytes, str, list[Note]]:
    """UTF-8 bytes with newline as the only line end, the encoding's Python name, and notes.

    Raises Refusal when the wanted encoding is unknown or the bytes are no text.
    """
    name, notes = (_known(wanted), []) if wanted else _find(data)
    if name in ("utf-8", "utf-8-sig") and (data.isascii() or _is_valid(data, "utf-8")):
        text = data.removeprefix(codecs.BOM_UTF8)
    else:
        decoded = data.decode(name, "replace")
        lost = decoded.count("\ufffd") - data.count("\ufffd".encode() if name.startswith("utf-8") else b"\xff\xff\xff\xff")
        if lost > 0:
            notes.append(Note("bytes_unreadable", lost, {"encoding": name}))
        text = decoded.removeprefix("\ufeff").encode("utf-8", "replace")
    if b"\x00" in text:
        nuls = text.count(b"\x00")
        text = text.rstrip(b"\x00")  # what a crash leaves behind the last row that was written
        if text.count(b"\x00") > 0.1 * len(text):
            raise Refusal("binary_file")
        text = text.replace(b"\x00", b"")
        notes.append(Note("nul_removed", nuls))
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.rstrip(b"\x1a"), name, notes


def _known(wanted: str) -> str:
    try:
        codec = codecs.lookup(wanted)
        "".encode(codec.name)  # hex, zlib and their like are codecs, but not of text
    except (LookupError, ValueError, TypeError):
        raise Refusal("unknown_encoding", encoding=wanted) from None
    return {"iso8859-1": "latin-1", "utf-8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}.get(codec.name, codec.name)


def _find(data: bytes) -> tuple[str, list[Note]]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, []
    wide = _utf16_without_mark(data)
    if wide:
        return wide, []
    if data.isascii() or _is_valid(data, "utf-8"):
        return "utf-8", []
    if _mostly_utf8(data):
        return "utf-8", []
    sample = _lines_beyond_ascii(data)
    scores = {name: _language_score(sample, name, score) for name, score in _CANDIDATES.items()}
    found = max(scores, key=scores.get)
    if found == "cp1252" and not re.search(rb"[\x80-\x9f]", sample):
        found = "latin-1"
    others = [name for name, _ in sorted(scores.items(), key=lambda item: -item[1]) if name != found]
    return found, [Note("encoding_guessed", 1, {"encoding": found}, {"encoding": [found, *others[:3]]})]


def _is_valid(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """A few broken bytes among many sound sequences: a damaged UTF-8 file, not another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return len(data) - len(text) > 10 * broken or (broken == 1 and text.endswith("\ufffd") and len(data) - len(text) > 2)


def _utf16_without_mark(data: bytes) -> str | None:
    """Every second byte of Western text in UTF-16 is zero; of Chinese text, at least those of digits and marks."""
    sample = data[:4096]
    sample = sample[: len(sample) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) <= 0.3 * len(sample) / 2 or min(even, odd) > 0.05 * max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _lines_beyond_ascii(data: bytes) -> bytes:
    """The first lines that hold bytes beyond ASCII, up to the size of a sample."""
    kept, size, end = [], 0, 0
    for place in np.flatnonzero(np.frombuffer(data, np.uint8) > 127)[: 4 * _SAMPLE]:
        if place < end:
            continue
        start = max(data.rfind(b"\n", 0, place), data.rfind(b"\r", max(0, place - _SAMPLE), place)) + 1
        found = _LINE_END.search(data, place)
        end = found.start() if found else len(data)
        kept.append(data[start:end][: 2 * _SAMPLE])
        size += len(kept[-1])
        if size > _SAMPLE:
            break
    return b"\n".join(kept)


def _language_score(sample: bytes, name: str, score: Callable[[str, int, str], float]) -> float:
    """Mean points per character beyond ASCII; -9 where the bytes are not valid in the encoding."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return -9.0
    points = [score(text, place, name) for place, char in enumerate(text) if ord(char) > 127]
    return sum(points) / max(1, len(points))


def _stands_alone(text: str, place: int) -> bool:
    return all(ord(char) < 128 for char in text[max(0, place - 1) : place] + text[place + 1 : place + 2])


def _fills_cell(text: str, place: int) -> bool:
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    return all(char in ',;|"\t\n' for char in (before, after))


def _east_asian(text: str, place: int, name: str) -> float:
    """Common ideographs and kana speak for an encoding, rare and private ones and lone ones within plain text against it."""
    char = text[place]
    code = ord(char)
    if 0x3040 <= code < 0x3100:  # kana: also part of the Chinese sets, where it hardly occurs
        return 1.0 if name in _JAPANESE else -0.5
    if 0xFF61 <= code < 0xFFA0:  # half-width kana are any single byte in Shift-JIS
        return -0.6
    if 0xFF10 <= code < 0xFF5F and _stands_alone(text, place):  # one wide letter in a plain word is a sign, misread
        return -0.6
    if char in "℃°×±—‘’“”…·€£¥§" or code in _SPACES or 0xFF00 <= code < 0xFF61 or 0x3000 <= code < 0x3040:
        return 0.6
    if name == "gb18030" and code < 0x250 and char.isalpha():  # four bytes of a form that hardly occurs by chance
        return 0.8
    if not 0x4E00 <= code < 0xA000:
        return -2.0
    if _stands_alone(text, place) and char not in _COUNTERS:
        return 0.6 if _fills_cell(text, place) else -1.0
    return 1.0 if _is_common(char, name) else -0.7


_SPACES = (0xA0, 0x2002, 0x2003, 0x2009, 0x202F)
_FIRST_LEVEL = {  # the block of each national standard that holds the characters in common use
    "gb18030": (b"\xb0\xa1", b"\xd7\xf9"),
    "big5": (b"\xa4\x40", b"\xc6\x7e"),
    "cp950": (b"\xa4\x40", b"\xc6\x7e"),
    "shift_jis": (b"\x88\x9f", b"\x98\x72"),
    "cp932": (b"\x88\x9f", b"\x98\x72"),
    "euc_jp": (b"\xb0\xa1", b"\xcf\xd3"),
}
_JAPANESE = ("shift_jis", "cp932", "euc_jp")


def _is_common(char: str, name: str) -> bool:
    low, high = _FIRST_LEVEL[name]
    return low <= char.encode(name) <= high


def _western(text: str, place: int, name: str) -> float:
    """An accented letter stands among plain ones; runs of accented letters are another encoding, misread."""
    char = text[place]
    if char in _COMMON_SIGNS:
        return 0.9
    if unicodedata.category(char)[0] == "C" or not char.isalpha():
        return -1.5
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    odd_case = char.isupper() and before.islower()
    beside = any(letter.isascii() and letter.isalpha() for letter in (before, after))
    return (0.9 if beside else -0.4) - (0.8 if odd_case else 0.0)


def _cyrillic(text: str, place: int, name: str) -> float:
    """Words of three letters and more, with capitals in front only."""
    char = text[place]
    if not "а" <= char.lower() <= "ё":
        return 0.3 if char in "№°–—«»" else -1.5
    if char.isupper() and text[place - 1 : place].islower():
        return -0.8
    run = re.search("[а-яё]+$", text[max(0, place - 2) : place + 1].lower())[0]
    ahead = re.match("[а-яё]*", text[place + 1 : place + 3].lower())[0]
    return 0.75 if len(run) + len(ahead) >= 3 else -0.6


_CANDIDATES: dict[str, Callable[[str, int, str], float]] = {
    "gb18030": _east_asian,
    "big5": _east_asian,
    "cp950": _east_asian,
    "shift_jis": _east_asian,
    "cp932": _east_asian,
    "euc_jp": _east_asian,
    "cp1252": _western,
    "latin-1": _western,
    "cp1251": _cyrillic,
}
