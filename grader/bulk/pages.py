"""The page of one submission as bytes. What stands on it is `grader.render`'s to say."""

from __future__ import annotations

import html
from collections.abc import Mapping

from grader.course import Course
from grader.render.page import render_page
from grader.report import Report
from grader.trace import Trace


def page_of(course: Course, report: Report, traces: Mapping[str, Mapping[str, Trace]]) -> bytes:
    """Write the page of one submission; a page that cannot be written costs nobody the mark."""
    try:
        return render_page(report, traces, course).encode("utf-8", "replace")
    except Exception as error:
        reason = html.escape(f"{type(error).__name__}: {error}")
        return (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(report.submission)}</title>"
            f"<p>The grader could not write this page ({reason}). The marks stand in results.jsonl.</p></html>"
        ).encode("utf-8", "replace")
