"""How verdicts of several scenarios become one result a check, and results a mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grader.judge import judge, verdicts_again, verdicts_of
from grader.report import CheckReport, ExerciseReport
from grader.trace import Trace
from tests.checks.cases import course, probed
from tests.traces import TraceBuilder

ERROR = 'Traceback (most recent call last):\n  File "exercise1.py", line 9, in <module>\n    boom()\nValueError: boom\n'


def program(scenario: str, usage: tuple[int, int], printed: str | None = None, *, status: int = 0) -> TraceBuilder:
    """One call, and its four values unless told what is printed."""
    cost = (usage[0] + 5 * usage[1]) / 1e6
    if printed is None:
        printed = (
            f"input tokens: {usage[0]}\noutput tokens: {usage[1]}\ncost: {cost:.6f}\nruns per dollar: {1 / cost:.0f}\n"
        )
    builder = TraceBuilder("exercise1", scenario, source="x = 1\n").message(usage=usage).prints(printed)
    return (builder.complains(ERROR) if status else builder).exits(status)


def judged(recorded: Any = None, varied: Any = None, functions: Any = None, **more: Trace) -> ExerciseReport:
    traces = {
        "recorded": (recorded or program("recorded", (21, 77))).trace,
        "varied": (varied or program("varied", (19, 85))).trace,
        "functions": (functions or probed()).trace,
    }
    return judge(course().exercise("exercise1"), traces | more, course())


def check(report: ExerciseReport, name: str) -> CheckReport:
    return next(found for found in report.checks if found.name == name)


def outcomes(report: ExerciseReport) -> Mapping[str, str]:
    return {found.name: found.outcome for found in report.checks}


def test_a_right_program_gets_all_points() -> None:
    """Every check passed in every scenario, and nothing is left to say."""
    report = judged()
    assert (report.outcome, report.score, report.max_score, report.bonus) == ("graded", 10.0, 10.0, 0.0)
    assert report.passed
    assert all(found.misconception is None and found.hint == "" for found in report.checks)


def test_the_same_traces_give_the_same_report() -> None:
    """Judging is a pure function."""
    assert judged() == judged()


def test_a_check_fails_when_it_fails_in_one_scenario() -> None:
    """The scenario that failed gives the words, the evidence and the numbers."""
    report = judged(varied=program("varied", (19, 85), "input tokens: 19\noutput tokens: 84\n"))
    usage = check(report, "reads_usage")
    assert (usage.outcome, usage.scenario, usage.score) == ("failed", "varied", 0.0)
    assert usage.message == "The program printed 84 output tokens; the answer used 85 output tokens."
    assert (usage.expected, usage.observed) == ("85 output tokens", "84 output tokens")
    assert usage.evidence == (1, 2)
    assert usage.misconception is None


def test_a_failed_check_without_a_misconception_gets_its_own_hints() -> None:
    """Three levels, filled in; the first is the hint."""
    usage = check(judged(varied=program("varied", (19, 85), "input tokens: 19\noutput tokens: 84\n")), "reads_usage")
    spec = course().exercise("exercise1").check("reads_usage")
    assert len(usage.hints) == 3
    assert usage.hint == usage.hints[0]
    assert "19 input tokens and 85 output" in usage.hints[1].replace("\n", " ")
    assert usage.hints[2].startswith(spec.hints[2].splitlines()[0])


def test_a_misconception_brings_its_own_words() -> None:
    """Its finding is the message, and its hints are the hints."""
    swapped = [
        program(s, u, f"cost: {(5 * u[0] + u[1]) / 1e6:.6f}\n")
        for s, u in (("recorded", (21, 77)), ("varied", (19, 85)))
    ]
    cost = check(judged(*swapped), "cost_printed")
    assert (cost.misconception, cost.misconceptions) == ("prices-swapped", ("prices-swapped",))
    assert cost.message.startswith("Your 0.000182 equals the formula with the two prices exchanged")
    assert "21 tokens in and 77 out" in cost.hints[1].replace("\n", " ")


def test_two_mistakes_are_both_named() -> None:
    """The first one speaks, the second one is named after it."""
    swapped = [
        program(s, u, f"cost: {(5 * u[0] + u[1]) / 1e6:.6f}\nruns per dollar: {1e6 / (5 * u[0] + u[1]):.1f}\n")
        for s, u in (("recorded", (21, 77)), ("varied", (19, 85)))
    ]
    functions = probed(call_cost=lambda i, o: (5 * i + o) / 1e6, runs_per_dollar=lambda c: c)
    runs = check(judged(*swapped, functions), "runs_per_dollar")
    assert runs.misconceptions == ("runs-inverted", "prices-swapped")
    assert runs.message.endswith("It also fits: The two prices are exchanged.")


def test_failed_beats_skipped_beats_passed() -> None:
    """One failed run decides, else one that could not be judged."""
    silent = TraceBuilder("exercise1", "varied").complains(ERROR).exits(1)
    report = judged(varied=silent)
    assert outcomes(report)["calls_api"] == "skipped"
    assert check(report, "calls_api").because == "runs"
    assert check(report, "calls_api").scenario == "varied"
    wrong = program("recorded", (21, 77), "hello\n")
    assert outcomes(judged(recorded=wrong, varied=silent))["reads_usage"] == "failed"
    assert check(report, "reads_usage").message != ""


def test_a_typed_in_value_is_told_over_the_runs() -> None:
    """Right once, and the same everywhere."""
    lesson = "input tokens: 21\noutput tokens: 77\n"
    usage = check(judged(program("recorded", (21, 77), lesson), program("varied", (19, 85), lesson)), "reads_usage")
    assert usage.misconception == "typed-in"
    assert "recorded: 21, right is 21; varied: 21, right is 19" in usage.message


def test_a_function_speaks_for_the_run_in_which_it_was_called() -> None:
    """The evidence is in that trace, and so the report says."""
    cost = check(judged(functions=probed(call_cost=lambda i, o: None)), "cost_function")
    assert (cost.outcome, cost.scenario, cost.misconception) == ("failed", "functions", "returns-nothing")


def test_a_crash_after_right_output_is_named() -> None:
    """All values are right, and then the run ends with an error; before that, it has no such name."""
    report = judged(program("recorded", (21, 77), status=1), program("varied", (19, 85), status=1))
    assert check(report, "runs").misconception == "crash-after-output"
    assert report.score == 9.0
    early = program("recorded", (21, 77), "input tokens: 21\n", status=1)
    assert check(judged(early), "runs").misconception is None


def test_a_misconception_that_the_catalogue_lacks_is_named_without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict's own message stays."""
    monkeypatch.setattr(course(), "__dict__", course().__dict__ | {"misconceptions": {}})
    cost = check(judged(functions=probed(call_cost=lambda i, o: None)), "cost_function")
    assert cost.misconception == "returns-nothing"
    assert cost.message == "`call_cost(21, 77)` returned None, which is no number."


@pytest.mark.parametrize(
    ("traces", "said"),
    [
        ({"varied": None}, "'varied'"),
        ({"functions": None}, "'functions'"),
        ({"recorded": TraceBuilder("exercise1", "recorded").message().trace}, "not followed to its end"),
        (
            {"recorded": TraceBuilder("exercise1", "recorded").exits(None, because="grader").trace},
            "not followed to its end",
        ),
    ],
)
def test_incomplete_traces_are_the_graders_own_fault(traces: dict[str, Trace | None], said: str) -> None:
    """Nothing is judged, and nothing is counted against the student."""
    complete = {
        "recorded": program("recorded", (21, 77)).trace,
        "varied": program("varied", (19, 85)).trace,
        "functions": probed().trace,
    }
    given = {name: trace for name, trace in (complete | traces).items() if trace is not None}
    report = judge(course().exercise("exercise1"), given, course())
    assert (report.outcome, report.checks) == ("error", ())
    assert said in (report.fault or "")


# ---------------------------------------------------------------- exercise 2: scenarios of their own, and a bonus

LONG = "Nobody hears the kettle in the staff room any more, which is why the lesson starts with the price."
CODE = "def peaks(samples, width=5): return [m for m in means(samples, width) if m > 1.25 * sum(samples) / 9]"


def counted(scenario: str, *, send_first: bool = False) -> Trace:
    """Both samples counted, the prose sent."""
    prose, code = LONG[:90], CODE[:90]
    builder = TraceBuilder("exercise2", scenario, source="x = 1\n")
    if send_first:
        builder.message(content=prose, max_tokens=500, usage=(31, 9))
    builder.count(31, content=prose).count(45, content=code)
    builder.prints(f"prose tokens: 31\ncode tokens: 45\ndenser: code\nforecast: {(31 + 2500) / 1e6:.6f}\n")
    return builder.message(content=prose, max_tokens=500, usage=(31, 9)).exits().trace


def too_long(*, sent: bool = False) -> Trace:
    builder = TraceBuilder("exercise2", "too_long", source="x = 1\n").count(640_000, content=LONG[:90])
    return (builder.message(content=LONG[:90]) if sent else builder).exits(3).trace


def judged2(recorded: Trace, last: Trace) -> ExerciseReport:
    functions = probed("exercise2", names={"PROSE": LONG, "CODE": CODE}).trace
    traces = {"recorded": recorded, "varied": counted("varied"), "too_long": last, "functions": functions}
    return judge(course().exercise("exercise2"), traces, course())


def test_a_bonus_counts_beside_the_score() -> None:
    """Nothing but the bonus is judged in the too-long run, whatever its exit status."""
    report = judged2(counted("recorded"), too_long())
    assert outcomes(report)["stops_when_too_long"] == "passed"
    assert (report.score, report.max_score, report.bonus) == (10.0, 10.0, 1.0)
    report = judged2(counted("recorded"), too_long(sent=True))
    assert (report.score, report.bonus) == (10.0, 0.0)
    assert check(report, "stops_when_too_long").misconception == "sent-although-too-long"
    assert report.passed


def test_a_check_that_needs_another_is_not_judged_without_it() -> None:
    """The obstacle is named, and the check gives no points."""
    bonus = check(judged2(counted("recorded", send_first=True), too_long()), "stops_when_too_long")
    assert (bonus.outcome, bonus.because, bonus.score) == ("skipped", "counts_before_sending", 0.0)
    assert "`counts_before_sending`" in bonus.message


# ---------------------------------------------------------------- exercise 3: the stream that is judged

WORDS = [f"word{n} follows word{n - 1}, " for n in range(60)]


def streaming(scenario: str, *streams: tuple[bool, int]) -> Trace:
    """A plain call, then streams (shown or not, output tokens); the final values of the last shown one."""
    builder = TraceBuilder("exercise3", scenario, source="x = 1\n").message(usage=(26, 206), text="At once.")
    right = 0
    for at, (shown, output) in enumerate(streams):
        builder.stream([f"{at}{word}" for word in WORDS], usage=(26, output), shown=shown)
        if shown:
            right = output
            builder.prints("\n\n")
    cost = (26 + 5 * right) / 1e6
    builder.prints(f"stop reason: end_turn\ninput tokens: 26\noutput tokens: {right}\ncost: {cost:.6f}\n")
    return builder.exits().trace


@pytest.mark.parametrize("streams", [((True, 587),), ((True, 587), (False, 612)), ((False, 612), (True, 587))])
def test_of_several_streams_the_one_that_passes_most_is_judged(streams: tuple[tuple[bool, int], ...]) -> None:
    """One right stream is enough, wherever it stands; all checks speak of the same one."""
    traces = {name: streaming(name, *streams) for name in ("recorded", "varied")}
    report = judge(course().exercise("exercise3"), traces, course())
    if len(streams) == 1 or streams[-1][0]:
        assert report.score == 10.0, outcomes(report)
    assert outcomes(report)["streams_progressively"] == "passed"


def test_checks_are_not_passed_by_different_streams() -> None:
    """A stream that was shown and another whose numbers are printed are not one right stream."""
    builder = TraceBuilder("exercise3", "recorded", source="x = 1\n").message(usage=(26, 206), text="At once.")
    builder.stream(WORDS, usage=(26, 587)).stream([f"not {w}" for w in WORDS], usage=(26, 612), shown=False)
    builder.prints("\nstop reason: end_turn\ninput tokens: 26\noutput tokens: 612\ncost: 0.003086\n").exits()
    report = judge(course().exercise("exercise3"), {"recorded": builder.trace, "varied": builder.trace}, course())
    assert report.score < 10.0


def test_of_very_many_streams_the_first_and_the_last_are_looked_at() -> None:
    """A program that streams without end is judged in time."""
    trace = streaming("recorded", *[(False, 700 + n) for n in range(40)], (True, 587))
    report = judge(course().exercise("exercise3"), {"recorded": trace, "varied": trace}, course())
    assert outcomes(report)["streams_progressively"] == "passed"


def test_without_a_stream_the_checks_of_streams_say_so() -> None:
    """Nothing is chosen where nothing was streamed."""
    trace = TraceBuilder("exercise3", source="x = 1\n").message().exits().trace
    report = judge(course().exercise("exercise3"), {"recorded": trace, "varied": trace}, course())
    assert outcomes(report)["final_usage"] == "skipped"
    assert outcomes(report)["create_then_stream"] == "failed"


def test_checks_that_speak_again_leave_what_the_others_have_said() -> None:
    """Of other traces than before, so that it shows who has spoken: one check, wherever it is judged."""
    exercise = course().exercise("exercise1")
    silent = {
        "recorded": program("recorded", (21, 77), "\n").trace,
        "varied": program("varied", (19, 85), "\n").trace,
        "functions": probed().trace,
    }
    right = silent | {"recorded": program("recorded", (21, 77)).trace, "varied": program("varied", (19, 85)).trace}
    earlier = verdicts_of(exercise, silent, course())
    again = verdicts_again(exercise, right, course(), {"reads_usage"}, earlier)
    now = verdicts_of(exercise, right, course())
    for scenario in ("recorded", "varied"):
        assert again.verdicts[scenario]["reads_usage"] == now.verdicts[scenario]["reads_usage"]
        assert again.verdicts[scenario]["reads_usage"].outcome == "passed"
        assert again.verdicts[scenario]["cost_printed"] == earlier.verdicts[scenario]["cost_printed"]
    assert again.verdicts["recorded"]["cost_printed"].outcome == "failed"


def test_where_points_choose_a_stream_all_checks_speak_again() -> None:
    """The stream that is judged may be another one then."""
    exercise = course().exercise("exercise3")
    two = {name: streaming(name, (True, 587), (False, 612)) for name in ("recorded", "varied")}
    one = {name: streaming(name, (False, 612), (True, 587)) for name in ("recorded", "varied")}
    again = verdicts_again(exercise, one, course(), {"runs"}, verdicts_of(exercise, two, course()))
    assert again == verdicts_of(exercise, one, course())


def test_checks_that_speak_again_need_their_traces_too() -> None:
    """A run that is missing is a fault, not a verdict."""
    exercise = course().exercise("exercise3")
    traces = {name: streaming(name, (True, 587)) for name in ("recorded", "varied")}
    earlier = verdicts_of(exercise, traces, course())
    assert not earlier.several_streams
    again = verdicts_again(exercise, {"recorded": traces["recorded"]}, course(), {"runs"}, earlier)
    assert again.fault is not None and "'varied'" in again.fault and not again.verdicts
