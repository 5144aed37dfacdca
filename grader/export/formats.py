"""Every format by its name. A new platform is a file of its own and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from grader.export.canvas import canvas
from grader.export.classroom50 import classroom50
from grader.export.exported import Exporter
from grader.export.gradescope import gradescope
from grader.export.junit import junit
from grader.export.moodle import moodle, moodle_feedback
from grader.export.table import lines, table

FORMATS: Mapping[str, Exporter] = {
    "canvas": canvas,
    "moodle": moodle,
    "moodle-feedback": moodle_feedback,
    "gradescope": gradescope,
    "classroom50": classroom50,
    "junit": junit,
    "csv": table,
    "jsonl": lines,
}
MERGED = ("canvas", "moodle")  # these go into a file of the instructor's
