"""One run on the page: how it ended, its streams, its requests, its output, the functions called. Views only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.render.excerpt import Room, cut
from grader.render.ledger import Ledger, ledger
from grader.render.output import OutputLine, output_lines
from grader.render.seen import Scenario
from grader.render.timeline import Chart, streams_of
from grader.report import CheckReport, ExerciseReport
from grader.trace import NamesRead, ProcessExited, Trace, ValueReturned

LIVE = "live"  # the scenario of a run against the real API
_LONGEST_VALUE = 240
_LIMITS = {
    "time": "stopped when its time was up",
    "output": "stopped for writing too much",
    "memory": "stopped for using too much memory",
    "grader": "stopped by the grader",
}


@dataclass(frozen=True)
class Called:
    """One call of a student's function; `looked_at` where a failed check speaks of it."""

    call: str
    returned: str
    looked_at: bool


@dataclass(frozen=True)
class RunPart:
    """One run of the program, or of its functions."""

    id: str
    scenario: str
    about: str
    ended: str
    ended_well: bool
    is_open: bool
    ledger: Ledger
    timelines: tuple[Chart, ...]
    timelines_left_out: int
    stdout: tuple[OutputLine, ...]
    stderr: tuple[OutputLine, ...]
    calls: tuple[Called, ...]
    calls_left_out: int


def run_part(
    exercise: ExerciseReport,
    trace: Trace,
    scenarios: Mapping[str, Scenario],
    charts: tuple[Chart, ...],
    room: Room,
    *,
    is_open: bool,
) -> RunPart:
    """Gather what the page says of one run; `charts` are its streams."""
    name = f"{exercise.name}-{trace.scenario}"
    failed = [check for check in exercise.checks if check.outcome == "failed" and check.scenario == trace.scenario]
    of_functions = trace.scenario == Trace.FUNCTIONS
    calls = tuple(_calls(trace, failed))
    return RunPart(
        id=name,
        scenario=trace.scenario,
        about=_about(trace, scenarios),
        ended=_ended(trace.exit),
        ended_well=trace.exit is not None and trace.exit.because == "itself" and trace.exit.status == 0,
        is_open=is_open,
        ledger=ledger(trace, room),
        timelines=charts,
        timelines_left_out=max(0, len(streams_of(trace)) - room.streams),
        stdout=output_lines(_text(trace.stdout), [] if of_functions else failed, room),
        stderr=output_lines(_text(trace.stderr), [], room),
        calls=calls[: room.calls],
        calls_left_out=max(0, len(calls) - room.calls),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _about(trace: Trace, scenarios: Mapping[str, Scenario]) -> str:
    """Say in a few words what a run was for."""
    if trace.scenario == Trace.FUNCTIONS:
        return "your functions, called one by one"
    if trace.scenario == LIVE:
        return "the real API"
    scenario = scenarios.get(trace.scenario)
    if scenario is None:
        return ""
    if scenario.too_long:
        return "a text that does not fit into the model's context window"
    return f"other numbers and texts, drawn from seed {trace.seed}" if scenario.vary else "the lesson's own numbers"


def _ended(exited: ProcessExited | None) -> str:
    if exited is None:
        return "its end was not seen"
    if exited.because in _LIMITS:
        return _LIMITS[exited.because]
    return f"ended by signal {exited.signal}" if exited.signal is not None else f"exit status {exited.status}"


def _calls(trace: Trace, failed: list[CheckReport]) -> Iterator[Called]:
    evidence = {seq for check in failed for seq in check.evidence}
    for event in trace.events:
        if isinstance(event, ValueReturned):
            arguments = ", ".join(cut(_argument(each), _LONGEST_VALUE) for each in event.args)
            yield Called(cut(f"{event.function}({arguments})", _LONGEST_VALUE), _returned(event), event.seq in evidence)
        elif isinstance(event, NamesRead) and event.raised is not None:
            yield Called("import", f"raised {cut(event.raised, _LONGEST_VALUE)}", event.seq in evidence)


def _argument(value: object) -> str:
    return str(value)


def _returned(event: ValueReturned) -> str:
    kind, value = event.value.get("type"), event.value.get("value")
    text = cut(str(value), _LONGEST_VALUE)
    match kind:
        case "raised":
            return f"raised {text}"
        case "missing":
            return "there is no such function"
        case "not callable":
            return "it is not a function"
        case "none":
            return "None"
        case "text":
            return repr(text)
        case "other":
            return f"an object of type {text}"
        case "int" if value is None:
            return f"a whole number of {event.value.get('digits')} digits"
    return text
