"""Rules about fixtures: used, in form, honest, sealed; and that no mistake gives a right number. Runs no program."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from grader.author.findings import Finding, Outcome, outcome
from grader.course import Course, Exercise
from grader.documents import DocumentError, read_document
from grader.fixtures import Call, Fixture, collisions, load_fixture
from grader.fixtures.content import Content
from grader.fixtures.form import Bank
from grader.fixtures.separation import RIGHT, Target
from grader.replay.models import base_name
from grader.trace import Exchange, Trace

SEALS = "SHA256SUMS"
_SHOWN = 3


def fixture_files(course: Course) -> list[Path]:
    """Every fixture file, banks among them."""
    return sorted(path for path in course.fixtures.iterdir() if path.suffix in (".yaml", ".json"))


# ---------------------------------------------------------------- the files


def fixtures(course: Course, read: Mapping[str, Exercise]) -> Outcome:
    """Hold that every fixture is used, in its form, honest about where it comes from, and as it was sealed."""
    findings: list[Finding] = []
    used = {spec.fixture for exercise in read.values() for spec in exercise.scenarios.values()}
    banks: set[str] = set()
    for name in sorted(used):
        try:
            fixture = load_fixture(course.fixtures / name)
        except DocumentError as error:
            findings.append(Finding(f"fixtures/{name}", str(error).replace(f"{course.fixtures}/", "")))
            continue
        banks.add(_bank_of(course.fixtures / name))
        findings += _dishonest(course, name, fixture)
    files = fixture_files(course)
    for path in files:
        if path.name in used | banks:
            continue
        said = "no scenario uses it. Name it in an exercise.yaml, or remove it."
        findings.append(Finding(f"fixtures/{path.name}", said))
    findings += _unsealed(course, files)
    asks = "fixtures are used, in form, honest in provenance and unchanged"
    return outcome("fixtures", asks, f"{len(files)} files", findings)


def _bank_of(path: Path) -> str:
    match = re.search(r"^bank:\s*[\"']?([^\s\"']+)", path.read_text(encoding="utf-8"), re.M)
    return match[1] if match else ""


def _dishonest(course: Course, name: str, fixture: Fixture) -> Iterator[Finding]:
    """Find provenance that cannot be true: no source, a day to come, an unknown model, numbers that no page tells."""
    told = [course.folder / "lesson.md", course.fixtures / "README.md", *course.folder.glob("*/handout.md")]
    pages = [path.read_text(encoding="utf-8") for path in told if path.is_file()]
    numbers = {number for page in pages for number in re.findall(r"(?<![\w.,])\d+(?![\w]|[.,]\d)", page)}
    where = f"fixtures/{name}"
    claims = [fixture.provenance, *(exchange.provenance or fixture.provenance for exchange in fixture.exchanges)]
    for provenance in dict.fromkeys(claims):
        origins = (provenance.numbers, provenance.text)
        if "recorded" in origins:
            if provenance.recorded_on is not None and provenance.recorded_on > datetime.date.today():
                yield Finding(where, f"is called recorded on {provenance.recorded_on}, a day that has not come yet.")
            unknown = [m for m in re.split(r"[,\s]+", provenance.model or "") if course.prices.of(m) is None]
            if unknown:
                yield Finding(where, f"is called recorded from {unknown[0]!r}, a model without a price in course.yaml.")
        if "transcribed" in origins and not provenance.note:
            yield Finding(where, "is called transcribed, and no note says from where.")
    for exchange in fixture.exchanges:
        if (exchange.provenance or fixture.provenance).numbers != "transcribed":
            continue
        counts = [n for n in (exchange.input_tokens, exchange.output_tokens) if n]
        if missing := [str(count) for count in counts if str(count) not in numbers]:
            said = f"{' and '.join(missing)} is called transcribed, but no page tells it (lesson, handouts, README)."
            yield Finding(where, said)


# ---------------------------------------------------------------- seals


def seal_of(path: Path) -> str:
    """The hash of a fixture's text, whatever line ends this machine writes."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def seal(course: Course) -> Path:
    """Write down that the fixtures are meant to be as they are now."""
    path = course.fixtures / SEALS
    lines = [f"{seal_of(each)}  {each.name}\n" for each in fixture_files(course)]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return path


def _unsealed(course: Course, files: Iterable[Path]) -> Iterator[Finding]:
    path = course.fixtures / SEALS
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    sealed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    known = set()
    for each in files:
        known.add(each.name)
        if sealed.get(each.name) != seal_of(each):
            what = "is not sealed" if each.name not in sealed else "is not as it was when it was sealed"
            said = f"{what}. If this is how it should be: python grade.py verify --seal"
            yield Finding(f"fixtures/{each.name}", said)
    for name in sorted(set(sealed) - known):
        yield Finding(f"fixtures/{SEALS}", f"names {name}, which is not there: python grade.py verify --seal")


def bank_sentences(course: Course, name: str) -> list[str]:
    """The sentences of a bank."""
    bank = read_document(course.fixtures / name, Bank)
    return [sentence for topic in bank.topics.values() for sentence in topic]


# ---------------------------------------------------------------- separation


def separation(course: Course, traces: Iterable[Trace]) -> Outcome:
    """Hold that in the calls of these runs no known mistake gives the right value, or another mistake's."""
    findings = []
    calls = 0
    for trace in traces:
        for exchange in trace.messages:
            call = call_of(course, exchange)
            if call is None:
                continue
            calls += 1
            targets: tuple[Target, ...] = ("cost", "runs", "input_tokens", "output_tokens")
            cut = exchange.stop_reason == "max_tokens"  # the request has chosen its count, not the fixture
            found = [each for each in collisions(call, targets) if not cut or each.first == RIGHT]
            for each in found[:_SHOWN]:
                both = f"{each.first} and {each.second} both give {each.value} as {each.target}"
                said = f"request {exchange.number}: {both}. Take other counts."
                findings.append(Finding(f"{trace.exercise}, {trace.scenario}", said))
    return outcome("separation", "no known mistake gives a right number", f"{calls} calls", findings)


def call_of(course: Course, exchange: Exchange) -> Call | None:
    """The numbers of an answered call, None where it has none or no price."""
    used, name = exchange.usage, course.prices.name_of(base_name(exchange.model))
    if used is None or name is None:
        return None
    return Call.of_texts(
        prompt=Content.of(exchange.request.body).text,
        answer=exchange.text,
        model=name,
        prices={model: (price.input_usd, price.output_usd) for model, price in course.prices.models.items()},
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        max_tokens=None if exchange.stop_reason == "max_tokens" else exchange.max_tokens,
        start_output_tokens=None if exchange.start_usage is None else exchange.start_usage.output_tokens,
        pieces=len(exchange.all_pieces) or None,
    )
