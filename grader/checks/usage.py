"""Whether the tokens that a program printed are those that its answer used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.checks import figures
from grader.checks.bills import Bill, bills
from grader.checks.labelled import Labelled, Loose
from grader.checks.labels import INPUT, OUTPUT
from grader.checks.printed import count_matches
from grader.checks.raw_events import raw_events
from grader.checks.values import list_of_guesses, never_came_to, unanswered, with_values
from grader.checks.verdict import Case, Verdict, failed, passed, read_once
from grader.fixtures.content import Content, by_hand
from grader.trace import Exchange

BY_HAND = "counted-by-hand"
_MOST_LOOKED_AT = 24  # calls (and totals) of a run that a wrong number is compared with


def reads_usage(case: Case) -> Verdict:
    """Pass when both counts are printed and are those of one call, or the totals of all.

    Labels: `input tokens` and `output tokens`, each followed by a whole number (see `grader.checks.printed`).
    Tokens are compared exactly, with the `usage` of the answer on the wire. Skipped where no call was answered.

    Facts: `input_tokens`, `output_tokens`, `model`, `max_tokens`, `stop_reason`, `cost` and the prices of the call
    that fits best; `label`, which is wrong; `sends`; of streams `start_output_tokens` and `pieces`; `by_hand`, the
    words and characters of the texts that were counted by hand.
    """
    labels = Labelled(case, INPUT), Labelled(case, OUTPUT)
    answered = bills(case)
    if not answered:
        return unanswered(case, labels, because="calls_api")
    if (guesses := list_of_guesses(labels)) is not None:
        return guesses
    for bill in answered:
        counts = counts_of(bill, labels)
        if all(count.found for count in counts):
            return judged_counts(case, bill, counts)
    best = max(
        (*answered[:_MOST_LOOKED_AT], answered[-1]), key=lambda bill: _nearness(case, bill, counts_of(bill, labels))
    )
    alone = [bill for bill in answered if len(bill.exchanges) == 1]
    if _all_found(alone, labels):
        return judged_counts(case, best, counts_of(best, labels), "calls-mixed")
    verdict = judged_counts(case, best, counts_of(best, labels))
    if not verdict.misconceptions and _all_found(answered, labels):  # one of them is a total
        total = next(count.side for count in counts_of(answered[-1], labels) if count.found)
        other = OUTPUT if total == INPUT else INPUT
        said = f" The {total} printed are the total of all {len(alone):,} calls, the {other} those of one call."
        verdict = replace(verdict, message=verdict.message + said)
    return verdict


def _nearness(case: Case, bill: Bill, counts: Sequence[Count]) -> tuple[int, bool, bool]:
    """How near printed counts are to a call's: how many are right, whether the others fit a mistake or stand bare."""
    wrong = [count for count in counts if not count.found]
    explained = next(_explained(case, bill, wrong), None) is not None
    return len(counts) - len(wrong), explained, bool(wrong) and _on_screen_unlabelled(case, wrong)


def bills_read(case: Case) -> tuple[Bill, ...]:
    """The calls (and totals) whose two counts are both printed."""
    return tuple(bill for bill in bills(case) if reads_counts(case, bill))


def reads_counts(case: Case, bill: Bill) -> bool:
    """Tell whether both counts of a call, or of all, are printed."""
    labels = Labelled(case, INPUT), Labelled(case, OUTPUT)
    return all(count.found for count in counts_of(bill, labels))


def _all_found(answered: Sequence[Bill], labels: tuple[Labelled, Labelled]) -> bool:
    """Tell whether each label has the count of some bill."""
    each = [counts_of(bill, labels) for bill in answered]
    return all(any(count.found for count in counts) for counts in zip(*each, strict=True))


@dataclass(frozen=True)
class Count:
    """One count of a call, and where it is looked for."""

    labelled: Labelled
    right: int

    @property
    def found(self) -> bool:
        """Whether the right count is printed."""
        return self.labelled.count(self.right) is not None

    @property
    def side(self) -> str:
        """`input tokens`, `output tokens`."""
        return self.labelled.label

    @property
    def expected(self) -> str:
        """The right count, for people."""
        return f"{figures.tokens(self.right)} {self.side}"

    @property
    def observed(self) -> str:
        """What was printed, for people."""
        return f"{self.labelled.shown} {self.side}" if self.labelled else f"no {self.side}"


def counts_of(bill: Bill, labels: tuple[Labelled, Labelled]) -> tuple[Count, Count]:
    """The two counts of a call beside what was printed."""
    return Count(labels[0], bill.input_tokens), Count(labels[1], bill.output_tokens)


def judged_counts(case: Case, bill: Bill, counts: Sequence[Count], *misconceptions: str) -> Verdict:
    """Judge printed counts against one call: passed, or failed with what the wrong ones fit."""
    wrong = [count for count in counts if not count.found]
    ids = [*misconceptions, *_explained(case, bill, wrong or counts)]
    if wrong and not ids:
        if _on_screen_unlabelled(case, wrong):
            ids = ["label-missing"]
        elif (cut_short := never_came_to(case, [count.labelled for count in wrong])) is not None:
            return cut_short
    expected = figures.listed([count.expected for count in wrong or counts])
    observed = figures.listed([count.observed for count in wrong or counts])
    if wrong and all(count.labelled.start and not count.labelled for count in wrong):
        observed += " after the stream"
    evidence = (*bill.answered_seqs[:1], *(seq for count in counts for seq in count.labelled.evidence))
    explained = [count for count in wrong if ids[0] in _explained(case, bill, [count])] if ids else []
    facts = usage_facts(case, bill) | {"label": next((count.side for count in explained or wrong), "")}
    hand = [count for count in wrong if _is_by_hand(case, bill, count)]
    facts |= {"by_hand": "; ".join(hand_figures(bill.exchanges[0], count.side) for count in hand)} if hand else {}
    if wrong:
        verdict = failed(
            f"The program printed {observed}; the answer used {expected}.",
            *dict.fromkeys(ids),
            expected=expected,
            observed=observed,
            evidence=evidence,
            **facts,
        )
        if ids == ["label-missing"]:  # one label at a time is shown how it is printed
            verdict = verdict.with_facts(expected=figures.tokens(wrong[0].right))
        if explained and len(explained) < len(wrong):  # the other count is wrong in another way
            verdict = verdict.with_facts(expected=explained[0].expected, observed=explained[0].observed)
    else:
        verdict = passed(evidence=evidence, expected=expected, observed=observed, **facts).fitting(*dict.fromkeys(ids))
    return with_values(
        verdict,
        [(count.side, count.labelled.said) for count in counts],
        [(count.side, str(count.right)) for count in counts],
    )


def _explained(case: Case, bill: Bill, counts: Iterable[Count]) -> Iterator[str]:
    """Name the mistakes that give one of these counts."""
    for count in counts:
        for exchange in bill.exchanges if len(bill.exchanges) == 1 else ():
            for name, value in count_mistakes(case, exchange, count.side):
                if any(printed.value == value for printed in count.labelled.distinct):
                    yield name


def _is_by_hand(case: Case, bill: Bill, count: Count) -> bool:
    return BY_HAND in _explained(case, bill, [count])


def hand_figures(exchange: Exchange, side: str) -> str:
    """The figures of the text that one count is of: the prompt: 5 words, 20 characters."""
    whose, text = ("prompt", Content.of(exchange.request.body).text) if side == INPUT else ("answer", exchange.text)
    return f"the {whose}: {figures.words(text)}"


def count_mistakes(case: Case, exchange: Exchange, side: str) -> Iterator[tuple[str, Decimal]]:
    """Every count that a mistake gives in the place of one of a call's own."""
    text = Content.of(exchange.request.body).text if side == INPUT else exchange.text
    yield from ((BY_HAND, Decimal(number)) for number in by_hand(text))
    yield BY_HAND, Decimal(len(text)) / 4
    if side == INPUT:
        return
    start, usage = exchange.start_usage, exchange.usage
    if start is not None and usage is not None:
        yield "usage-from-start", Decimal(start.output_tokens)
        yield "usage-summed", Decimal(start.output_tokens + usage.output_tokens)
        yield "usage-is-pieces", Decimal(len(exchange.all_pieces))
        yield from (
            (name, Decimal(other.usage.output_tokens)) for name, other in _others(case, exchange) if other.usage
        )
    if exchange.max_tokens is not None:
        yield "max-tokens-as-output", Decimal(exchange.max_tokens)


def _others(case: Case, stream: Exchange) -> Iterator[tuple[str, Exchange]]:
    """The other answered calls, and what it means to take their numbers for the stream's."""
    for other in case.trace.messages:
        if other.number != stream.number and other.usage is not None and (name := taken_from(other, stream)):
            yield name, other


def taken_from(other: Exchange, stream: Exchange) -> str:
    """Name what it means to take another call's numbers for a stream's; '' where that call is an earlier stream."""
    if other.request.seq > stream.request.seq:
        return "usage-by-second-call"
    return "" if other.wants_stream else "usage-from-create"


def _on_screen_unlabelled(case: Case, wrong: Sequence[Count]) -> bool:
    """Tell whether every wrong count is not labelled at all, and stands on the screen bare."""
    loose = Loose(case, wrong[0].labelled.start)
    return all(loose.holds(count_matches, [count.right]) and not loose.labels(count.side) for count in wrong)


def usage_facts(case: Case, bill: Bill) -> dict[str, str]:
    """What a hint may say of the usage of a call."""
    exchange = bill.exchanges[0]
    facts = bill.facts | {
        "stop_reason": exchange.stop_reason or "",
        "sends": figures.tokens(len(case.trace.messages)),
    }
    if exchange.start_usage is not None:
        facts["start_output_tokens"] = figures.tokens(exchange.start_usage.output_tokens)
        facts["pieces"] = figures.tokens(len(exchange.all_pieces))
        facts |= raw_events(exchange)
    plain = _plain(case)
    if plain is not None and plain.usage is not None:
        facts["create_input_tokens"] = figures.tokens(plain.usage.input_tokens)
        facts["create_output_tokens"] = figures.tokens(plain.usage.output_tokens)
    return facts


@read_once
def _plain(case: Case) -> Exchange | None:
    """The plain call: of several the one whose output is printed last, None where none is."""
    plain = [e for e in case.trace.messages if e.usage is not None and not e.wants_stream]
    if len(plain) < 2:
        return next(iter(plain), None)
    printed = [each.value for each in reversed(Labelled(case, OUTPUT).distinct)]
    return next((e for value in printed for e in plain if e.usage and e.usage.output_tokens == value), None)
