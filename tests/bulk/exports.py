"""Exports of learning platforms as they come, built for tests: folders of files by name."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

PASS = b"print('mine')\n"

# Two students of one name, accents, an apostrophe, CJK, an underscore, a comma; late ones and second attempts.
CANVAS = {
    "doejane_101_9001_exercise1.py": b"print('jane 101')\n",
    "doejane_102_9002_exercise1.py": b"print('jane 102')\n",
    "obriensean_LATE_103_9003_exercise1.py": b"print(1)\n",
    "obriensean_LATE_103_9004_exercise1-1.py": b"print(2)\n",
    "obriensean_LATE_103_9005_exercise1-2.py": b"print(3)\n",
    "obriensean_LATE_103_9006_helper-1.py": b"x = 1\n",
    "陳大文_104_9007_exercise1.py": PASS,
    "garcialopezmariajose_105_9008_exercise1.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}',
    "weber_anna_106_text.html": b"<p>my answer</p>",
    "LATE_anon_aB3xY_9010_exercise1.py": PASS,
    "notes_2_final_107_9011_exercise1_99_98_x.py": PASS,
}

MOODLE = {
    "Jürgen Müller_2001_assignsubmission_file/exercise1.py": PASS,
    "Jane Doe_2002_assignsubmission_file/hw/exercise1.py": b"import helper\n",
    "Jane Doe_2002_assignsubmission_file/hw/helper.py": b"x = 1\n",
    "Jane Doe_2003_assignsubmission_file_/exercise1.py": PASS,
    "Seán O'Brien_2004_assignsubmission_onlinetext/onlinetext.html": b"text",
    "田中 花子_2005_assignsubmission_file/exercise1.py": PASS,
    "Doe_ Kim_2006_assignsubmission_file_exercise1.py": PASS,
}

GRADESCOPE_METADATA = """\
---
submission_301:
  :submitters:
  - :name: Jane Doe
    :sid: '4001'
    :email: jane@example.org
  - :name: Åsa Öberg
    :sid: '4002'
    :email: asa@example.org
  :created_at: 2026-11-20 21:30:00.123456000 Z
  :score: 0.0
  :status: processed
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
submission_302:
  :submitters:
  - name: 田中 花子
    sid: 4003
  :created_at: '2026-11-22T09:00:00.000+01:00'
submission_303:
  :submitters:
  - :name: "O'Brien, Seán"
    :sid: '4004'
    :email:
  :created_at: 2026-11-20 21:00:00 Z
"""
GRADESCOPE = {
    "submission_metadata.yml": GRADESCOPE_METADATA.encode(),
    "submission_301/exercise1.py": PASS,
    "submission_302/exercise1.py": PASS,
    "submission_304/exercise1.py": PASS,
}

GITHUB = {
    "tokens-octocat/exercise1.py": PASS,
    "tokens-octocat/.git/config": b"[core]",
    "tokens-mona-lisa/exercise1.py": PASS,
    "tokens-mona-lisa/README.md": b"hi",
}


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write an export into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write an export as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path
