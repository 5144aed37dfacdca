"""Which count belongs to a message: answered before it was sent, for the same model and the same content.

Where there is none, why: what was counted instead, or when. Whether that fails a check is the check's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader.checks.content import countable, difference
from grader.checks.unanswered import went_on_to_values
from grader.checks.verdict import Case, read_once
from grader.fixtures.content import COUNTABLE, Content
from grader.fixtures.content import countable as parts
from grader.screen import letters
from grader.trace import Exchange

_RETRIED = (408, 409, 429)  # refused for now, not for what they are
_TINY_ANSWER = 16  # tokens: a message that may answer no more was not sent for its answer
_NEAREST = 200  # of very many counts, how many of the latest are compared with a message
_LEFT_OVER = 10  # percent of a message's letters that may have been counted nowhere, where it was counted in parts


def needs_count(message: Exchange) -> bool:
    """Tell whether a message could be billed: not where the API refused it for what it is."""
    status = message.status
    return status is None or not 400 <= status < 500 or status in _RETRIED


@dataclass(frozen=True)
class Uncounted:
    """Why a message has no count of its own: the mistake, in words, and what a hint may say of it."""

    misconception: str
    message: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Precounts:
    """The counts of one run, and the messages that they belong to."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._contents: dict[int, str] = {}

    @cached_property
    def answered(self) -> tuple[Exchange, ...]:
        """Every count that was answered with a number."""
        return tuple(count for count in self._case.trace.counts if count.counted_tokens is not None)

    def of(self, message: Exchange) -> tuple[Exchange, ...]:
        """The counts of a message's model and content that were answered before it arrived, in order."""
        return tuple(count for count in self._earlier(message) if self._belongs(count, message))

    def why_not(self, message: Exchange) -> Uncounted:
        """Say why a message without a count of its own has none."""
        return (
            self._probe(message)
            or self._never()
            or self._late(message)
            or self._refused()
            or self._other_model(message)
            or self._in_parts(message)
            or self._something_else(message)
        )

    def _earlier(self, message: Exchange) -> tuple[Exchange, ...]:
        return tuple(count for count in self.answered if (count.answered_seq or 0) < message.request.seq)

    def _latest(self, message: Exchange) -> tuple[Exchange, ...]:
        return self._earlier(message)[-_NEAREST:]

    def _belongs(self, count: Exchange, message: Exchange) -> bool:
        return self._same(count, message) and self._same_model(count, message)

    def _same_model(self, count: Exchange, message: Exchange) -> bool:
        """A dated form of a name is the same model, at the same price."""
        prices = self._case.course.prices
        return (prices.name_of(count.model) or count.model) == (prices.name_of(message.model) or message.model)

    def _same(self, a: Exchange, b: Exchange) -> bool:
        return self._content(a) == self._content(b)

    def _content(self, exchange: Exchange) -> str:
        if exchange.number not in self._contents:
            self._contents[exchange.number] = countable(exchange.request.body)
        return self._contents[exchange.number]

    # ------------------------------------------------------------ reasons, in the order in which they explain

    def _probe(self, message: Exchange) -> Uncounted | None:
        """A message with a tiny `max_tokens` was sent for its usage, in place of a count."""
        for first in self._case.trace.messages:
            tiny = first.max_tokens is not None and first.max_tokens <= _TINY_ANSWER
            if tiny and self._same(first, message) and not self.of(first) and self._sent_again(first):
                return Uncounted(
                    "probe-by-sending",
                    f"A message that may answer no more than {first.max_tokens} tokens was sent in place of a count.",
                    {"max_tokens": f"{first.max_tokens:,}"},
                )
        return None

    def _sent_again(self, first: Exchange) -> bool:
        """Tell whether a message was sent once more, with room for an answer."""
        return any(
            later.number > first.number and (later.max_tokens or 0) > _TINY_ANSWER and self._same(first, later)
            for later in self._case.trace.messages
        )

    def _never(self) -> Uncounted | None:
        if self._case.trace.counts:
            return None
        return Uncounted("never-counted", "No counting request was sent.")

    def _late(self, message: Exchange) -> Uncounted | None:
        """The count was asked for, or answered, only after the message had left."""
        for count in self._case.trace.counts:
            if self._belongs(count, message):
                if count.request.seq > message.request.seq:
                    return Uncounted("count-after-send", "A message was sent before its count was asked for.")
                if count.answered_seq is None or count.answered_seq > message.request.seq:
                    return Uncounted("count-after-send", "A message was sent before its count was answered.")
        if self.answered and not self._earlier(message):
            if any(self.of(other) for other in self._case.trace.messages):  # it is no habit: this one was forgotten
                return Uncounted("", "A message was sent before any count was answered, and was never counted itself.")
            return Uncounted("count-after-send", "A message was sent before any count was answered.")
        return None

    def _refused(self) -> Uncounted | None:
        if self.answered:
            return None
        swallowed = went_on_to_values(self._case)
        return Uncounted("error-swallowed" if swallowed else "", "No counting request was answered with a count.")

    def _other_model(self, message: Exchange) -> Uncounted | None:
        for count in reversed(self._earlier(message)):
            if self._same(count, message):
                return Uncounted(
                    "counted-other-model",
                    f"The count is for {count.model or 'no model'}, the message went to {message.model or 'no model'}.",
                    {"counted_model": count.model, "sent_model": message.model},
                )
        return None

    def _in_parts(self, message: Exchange) -> Uncounted | None:
        """Several counts together make up the text of the message."""
        left = whole = letters(Content.of(message.request.body).text)
        used = 0
        texts = {letters(Content.of(count.request.body).text) for count in self._latest(message)}
        for text in sorted(texts, key=len, reverse=True):
            if text and text != whole and text in left:
                left = left.replace(text, "", 1)
                used += 1
        if used < 2 or 100 * len(left) > _LEFT_OVER * len(whole):
            return None
        return Uncounted(
            "counted-in-parts", f"What was sent in one message was counted in {used} requests, each a part of it."
        )

    def _something_else(self, message: Exchange) -> Uncounted:
        """The nearest earlier count, and the field in which it differs."""
        sent = parts(message.request.body)

        def distance(count: Exchange) -> tuple[int, bool, int]:
            counted = parts(count.request.body)
            fields = sum(counted.get(name) != sent.get(name) for name in COUNTABLE)
            return fields, not self._same_model(count, message), -count.number

        nearest = min(self._latest(message), key=distance)
        found = difference(nearest.request.body, message.request.body)
        assert found is not None  # equal content is a count of its own, or another model's
        name, counted, went = found
        return Uncounted(
            "counted-something-else",
            f"What was counted and what was sent differ in `{name}`: counted {counted}, sent {went}.",
            {"field": name, "counted": counted, "sent": went},
        )


@read_once
def precounts_of(case: Case) -> Precounts:
    """The counts of a run, and the messages that they belong to."""
    return Precounts(case)
