"""Give the marks to a learning platform: into its own gradebook, or as the files that it reads."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FAULT, PASSED, UsageError
from grader.commands import Say, course_folder
from grader.commands.lacking import lacking

if TYPE_CHECKING:
    from grader.course import Course
    from grader.export.exported import Exported
    from grader.export.marks import Mark

_LISTED = 60


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command line takes."""
    from grader.export.formats import FORMATS

    parser.add_argument("out", type=Path, metavar="OUT", help="the folder that bulk has written, or one report (JSON)")
    parser.add_argument("--to", required=True, choices=tuple(FORMATS), help="the format")
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="the platform's own file (it is changed), or the target"
    )
    parser.add_argument("--column", metavar="TITLE", help="the gradebook's column for the marks")
    parser.add_argument("--feedback-column", metavar="TITLE", help="the worksheet's column for comments (Moodle)")
    parser.add_argument("--exercise", metavar="NAME", help="the marks of this exercise alone")
    parser.add_argument("--scale", action="store_true", help="convert the points to the column's maximum")
    parser.add_argument("--metadata", type=Path, metavar="JSON", help="what the platform says of a single submission")
    parser.add_argument("--course", type=Path, metavar="DIR", help=argparse.SUPPRESS)


def run(options: argparse.Namespace, say: Say) -> int:
    """Export and tell who was matched; return the exit status, which is 3 where a submission has no mark."""
    from grader.course import Course
    from grader.export.exported import Wish
    from grader.export.formats import FORMATS, MERGED
    from grader.export.marks import ExportError

    metadata = _metadata(options)
    try:
        marks = _marks(options, metadata, Course(course_folder(options.course)))
        content = _read(options.into) if options.to in MERGED and options.into is not None else None
        exported = FORMATS[options.to](
            marks,
            Wish(
                content, options.column, options.feedback_column, options.scale, metadata,
                options.out / "reports" if options.out.is_dir() else None,
            ),
        )  # fmt: skip
    except ExportError as error:
        raise UsageError(str(error)) from None
    _write(options, exported, marks, say)
    return FAULT if any(mark.points is None for mark in marks) else PASSED


def _marks(options: argparse.Namespace, metadata: dict[str, object], course: Course) -> list[Mark]:
    from grader import report as report_file
    from grader.bulk.store import Store, StoreError
    from grader.export.gradescope import times
    from grader.export.marks import mark_of, marks_of

    if options.out.is_file():
        try:
            report = report_file.load(options.out.read_text(encoding="utf-8"))
        except (report_file.ReportError, UnicodeDecodeError) as error:
            raise UsageError(f"{options.out}: {error}") from None
        said = times(metadata) if options.to == "gradescope" and metadata else {}
        return [mark_of(report.submission, report.submission, False, said, report, course.lateness, options.exercise)]
    if not options.out.is_dir():
        raise UsageError(f"{options.out}: no such folder. Name the folder that bulk has written, or a report (JSON).")
    try:
        with Store(options.out, create=False) as store:
            rows = list(store.rows())
            if options.to == "gradescope" and metadata and len(rows) == 1:
                (row,) = rows
                said = dict(row.mapping) | times(metadata)
                return [
                    mark_of(row.name, row.student, row.late, said, row.read_report(), course.lateness, options.exercise)
                ]
            return marks_of(rows, course.lateness, options.exercise)
    except StoreError as error:
        raise UsageError(str(error)) from None


def _metadata(options: argparse.Namespace) -> dict[str, object]:
    from grader.export.classroom50 import from_environment

    found = from_environment(os.environ) if options.to == "classroom50" else {}
    if options.metadata is not None:
        try:
            value = json.loads(_read(options.metadata))
        except ValueError:
            raise UsageError(f"{options.metadata} is not JSON.") from None
        if not isinstance(value, dict):
            raise UsageError(f"{options.metadata} is not a JSON object.")
        found |= value
    return found


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path}: no such file.")
    return path.read_bytes()


def _write(options: argparse.Namespace, exported: Exported, marks: list[Mark], say: Say) -> None:
    """Write every file whole or not at all; what is already so is left untouched."""
    beside = options.out.parent if options.out.is_file() else options.out / "export"
    if len(exported.files) == 1:
        ((name, content),) = exported.files.items()
        targets = {options.into or beside / name: content}
    else:
        targets = {(options.into or beside / options.to) / name: content for name, content in exported.files.items()}
    changed = 0
    for path, content in targets.items():
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(content)
        os.replace(new, path)
        changed += 1
    for line in exported.said[:_LISTED]:
        say(line)
    if len(exported.said) > _LISTED:
        say(f"… and {len(exported.said) - _LISTED} lines more of this kind.")
    every = "the class page that bulk has written lists every one of them first"
    for line in lacking(((mark.name, mark.report) for mark in marks), every):
        say(line)
    where = next(iter(targets)) if len(targets) == 1 else f"{len(targets)} files in {next(iter(targets)).parent}"
    say(f"{'Written' if changed else 'Nothing to change'}: {where}\n", plain=True)
