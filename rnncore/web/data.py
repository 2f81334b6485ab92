"""Data in a session: an upload, a sample, a generated sequence, or the data of an earlier run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from rnncore.config import GENERATORS, Limits
from rnncore.messages import Note, Refusal
from rnncore.series import Series, generate, samples
from rnncore.series.report import Report
from rnncore.web import address, covariates, knobs, mishap, opened, reading
from rnncore.web.fold import fold
from rnncore.web.language import say, say_plain, sentence

_FILE, _NUMBER, _ADOPTED = "data.file", "data.number", "data.adopted"


@dataclass(frozen=True)
class Data:
    """What the session works on: series, a title, and how they came to be. later: notes on rows that were handed in later."""

    series: list[Series]
    title: str
    notes: list[Note]
    report: Report | None = None
    later: tuple[Note, ...] = ()


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
    address.write(source=source if source in ("sample", "generate") else None)
    found = sources[source]()
    if found is None:
        return None
    series, later = covariates.completed(found.series)
    return replace(found, series=series, later=tuple(later))


def invite() -> None:
    """What to do where there is nothing yet: samples, a click away."""
    st.markdown(say("forecast.empty"))
    with st.container(horizontal=True):
        for sample in samples():
            st.button(say(f"sample.{sample.key}.name"), key=f"try.{sample.key}", on_click=_try, args=(sample.key,))


def _try(key: str) -> None:
    st.session_state["source"], st.session_state["sample"] = "sample", key


def pick(data: Data) -> Series:
    """The series to look at; the chapters' demos may take it as their example."""
    number = 0
    if len(data.series) > 1:
        names = [series.name for series in data.series]
        number = st.selectbox(say("forecast.series"), range(len(names)), format_func=names.__getitem__, key="data.series")
    st.session_state["data.chosen"] = data.series[number]
    return data.series[number]


def adopt(series: list[Series], title: str, notes: list[Note]) -> None:
    """Work on the data of an earlier run."""
    st.session_state[_ADOPTED] = Data(series, title, notes)
    st.session_state["source"] = "again"


def _adopted() -> Data:
    return st.session_state[_ADOPTED]


def drop(key: str) -> bool:
    """A place to drop a file; its bytes are kept in the session, for the widget forgets them at a page switch."""
    uploaded = st.file_uploader(
        say("data.file"),
        type=["csv", "tsv", "txt", "tab", "dat"],
        key=key,
        on_change=_keep_upload,
        args=(key,),
        help=say("data.file_help", megabytes=Limits().max_megabytes),
        label_visibility="collapsed",
    )
    return uploaded is not None


def _keep_upload(key: str) -> None:
    uploaded = st.session_state[key]
    number = None if uploaded is None else uploaded.file_id
    # A rerun that the browser asked for before it knew of a page switch tells of the same file once more: no news.
    if number is not None and number == st.session_state.get(_NUMBER):
        return
    st.session_state[_NUMBER] = number
    reading.reset()
    st.session_state[_FILE] = None if uploaded is None else (uploaded.name, uploaded.getvalue())
    st.session_state["source"] = "upload"
    opened.close()


def _upload() -> Data | None:
    shown = drop("data.uploader")
    held = st.session_state.get(_FILE)
    if held is None:
        return None
    if not shown:
        st.caption(say("data.held", name=held[0]))
    return _read(*held)


def _sample() -> Data | None:
    shelf = {sample.key: sample for sample in samples()}
    address.restore("sample", shelf, next(iter(shelf)))
    key = st.selectbox(
        say("data.which"),
        list(shelf),
        format_func=lambda key: say_plain(f"sample.{key}.name"),
        key="sample",
        on_change=reading.reset,
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
    """The bytes as data; where they cannot be read, the reason, and the knobs that may help."""
    try:
        report, series = reading.read(content, target)
    except Refusal as refusal:
        st.error(sentence(refusal))
        fold(say("data.correct"), "correct", lambda: reading.correct(None), ":material/edit:")
        return None
    return Data(series, title or name, report.notes, report)
