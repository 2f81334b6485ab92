"""Wiring diagrams of the LSTM and the GRU, with a place for the live value on every wire.

The names of the values are those of `rnncore.cells.Trace`, and for the products on the wires: `fc` (f times c before),
`ig` (i times g), `zh` (z times h before), `kept` (1 - z), `new` ((1 - z) times n), `rq` (r times q).
"""

from __future__ import annotations

from collections.abc import Callable

from rnncore.figures.wiring import bead, letter, meter, operator, picture, tag, wire, words

Label = Callable[[str], str]
GATES = {"f": "forget", "i": "update", "g": "candidate", "o": "reveal", "z": "update", "r": "forget", "n": "candidate"}
WIDTH, HEIGHT = 966, 566
_TOP, _GATE = 84, 276  # the line of the memory, the middle of the gates
_STATE, _INPUT = 366, 384  # what all gates read: the state before, the input
_LEFT, _RIGHT = 64, 902  # what comes from the step before, what goes to the next


def lstm_diagram(label: Label, below: str = "") -> str:
    """c runs along the top, h along the foot; `label` names the gates: `f`, `i`, `g`, `o`, and what is kept, written, shown.

    below: a `timeline` for the foot of the picture, y from 476 on.
    """
    f, i, g, o = 220, 360, 500, 640
    write, reveal = (i + g) / 2, 734
    return picture(
        WIDTH,
        HEIGHT,
        _body(),
        below,
        _twin_bus([f, i, g, o]),
        wire(f"M20 {_TOP}H{f - 13}", "state", width=7),
        wire(f"M{f + 13} {_TOP}H{write - 13}", "state", level="fc", width=7),
        wire(f"M{write + 13} {_TOP}H946", "state", width=7),
        wire(f"M{f} {_GATE - 30}V{_TOP + 13}", "forget", level="f"),
        wire(f"M{i} {_GATE - 30}V194Q{i} 184 {i + 10} 184H{write - 13}", "update", level="i"),
        wire(f"M{g} {_GATE - 30}V194Q{g} 184 {g - 10} 184H{write + 13}", "candidate", level="g"),
        wire(f"M{write} 171V{_TOP + 13}", "candidate", level="ig"),
        wire(f"M{reveal} {_TOP}V189", "state", level="tanh_c"),
        wire(f"M{o} {_GATE - 30}V212Q{o} 202 {o + 10} 202H{reveal - 13}", "reveal", level="o"),
        wire(f"M{reveal} 215V{_STATE - 12}Q{reveal} {_STATE} {reveal + 12} {_STATE}H946", "state", level="h"),
        tag("circle", cx=reveal, cy=_TOP, r=5, fill="currentColor"),
        *(_gate(x, name, label(name)) for x, name in ((f, "f"), (i, "i"), (g, "g"), (o, "o"))),
        _tanh(reveal, 120),
        *(operator(x, y, sign) for x, y, sign in ((f, _TOP, "×"), (write, _TOP, "+"), (write, 184, "×"), (reveal, 202, "×"))),
        *(bead(x, y, name, GATES[name]) for x, y, name in ((f, 172, "f"), (i, 212, "i"), (g, 212, "g"), (o, 226, "o"))),
        *(bead(x, 340, f"a_{name}", GATES[name]) for x, name in ((f, "f"), (i, "i"), (g, "g"), (o, "o"))),
        *(bead(x, _TOP, name, "state") for x, name in ((_LEFT, "c_before"), ((f + write) / 2, "fc"), (_RIGHT, "c"))),
        bead(write, 132, "ig", "candidate"),
        bead(reveal, 160, "tanh_c", "state"),
        bead(_RIGHT, _STATE, "h", "state"),
        bead(_LEFT, _STATE, "h_before", "state"),
        letter(_LEFT, _TOP - 22, "c", "t−1"),
        letter(_RIGHT, _TOP - 22, "c", "t"),
        letter(_LEFT, _STATE - 23, "h", "t−1"),
        letter(_RIGHT, _STATE - 23, "h", "t"),
        words((f + write) / 2, _TOP - 18, label("kept"), "small quiet middle"),
        words(write + 34, 137, label("written"), "small quiet"),
        words(reveal + 20, 207, label("shown"), "small quiet"),
    )


def gru_diagram(label: Label, below: str = "") -> str:
    """h runs along the top; the candidate reads it through the reset gate."""
    z, r, n, reset = 236, 392, 690, 536
    return picture(
        WIDTH,
        HEIGHT,
        _body(),
        below,
        wire(f"M20 {_TOP}H{z - 13}", "state", width=7),
        wire(f"M{z + 13} {_TOP}H{n - 13}", "state", level="zh", width=7),
        wire(f"M{n + 13} {_TOP}H946", "state", width=7),
        wire(f"M150 {_TOP}V{_STATE - 10}Q150 {_STATE} 160 {_STATE}H{reset - 13}", "state"),
        wire(f"M{reset + 13} {_STATE}H{n - 14}Q{n - 4} {_STATE} {n - 4} {_STATE - 10}V{_GATE + 30}", "state", level="rq"),
        _input_line(n),
        *(_taps(x) for x in (z, r)),
        wire(f"M{z} {_GATE - 30}V{_TOP + 13}", "update", level="z"),
        wire(f"M{z} 186H437", "update", level="z"),
        wire(f"M463 186H{n - 13}", "update", level="kept"),
        wire(
            f"M{r} {_GATE - 30}V232Q{r} 222 {r + 10} 222H{reset - 10}Q{reset} 222 {reset} 232V{_STATE - 13}",
            "forget",
            level="r",
        ),
        wire(f"M{n} {_GATE - 30}V199", "candidate", level="n"),
        wire(f"M{n} 173V{_TOP + 13}", "candidate", level="new"),
        tag("circle", cx=150, cy=_TOP, r=5, fill="currentColor"),
        tag("circle", cx=z, cy=186, r=4, fill="currentColor"),
        *(_gate(x, name, label(name)) for x, name in ((z, "z"), (r, "r"), (n, "n"))),
        *(
            operator(x, y, sign)
            for x, y, sign in ((z, _TOP, "×"), (n, _TOP, "+"), (n, 186, "×"), (reset, _STATE, "×"), (450, 186, "1−"))
        ),
        bead(z, 218, "z", "update"),
        bead(reset, 290, "r", "forget"),
        bead(n, 224, "n", "candidate"),
        bead(570, 186, "kept", "update"),
        bead(n, 130, "new", "candidate"),
        bead((z + n) / 2, _TOP, "zh", "state"),
        bead(476, _STATE, "q", "state"),
        bead(604, _STATE, "rq", "state"),
        *(bead(x, 336, f"a_{name}", GATES[name]) for x, name in ((z, "z"), (r, "r"), (n, "n"))),
        bead(_LEFT, _TOP, "h_before", "state"),
        bead(_RIGHT, _TOP, "h", "state"),
        letter(_LEFT, _TOP - 22, "h", "t−1"),
        letter(_RIGHT, _TOP - 22, "h", "t"),
        words((z + n) / 2, _TOP - 18, label("kept"), "small quiet middle"),
        words(n + 34, 135, label("written"), "small quiet"),
    )


def _body() -> str:
    """The cell's box, and the input that comes up into it."""
    return tag("rect", x=116, y=40, width=734, height=370, rx=18, class_="body")


def _twin_bus(columns: list[float]) -> str:
    """What every gate reads: the state of the step before and the input, two lines side by side."""
    state = wire(f"M20 {_STATE}H{columns[-1] - 4}", "state")
    return state + _input_line(columns[-1], riser=False) + "".join(_taps(x) for x in columns)


def _input_line(last: float, *, riser: bool = True) -> str:
    end = f"H{last - 6}Q{last + 4} {_INPUT} {last + 4} {_INPUT - 10}V{_GATE + 30}" if riser else f"H{last + 4}"
    line = wire(f"M182 462V{_INPUT + 10}Q182 {_INPUT} 192 {_INPUT}{end}", "input")
    return line + bead(182, 438, "x", "input") + letter(224, 443, "x", "t")


def _taps(x: float) -> str:
    return wire(f"M{x - 4} {_STATE}V{_GATE + 30}", "state") + wire(f"M{x + 4} {_INPUT}V{_GATE + 30}", "input")


def _gate(x: float, name: str, title: str) -> str:
    """A box with its name, its function, and a meter of its value."""
    signed, quantity = name in "gn", GATES[name]
    shape = {"x": x - 58, "y": _GATE - 30, "width": 116, "height": 60, "rx": 10}
    return (
        tag("rect", **shape, class_="paper")
        + wire(f"M{x - 48} {_GATE - 30}H{x + 48}", quantity, width=4)
        + tag("rect", **shape, class_="body")
        + words(x - 9, _GATE - 7, title, "small middle")
        + tag(
            "text",
            tag("tspan", name, class_="letter"),
            tag("tspan", " = tanh" if signed else " = σ", class_="small"),
            x=x - 9,
            y=_GATE + 17,
            class_="middle",
        )
        + meter(x + 42, _GATE - 21, 42, name, quantity, signed=signed)
    )


def _tanh(x: float, y: float) -> str:
    ellipse = tag("rect", x=x - 27, y=y - 13, width=54, height=26, rx=13, class_="bead", stroke="currentColor")
    return ellipse + words(x, y + 4.5, "tanh", "small middle")
