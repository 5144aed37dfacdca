#!/usr/bin/env bash
# Gradescope runs this once, when it builds the autograder's image: Python, and what the grader needs.
set -eu
source="${AUTOGRADER_ROOT:-/autograder}/source"
apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-venv
python3 -m venv "$source/.venv"
"$source/.venv/bin/python" -m pip install --quiet "$source[bulk]"
