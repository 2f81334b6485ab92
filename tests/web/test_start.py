"""What the server fetches behind its start, so that the first page finds it there."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import gc, sys
import app
from rnncore import texts
app._fetch_first_page()
assert "rnncore.web.home" in sys.modules and "torch" not in sys.modules
assert texts.words.cache_info().currsize == 1
assert gc.get_freeze_count() > 100_000 > len(gc.get_objects())
"""


def test_first_page_is_fetched_without_torch_and_left_out_of_later_collections():
    ended = subprocess.run([sys.executable, "-c", SCRIPT], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
