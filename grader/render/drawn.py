"""What a page shows of the traces of one exercise, set once: its runs and its source, and where each check leads.

Drawings are the dear part of a page, and they are kept: they rest on the traces and on what was `seen` alone. Titles
are put in when a page is put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup, escape

from grader.course import Course
from grader.render.beside import said_beside
from grader.render.excerpt import Room, cut
from grader.render.faults import lines_at_fault, places_at_fault
from grader.render.prose import inline
from grader.render.run import LIVE, Link, RunPart, about, links, run_part
from grader.render.seen import Plan, Seen
from grader.render.setting import environment
from grader.render.source import SourceFile, source_file
from grader.render.states import next_step
from grader.render.visible import visible
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace

_STREAMS = "streaming.streams_progressively"


@dataclass(frozen=True)
class Leads:
    """Where a check leads: the line at which to look, the places of its evidence, what another check adds."""

    place: Link | None = None
    evidence: tuple[Link, ...] = ()
    beside: str = ""
    seen_in: str = ""


@dataclass(frozen=True)
class Drawn:
    """The drawings of one exercise, as HTML; `marked` are the marked lines of its own file.

    `featured` are the streams that are drawn first, where streaming is what is asked for.
    """

    featured: Markup
    runs: Markup
    sources: Markup
    marked: tuple[int, ...]
    live: bool
    leads: Mapping[str, Leads] = field(default_factory=dict)


def draw(seen: Seen, traces: Mapping[str, Trace], room: Room) -> Drawn:
    """Draw what the page shows of an exercise's traces, as far as there is room."""
    stand_ins = StandIns(seen)
    exercise = shortened(seen.exercise, room)
    runs = _runs(stand_ins.beside_output(exercise), traces, seen.plan, next_step(exercise), room)
    by_scenario = {run.scenario: run for run in runs}
    files = _files(exercise, traces, seen.plan)
    sources = tuple(_sources(stand_ins.beside_source(exercise), files[: room.files], stand_ins.mistakes, room))
    places = _places(exercise, traces, sources)
    featured = _featured(seen.plan, exercise, by_scenario)
    parts: Any = environment().get_template("drawn.html").module
    return Drawn(
        featured=parts.featured_part(exercise.name, featured) if featured else Markup(""),
        runs=parts.runs_part(runs, featured) if runs else Markup(""),
        sources=parts.sources_part(exercise.name, sources, not seen.whole, max(0, len(files) - room.files)),
        marked=sources[0].marked if sources else (),
        live=LIVE in traces,
        leads={
            check.name: _leads(check, exercise, seen.plan, traces, by_scenario, places) for check in exercise.checks
        },
    )


class StandIns:
    """Words that stand for titles in the drawings of one exercise, and which titles those are."""

    def __init__(self, seen: Seen) -> None:
        self._mark = seen.key[:16]  # no text says this by chance
        self.mistakes = {name: f"{self._mark}-m{at}-" for at, name in enumerate(seen.known)}

    def beside_output(self, exercise: ExerciseReport) -> ExerciseReport:
        """Give the checks their stand-ins for notes beside what was printed."""
        return self._titled(exercise, "o")

    def beside_source(self, exercise: ExerciseReport) -> ExerciseReport:
        """Give the checks their stand-ins for notes beside the source, where titles may have `code` in them."""
        return self._titled(exercise, "s")

    def _titled(self, exercise: ExerciseReport, where: str) -> ExerciseReport:
        checks = enumerate(exercise.checks)
        return replace(exercise, checks=tuple(replace(c, title=f"{self._mark}-{where}{at}-") for at, c in checks))

    def replaced(self, drawn: Drawn, exercise: ExerciseReport, course: Course) -> Drawn:
        """Put the titles in."""
        if self._mark not in drawn.runs and self._mark not in drawn.sources:
            return drawn
        runs, sources = drawn.runs, drawn.sources
        for at, check in enumerate(exercise.checks):
            runs = _put(runs, f"{self._mark}-o{at}-", escape(visible(check.title)))
            sources = _put(sources, f"{self._mark}-s{at}-", inline(check.title))
        for name, stand_in in self.mistakes.items():
            sources = _put(sources, stand_in, inline(course.misconceptions[name].title))
        return replace(drawn, runs=runs, sources=sources)


def _put(page: Markup, stand_in: str, title: Markup) -> Markup:
    return Markup(str.replace(page, stand_in, title))  # both are set already


def shortened(exercise: ExerciseReport, room: Room) -> ExerciseReport:
    """Cut the values and the words of a report that are too long for a page."""
    longest = room.value_characters
    return replace(
        exercise,
        checks=tuple(_shortened(check, longest) for check in exercise.checks),
        notices=tuple(replace(notice, message=cut(notice.message, longest)) for notice in exercise.notices),
    )


def _shortened(check: CheckReport, longest: int) -> CheckReport:
    texts = (check.expected, check.observed, check.message, *check.hints, *check.facts.values())
    if all(len(text) <= longest for text in texts):
        return check  # the usual case
    return replace(
        check,
        expected=cut(check.expected, longest),
        observed=cut(check.observed, longest),
        message=cut(check.message, longest),
        hints=tuple(cut(hint, longest) for hint in check.hints),
        facts={name: cut(fact, longest) for name, fact in check.facts.items()},
    )


def _featured(plan: Plan, exercise: ExerciseReport, runs: Mapping[str, RunPart]) -> RunPart | None:
    streams = (check for check in exercise.checks if plan.kinds.get(check.name) == _STREAMS)
    return next((runs[check.scenario or ""] for check in streams if check.scenario in runs), None)


def _leads(
    check: CheckReport,
    exercise: ExerciseReport,
    plan: Plan,
    traces: Mapping[str, Trace],
    runs: Mapping[str, RunPart],
    places: Mapping[str, Link],
) -> Leads:
    trace, run = traces.get(check.scenario or ""), runs.get(check.scenario or "")
    return Leads(
        place=places.get(check.name),
        evidence=() if trace is None or run is None else links(check, trace, run),
        beside=said_beside(check, exercise, plan, traces),
        seen_in="" if trace is None else about(trace, plan),
    )


def _places(
    exercise: ExerciseReport, traces: Mapping[str, Trace], sources: tuple[SourceFile, ...]
) -> Mapping[str, Link]:
    """The first line at which to look for each failed check, where the page shows it."""
    own = next((trace.source for trace in traces.values()), "")
    shown = sources[0].marked if sources and sources[0].name == f"{exercise.name}.py" else ()
    return {
        name: Link(f"{exercise.name}-source-1-{lines[0]}", f"line {lines[0]} of {exercise.name}.py")
        for name, lines in places_at_fault(exercise, own).items()
        if lines[0] in shown
    }


def _runs(
    exercise: ExerciseReport, traces: Mapping[str, Trace], plan: Plan, step: CheckReport | None, room: Room
) -> tuple[RunPart, ...]:
    """The runs in the course's order; the one that the next step speaks of is open, else the first with a stream."""
    order = [*plan.scenarios, Trace.FUNCTIONS]
    names = sorted(traces, key=lambda name: order.index(name) if name in order else len(order))
    opened = step.scenario if step is not None and step.scenario in traces else next(iter(names), "")
    return tuple(run_part(exercise, traces[name], plan, room, is_open=name == opened) for name in names)


def _sources(
    exercise: ExerciseReport, files: list[tuple[str, str]], titles: Mapping[str, str], room: Room
) -> Iterator[SourceFile]:
    for name, text in files:
        marks = lines_at_fault(exercise, text, titles) if name == f"{exercise.name}.py" else {}
        yield source_file(name, text, marks, room)


def _files(exercise: ExerciseReport, traces: Mapping[str, Trace], plan: Plan) -> list[tuple[str, str]]:
    """The exercise's own file, then those of the student's that are no exercise."""
    files = next((trace.files for trace in traces.values()), {})
    own = f"{exercise.name}.py"
    return sorted(
        ((n, t) for n, t in files.items() if n not in plan.others), key=lambda file: (file[0] != own, file[0])
    )


# ---------------------------------------------------------------- as it is kept


def to_json(drawn: Drawn) -> dict[str, Any]:
    """Give drawings as plain JSON."""
    leads = {
        name: [_pairs([each.place] if each.place else []), _pairs(each.evidence), each.beside, each.seen_in]
        for name, each in drawn.leads.items()
    }
    return vars(drawn) | {"leads": leads}


def from_json(said: Mapping[str, Any]) -> Drawn:
    """Read drawings back."""
    leads = {
        name: Leads(next(_links(place), None), tuple(_links(evidence)), beside, seen_in)
        for name, (place, evidence, beside, seen_in) in said["leads"].items()
    }
    html = {name: Markup(said[name]) for name in ("featured", "runs", "sources")}  # as it was set: escaped then
    return Drawn(**html, marked=tuple(said["marked"]), live=said["live"], leads=leads)


def _pairs(links: Iterable[Link]) -> list[list[str]]:
    return [[link.target, link.words] for link in links]


def _links(pairs: Iterable[list[str]]) -> Iterator[Link]:
    return (Link(target, words) for target, words in pairs)
