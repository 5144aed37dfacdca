"""Decides what every request of one run is answered with. Pure: no I/O and no clock, the seed decides.

Answers are decided one after the other; in which order, where several are asked for at once, the `Dealer` says.

What was answered is the truth of the run: the same content has the same count in every answer, and no two messages
have the same output tokens.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grader.fixtures.content import Content, by_hand
from grader.fixtures.counts import Counted, Counts, EstimatedCounts, TooLongCounts
from grader.fixtures.drafts import Draft, Drafts, Wanted, price_and_others
from grader.fixtures.form import Fixture
from grader.replay import models, wire
from grader.replay.bounds import ONE_RUN, Bounds
from grader.replay.faults import Faults, message_of
from grader.replay.rules import Refusal, Request, invalid, refusal_of
from grader.trace import COUNT_TOKENS, MESSAGES, Json

MODELS = "/v1/models"
KNOWN_PATHS = f"This course uses {MESSAGES} and {COUNT_TOKENS}."
METHODS = {MESSAGES: "POST", COUNT_TOKENS: "POST", MODELS: "GET"}
RETRIED = frozenset({408, 409, 429, 500, 503, 504, 529})  # statuses after which a client asks again

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An answer sent in one go."""

    status: int
    body: Json
    marks: wire.Marks
    kind: wire.Kind
    headers: Headers = ()
    estimated: bool = False

    @property
    def may_be_repeated(self) -> bool:
        """Whether the same request, sent again, is the same try."""
        return self.status in RETRIED


@dataclass(frozen=True, kw_only=True)
class Streamed:
    """An answer sent piece by piece, `message` as in `message_start`; it may be planned to break off."""

    message: Json
    pieces: tuple[str, ...]
    usage: Json
    stop_reason: str
    marks: wire.Marks
    paddings: random.Random = field(compare=False)
    headers: Headers = ()
    estimated: bool = False
    cut_after: int | None = None
    error_after: int | None = None
    error: Json = None


Answer = Whole | Streamed


class Script:
    """The answers of one run, in the order in which they are asked for."""

    def __init__(
        self,
        fixture: Fixture,
        *,
        seed: int,
        vary: bool = False,
        too_long: bool = False,
        prices: Mapping[str, tuple[Decimal, Decimal]],
        context_window_tokens: int = 200_000,
        bounds: Bounds = ONE_RUN,
    ) -> None:
        """`prices` are (input, output) dollars per million tokens, by model; `bounds` hold for the server, too."""
        self.bounds = bounds
        self.has_both_kinds = bool(fixture.plain and fixture.streamed)  # which is asked for first is of account
        self._prices = prices
        self._window_tokens = context_window_tokens
        # The recorded scenario is the same whatever the seed.
        self._seed = f"{fixture.title}/{vary}/{too_long}/{seed if vary or too_long else 'recorded'}"
        self._requests = 0
        self._faults = Faults(fixture.faults)
        self._drafts = Drafts(fixture, vary=vary, rng=self._rng("answers"))
        self._counts: Counts
        if too_long:
            self._counts = TooLongCounts(self._rng("counts"))
        else:
            outputs = [each.output_tokens for each in fixture.exchanges]
            self._counts = EstimatedCounts(
                recorded_counts=_inputs(fixture, counts=True),
                recorded_messages=_inputs(fixture, counts=False),
                avoid=[*outputs, *_inputs(fixture, counts=True), *_inputs(fixture, counts=False)],
                varied=self._rng("counts") if vary else None,
            )

    def answer(self, request: Request) -> Answer:
        """Decide the answer to the next request."""
        self._requests += 1
        return self._answer(request, self._marks())

    def refuse_flood(self) -> Whole:
        """Refuse one request more than a run may send."""
        self._requests += 1
        return self._too_many(self._marks())

    def refuse(self, status: int, message: str) -> Whole:
        """Refuse a request that did not get as far as being read: too large, or no HTTP."""
        self._requests += 1
        kind = "request_too_large" if status == 413 else "invalid_request_error"
        return _refused(Refusal(status, kind, message), self._marks())

    # ------------------------------------------------------------ by path

    def _answer(self, request: Request, marks: wire.Marks) -> Answer:
        if not self.bounds.allow_requests(self._requests):
            return self._too_many(marks)
        path = MODELS if request.path.startswith(MODELS + "/") else request.path
        method = METHODS.get(path)
        if method is None:
            message = f"No exchange answers {request.method} {request.path}."
            return _refused(Refusal(404, "not_found_error", f"{message} {KNOWN_PATHS}"), marks)
        if request.method != method:
            headers = (("x-should-retry", "false"), ("allow", method))
            return _refused(Refusal(405, "invalid_request_error", "Method Not Allowed", headers=headers), marks)
        refusal = refusal_of(request, self._prices) or self._faults.refusal_of(request)
        if refusal is not None:
            return _refused(refusal, marks)
        if path == MODELS:
            return self._models(request.path[len(MODELS) + 1 :], marks)
        content = Content.of(request.body)
        if path == COUNT_TOKENS:
            counted = self._counts.of(content, "count")
            body = {"input_tokens": counted.tokens}
            return Whole(status=200, body=body, marks=marks, kind="count", estimated=counted.estimated)
        return self._message(request.body, content, marks)

    def _message(self, body: dict[str, Any], content: Content, marks: wire.Marks) -> Answer:
        counted = self._counts.of(content, "message")
        if counted.tokens > self._window_tokens:
            message = f"prompt is too long: {counted.tokens} tokens > {self._window_tokens} maximum"
            return _refused(invalid(message), marks)
        price, others = price_and_others(models.base_name(body["model"]), self._prices)
        wanted = Wanted(
            input_tokens=counted.tokens,
            max_tokens=body["max_tokens"],
            streamed=body.get("stream") is True,
            prompt_by_hand=by_hand(content.text) - {counted.tokens},  # of a very short prompt, no count is free
            price=price,
            other_prices=others,
        )
        draft = self._drafts.next(wanted)
        if wanted.streamed:
            return self._streamed(body["model"], counted, draft, marks)
        return Whole(
            status=200,
            body=wire.message(
                model=models.resolved(body["model"]),
                message_id=marks.message_id,
                text=draft.text,
                stop_reason=draft.stop_reason,
                used=wire.usage(counted.tokens, draft.output_tokens),
            ),
            marks=marks,
            kind="message",
            headers=draft.headers,
            estimated=counted.estimated,
        )

    def _streamed(self, model: str, counted: Counted, draft: Draft, marks: wire.Marks) -> Streamed:
        assert draft.start_output_tokens is not None
        fault = self._faults.break_of_stream()
        broken = fault is not None and fault.error_after_piece is not None
        error = wire.envelope(fault.type, message_of(fault.type), marks.request_id) if fault and broken else None
        return Streamed(
            message=wire.message(
                model=models.resolved(model),
                message_id=marks.message_id,
                text=None,
                stop_reason=None,
                used=wire.usage(counted.tokens, draft.start_output_tokens),
            ),
            pieces=draft.pieces,
            usage=wire.final_usage(counted.tokens, draft.output_tokens),
            stop_reason=draft.stop_reason,
            marks=marks,
            paddings=self._rng(f"paddings/{self._requests}"),
            headers=draft.headers,
            estimated=counted.estimated,
            cut_after=None if fault is None else fault.cut_after_piece,
            error_after=None if fault is None else fault.error_after_piece,
            error=error,
        )

    def _models(self, wanted: str, marks: wire.Marks) -> Whole:
        if wanted and not models.exists(wanted, self._prices):
            return _refused(Refusal(404, "not_found_error", f"model: {wanted}"), marks)
        listed = [_model(name) for name in self._prices]
        if wanted:
            return Whole(status=200, body=_model(wanted), marks=marks, kind="other")
        body = {
            "data": listed,
            "has_more": False,
            "first_id": listed[0]["id"] if listed else None,
            "last_id": listed[-1]["id"] if listed else None,
        }
        return Whole(status=200, body=body, marks=marks, kind="other")

    def _too_many(self, marks: wire.Marks) -> Whole:
        message = f"This run has sent more than {self.bounds.requests} requests; no more are answered."
        return _refused(Refusal(429, "rate_limit_error", message, headers=_asked_too_often()), marks)

    # ------------------------------------------------------------ what is drawn

    def _marks(self) -> wire.Marks:
        return wire.Marks.draw(self._rng(f"ids/{self._requests}"), self._rng("account"), self._requests)

    def _rng(self, purpose: str) -> random.Random:
        return random.Random(f"{self._seed}/{purpose}")


def _asked_too_often() -> Headers:
    return (("x-should-retry", "false"), ("retry-after", "60"))


def _refused(refusal: Refusal, marks: wire.Marks) -> Whole:
    return Whole(
        status=refusal.status,
        body=wire.envelope(refusal.type, refusal.message, marks.request_id, refusal.details),
        marks=marks,
        kind="error",
        headers=refusal.headers,
    )


def _model(name: str) -> dict[str, Any]:
    return {
        "type": "model",
        "id": models.resolved(name),
        "display_name": models.display_name(name),
        "created_at": "1970-01-01T00:00:00Z",  # what the API says where the day is not known
    }


def _inputs(fixture: Fixture, *, counts: bool) -> list[int]:
    exchanges = fixture.counts if counts else fixture.plain + fixture.streamed
    return [each.input_tokens for each in exchanges if each.input_tokens is not None]
