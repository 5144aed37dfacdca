"""What a page shows of the traces of one exercise, set once: its runs and its source.

Drawings are the dear part of a page, and they are kept: they rest on the traces and on what was `seen` alone, the
charts of streams on the traces. Titles and charts are put in when a page is put together, and checks lead into
drawings by their anchors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from grader.course import Course
from grader.render.excerpt import Room, cut
from grader.render.faults import lines_at_fault, places_at_fault
from grader.render.leads import Anchors, Link, anchors_of
from grader.render.prose import inline
from grader.render.run import LIVE, RunPart, run_part
from grader.render.seen import Seen, failed_of
from grader.render.setting import environment
from grader.render.source import SourceFile, source_file
from grader.render.states import next_step
from grader.render.timeline import Chart, charts_of
from grader.render.visible import visible
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace


@dataclass(frozen=True)
class Drawn:
    """The drawings of one exercise, as HTML; `key` names what was seen, `marked` are the marked lines of its own file.

    `featured` are the streams that are drawn first, where streaming is what is asked for. `places` are the first lines
    at which to look for failed checks, `anchors` and `charts` those of each run.
    """

    key: str
    featured: Markup
    runs: Markup
    sources: Markup
    marked: tuple[int, ...]
    live: bool
    places: Mapping[str, Link]
    anchors: Mapping[str, Anchors]
    charts: Mapping[str, tuple[Chart, ...]]


def draw(seen: Seen, traces: Mapping[str, Trace], room: Room, earlier: Drawn | None = None) -> Drawn:
    """Draw what the page shows of an exercise's traces, as far as there is room.

    `earlier` was drawn of the same traces, with the same room, when something else was seen.
    """
    stand_ins = StandIns(seen)
    exercise = shortened(seen.exercise, room)
    charts = earlier.charts if earlier else {n: charts_of(t, f"{exercise.name}-{n}", room) for n, t in traces.items()}
    set_later = {name: tuple(map(stand_ins.for_chart, each)) for name, each in charts.items()}
    runs = _runs(stand_ins.beside_output(exercise), traces, seen, set_later, room)
    files = _files(exercise, traces, seen.others)
    at_fault = places_at_fault(exercise, next((trace.source for trace in traces.values()), ""))
    marks = lines_at_fault(stand_ins.beside_source(exercise), at_fault, stand_ins.mistakes)
    own = f"{exercise.name}.py"
    sources = tuple(source_file(n, text, marks if n == own else {}, room) for n, text in files[: room.files])
    featured = next((run for run in runs if run.scenario == seen.featured), None)
    parts: Any = environment().get_template("drawn.html").module
    return Drawn(
        key=seen.key,
        featured=parts.featured_part(exercise.name, featured) if featured else Markup(""),
        runs=parts.runs_part(runs, featured) if runs else Markup(""),
        sources=parts.sources_part(exercise.name, sources, not seen.whole, max(0, len(files) - room.files)),
        marked=sources[0].marked if sources else (),
        live=LIVE in traces,
        places=_places(exercise.name, at_fault, sources),
        anchors={run.scenario: anchors_of(traces[run.scenario], run) for run in runs},
        charts=charts,
    )


class StandIns:
    """Words that stand for titles and charts in the drawings of one exercise, and which those are."""

    def __init__(self, seen: Seen) -> None:
        self._mark = seen.key[:16]  # no text says this by chance
        self.mistakes = {name: f"{self._mark}-m{at}-" for at, name in enumerate(seen.known)}

    def beside_output(self, exercise: ExerciseReport) -> ExerciseReport:
        """Give the checks their stand-ins for notes beside what was printed."""
        return self._titled(exercise, "o")

    def beside_source(self, exercise: ExerciseReport) -> ExerciseReport:
        """Give the checks their stand-ins for notes beside the source, where titles may have `code` in them."""
        return self._titled(exercise, "s")

    def for_chart(self, chart: Chart) -> Chart:
        """Give a chart its stand-in, where its drawing is to stand."""
        return replace(chart, html=Markup(f"{self._mark}-{chart.id}-"))

    def _titled(self, exercise: ExerciseReport, where: str) -> ExerciseReport:
        checks = enumerate(exercise.checks)
        return replace(exercise, checks=tuple(replace(c, title=f"{self._mark}-{where}{at}-") for at, c in checks))

    def replaced(self, drawn: Drawn, exercise: ExerciseReport, course: Course) -> Drawn:
        """Put titles and charts in."""
        beside_output = [escape(visible(check.title)) for check in failed_of(exercise)]
        beside_source = [inline(check.title) for check in failed_of(exercise)]
        mistakes = {stand_in: inline(course.misconceptions[name].title) for name, stand_in in self.mistakes.items()}
        in_runs = {f"{self._mark}-o{at}-": title for at, title in enumerate(beside_output)}
        in_sources = {f"{self._mark}-s{at}-": title for at, title in enumerate(beside_source)} | mistakes
        charts = {str(self.for_chart(f).html): f.html for charts in drawn.charts.values() for f in charts}
        return replace(
            drawn,
            featured=_put(drawn.featured, charts),
            runs=_put(drawn.runs, in_runs | charts),
            sources=_put(drawn.sources, in_sources),
        )


def _put(page: Markup, titles: Mapping[str, Markup]) -> Markup:
    for stand_in, title in titles.items():
        page = Markup(str.replace(page, stand_in, title))  # both are set already
    return page


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


def _places(
    exercise: str, at_fault: Mapping[str, tuple[int, ...]], sources: tuple[SourceFile, ...]
) -> Mapping[str, Link]:
    """The first line at which to look for each failed check, where the page shows it."""
    shown = sources[0].marked if sources and sources[0].name == f"{exercise}.py" else ()
    return {
        name: Link(f"{exercise}-source-1-{lines[0]}", f"line {lines[0]} of {exercise}.py")
        for name, lines in at_fault.items()
        if lines[0] in shown
    }


def _runs(
    exercise: ExerciseReport,
    traces: Mapping[str, Trace],
    seen: Seen,
    charts: Mapping[str, tuple[Chart, ...]],
    room: Room,
) -> tuple[RunPart, ...]:
    """The runs in the course's order; the one that the next step speaks of is open, else the first with a stream."""
    order = [*seen.scenarios, Trace.FUNCTIONS]
    names = sorted(traces, key=lambda name: order.index(name) if name in order else len(order))
    step = next_step(exercise)
    opened = step.scenario if step is not None and step.scenario in traces else next(iter(names), "")
    return tuple(
        run_part(exercise, traces[name], seen.scenarios, charts[name], room, is_open=name == opened) for name in names
    )


def _files(exercise: ExerciseReport, traces: Mapping[str, Trace], others: Collection[str]) -> list[tuple[str, str]]:
    """The exercise's own file, then those of the student's that are no exercise."""
    files = next((trace.files for trace in traces.values()), {})
    own = f"{exercise.name}.py"
    return sorted(((n, t) for n, t in files.items() if n not in others), key=lambda file: (file[0] != own, file[0]))


# ---------------------------------------------------------------- as it is kept


def to_json(drawn: Drawn) -> dict[str, Any]:
    """Give drawings as plain JSON."""
    return vars(drawn) | {
        "places": {name: _pair(link) for name, link in drawn.places.items()},
        "anchors": {
            name: vars(each) | {"links": [_pair(link) for link in each.links]} for name, each in drawn.anchors.items()
        },
        "charts": {name: [list(vars(each).values()) for each in charts] for name, charts in drawn.charts.items()},
    }


def from_json(said: Mapping[str, Any]) -> Drawn:
    """Read drawings back."""
    html = {name: Markup(said[name]) for name in ("featured", "runs", "sources")}  # as it was set: escaped then
    return Drawn(
        key=said["key"],
        **html,
        marked=tuple(said["marked"]),
        live=said["live"],
        places={name: Link(*pair) for name, pair in said["places"].items()},
        anchors={name: _anchors(each) for name, each in said["anchors"].items()},
        charts={
            name: tuple(Chart(target, seq, Markup(html)) for target, seq, html in charts)
            for name, charts in said["charts"].items()
        },
    )


def _pair(link: Link) -> tuple[str, str]:
    return link.target, link.words


def _anchors(said: Mapping[str, Any]) -> Anchors:
    return Anchors(
        about=said["about"],
        links=tuple(Link(*pair) for pair in said["links"]),
        first_seq=said["first_seq"],
        of_events=tuple(said["of_events"]),
        timelines=tuple((seq, name) for seq, name in said["timelines"]),
        calls=said["calls"],
    )
