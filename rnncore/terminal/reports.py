"""What the commands tell: as facts for JSON, and as sentences and tables."""

from __future__ import annotations

from rnncore.forecasting.diagnosis import MOST_SHOWN, Finding
from rnncore.forecasting.plan import Plan
from rnncore.forecasting.result import Result
from rnncore.messages import Note
from rnncore.series.report import Report
from rnncore.terminal import output
from rnncore.texts import explain, say, words
from rnncore.texts.members import member

REPORTED = (
    *("rows", "time", "values", "target", "series", "series_column", "frequency", "first", "last"),
    *("missing", "duplicates", "encoding", "delimiter", "decimal", "sums"),
)
MEMBERS_SHOWN = 8
MEASURES = ("mase", "smape", "mae", "rmse")


def reading_facts(report: Report, language: str) -> dict:
    """What `inspect --json` prints."""
    notes = [output.note_dict(note, language) for note in report.notes]
    return {name: getattr(report, name) for name in REPORTED} | {"notes": notes}


def print_reading(report: Report, language: str) -> None:
    rows = []
    for name in REPORTED:
        value = getattr(report, name)
        if name == "delimiter" and value == "\t":
            value = say(language, "terminal.inspect.tab")
        elif name == "sums":
            value = [f"{column} {'∞' if total is None else format(total, '.10g')}" for column, total in value.items()]
        if value is None or value == []:
            value = say(language, "terminal.inspect.none")
        rows.append((say(language, f"terminal.inspect.{name}"), ", ".join(value) if isinstance(value, list) else str(value)))
    output.print_table(("", ""), rows)
    _print_notes(report.notes, language)


def forecast_facts(result: Result, plan: Plan, notes: list[Note], language: str) -> dict:
    """What `forecast --json` prints."""
    facts = result.as_dict()
    names = (
        "horizon", "season", "longer_season", "window", "holdout", "scores", "series_scores", "best", "weights", "coverage",
        "members", "networks", "out_of_time", "epochs", "seconds",
    )  # fmt: skip
    told = {name: facts[name] for name in names if facts[name] is not None}
    layers = [layer.model_dump() for layer in plan.config.network.layers]
    forecasts = [
        {name: value for name, value in one.items() if name not in ("members", "networks")} for one in facts["forecasts"]
    ]
    levels = list(plan.config.forecast.levels)
    told |= {"layers": layers, "parameters": plan.parameters, "levels": levels}
    told["findings"] = [
        {"code": one.code, "series": one.series, "text": _finding(one, language), "remedy": one.remedy}
        for one in result.findings
    ]
    return told | {"notes": [output.note_dict(note, language) for note in notes], "forecasts": forecasts}


def print_scores(result: Result, plan: Plan, notes: list[Note], language: str) -> None:
    """How the forecast stands against the simple methods, first in sentences, then in numbers."""
    print(_verdict(result, language))
    for line in _findings(result, language):
        print(line)
    print(say(language, "terminal.verdict.weights"))
    for name, share in list(result.weights.items())[:MEMBERS_SHOWN]:
        print(f"{share:6.0%}  {member(language, name)}")
    for level, share in result.coverage.items():
        print(say(language, "terminal.verdict.coverage", level=level, percent=round(100 * share)))
    facts = {"epochs": result.epochs, "seconds": result.seconds, "parameters": plan.parameters, "season": result.season}
    print(say(language, "terminal.done.took", **facts))
    print()
    header = [say(language, "terminal.column.method"), "MASE", "sMAPE", "MAE", "RMSE"]
    methods = sorted(result.scores.items(), key=lambda item: (item[1][result.measure] is None, item[1][result.measure]))
    output.print_table(header, [(_method(name, language, "name"), *(score[m] for m in MEASURES)) for name, score in methods])
    _print_notes(notes, language)


def _verdict(result: Result, language: str) -> str:
    """The first sentence: is the forecast better than the best of the simple methods?"""
    outcome, best, percent = result.verdict
    facts = {"percent": percent, "count": result.holdout, "method": _method(best, language), "name": best}
    key = "terminal.verdict.worse_few" if result.few and outcome == "worse" else f"terminal.verdict.{outcome}"
    return say(language, key, output.plain, **facts) + ("\n" + say(language, "result.few") if result.few else "")


def _findings(result: Result, language: str) -> list[str]:
    """What is said of the run, then of single series of a panel, the most common first; three sentences at most."""
    told = [_finding(one, language) for one in result.findings if one.series is None]
    by_code: dict[str, list[Finding]] = {}
    for one in result.findings:
        if one.series is not None:
            by_code.setdefault(one.code, []).append(one)
    for alike in sorted(by_code.values(), key=len, reverse=True):
        key = "terminal.finding.several" if len(alike) > 1 else "terminal.finding.one"
        facts = {"series": alike[0].series, "count": len(alike), "of": len(result.forecasts)}
        told.append(f"{say(language, key, output.plain, **facts)} {_finding(alike[0], language)}")
    return told[:MOST_SHOWN]


def _finding(one: Finding, language: str) -> str:
    return say(language, f"finding.{one.code}", output.plain, **one.facts)


def _method(name: str, language: str, form: str = "method") -> str:
    key = f"result.{form}.{name}"
    return say(language, key) if key in words() else name


def print_forecasts(result: Result, language: str) -> None:
    print()
    levels = list(result.forecasts[0].lower)
    several = len(result.forecasts) > 1
    header = ["series"] * several + ["time", "forecast"]
    header = [say(language, f"terminal.column.{name}") for name in header]
    header += [say(language, f"terminal.column.{side}", level=level) for level in levels for side in ("lower", "upper")]
    rows = []
    for one in result.forecasts:
        bounds = [side[level] for level in levels for side in (one.lower, one.upper)]
        for time, *numbers in zip(one.time, one.forecast, *bounds, strict=True):
            rows.append([one.name] * several + [str(time), *map(float, numbers)])
    output.print_table(header, rows)


def _print_notes(notes: list[Note], language: str) -> None:
    if notes:
        print()
    for note in notes:
        print("-", explain(language, note, output.plain))
