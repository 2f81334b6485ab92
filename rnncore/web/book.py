"""The chapters of the book, in reading order, with their icons; each is a script under `pages/learn/`."""

from pathlib import Path

CHAPTERS: dict[str, str] = {
    "brain": ":material/neurology:",
    "network": ":material/hub:",
    "recurrence": ":material/loop:",
    "gates": ":material/valve:",
    "gradients": ":material/trending_down:",
    "memory": ":material/hourglass_bottom:",
    "walkthrough": ":material/terminal:",
    "outlook": ":material/explore:",
}

_PAGES = Path(__file__).parents[2] / "pages/learn"


def script(name: str) -> Path:
    return _PAGES / f"{name}.py"
