"""Where each check leads on a page: the line at which to look, the places of its evidence, what another check adds.

Theory: drawings are kept, and a check may be new. So a run that is drawn leaves its anchors: for each of its events the
place at which the page shows it. With these a check leads into drawings that were made before it was there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.render.beside import said_beside
from grader.render.run import RunPart
from grader.render.seen import Plan
from grader.report import CheckReport, ExerciseReport
from grader.trace import AnyEvent, NamesRead, OutputWritten, ProcessExited, Trace, ValueReturned


@dataclass(frozen=True)
class Link:
    """A place on the page, and its name."""

    target: str
    words: str


@dataclass(frozen=True)
class Anchors:
    """The places of one run's events: `of_events` says for each event, from `first_seq` on, which of the `links`.

    `timelines` are the streams that are drawn, by the event that began each; `calls` are how many calls of each
    function came back.
    """

    about: str = ""
    links: tuple[Link, ...] = ()
    first_seq: int = 0
    of_events: tuple[int, ...] = ()
    timelines: tuple[tuple[int, str], ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)

    def to(self, check: CheckReport) -> tuple[Link, ...]:
        """Lead from a check to the places of its evidence, each once."""
        found: dict[str, Link] = {}
        if "pieces" in check.facts and self.timelines:
            drawn = next((name for seq, name in self.timelines if seq in check.evidence), self.timelines[-1][1])
            found[drawn] = Link(drawn, "the timeline")
        for seq in check.evidence:
            at = seq - self.first_seq
            if 0 <= at < len(self.of_events):
                link = self.links[self.of_events[at]]
                found.setdefault(link.target, link)
        return tuple(found.values())


@dataclass(frozen=True)
class Leads:
    """Where a check leads."""

    place: Link | None
    evidence: tuple[Link, ...]
    beside: str
    seen_in: str


def leads_of(
    check: CheckReport,
    exercise: ExerciseReport,
    plan: Plan,
    places: Mapping[str, Link],
    anchors: Mapping[str, Anchors],
) -> Leads:
    """Say where a check leads: `places` are the lines at fault, `anchors` are those of each run."""
    run = anchors.get(check.scenario or "", Anchors())
    calls = anchors.get(Trace.FUNCTIONS, Anchors()).calls
    return Leads(places.get(check.name), run.to(check), said_beside(check, exercise, plan, calls), run.about)


def anchors_of(trace: Trace, run: RunPart) -> Anchors:
    """Find the place of each event of a run that is drawn."""
    rows = {row.exchange: row.number for row in run.ledger.rows}
    numbers = {tried.exchange: exchange.number for exchange in trace.exchanges for tried in exchange.attempts}
    first: dict[object, int] = {}  # one link stands for all events that are shown at one place
    of_events = tuple(first.setdefault(_shown_at(event), len(first)) for event in trace.events)
    events = dict(zip(reversed(of_events), reversed(trace.events), strict=True))
    returned = Counter(e.function for e in trace.values_returned if e.value.get("type") != "missing")
    return Anchors(
        run.about,
        tuple(_link(events[at], run, rows, numbers) for at in range(len(first))),
        trace.events[0].seq if trace.events else 0,
        of_events,
        tuple((timeline.seq, timeline.id) for timeline in run.timelines),
        dict(returned),
    )


def _shown_at(event: AnyEvent) -> object:
    """Tell events apart that are shown at different places."""
    return event.stream if isinstance(event, OutputWritten) else getattr(event, "exchange", type(event))


def _link(event: AnyEvent, run: RunPart, rows: Mapping[int, int], numbers: Mapping[int, int]) -> Link:
    match event:
        case OutputWritten(stream=stream):
            words = "what it printed" if stream == "stdout" else "its standard error"
            return Link(f"{run.id}-{stream}", words)
        case ValueReturned() | NamesRead():
            return Link(f"{run.id}-calls", "the calls")
        case ProcessExited():
            return Link(run.id, "the run")
    row = rows.get(numbers.get(event.exchange, event.exchange))
    return Link(run.id, "the run") if row is None else Link(f"{run.id}-request-{row}", f"request {row}")
