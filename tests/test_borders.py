"""The borders of the house: who may import what, and that nothing but the engine needs torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted({*ROOT.glob("*.py"), *ROOT.glob("pages/**/*.py"), *ROOT.glob("rnncore/**/*.py")})

# Rooms in the order of the house: each imports from those before it only. Rooms of one entry stand side by side.
ORDER = (
    {"messages", "config"},
    {"texts"},
    {"series", "weights", "results"},
    {"cells"},
    {"gradients", "article", "cost", "neuron", "dense", "worked"},
    {"memory"},
    {"nn"},
    {"forecasting"},
    {"inside"},
    {"runs"},
    {"figures"},
    {"web", "terminal"},
    {"pages", "__main__"},
    {"app"},
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
ENGINE_USERS = ("runs", "terminal")


def room_of(path: Path) -> str:
    """rnncore/nn/network.py -> nn; pages/lab/forecast.py -> pages; app.py -> app."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == "rnncore" else parts[0]


def imports(tree: ast.AST) -> list[tuple[str, ast.AST]]:
    """Full names of everything that is imported: `from rnncore import nn` gives rnncore.nn."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [node.module] if node.module != "rnncore" else [f"rnncore.{alias.name}" for alias in node.names]
            found += [(name, node) for name in names]
    return found


def inside_functions(tree: ast.AST) -> set[ast.AST]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {inner for function in functions for inner in ast.walk(function)}


EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


@EVERY_FILE
def test_torch_is_imported_by_the_engine_and_streamlit_by_pages_only(path):
    packages = {name.split(".")[0] for name, _ in imports(ast.parse(path.read_text("utf-8")))}
    if room_of(path) != "nn":
        assert "torch" not in packages
    if room_of(path) not in ("app", "pages", "web"):
        assert "streamlit" not in packages


@EVERY_FILE
def test_imports_between_rooms_go_one_way(path):
    tree, here = ast.parse(path.read_text("utf-8")), room_of(path)
    if here == "__init__":
        assert imports(tree) == []
        return
    later = inside_functions(tree)
    for name, node in imports(tree):
        top, *rest = name.split(".")
        if top == "rnncore" and rest and rest[0] != here:
            if rest[0] == "nn":
                assert here in ENGINE_USERS, f"{name} is for those that train"
                assert node in later, f"{name} is imported inside a function only"
            assert {here, rest[0]} <= set(RANK), "a new room takes its place in ORDER"
            assert RANK[rest[0]] < RANK[here], f"{here} must not import {name}"


BLOCKED = """
import importlib, pkgutil, sys
from pathlib import Path

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ImportError("torch is not here")

sys.meta_path.insert(0, NoTorch())
import rnncore
for module in pkgutil.walk_packages(rnncore.__path__, "rnncore.", onerror=lambda name: None):
    if not module.name.startswith("rnncore.nn") and module.name != "rnncore.web.frame":
        importlib.import_module(module.name)
        print(module.name)
assert "torch" not in sys.modules
"""


def test_everything_but_the_engine_imports_with_torch_blocked():
    command = [sys.executable, "-W", "ignore", "-c", BLOCKED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode == 0, done.stderr
    assert {"rnncore.series.read", "rnncore.terminal.commands", "rnncore.web.language"} <= set(done.stdout.split())


def test_the_command_line_explains_itself_with_torch_blocked():
    program = BLOCKED.split("import rnncore\n")[0] + "from rnncore.terminal.run import run\nrun(['forecast', '--help'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "--horizon" in done.stdout
