"""Before a run: the settings, what they cost, and the button that starts it."""

from __future__ import annotations

import json

import pydantic
import streamlit as st

from rnncore import figures, runs
from rnncore.config import ForecastConfig, NetworkConfig, RunConfig, TrainingConfig
from rnncore.figures.points import MOST
from rnncore.forecasting import model_file
from rnncore.forecasting.plan import Plan, horizon_of, plan
from rnncore.messages import Refusal
from rnncore.series import Series, future
from rnncore.web import covariates, knobs, layers, memory, opened, zoom
from rnncore.web.data import Data
from rnncore.web.fold import fold
from rnncore.web.language import language, say, say_plain, sentence
from rnncore.web.words import duration, figure_words, noted

ROOMS = {"forecast": ForecastConfig, "network": NetworkConfig, "training": TrainingConfig}
DRAWN_ELSEWHERE = {"layers", "levels"}
UNFOLDED = [
    (room, name)
    for room, model in ROOMS.items()
    for name, field in model.model_fields.items()
    if field.json_schema_extra["simple"] and name not in DRAWN_ELSEWHERE
]


def current() -> RunConfig:
    """The config as the widgets of this session stand. Raises `Refusal` where a value is out of range."""
    parts = {room: knobs.current(model, room) for room, model in ROOMS.items()}
    levels = tuple(st.session_state.get("forecast.levels.shown") or ForecastConfig().levels)
    return RunConfig(
        forecast=parts["forecast"].model_copy(update={"levels": levels}),
        network=parts["network"].model_copy(update={"layers": layers.current()}),
        training=parts["training"],
    )


def adopt(config: RunConfig) -> None:
    """Set every widget to a config: of an earlier run, or from a file."""
    for room in ROOMS:
        knobs.adopt(getattr(config, room), room)
    layers.adopt(config.network.layers)
    st.session_state["forecast.levels.shown"] = list(config.forecast.levels)


def settle(data: Data) -> Plan | None:
    """The plan of a run with this data and these settings, or its refusal as a sentence."""
    try:
        settled = plan(data.series, current())
    except Refusal as refusal:
        if not refusal.code.startswith("future_missing"):
            st.error(sentence(refusal))
        elif covariates.has_rows():  # else the page asks for them, or says why they could not be read
            st.info(sentence(refusal), icon=":material/table_rows:")
        return None
    noted(note for note in settled.notes if note.code == "future_beyond")  # may be a slip of whoever filled it in
    return settled


def ask_for_rows(data: Data) -> None:
    """The rows to come of columns that are known in advance, where there are any; as many as a run or a model needs."""
    try:
        horizon = horizon_of(data.series, current().forecast)
    except Refusal:
        horizon = None
    if horizon and future.known_names(data.series):
        horizon = max(horizon, _horizon_of_model())
    covariates.ask(data.series, list(data.later), data.title, horizon)


def _horizon_of_model() -> int:
    """Of the saved model that was handed in; 0 where there is none that can be read."""
    uploaded = st.session_state.get("setup.model")
    try:
        return model_file.read(uploaded.getvalue()).config.forecast.horizon if uploaded else 0
    except Refusal:
        return 0


def draw_split(series: Series, settled: Plan | None) -> None:
    """The series, with the split drawn on it once there is a plan."""
    train_end, validation_end = _split(series, settled)
    _draw(series, train_end, validation_end)
    if validation_end < len(series):
        st.caption(say("forecast.split", validation=validation_end - train_end, held_out=len(series) - validation_end))


@st.fragment
def _draw(series: Series, train_end: int, validation_end: int) -> None:
    span = zoom.span("setup.split", series)
    key = (series, train_end, validation_end, span, language())
    held = st.session_state.get("setup.figure")
    if held is None or held[0][0] is not series or held[0][1:] != key[1:]:
        figure = figures.split(series, train_end, validation_end, figure_words, span)
        held = st.session_state["setup.figure"] = (key, figure)
    with st.container(gap=None):
        st.plotly_chart(held[1], key="setup.split", alt=say_plain("result.split_alt"), config={"displayModeBar": False})
        if len(series) > MOST:
            zoom.watch("setup.split", series)


def _split(series: Series, settled: Plan | None) -> tuple[int, int]:
    """Where training and validation end; the whole length where there is no plan, or the series is left out of it."""
    for planned, split in zip(settled.series, settled.splits, strict=True) if settled else ():
        if planned is series:
            return split.train, split.validation
    return len(series), len(series)


def simple(settled: Plan | None) -> None:
    """The knobs most people touch, and what the network costs."""
    for room, name in UNFOLDED:
        knobs.knob(ROOMS[room], name, room, found=_found(settled, room, name))
    if settled:
        _cost(settled)


def everything(settled: Plan | None) -> None:
    """The layers, and every other knob, folded."""
    fold(say("settings.layers"), "layers", layers.edit, ":material/layers:")
    fold(say("settings.more"), "settings", lambda: _settings(settled), ":material/tune:")


def _settings(settled: Plan | None) -> None:
    for column, (room, model) in zip(st.columns(len(ROOMS), gap="medium"), ROOMS.items(), strict=True):
        with column:
            st.markdown(f"**{say(f'settings.{room}')}**")
            for name in model.model_fields:
                if (room, name) not in UNFOLDED and name not in DRAWN_ELSEWHERE:
                    knobs.knob(model, name, room, found=_found(settled, room, name))
            if room == "forecast":
                _levels()
    st.button(say("settings.reset"), on_click=reset, type="tertiary")
    st.file_uploader(say("settings.load"), type=["json"], key="settings.file", on_change=_load)


def _found(settled: Plan | None, room: str, name: str):
    return getattr(getattr(settled.config, room), name) if settled else None


def _levels() -> None:
    key = "forecast.levels.shown"
    if key not in st.session_state:
        st.session_state[key] = list(ForecastConfig().levels)
    options = sorted({50.0, 80.0, 90.0, 95.0, 99.0, *st.session_state[key]})
    st.multiselect(
        say("knob.levels.label"),
        options,
        format_func=lambda level: f"{level:g} %",
        key=key,
        help=say("knob.levels.help"),
        max_selections=5,
        persist_state="session",
    )


def reset() -> None:
    for room, model in ROOMS.items():
        knobs.reset(model, room)
    layers.adopt(layers.PRESETS["default"])
    st.session_state.pop("forecast.levels.shown", None)


def _load() -> None:
    """Take the settings from a file that was downloaded here."""
    uploaded = st.session_state["settings.file"]
    if uploaded is None:
        return
    try:
        adopt(RunConfig.model_validate(json.loads(uploaded.getvalue())))
    except pydantic.ValidationError as error:
        st.error(sentence(knobs.bad_knob(RunConfig, error)))
    except ValueError:
        st.error(say("settings.not_json"))


def _cost(settled: Plan) -> None:
    """Shapes and parameters of the network, before it is trained."""
    rows = [
        {
            say_plain("layers.column_layer"): row.name,
            say_plain("layers.column_shape"): " × ".join(map(str, row.shape)),
            say_plain("layers.column_parameters"): row.parameters,
        }
        for row in settled.layers
    ]
    st.dataframe(rows, hide_index=True)
    st.caption(say("settings.cost", parameters=settled.parameters, seconds=duration(settled.seconds)))


def start(data: Data, settled: Plan | None) -> None:
    """The button that trains; it opens the run on this page."""
    st.button(
        say("forecast.train"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=settled is None,
        on_click=_submit,
        args=(data,),
        key="setup.train",
    )


def _submit(data: Data, model: bytes | None = None, further: int | None = None) -> None:
    facts = {"notes": [note.as_dict() for note in (*data.notes, *data.later)]}
    try:
        run = runs.submit(data.series, current(), title=data.title, facts=facts, model=model, further=further)
    except Refusal as refusal:
        st.error(sentence(refusal))
        return
    opened.show(run.token)
    memory.keep(run.token)


def from_model(data: Data) -> None:
    """A saved model, to forecast this data with at once, or to train further on it."""
    fold(say("settings.model"), "model", lambda: _model(data), ":material/deployed_code:")


def _model(data: Data) -> None:
    st.caption(say("settings.model_help"))
    uploaded = st.file_uploader(say("settings.model_file"), type=["safetensors"], key="setup.model")
    if uploaded is None:
        return
    epochs = st.number_input(say("settings.model_further"), min_value=0, max_value=10_000, value=0, key="setup.further")
    args = (data, uploaded.getvalue(), epochs or None)
    st.button(say("settings.model_use"), on_click=_submit, args=args, key="setup.use_model", type="primary")
