"""What checks of printed values share: nothing was answered, a list of guesses, a label that is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from grader.checks.ending import stopped, stopped_before_printing
from grader.checks.figures import listed
from grader.checks.labelled import Labelled, Loose
from grader.checks.printed import Printed
from grader.checks.unanswered import api_error, error_swallowed
from grader.checks.verdict import Case, Verdict, failed, skipped


def unanswered(case: Case, labels: Sequence[Labelled], *, because: str) -> Verdict:
    """Judge values of a run in which nothing was answered: skipped where none is printed, else made up."""
    printed = [label for label in labels if label]
    if not printed:
        stop = None if case.trace.exchanges else stopped(case)
        names = listed([f"`{label.label}`" for label in labels])
        if stop is not None:
            return skipped(
                f"The program stopped before it sent a request and printed no {names}. {stop}", because="runs"
            )
        return skipped(f"Nothing was answered, and no {names} is printed.", because=because)
    shown = listed([f"`{label.label}` {label.shown}" for label in printed])
    return failed(
        f"The program printed {shown}, and no request was answered in this run: the numbers come from nowhere.",
        *(("error-swallowed",) if error_swallowed(case) else ()),
        expected="numbers from an answer",
        observed=listed([f"{label.label} {label.shown}" for label in printed]),
        evidence=tuple(seq for label in printed for seq in label.evidence),
        label=printed[0].label,
        error=api_error(case),
    )


def never_came_to(case: Case, labels: Sequence[Labelled]) -> Verdict | None:
    """Skip values that a program which stopped short did not come to print; None where it did, or ran to its end."""
    stop = stopped_before_printing(case, listed([f"`{label.label}`" for label in labels]))
    return None if stop is None or any(labels) else skipped(stop, because="runs")


def unlabelled(
    case: Case, labelled: Labelled, matches: Callable[[Printed, Decimal], bool], rights: Iterable[Decimal]
) -> Verdict | tuple[str, ...]:
    """Explain a label without a number: skipped where the program did not come to print it, else what it fits."""
    if Loose(case).holds(matches, rights):
        return ("label-missing",)
    return never_came_to(case, [labelled]) or ()


def list_of_guesses(labels: Sequence[Labelled]) -> Verdict | None:
    """Fail where a label has more different values than the contract allows; None where none has."""
    for label in labels:
        if label.is_list_of_guesses:
            count = len(label.distinct)
            return failed(
                f"{count:,} different values stand after `{label.label}`. At most ten for each answered request count.",
                "list-of-guesses",
                expected="at most ten different values for each answered request",
                observed=f"{count:,} different values",
                evidence=label.evidence,
                label=label.label,
            )
    return None


def with_values(verdict: Verdict, said: Sequence[tuple[str, str]], truth: Sequence[tuple[str, str]]) -> Verdict:
    """The same verdict with what each label said and what is true, a label a line."""
    return replace(verdict, said=_lines(said), truth=_lines(truth))


def _lines(values: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in values)
