"""Opens one page in a process of its own, with torch blocked, and prints what it shows: visit.py PAGE NAME=VALUE ..."""

import os
import sys

sys.modules["torch"] = None  # importing it now fails

from streamlit.testing.v1 import AppTest  # noqa: E402

page, *address = sys.argv[1:]
app = AppTest.from_file(os.path.abspath("rnncore/web/frame.py"), default_timeout=60)
for part in address:
    name, value = part.split("=", 1)
    app.query_params[name] = value
app.run()
if os.path.basename(page) != "home.py":
    app.switch_page(page).run()
failures = [*app.exception, *app.error]
for failure in failures:
    print(failure.value, *getattr(failure, "stack_trace", []), sep="\n")
for kind in ("title", "markdown", "caption", "button", "selectbox", "number_input"):
    for element in getattr(app, kind):
        print(getattr(element, "label", None) or element.value)
sys.exit(bool(failures) or not app.title)
