"""The replay server, spoken to with the SDK that is installed: every way to send, every failure it can name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anthropic
import pytest

from grader.fixtures.form import Fault
from grader.replay.script import Script
from tests.replay.serving import PROMPT, HeldGate, Replay, script, serving

MESSAGES = [{"role": "user", "content": PROMPT}]
ASKED: dict[str, Any] = {"model": "claude-haiku-4-5", "max_tokens": 2000, "messages": MESSAGES}
COUNTED = {"model": "claude-haiku-4-5", "messages": MESSAGES}


@contextmanager
def client_of(asked: Script | None = None, **options: Any) -> Iterator[tuple[anthropic.Anthropic, Replay]]:
    """A client and the server that it talks to."""
    with serving(asked) as replay, anthropic.Anthropic(base_url=replay.url, api_key="dummy", **options) as client:
        yield client, replay


def failing(*faults: Fault) -> Script:
    """A script with planned failures."""
    return script(fixture_changes={"faults": faults})


def test_create_gives_the_lessons_numbers() -> None:
    """The first plain call of exercise 1 uses 21 tokens in and 77 out, as the lesson's did."""
    with client_of() as (client, _):
        reply = client.messages.create(**ASKED)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (21, 77)
    assert reply.stop_reason == "end_turn" and reply.content[0].type == "text"
    assert reply._request_id and len(reply._request_id) == 28


def test_a_stream_gives_its_text_and_its_final_message() -> None:
    """`messages.stream` yields the pieces as they were sent, and the final usage."""
    with client_of(script("exercise3")) as (client, replay):
        with client.messages.stream(**ASKED) as stream:
            pieces = list(stream.text_stream)
            final = stream.get_final_message()
        (exchange,) = replay.exchanges
    assert tuple(pieces) == exchange.all_pieces and len(pieces) > 50
    assert final.usage.output_tokens == 294 and final.stop_reason == "end_turn"
    assert exchange.usage is not None and final.usage.input_tokens == exchange.usage.input_tokens


def test_raw_events_of_a_stream_can_be_read() -> None:
    """`create(stream=True)` yields the events in order, without the ping."""
    with client_of() as (client, _):
        kinds = [event.type for event in client.messages.create(**ASKED, stream=True)]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-2:] == ["message_delta", "message_stop"]


def test_a_count_equals_the_usage_of_the_same_content() -> None:
    """What is counted first costs what the count said."""
    with client_of(script("exercise2", vary=True)) as (client, _):
        counted = client.messages.count_tokens(**COUNTED).input_tokens
        assert client.messages.create(**ASKED).usage.input_tokens == counted


def test_the_beta_namespace_and_raw_responses_are_the_same_requests() -> None:
    """Beta calls, raw and streaming responses are all answered, in the order of the fixture."""
    with client_of() as (client, replay):
        assert client.beta.messages.create(**ASKED).usage.output_tokens == 77
        raw = client.messages.with_raw_response.create(**ASKED)
        assert raw.parse().usage.output_tokens == 55 and raw.headers["request-id"]
        with client.messages.with_streaming_response.create(**ASKED) as response:
            assert response.parse().usage.output_tokens not in (77, 55)
        assert client.beta.messages.count_tokens(**COUNTED).input_tokens == 21
        assert client.post("/v1/messages", body=ASKED, cast_to=anthropic.types.Message).usage
        assert all(exchange.succeeded for exchange in replay.exchanges)


def test_a_tool_runner_falls_back_to_full_histories() -> None:
    """A request with a server-side thread is refused in the words that make the SDK repeat it without."""
    with client_of() as (client, replay):
        runner = client.beta.messages.tool_runner(**ASKED, tools=[])
        final = runner.until_done()
        assert final.usage.output_tokens == 77
        assert [exchange.status for exchange in replay.exchanges] == [400, 200]


def test_models_are_listed() -> None:
    """The priced models can be listed and looked up; a made-up one is not found."""
    with client_of() as (client, _):
        assert "claude-sonnet-4-6" in [model.id for model in client.models.list()]
        assert client.models.retrieve("claude-haiku-4-5").display_name == "Claude Haiku 4.5"
        with pytest.raises(anthropic.NotFoundError):
            client.models.retrieve("claude-imaginary-9")


def test_async_clients_are_answered_too() -> None:
    """Three calls at once from an async client have three different usages."""

    async def talk(url: str) -> tuple[set[int], str]:
        async with anthropic.AsyncAnthropic(base_url=url, api_key="dummy") as client:
            replies = await asyncio.gather(*(client.messages.create(**ASKED) for _ in range(3)))
            await client.messages.count_tokens(**COUNTED)
            async with client.messages.stream(**ASKED) as stream:
                text = "".join([piece async for piece in stream.text_stream])
            return {reply.usage.output_tokens for reply in replies}, text

    with serving() as replay:
        outputs, text = asyncio.run(talk(replay.url))
        streamed = next(exchange for exchange in replay.exchanges if exchange.stream is not None)
    assert len(outputs) == 3 and text == streamed.text != ""


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, anthropic.PermissionDeniedError),
        (408, anthropic.APIStatusError),
        (409, anthropic.ConflictError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (503, anthropic.InternalServerError),
        (504, anthropic.InternalServerError),
        (529, anthropic.InternalServerError),
    ],
)
def test_planned_failures_raise_the_sdks_own_errors(status: Any, error: type[Exception]) -> None:
    """Each planned status raises its exception, once no retry is left, for plain calls and for streams."""
    faults = (Fault(on="any", status=status, times=2),)
    with client_of(failing(*faults), max_retries=0) as (client, _):
        with pytest.raises(error) as raised:
            client.messages.create(**ASKED)
        assert isinstance(raised.value, anthropic.APIStatusError)
        assert raised.value.status_code == status and raised.value.request_id
        with pytest.raises(error), client.messages.stream(**ASKED):
            pass
        assert client.messages.create(**ASKED).usage.output_tokens == 77


def test_what_is_wrong_with_a_request_raises_the_sdks_own_errors() -> None:
    """Bad keys, models, bodies and paths raise what they raise against the API, after one request each."""
    with client_of() as (client, replay):
        with pytest.raises(anthropic.NotFoundError, match="model: gpt-4o"):
            client.messages.create(**{**ASKED, "model": "gpt-4o"})
        with pytest.raises(anthropic.BadRequestError, match="at least one message"):
            client.messages.create(**{**ASKED, "messages": []})
        with pytest.raises(anthropic.BadRequestError, match="temperature"):
            client.messages.create(**ASKED, extra_body={"temperature": 0.5})
        with pytest.raises(anthropic.BadRequestError, match=r"prompt is too long: \d+ tokens > 200000 maximum"):
            client.messages.create(**{**ASKED, "messages": [{"role": "user", "content": "word " * 300_000}]})
        with pytest.raises(anthropic.AuthenticationError, match="invalid x-api-key"):
            client.messages.create(**ASKED, extra_headers={"authorization": "Basic no-key"})
        with pytest.raises(anthropic.NotFoundError, match="No exchange answers POST /v1/complete"):
            client.post("/v1/complete", body={}, cast_to=object)
        assert [exchange.status for exchange in replay.exchanges] == [404, 400, 400, 400, 401, 404]


@pytest.mark.parametrize("status", [429, 529])
def test_the_sdk_retries_and_the_trace_sees_one_exchange(status: Any) -> None:
    """Two failures that may be retried soon are retried, and then answered with the lesson's numbers."""
    with client_of(failing(Fault(on="messages", status=status, times=2, retry_after_ms=1))) as (client, replay):
        assert client.messages.create(**ASKED).usage.output_tokens == 77
        (exchange,) = replay.exchanges
    assert len(exchange.attempts) == 3 and exchange.status == 200


def test_a_failure_that_says_so_is_not_retried() -> None:
    """With x-should-retry: false one request is sent."""
    with client_of(failing(Fault(on="messages", status=529, should_retry=False))) as (client, replay):
        with pytest.raises(anthropic.InternalServerError):
            client.messages.create(**ASKED)
        assert len(replay.exchanges) == len(replay.exchanges[0].attempts) == 1


def test_a_stream_that_breaks_off_with_an_error_raises_it() -> None:
    """The pieces before the error arrive, then the SDK raises what the error event says."""
    pieces = []
    with (
        client_of(failing(Fault(on="stream", error_after_piece=4))) as (client, _),
        pytest.raises(anthropic.APIStatusError, match="Overloaded"),
        client.messages.stream(**ASKED) as stream,
    ):
        for piece in stream.text_stream:
            pieces.append(piece)
    assert len(pieces) == 4


def test_a_stream_that_is_cut_raises() -> None:
    """A connection closed in the middle is an error, not an end."""
    with client_of(failing(Fault(on="stream", cut_after_piece=4))) as (client, replay):
        with pytest.raises(Exception, match="peer closed connection"), client.messages.stream(**ASKED) as stream:
            stream.until_done()
        assert [exchange.ended.how for exchange in replay.exchanges if exchange.ended] == ["cut"]


def test_a_stream_left_early_is_seen_as_gone() -> None:
    """Leaving the `with` block in the middle closes the connection, and the trace says who did."""
    gate = HeldGate()
    with serving(gate=gate) as replay, anthropic.Anthropic(base_url=replay.url, api_key="dummy") as client:
        with client.messages.stream(**ASKED) as stream:
            next(iter(stream.text_stream))
        client.models.list()
        (exchange, *_) = replay.exchanges
    assert exchange.ended is not None and exchange.ended.how == "gone" and exchange.gates[-1].because == "gone"
