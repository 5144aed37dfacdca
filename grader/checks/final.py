"""Whether the final usage and the stop reason of a stream were printed after it."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.checks.bills import Bill
from grader.checks.labelled import Labelled
from grader.checks.labels import INPUT, OUTPUT
from grader.checks.printed import stop_reasons_said
from grader.checks.streaming import faults_of, judged_stream
from grader.checks.unanswered import nothing_answered
from grader.checks.usage import counts_of, judged_counts
from grader.checks.values import list_of_guesses, unanswered
from grader.checks.verdict import Case, Verdict, skipped
from grader.trace import Exchange, GatePassed

REASON = "stop reason"


def final_usage(case: Case) -> Verdict:
    """Pass when both counts and the stop reason are printed after the stream and are the stream's final ones.

    Labels: `input tokens`, `output tokens`, `stop reason`; only what came to standard output after the last piece
    of the stream counts. The right output tokens are those of `message_delta`, not the few that `message_start`
    names (source: the API's reference, "Streaming messages"). Skipped where no stream began.

    Facts: those of `grader.checks.usage.reads_usage` for the stream; `create_input_tokens` and
    `create_output_tokens` of the plain call before it.
    """
    stream = judged_stream(case)
    if stream is None:
        return no_stream(case, Labelled(case, INPUT), Labelled(case, OUTPUT))
    start = _end_of(case, stream)
    labels = Labelled(case, INPUT, start=start), Labelled(case, OUTPUT, start=start)
    if (guesses := list_of_guesses(labels)) is not None:
        return guesses
    bill = Bill((stream,), case.course.prices)
    verdict = judged_counts(case, bill, counts_of(bill, labels))
    if verdict.outcome == "skipped":
        return verdict
    verdict = _with_reason(verdict, case.output.text[start:], stream.stop_reason or "")
    if verdict.outcome == "passed":
        return verdict
    if never_read(case, stream) and not verdict.misconceptions:
        return verdict.fitting("stream-never-read")
    return replace(verdict, message=verdict.message + _left_early(stream))


def no_stream(case: Case, *labels: Labelled) -> Verdict:
    """Judge values of a stream where none began."""
    if nothing_answered(case):
        return unanswered(case, labels, because="create_then_stream")
    return skipped("No streamed answer began, so there are no final numbers.", because="create_then_stream")


def never_read(case: Case, stream: Exchange) -> bool:
    """Tell whether the program took nothing of a stream."""
    return faults_of(case, stream.number).never_read


def _end_of(case: Case, stream: Exchange) -> int:
    """The place in the output from which everything came out after the last piece that the program took."""
    left = {
        e.index for e in case.trace.events if isinstance(e, GatePassed) and e.because == "gone" and _is_of(e, stream)
    }
    sent = [piece.seq for piece in stream.pieces if piece.index not in left]
    return case.output.start_after(sent[-1] if sent else stream.answered_seq or 0)


def _is_of(gate: GatePassed, stream: Exchange) -> bool:
    return stream.stream is not None and gate.exchange == stream.stream.exchange


def _left_early(stream: Exchange) -> str:
    if stream.ended is None or stream.ended.how != "gone" or not stream.ended.unsent:
        return ""
    return (
        f" The program left the stream after {len(stream.pieces):,} of {len(stream.all_pieces):,} pieces; "
        "the final numbers come at its end."
    )


def _with_reason(verdict: Verdict, text: str, right: str) -> Verdict:
    """Judge the stop reason as well, and put both into one verdict."""
    said = stop_reasons_said(text)
    verdict = replace(
        verdict,
        said=f"{verdict.said}\n{REASON}: {' '.join(dict.fromkeys(said))}",
        truth=f"{verdict.truth}\n{REASON}: {right}",
    ).with_facts(stop_reason=right)
    if right in said or not right:
        return verdict
    observed = f"{REASON} {said[0]}" if said else f"no {REASON}"
    expected = f"{REASON} {right}"
    if verdict.outcome == "failed":
        # The counts alone are what a misconception speaks of.
        return replace(
            verdict.with_facts(observed=verdict.observed),
            message=f"{verdict.message} It printed {observed}; the stream ended with {expected}.",
            expected=f"{verdict.expected}, {expected}",
            observed=f"{verdict.observed}, {observed}",
        )
    unlabelled = not said and re.search(rf"(?<![\w]){re.escape(right)}(?![\w])", text) is not None
    return replace(
        verdict.with_facts(label=REASON),
        outcome="failed",
        message=f"The program printed {observed} after the stream; the stream ended with {expected}.",
        expected=expected,
        observed=observed,
        misconceptions=("label-missing",) if unlabelled else (),
    )
