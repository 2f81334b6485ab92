"""Data in a session: an upload, a sample or a generated sequence, read, told, corrected."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import streamlit as st
from pandas.tseries.frequencies import to_offset

from rnncore.config import GENERATORS, Limits, ReadConfig
from rnncore.messages import Note, Refusal
from rnncore.series import Series, generate, read_table, samples, to_series
from rnncore.series.report import Report
from rnncore.texts import words
from rnncore.web import address, knobs, mishap
from rnncore.web.fold import fold
from rnncore.web.language import say, say_plain, sentence

_FILE, _ADOPTED, _READ = "data.file", "data.adopted", "read"


@dataclass(frozen=True)
class Data:
    """What the session works on: series, a title, and how they came to be."""

    series: list[Series]
    title: str
    notes: list[Note]
    report: Report | None = None


def choose() -> Data | None:
    """Draw the choice of a source and what it needs; None while there is nothing to work on."""
    sources = {"upload": _upload, "sample": _sample, "generate": _generate}
    if st.session_state.get(_ADOPTED) is not None:
        sources["again"] = _adopted
    address.restore("source", sources, "upload")
    source = st.segmented_control(
        say("data.source"),
        list(sources),
        format_func=lambda name: say_plain(f"data.{name}"),
        required=True,
        key="source",
        persist_state="session",
        label_visibility="collapsed",
    )
    address.write(source=source if source in ("sample", "generate") else None, run=None)
    return sources[source]()


def invite() -> None:
    """What to do where there is nothing yet: samples, a click away."""
    st.markdown(say("forecast.empty"))
    with st.container(horizontal=True):
        for sample in samples():
            st.button(say(f"sample.{sample.key}.name"), key=f"try.{sample.key}", on_click=_try, args=(sample.key,))


def _try(key: str) -> None:
    st.session_state["source"], st.session_state["sample"] = "sample", key


def pick(data: Data) -> int:
    """Which of several series to look at."""
    if len(data.series) == 1:
        return 0
    names = [series.name for series in data.series]
    return st.selectbox(say("forecast.series"), range(len(names)), format_func=names.__getitem__, key="data.series")


def adopt(series: list[Series], title: str, notes: list[Note]) -> None:
    """Work on the data of an earlier run."""
    st.session_state[_ADOPTED] = Data(series, title, notes)
    st.session_state["source"] = "again"


def _adopted() -> Data:
    return st.session_state[_ADOPTED]


def _upload() -> Data | None:
    st.file_uploader(
        say("data.file"),
        type=["csv", "tsv", "txt", "tab", "dat"],
        key="data.uploader",
        on_change=_keep_upload,
        help=say("data.file_help", megabytes=Limits().max_megabytes),
        label_visibility="collapsed",
    )
    held = st.session_state.get(_FILE)
    if held is None:
        return None
    if st.session_state.get("data.uploader") is None:
        st.caption(say("data.held", name=held[0]))
    return _read(*held)


def _keep_upload() -> None:
    """Keep the bytes in the session: the widget forgets them at a page switch."""
    uploaded = st.session_state["data.uploader"]
    knobs.reset(ReadConfig, _READ)
    st.session_state[_FILE] = None if uploaded is None else (uploaded.name, uploaded.getvalue())


def _sample() -> Data | None:
    shelf = {sample.key: sample for sample in samples()}
    address.restore("sample", shelf, next(iter(shelf)))
    key = st.selectbox(
        say("data.which"),
        list(shelf),
        format_func=lambda key: say_plain(f"sample.{key}.name"),
        key="sample",
        on_change=knobs.reset,
        args=(ReadConfig, _READ),
        persist_state="session",
    )
    address.write(sample=key)
    sample = shelf[key]
    st.caption(say(f"sample.{key}.shows") + "  \n" + say("data.source_of", source=sample.source, licence=sample.licence))
    return _read(sample.file, sample.bytes(), title=say_plain(f"sample.{key}.name"), target=sample.value)


def _generate() -> Data | None:
    address.restore("sequence", GENERATORS, "sine")
    kind = st.selectbox(
        say("data.kind"),
        list(GENERATORS),
        format_func=lambda kind: say_plain(f"choice.kind.{kind}"),
        key="sequence",
        persist_state="session",
    )
    address.write(sequence=kind)
    model = GENERATORS[kind]
    names = [name for name in model.model_fields if name != "kind"]
    simple = [name for name in names if model.model_fields[name].json_schema_extra["simple"]]
    with st.container(border=True):
        columns = st.columns(min(3, max(1, len(simple))))
        for number, name in enumerate(simple):
            with columns[number % len(columns)]:
                knobs.knob(model, name, f"generate.{kind}")
        rest = [name for name in names if name not in simple]
        fold(say("settings.more"), "sequence", lambda: knobs.draw(model, rest, f"generate.{kind}"))
    with mishap.told():
        generated = generate(knobs.current(model, f"generate.{kind}"))
    return Data([generated.series], say_plain(f"choice.kind.{kind}"), list(generated.notes))


def _read(name: str, content: bytes, *, title: str | None = None, target: str | None = None) -> Data | None:
    """Read the bytes with the corrections of this session; the last reading is kept, so that a rerun costs nothing."""
    with mishap.told():
        config = knobs.current(ReadConfig, _READ)
    if target and config.value is None:
        config = config.model_copy(update={"value": target})
    try:
        report, series = _reading(content, config)
    except Refusal as refusal:
        st.error(sentence(refusal))
        _correct(None)
        return None
    return Data(series, title or name, report.notes, report)


def _reading(content: bytes, config: ReadConfig) -> tuple[Report, list[Series]]:
    content_key = st.session_state.get("data.key")
    if content_key is None or content_key[0] is not content:
        content_key = (content, hashlib.sha256(content).hexdigest())
        st.session_state["data.key"] = content_key
    key = (content_key[1], config.model_dump_json())
    if st.session_state.get("data.reading", (None,))[0] != key:
        with st.spinner(say("data.reading")):
            table = _table(content, content_key[1], config)
            reading = to_series(table, config)
            st.session_state["data.reading"] = (key, reading.report, reading.series)
    return st.session_state["data.reading"][1:]


def _table(content: bytes, digest: str, config: ReadConfig):
    """The parsed file; a change of column or of cleaning does not parse it again."""
    dress = config.model_dump_json(include={"encoding", "delimiter", "decimal", "header"})
    if st.session_state.get("data.table", (None,))[0] != (digest, dress):
        st.session_state["data.table"] = ((digest, dress), read_table(content, config))
    return st.session_state["data.table"][1]


def tell(data: Data) -> None:
    """What was read, in one line; below it every note, with a button where another reading is possible."""
    series = data.series[0]
    facts = {"rows": sum(map(len, data.series)), "series": len(data.series)}
    line = say("data.many" if len(data.series) > 1 else "data.one", **facts)
    if series.stamps is not None:
        line += say("data.span", frequency=frequency_words(series.frequency), first=_day(series, 0), last=_day(series, -1))
    else:
        line += say("data.numbered")
    st.markdown(line)
    for number, note in enumerate(data.notes):
        _tell_note(number, note)


def _tell_note(number: int, note: Note) -> None:
    if not note.choices:
        st.markdown(f":gray[:material/info:] {sentence(note)}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":orange[:material/help:] {sentence(note)}", width="content")
        for name, values in note.choices.items():
            taken = st.session_state.get(f"{_READ}.{name}")
            for value in values[:4]:
                if value == taken or value == note.facts.get("taken"):
                    continue
                words = say("data.switch", value=_choice_words(name, value))
                st.button(words, key=f"switch.{number}.{name}.{value}", on_click=_switch, args=(name, value), type="tertiary")


def _choice_words(name: str, value) -> str:
    known = {"date_order"}
    return say_plain(f"choice.{name}.{value}") if name in known else str(value)


def _switch(name: str, value) -> None:
    st.session_state[f"{_READ}.{name}"] = value


def inspect(data: Data) -> None:
    """The first rows as they stand in the file, and the knobs of reading."""
    if data.report is None:
        return
    fold(say("data.preview"), "preview", lambda: _preview(data.report), ":material/table_rows:")
    fold(say("data.correct"), "correct", lambda: _correct(data.report), ":material/edit:")


def _preview(report: Report) -> None:
    names = _unique([column["name"] for column in report.columns])
    st.dataframe([dict(zip(names, row, strict=False)) for row in report.preview], hide_index=True, height=260)


def _unique(names: list[str]) -> list[str]:
    return [name if names.index(name) == number else f"{name} ({number + 1})" for number, name in enumerate(names)]


def _correct(report: Report | None) -> None:
    columns = [column["name"] for column in report.columns] if report else None
    left, middle, right = st.columns(3)
    for place, names in (
        (left, ("time", "value", "series", "frequency")),
        (middle, ("date_order", "decimal", "delimiter", "encoding", "header")),
        (right, ("duplicates", "gaps", "sentinel", "zone")),
    ):
        with place:
            for name in names:
                options = None
                if columns and name in ("time", "value", "series"):
                    options = columns if name == "value" else [*columns, ""]
                knobs.knob(ReadConfig, name, _READ, found=_found(report, name), options=options)


def _found(report: Report | None, name: str):
    attribute = {"value": "target", "series": "series_column"}.get(name, name)
    found = getattr(report, attribute, None)
    return {"\t": "Tab", " ": "␣"}.get(found, found) if name == "delimiter" else found


def frequency_words(alias: str) -> str:
    """ "monthly", "every 30 minutes" for a pandas alias; the alias itself where there are no words for it."""
    offset = to_offset(alias)
    name = offset.rule_code.split("-")[0]
    if f"frequency.{name}" not in words():
        return alias
    return say_plain(f"frequency.{name}") if offset.n == 1 else say_plain(f"frequency.every.{name}", n=offset.n)


def _day(series: Series, row: int) -> str:
    stamp = series.stamps[row]
    return stamp.strftime("%Y-%m-%d" if stamp == stamp.normalize() else "%Y-%m-%d %H:%M")
