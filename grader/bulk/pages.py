"""The page of one submission as bytes, and what of it is kept. What stands on it is `grader.render`'s to say.

Theory: the drawings of a page (source, runs) rest on the traces, and are kept beside them; so a page is written again
without a trace where only words or points are others. Before them stands what they and the page rest on: the code that
draws, and the words that a page takes from the course itself. What it takes from the report, it shows.
"""

from __future__ import annotations

import hashlib
import html
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from grader.bulk.basis import drawing_code
from grader.course import Course
from grader.render import drawn as drawn_file
from grader.render.again import ANYWHERE
from grader.render.drawn import Drawn
from grader.render.page import PageDrawer, Traces
from grader.render.seen import Plan
from grader.report import Report

_COMPRESSION = 1  # a page's drawings are written with every grade; the next level takes twice as long for a tenth less


@dataclass(frozen=True)
class Page:
    """A page, and what is to be kept of it."""

    html: bytes
    drawings: bytes = b""


def page_of(course: Course, report: Report, traces: Callable[[], Traces], kept: bytes = b"") -> Page:
    """Write the page of one submission; a page that cannot be written costs nobody the mark.

    The traces are read where the drawings that are kept do not do.
    """
    try:
        packed = _read(kept)
        known = {name: _unpacked(each) for name, each in packed.items()}
        drawer = PageDrawer(course, ANYWHERE, known)
        page = drawer.page(report, traces).encode("utf-8", "replace")
        now = drawer.drawn.items()
        return Page(page, _written(course, {n: packed[n] if d is known.get(n) else _packed(d) for n, d in now}))
    except Exception as error:
        reason = html.escape(f"{type(error).__name__}: {error}")
        said = (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{html.escape(report.submission)}</title>"
            f"<p>The grader could not write this page ({reason}). The marks stand in results.jsonl.</p></html>"
        )
        return Page(said.encode("utf-8", "replace"))


def is_of_today(course: Course, kept: bytes) -> bool:
    """Say whether a page of the same report would be the same today."""
    return kept.startswith(f"{drawing_code()} {words_version(course)}\n".encode())


def _written(course: Course, packed: Mapping[str, bytes]) -> bytes:
    """Write down what a page rests on, then how long each exercise's drawings are, then these."""
    lengths = json.dumps({name: len(each) for name, each in packed.items()})
    return f"{drawing_code()} {words_version(course)}\n{lengths}\n".encode() + b"".join(packed.values())


def _read(kept: bytes) -> dict[str, bytes]:
    """Read the drawings that are kept, by exercise; none where other code has drawn them."""
    head, _, rest = kept.partition(b"\n")
    if head.partition(b" ")[0] != drawing_code().encode():
        return {}
    lengths, _, packed = rest.partition(b"\n")
    file = BytesIO(packed)
    return {name: file.read(length) for name, length in json.loads(lengths).items()}


def _packed(drawn: Drawn) -> bytes:
    said = json.dumps(drawn_file.to_json(drawn), ensure_ascii=False)
    return zlib.compress(said.encode("utf-8", "surrogatepass"), _COMPRESSION)


def _unpacked(packed: bytes) -> Drawn:
    return drawn_file.from_json(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))


@lru_cache(maxsize=2)
def words_version(course: Course) -> str:
    """Hash what a page takes from the course itself."""
    lesson = course.folder / "lesson.md"
    said = [
        {name: mistake.title for name, mistake in course.misconceptions.items()},
        course.prices.model_dump(mode="json"),
        [repr(Plan.of(course, name)) for name in course.exercise_names],
        lesson.read_text(encoding="utf-8") if lesson.is_file() else "",
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
