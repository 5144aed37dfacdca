"""Rules about a course's texts and files: words, prices, secrets, strays. Reads; runs no program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

from jinja2 import TemplateError

from grader.author import secrets
from grader.author.findings import Finding, Outcome, outcome
from grader.author.programs import programs_of
from grader.checks.vocabulary import UnknownCheck, check_of
from grader.checks.words import fill_in
from grader.course import Course, Exercise
from grader.documents import DocumentError

EXERCISE_FILES = frozenset({"exercise.yaml", "handout.md", "solution.py", "checks.py", "equivalents.yaml"})
REQUIRED_FILES = ("exercise.yaml", "handout.md", "solution.py")
COURSE_FILES = frozenset(
    {
        *("course.yaml", "lesson.md", "misconceptions.yaml", "AUTHORING.md", "CAPACITY.md", "CLUSTER.md"),
        *("INSTRUCTORS.md", "PLATFORMS.md", "STUDENTS.md"),
    }
)
FIXTURE_FILES = frozenset({"README.md", "SHA256SUMS"})
_IGNORED = frozenset({"__pycache__", ".DS_Store", "Thumbs.db"})
_TEXTS = frozenset({".md", ".py", ".yaml", ".yml", ".json", ".txt", ""})
_PRICE_ROW = re.compile(r"^\|\s*`(?P<model>[\w.-]+)`\s*\|\s*\$?(?P<input>[\d.,]+)\s*\|\s*\$?(?P<output>[\d.,]+)\s*\|")
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$", re.M)


def read_all(course: Course) -> tuple[dict[str, Exercise], list[Finding]]:
    """Read every exercise; give those that can be read, and what is wrong with the others."""
    read: dict[str, Exercise] = {}
    findings = []
    for name in course.exercise_names:
        try:
            read[name] = course.exercise(name)
        except DocumentError as error:
            findings.append(_of_document(course, error))
    try:
        _ = course.misconceptions
    except DocumentError as error:
        findings.append(_of_document(course, error))
    return read, findings


def _of_document(course: Course, error: DocumentError) -> Finding:
    where, _, said = str(error).replace(f"{course.folder.parent}/", "").partition(": ")
    return Finding(where, said)


def files_in_form(course: Course, read: dict[str, Exercise], unread: Iterable[Finding]) -> Outcome:
    """Hold that every file of the course can be read, and that every check is one of the vocabulary."""
    findings = list(unread)
    for exercise in read.values():
        for spec in exercise.checks:
            try:
                check_of(spec.check, course.folder / exercise.name)
            except UnknownCheck as error:
                findings.append(Finding(f"course/{exercise.name}/exercise.yaml", f"{spec.name}: {error}"))
        if exercise.max_score == 0:
            findings.append(Finding(f"course/{exercise.name}/exercise.yaml", "no check gives points."))
        for required in REQUIRED_FILES:
            if not (course.folder / exercise.name / required).is_file():
                findings.append(Finding(f"course/{exercise.name}", f"there is no {required}."))
    asks = "every file of the course is in its form, every check in the vocabulary"
    return outcome("form", asks, f"{len(read)} exercises", findings)


# ---------------------------------------------------------------- words


def words(course: Course, read: dict[str, Exercise]) -> Outcome:
    """Hold that no hint is empty, that all can be filled in, and that what they point at is there."""
    findings: list[Finding] = []
    anchors = {path.name: _anchors(path) for path in course.folder.glob("*.md")}
    hints = 0
    for exercise in read.values():
        where = f"course/{exercise.name}/exercise.yaml"
        for spec in exercise.checks:
            for level, hint in enumerate(spec.hints, 1):
                hints += 1
                findings += _unfillable(where, f"{spec.name}, hint {level}", hint)
            page, _, anchor = spec.lesson.partition("#")
            if spec.lesson and (page not in anchors or (anchor and anchor not in anchors[page])):
                findings.append(Finding(where, f"{spec.name}: there is no {spec.lesson} to point at."))
    for name, misconception in course.misconceptions.items():
        texts = {"finding": misconception.finding}
        texts |= {f"hint {level}": hint for level, hint in enumerate(misconception.hints, 1)}
        hints += len(texts)
        for what, text in texts.items():
            findings += _unfillable("course/misconceptions.yaml", f"{name}, {what}", text)
    for program in programs_of(course, read):
        findings += [
            Finding(_place(course, program.path), f"names the misconception {name!r}, which is in no catalogue.")
            for name in program.header.fails.values()
            if name is not None and name not in course.misconceptions
        ]
    return outcome("words", "no hint is empty, and what texts point at is there", f"{hints} texts", findings)


def _unfillable(where: str, what: str, text: str) -> Iterator[Finding]:
    """Fill a text in with no fact known, as happens to the unluckiest program."""
    try:
        filled = fill_in(text, {})
    except TemplateError as error:
        yield Finding(where, f"{what}: {error}; a hint may speak of the facts in grader/checks/words.py alone.")
        return
    if not filled:
        yield Finding(where, f"{what}: it is empty where no fact is known. Say something that always holds.")


def _anchors(path: Path) -> set[str]:
    headings = _HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


# ---------------------------------------------------------------- prices


def prices(course: Course) -> Outcome:
    """Hold that every table of prices that students read has the prices of course.yaml."""
    findings = []
    rows = 0
    pages = [course.folder / "lesson.md", *(course.folder / name / "handout.md" for name in course.exercise_names)]
    for page in pages:
        if not page.is_file():
            continue
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            row = _PRICE_ROW.match(line)
            if row is None:
                continue
            rows += 1
            price = course.prices.of(row["model"])
            stated = _decimal(row["input"]), _decimal(row["output"])
            if price is None or stated != (price.input_usd, price.output_usd):
                expected = "no price" if price is None else f"${price.input_usd} and ${price.output_usd}"
                said = f"{row['model']} has ${row['input']} and ${row['output']} here, {expected} in course.yaml."
                findings.append(Finding(f"{_place(course, page)}:{number}", said))
    return outcome("prices", "what students read has the prices of course.yaml", f"{rows} rows", findings)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


# ---------------------------------------------------------------- files


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _IGNORED & set(path.parts) and path.suffix != ".pyc":
            yield path


def no_secrets(course: Course) -> Outcome:
    """Hold that no file of the course has a key, an account's id or a cookie in it."""
    findings = []
    looked_at = 0
    for folder in (course.folder, course.folder.parent / "starter", course.fixtures):
        for path in _files(folder):
            if path.suffix not in _TEXTS:
                continue
            looked_at += 1
            for line, kind in secrets.found_in(path.read_text(encoding="utf-8", errors="replace")):
                findings.append(Finding(f"{_place(course, path)}:{line}", f"{kind} stands here. Take it out."))
    return outcome("secrets", "no key, account or cookie is in any file", f"{looked_at} files", findings)


def no_strays(course: Course) -> Outcome:
    """Hold that every file in the course's folders has a place in it."""
    names = course.exercise_names
    looked_at = 0
    findings = []
    for folder in (course.folder, course.folder.parent / "starter", course.fixtures):
        for path in _files(folder):
            looked_at += 1
            if not _belongs(path.relative_to(folder).parts, folder.name, names):
                said = "belongs to no exercise. Remove it, or add its exercise to course.yaml."
                findings.append(Finding(_place(course, path), said))
    return outcome("files", "no file is there that nothing uses", f"{looked_at} files", findings)


def _belongs(parts: tuple[str, ...], folder: str, names: tuple[str, ...]) -> bool:
    match folder, parts:
        case "starter", (name,):
            return name.removesuffix(".py") in names
        case "fixtures", (name,):
            return name in FIXTURE_FILES or name.endswith((".yaml", ".json"))  # used or not: see recordings
        case "course", (name,):
            return name in COURSE_FILES
        case "course", (exercise, name):
            return exercise in names and name in EXERCISE_FILES
        case "course", (exercise, "mistakes", name):
            return exercise in names and name.endswith(".py")
    return False


def _place(course: Course, path: Path) -> str:
    """A path as people name it: from the folder that holds the course."""
    return path.relative_to(course.folder.parent).as_posix()
