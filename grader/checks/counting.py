"""The checks of counting: both samples, every message before it is sent, and a stop where it does not fit.

What is printed about the counts is judged in `conclusions`; its checks are named here as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.conclusions import counts_printed, denser
from grader.checks.ending import how_it_ended
from grader.checks.figures import tokens
from grader.checks.precounted import Precounts, Uncounted, needs_count, precounts_of
from grader.checks.samples import RUN, Sample, Samples, samples_of
from grader.checks.unanswered import no_answer
from grader.checks.verdict import Case, Verdict, failed, passed, skipped
from grader.screen import letters
from grader.trace import Exchange

__all__ = [
    "counts_before_sending",
    "counts_both_samples",
    "counts_printed",
    "denser",
    "stops_when_too_long",
]

_BOTH = "two answered counts, of a piece of PROSE and a piece of CODE with the same number of characters"
_BEFORE = "an answered count of the same model and content before every message"
_TOO_MANY, _ENDLESS_REQUESTS = 429, 1000  # a status, and how many requests no program has in mind
_MOST_REASONS = 10  # messages whose reason is looked for, of very many


# ---------------------------------------------------------------- counts_both_samples


def counts_both_samples(case: Case) -> Verdict:
    """Pass when two counts were answered, of different texts of one length, one of PROSE and one of CODE.

    Length is in characters. A text is of a sample when it shares a run of 50 letters and digits with the module's
    PROSE or CODE; where the module has no such text, any will do. The exercise has to name both in `names`.

    Facts: `counts` (how many were answered), `sends`, `prose_tokens`, `code_tokens`, `prose_characters`,
    `code_characters`; `error` and `line` where none was answered.
    """
    samples = samples_of(case)
    facts = {"counts": tokens(len(samples.answered))}
    if not samples.answered:
        return _nothing_counted(case)
    pair = samples.comparable
    if pair is not None:
        return passed(
            expected=_BOTH,
            observed=f"two counts of {tokens(pair[0].characters)} characters each",
            evidence=_seqs(*pair),
            **facts,
            **_pair_facts(*pair),
        )
    return _no_pair(samples).with_facts(**facts)


def _nothing_counted(case: Case) -> Verdict:
    verdict = no_answer(case, case.trace.counts, "counting request")
    if verdict.outcome == "failed" and not verdict.misconceptions and not case.trace.counts:
        return failed(
            "No counting request was sent during the run.",
            "never-counted",
            expected=_BOTH,
            observed="no counting request",
            sends=tokens(len(case.trace.messages)),
        )
    return verdict


def _no_pair(samples: Samples) -> Verdict:
    """Say what is wrong with the counts of a run in which no two can be compared."""
    answered = samples.answered
    prose = [s for s in answered if samples.may_be(s, "prose")]
    code = [s for s in answered if samples.may_be(s, "code")]
    lengths = sorted({sample.characters for sample in answered})
    both = [(p, c) for p in prose[-_MOST_REASONS:] for c in code[-_MOST_REASONS:] if p.text != c.text]
    if both:
        p, c = min(both, key=lambda pair: abs(pair[0].characters - pair[1].characters))
        observed = f"{tokens(p.characters)} and {tokens(c.characters)} characters"
        return failed(
            f"The two texts counted have different lengths: {observed}.",
            "unequal-lengths",
            expected=_BOTH,
            observed=observed,
            evidence=_seqs(p, c),
            **_pair_facts(p, c),
            cut=samples.cut(p, c),
        )
    if len({sample.text for sample in answered}) < len(answered):
        again = next(s for at, s in enumerate(answered) if any(s.text == other.text for other in answered[:at]))
        return failed(
            "Two counts were answered, and their texts are equal.",
            "same-sample-twice",
            expected=_BOTH,
            observed=f"the same text of {tokens(again.characters)} characters twice",
            evidence=_seqs(again),
            **_kind_facts(samples),
        )
    if len(answered) == 1:
        return failed("Only one count was answered.", expected=_BOTH, observed="one count", evidence=_seqs(answered[0]))
    missing = [name for name, found in (("PROSE", prose), ("CODE", code)) if not found]
    observed = f"{len(answered)} counts of {' and '.join(map(tokens, lengths[:5]))} characters"
    return failed(
        f"None of the texts counted shares a run of {RUN} letters and digits with {' or with '.join(missing)}."
        f"{_too_short(samples, missing)}"
        if missing
        else "Only one of the texts counted is a piece of PROSE or of CODE.",
        expected=_BOTH,
        observed=observed,
        evidence=_seqs(*answered[-2:]),
    )


def _too_short(samples: Samples, missing: Sequence[str]) -> str:
    """Say of the longest counted piece of a sample that is missing that it is too short to be known by."""
    pieces = [
        (len(kept), kind.upper())
        for sample in samples.answered
        for kind, known in samples.known.items()
        if kind.upper() in missing and (kept := letters(sample.text)) in letters(known) and 0 < len(kept) < RUN
    ]
    if not pieces:
        return ""
    count, name = max(pieces)
    return f" A piece of {name} was counted that has {count} of them: a longer one is needed."


def _seqs(*samples: Sample) -> tuple[int, ...]:
    return tuple(sample.exchange.request.seq for sample in samples)


def _pair_facts(prose: Sample, code: Sample) -> dict[str, str]:
    return {
        "prose_tokens": tokens(prose.tokens),
        "code_tokens": tokens(code.tokens),
        "prose_characters": tokens(prose.characters),
        "code_characters": tokens(code.characters),
    }


def _kind_facts(samples: Samples) -> dict[str, str]:
    found = (("prose_tokens", samples.prose), ("code_tokens", samples.code))
    return {name: tokens(counted[-1].tokens) for name, counted in found if counted}


# ---------------------------------------------------------------- counts_before_sending


def counts_before_sending(case: Case) -> Verdict:
    """Pass when a message was sent, and every message that could be billed had been counted before.

    A message that the API refused for what it is (a 4xx answer that is not repeated) was never billed: it needs a
    count only where no other message was sent. A count is of a message when its model and its countable content are the
    same (messages, system, tools, tool choice, thinking), and when its answer left before the message arrived.

    Facts: `counts` and `sends` (how many of each), `field` (the first one that differs), `counted` and `sent` (what it
    held in the nearest count and in the message), `counted_model`, `sent_model`, `max_tokens`; `error` and `line`.
    """
    precounts = precounts_of(case)
    sent = [m for m in case.trace.messages if needs_count(m)] or list(case.trace.messages)
    facts = {"counts": tokens(len(precounts.answered)), "sends": tokens(len(case.trace.messages))}
    if not sent:
        return _nothing_sent(case, precounts).with_facts(**facts)
    if case.trace.counts and not precounts.answered and not any(m.succeeded for m in sent):
        return no_answer(case, case.trace.messages, "message request").with_facts(**facts)
    uncounted = [message for message in sent if not precounts.of(message)]
    if not uncounted:
        return passed(
            expected=_BEFORE,
            observed=f"{tokens(len(sent))} sent, each counted before",
            evidence=_counted_and_sent(precounts, sent[-1]),
            **facts,
        )
    reasons = [precounts.why_not(message) for message in uncounted[:_MOST_REASONS]]
    first = reasons[0]
    ids = dict.fromkeys(reason.misconception for reason in reasons if reason.misconception)
    return failed(
        first.message,
        *ids,
        expected=_BEFORE,
        observed=_observed(first, len(uncounted), len(sent)),
        evidence=tuple(message.request.seq for message in uncounted[:_MOST_REASONS]),
        **facts,
        **first.facts,
    )


def _observed(reason: Uncounted, uncounted: int, sent: int) -> str:
    if reason.misconception == "counted-other-model":
        return f"counted for {reason.facts['counted_model']}, sent to {reason.facts['sent_model']}"
    if reason.misconception == "counted-something-else":
        return f"`{reason.facts['field']}` counted as {reason.facts['counted']}, sent as {reason.facts['sent']}"
    return f"{tokens(uncounted)} of {tokens(sent)} messages without a count of their own"


def _counted_and_sent(precounts: Precounts, message: Exchange) -> tuple[int, ...]:
    count = precounts.of(message)[-1]
    return count.request.seq, count.answered_seq or 0, message.request.seq


def _nothing_sent(case: Case, precounts: Precounts) -> Verdict:
    verdict = no_answer(case, (), "message request")
    if verdict.outcome == "skipped" or verdict.misconceptions:
        return verdict
    if precounts.answered:
        return failed(
            "Counts were answered, and no message request followed.",
            "counted-never-sent",
            expected=_BEFORE,
            observed="no message request",
            evidence=tuple(count.request.seq for count in precounts.answered[-1:]),
        )
    ids = () if case.trace.counts else ("never-counted",)
    return failed(
        "Neither a count nor a message request was answered.", *ids, expected=_BEFORE, observed="no message request"
    )


# ---------------------------------------------------------------- stops_when_too_long


def stops_when_too_long(case: Case) -> Verdict:
    """Pass when no message was sent whose own count does not fit the window, and the program ended by itself.

    For a scenario with `too_long: true`, where every text is counted as several times the window
    (`context_window_tokens` of `course.yaml`; 200,000 tokens). A text that was trimmed, counted again and then fits
    may be sent. The exit status does not matter. An end because no more requests were answered is none by itself.

    Facts: `counted_tokens` of the message that does not fit, and `window`.
    """
    precounts = precounts_of(case)
    window = case.course.context_window_tokens
    expected = f"no message of more than {tokens(window)} counted tokens, and an end by itself"
    if not precounts.answered:
        return skipped("Nothing was counted, so nothing could be refused.", because="counts_before_sending")
    for message in case.trace.messages:
        own = precounts.of(message)
        if not own:
            return failed(
                "A message was sent that had not been counted.",
                expected=expected,
                observed="a message without a count of its own",
                evidence=(message.request.seq,),
                window=tokens(window),
            )
        counted = own[-1].counted_tokens or 0
        if counted > window:
            return failed(
                f"A message of {tokens(counted)} counted tokens was sent; the window holds {tokens(window)}.",
                "sent-although-too-long",
                expected=expected,
                observed=f"a message of {tokens(counted)} tokens",
                evidence=(own[-1].request.seq, message.request.seq),
                counted_tokens=tokens(counted),
                window=tokens(window),
            )
    largest = max(count.counted_tokens or 0 for count in precounts.answered)
    facts = {"counted_tokens": tokens(largest), "window": tokens(window)}
    ended = case.trace.exit
    if ended is None or ended.because != "itself" or ended.status is None:
        how = "it has no end" if ended is None else how_it_ended(ended)
        return failed(
            f"Nothing too long was sent, and the program did not end by itself: {how}.",
            expected=expected,
            observed=how,
            evidence=() if ended is None else (ended.seq,),
            **facts,
        )
    asked = case.trace.exchanges
    if len(asked) > _ENDLESS_REQUESTS and asked[-1].status == _TOO_MANY:
        return failed(
            f"The program counted again and again: after {tokens(len(asked) - 1)} requests it was given no more "
            "answers, and only that ended it.",
            expected=expected,
            observed=f"{tokens(len(asked))} requests",
            evidence=(asked[-1].request.seq,),
            **facts,
        )
    sent = len(case.trace.messages)
    observed = f"{tokens(sent)} sent, all fitting" if sent else "nothing sent"
    return passed(expected=expected, observed=observed, evidence=(ended.seq,), **facts)
