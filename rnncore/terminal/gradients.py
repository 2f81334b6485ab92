"""`gradients`: measures the gradient's way back through time, and hands out everything needed to check it."""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence

import numpy as np

from rnncore.config import GradientConfig, Limits
from rnncore.gradients import Reach, Result, measure, prepare
from rnncore.messages import Note, Refusal
from rnncore.series import read
from rnncore.series.series import Series
from rnncore.terminal import output
from rnncore.terminal.files import check_writable, read_file, write_file
from rnncore.terminal.options import configure
from rnncore.texts import explain, say

COLUMNS = ("cell", "length", "ratio", "half_life", "memory", "spectral_radius", "lyapunov")


def run_gradients(given: argparse.Namespace, language: str) -> None:
    config = configure(GradientConfig, vars(given), language)
    if given.dump:
        if len(config.cells) > 1 or len(config.lengths) > 1:
            raise Refusal("gradient_dump")
        check_writable(given.dump, config.input)
    series, notes = _series(config.input)
    results, told = measure(config, series)
    if given.dump:
        write_file(given.dump, dump(config, series))
    if given.json:
        about = [output.note_dict(note, language) for note in [*notes, *told]]
        output.print_json({"results": [result.as_dict() for result in results], "notes": about})
        return
    report(results, [*notes, *told], language)
    if given.dump:
        print(say(language, "terminal.gradients.written", output.plain, file=given.dump))


def dump(config: GradientConfig, series: Sequence[Series] = ()) -> bytes:
    """An .npz file of one cell at one length: the weights by name, x (T, B, F), h (T, B, H), the direction v (B, H) of the loss
    L = v . h_T, and dh (T, B, H) = dL/dh_t; of an LSTM c and dc too, dc with the way through h_t included."""
    setting = prepare(config, config.cells[0], config.lengths[0], series)
    found = setting.cell.backward(setting.trace, setting.v)
    arrays = {**setting.cell.weights, "x": setting.x, "h": setting.trace.h, "v": setting.v, "dh": found.dh}
    if found.dc is not None:
        arrays |= {"c": setting.trace.c, "dc": found.dc}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def report(results: Sequence[Result], notes: Sequence[Note], language: str) -> None:
    header = [say(language, f"terminal.gradients.{name}") for name in COLUMNS]
    output.print_table(header, [_row(result) for result in results])
    print()
    print(say(language, "terminal.gradients.about"))
    for note in notes:
        print("-", explain(language, note, output.plain))


def _row(result: Result) -> tuple:
    reach: Reach = result.reach
    ratio = scientific(reach.log10_state[-1] - reach.log10_state[0])
    return (result.cell, result.length, ratio, reach.half_life, reach.memory, result.spectral_radius, result.lyapunov)


def scientific(log10: float) -> str:
    """10 to the given power, also where a float64 has no number for it: -400.5 is "3.16e-401"."""
    if not np.isfinite(log10):
        return "0"
    exponent = int(np.floor(log10))
    return f"{10 ** (log10 - exponent):.2f}e{exponent:+03d}"


def _series(source: str) -> tuple[list[Series], list[Note]]:
    """The series of the file that is to be read, and what was found and mended in it."""
    if source in ("noise", "sine"):
        return [], []
    reading = read(read_file(source, Limits().max_megabytes))
    return reading.series, reading.report.notes
