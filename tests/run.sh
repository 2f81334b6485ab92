#!/usr/bin/env bash
# Runs all tests. Installs what they need into .venv first, and a Chromium where the system has none.
# Arguments go to pytest: tests/run.sh tests/series -k gaps
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

make_environment() {
  local python
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$python"; then
      "$python" -m venv --clear .venv
      return
    fi
  done
  echo "Python 3.11 or newer is needed." >&2
  exit 1
}

install_requirements() {
  local wanted
  wanted="$(cat requirements.txt tests/requirements.txt | cksum)"
  if [ "$(cat .venv/installed 2>/dev/null)" != "$wanted" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore -r tests/requirements.txt
    echo "$wanted" >.venv/installed
  fi
}

system_chromium() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    # A name alone proves nothing: some systems ship a stub that only says how to install the program.
    if "$name" --version >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
  return 1
}

playwright_chromium() {
  .venv/bin/python - <<'PYTHON'
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
print(path)
sys.exit(not os.path.exists(path))
PYTHON
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_chromium() {
  if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    as_root apt-get update -qq &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk && return
  fi
  .venv/bin/python -m playwright install --with-deps chromium || .venv/bin/python -m playwright install chromium
}

find_chromium() {
  system_chromium || playwright_chromium
}

.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
install_requirements
if [ -z "${UNROLLED_CHROMIUM:-}" ]; then
  find_chromium >/dev/null 2>&1 || install_chromium >&2 || true
  UNROLLED_CHROMIUM="$(find_chromium)" || {
    echo "There is no Chromium, and none could be installed; say where one is in UNROLLED_CHROMIUM." >&2
    exit 1
  }
fi
export UNROLLED_CHROMIUM
export OMP_NUM_THREADS=1
export UNROLLED_COMPILED=off # the tests of the compiled loops turn them on
# Two at a time: most tests of pages and workers wait. A file stays together, because its tests share servers and workers.
exec .venv/bin/python -m pytest -n 2 --dist loadfile "$@"
