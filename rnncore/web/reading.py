"""A file on a page: read, told, corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence

import streamlit as st
from pandas.tseries.frequencies import to_offset

from rnncore.config import ReadConfig
from rnncore.messages import Note
from rnncore.series import Series, read_table, to_series
from rnncore.series.leaks import leaks_into
from rnncore.series.report import Report
from rnncore.texts import words
from rnncore.web import covariates, knobs
from rnncore.web.fold import fold
from rnncore.web.language import say, say_plain, sentence
from rnncore.web.words import noted

_PREFIX = "read"
_ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "shift_jis", "euc-kr", "cp1252", "latin-1")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
_DIALECT = {"encoding", "delimiter", "decimal", "header", "date_order", "time"}
_CLEANING = {"duplicates", "gaps"}
_MOST_NOTES = 4


def read(content: bytes, target: str | None = None) -> tuple[Report, list[Series]]:
    """Report and series of a file, with the corrections of this session; the last reading is kept, so a rerun costs nothing.

    Raises `Refusal`.
    """
    config = knobs.current(ReadConfig, _PREFIX)
    if target and config.value is None:
        config = config.model_copy(update={"value": target})
    digest = _digest(content)
    key = (digest, config.model_dump_json())
    if st.session_state.get("reading.done", (None,))[0] != key:
        with st.spinner(say("data.reading")):
            table = _table(content, digest, config)
            found = to_series(table, _marked(config, table.typed.numbers))
        st.session_state["reading.done"] = (key, found.report, found.series)
    return st.session_state["reading.done"][1:]


def _marked(config: ReadConfig, columns: Container[str]) -> ReadConfig:
    """Without marks on what is to be forecast, or on columns of another file: the last choice counts."""
    kept = {
        kind: tuple(name for name in getattr(config, kind) if name in columns and name != config.value)
        for kind in ("known", "past")
    }
    return config.model_copy(update=kept)


def _digest(content: bytes) -> str:
    held = st.session_state.get("reading.digest")
    if held is None or held[0] is not content:
        held = st.session_state["reading.digest"] = (content, hashlib.sha256(content).hexdigest())
    return held[1]


def _table(content: bytes, digest: str, config: ReadConfig):
    """The parsed file; a change of column or of cleaning does not parse it again."""
    dress = config.model_dump_json(include=_DIALECT)
    if st.session_state.get("reading.table", (None,))[0] != (digest, dress):
        st.session_state["reading.table"] = ((digest, dress), read_table(content, config))
    return st.session_state["reading.table"][1]


def reset() -> None:
    """Forget the corrections, and what was handed in besides: they were made for another file."""
    knobs.reset(ReadConfig, _PREFIX)
    covariates.drop()


def tell(series: Sequence[Series], notes: Sequence[Note]) -> None:
    """What was read, in one line; below it every note, with a button where another reading is possible."""
    first = series[0]
    line = say("data.many" if len(series) > 1 else "data.one", rows=sum(map(len, series)), series=len(series))
    if first.stamps is not None:
        start, end = min(one.stamps[0] for one in series), max(one.stamps[-1] for one in series)
        line += say("data.span", frequency=frequency_words(first.frequency), first=_day(start), last=_day(end))
    else:
        line += say("data.numbered")
    st.markdown(line)
    warned = _leaks(first)
    notes = [note for note in notes if not note.choices or "value" not in note.choices]
    notes = [note for note in notes if not (warned and note.code.startswith("leak_"))]
    questions = [note for note in notes if note.choices and not _CLEANING & set(note.choices)]
    others = [note for note in notes if note not in questions]
    for number, note in enumerate(questions):
        _ask(number, note)
    if len(others) <= _MOST_NOTES:
        noted(others)
    else:
        fold(say("data.notes", count=len(others)), "notes", lambda: noted(others), ":material/build:")


def _leaks(one: Series) -> bool:
    """Warns of covariates that were chosen and give the series away; looked for once."""
    held = st.session_state.get("reading.leaks")
    if held is None or held[0] is not one:
        held = st.session_state["reading.leaks"] = (one, leaks_into(one))
    for leak in held[1]:
        st.warning(say(f"finding.leak_{leak.kind}", **leak.as_facts()), icon=":material/key:")
    return bool(held[1])


def _ask(number: int, note: Note) -> None:
    """A note on a reading that could have been another one, with a button for each other one."""
    text, buttons = st.columns([5, 3], vertical_alignment="center", gap="small")
    text.markdown(f":orange[:material/help:] {sentence(note)}")
    with buttons, st.container(horizontal=True, gap="xsmall"):
        for name, values in note.choices.items():
            key = "sentinel" if name == "sentinel" else "other"
            for value in _others(name, values, note)[:3]:
                title = say(f"data.switch.{key}", value=_option_words(name, value))
                st.button(title, key=f"switch.{number}.{name}.{value}", on_click=_switch, args=(name, value))


def _others(name: str, values: list, note: Note) -> list:
    """The readings that were not taken. The one that was stands among the facts of the note, or first."""
    chosen = st.session_state.get(f"{_PREFIX}.{name}")
    if len(values) == 1:
        return [value for value in values if value != chosen]
    told = list(note.facts.values())
    taken = next((value for value in values if value in told), values[0])
    return [value for value in values if value not in (taken, chosen)]


def _option_words(name: str, value) -> str:
    if isinstance(value, bool):
        return say_plain("yes" if value else "no")
    key = f"choice.{name}.{value}"
    return say_plain(key) if key in words() else str(value) or say_plain("knob_none")


def _switch(name: str, value) -> None:
    st.session_state[f"{_PREFIX}.{name}"] = value


def pick_column(report: Report) -> None:
    """Which of several value columns to forecast."""
    if len(report.values) > 1:
        knobs.knob(ReadConfig, "value", _PREFIX, found=report.target, options={name: name for name in report.values})


def inspect(report: Report) -> None:
    """The first rows as they stand in the file, and the knobs of reading, folded."""
    fold(say("data.preview"), "preview", lambda: _preview(report), ":material/table_rows:")
    fold(say("data.correct"), "correct", lambda: correct(report), ":material/edit:")


def _preview(report: Report) -> None:
    names = [column["name"] for column in report.columns]
    names = [name if names.index(name) == number else f"{name} ({number + 1})" for number, name in enumerate(names)]
    st.dataframe([dict(zip(names, row, strict=False)) for row in report.preview], hide_index=True, height=260)


def correct(report: Report | None) -> None:
    """The knobs of reading; columns can be chosen once there is a report."""
    left, middle, right = st.columns(3)
    for place, names in (
        (left, ("time", "series", "frequency")),
        (middle, ("date_order", "decimal", "delimiter", "encoding", "header")),
        (right, ("duplicates", "gaps", "sentinel", "zone")),
    ):
        with place:
            for name in names:
                knobs.knob(ReadConfig, name, _PREFIX, found=_found(report, name), options=_options(report, name))
    st.button(say("data.reset"), on_click=reset, type="tertiary")


def _options(report: Report | None, name: str) -> dict | None:
    """What a free text knob can be set to, where that is known."""
    if name == "encoding":
        return {encoding: encoding for encoding in _ENCODINGS}
    if name == "delimiter":
        return {mark: say_plain(f"delimiter.{word}") for mark, word in _DELIMITERS.items()}
    if report is None or name not in ("time", "series"):
        return None
    return {**{column["name"]: column["name"] for column in report.columns}, "": say_plain("knob_none")}


def _found(report: Report | None, name: str) -> str | None:
    found = getattr(report, "series_column" if name == "series" else name, None)
    return say_plain(f"delimiter.{_DELIMITERS[found]}") if name == "delimiter" and found in _DELIMITERS else found


def frequency_words(alias: str) -> str:
    """ "monthly", "every 30 minutes" for a pandas alias; the alias itself where there are no words for it."""
    offset = to_offset(alias)
    name = offset.rule_code.split("-")[0]
    if f"frequency.{name}" not in words():
        return alias
    return say_plain(f"frequency.{name}") if offset.n == 1 else say_plain(f"frequency.every.{name}", n=offset.n)


def _day(stamp) -> str:
    return stamp.strftime("%Y-%m-%d" if stamp == stamp.normalize() else "%Y-%m-%d %H:%M")
