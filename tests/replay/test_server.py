"""The replay server on loopback, spoken to with plain sockets."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct

import pytest

from grader.fixtures.form import Fault
from grader.replay import door
from grader.replay import parser as parsers
from grader.replay.bounds import Bounds
from grader.replay.connection import ClientGoneError, Connection
from grader.replay.recorder import Recorder
from grader.replay.server import ReplayServer
from grader.screen import Screen
from grader.trace import AnswerSent, GatePassed, PieceSent, RequestReceived, StreamEnded, StreamStarted
from tests.replay.serving import (
    HEADERS,
    Answered,
    HeldGate,
    body,
    read_all,
    read_until,
    request,
    script,
    serving,
)

RESET_AT_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # for SO_LINGER
STREAMED = request("POST", "/v1/messages", body(stream=True))


def sse(answered: Answered) -> list[tuple[str, dict[str, object]]]:
    """The events of a stream."""
    events = []
    for block in answered.body.decode().split("\n\n")[:-1]:
        name, data = block.split("\n")
        assert name.startswith("event: ") and data.startswith("data: ")
        events.append((name[7:], json.loads(data[6:])))
    return events


# ---------------------------------------------------------------- messages, streams, counts


def test_a_message_is_answered_and_written_down() -> None:
    """A plain request gets a message in the API's form, with the usage that the trace holds."""
    with serving() as replay:
        answered = replay.ask("POST", "/v1/messages", body())
        (exchange,) = replay.exchanges
    assert answered.status == 200
    assert answered.json["usage"]["input_tokens"] == 21 and answered.json["usage"]["output_tokens"] == 77
    assert list(answered.json) == [
        "model", "id", "type", "role", "content", "stop_reason", "stop_sequence", "stop_details", "usage",
    ]  # fmt: skip
    assert answered.json["model"] == "claude-haiku-4-5-20251001"
    assert exchange.usage is not None and exchange.usage.output_tokens == 77
    assert exchange.answer is not None and exchange.answer.body == answered.json
    assert not exchange.answer.estimated


def test_headers_are_those_of_the_api() -> None:
    """A message carries a request id of 28 characters and rate limits, a count no rate limits."""
    with serving() as replay:
        message = replay.ask("POST", "/v1/messages", body()).headers
        counted = replay.ask("POST", "/v1/messages/count_tokens", body()).headers
    assert len(message["request-id"]) == 28 and message["request-id"].startswith("req_011C")
    assert message["content-type"] == "application/json"
    assert "anthropic-ratelimit-input-tokens-remaining" in message
    assert message["date"].endswith("GMT") and message["cf-ray"]
    assert not [name for name in counted if "ratelimit" in name]
    assert counted["request-id"] != message["request-id"]
    assert counted["anthropic-organization-id"] == message["anthropic-organization-id"]


def test_a_stream_has_the_events_in_the_apis_order() -> None:
    """A streamed answer starts, pings, sends its pieces and ends with the final usage."""
    with serving(script("exercise3")) as replay:
        answered = replay.ask("POST", "/v1/messages", body(stream=True))
        (exchange,) = replay.exchanges
        events = sse(answered)
    names = [name for name, _ in events]
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(names[3:-3]) == {"content_block_delta"}
    assert answered.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert exchange.ended is not None and exchange.ended.how == "complete" and exchange.ended.unsent == ()
    texts = [data["delta"]["text"] for name, data in events if name == "content_block_delta"]  # type: ignore[index]
    assert tuple(texts) == exchange.all_pieces
    assert events[-2][1]["usage"] == exchange.ended.usage
    assert exchange.start_usage is not None and exchange.usage is not None
    assert exchange.start_usage.output_tokens != exchange.usage.output_tokens == 294


def test_events_stand_in_the_order_of_the_wire() -> None:
    """Each piece is sent, then its gate passed, before the next one is sent."""
    with serving() as replay:
        replay.ask("POST", "/v1/messages", body(stream=True))
        kinds = [type(event) for event in replay.events]
        seqs = [event.seq for event in replay.events]
    assert kinds[:2] == [RequestReceived, StreamStarted] and kinds[-1] is StreamEnded
    assert kinds[2:-1] == [PieceSent, GatePassed] * ((len(kinds) - 3) // 2)
    assert seqs == list(range(len(seqs)))


def test_the_next_piece_waits_for_the_gate() -> None:
    """While the gate holds, one piece is out; when it opens, all come."""
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as client:
        client.sendall(STREAMED)
        begun = read_until(client, b"text_delta")
        assert gate.asked.acquire(timeout=20)
        assert sum(isinstance(event, PieceSent) for event in replay.events) == 1
        assert begun.count(b"text_delta") == 1
        gate.let_pass()
        read_until(client, b"message_stop")
        assert [e.because for e in replay.events if isinstance(e, GatePassed)][:2] == ["waiting", "waiting"]


def test_a_count_waits_for_the_program() -> None:
    """A count's answer leaves when the gate says so, and what is asked for meanwhile is held, too."""
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as first, replay.connect() as second:
        for client, prompt in ((first, "one prompt"), (second, "another prompt")):
            client.sendall(request("POST", "/v1/messages/count_tokens", body(prompt)))
        assert gate.asked.acquire(timeout=20)
        assert not any(isinstance(event, AnswerSent) for event in replay.events)
        gate.let_pass()
        assert b"input_tokens" in read_until(first, b"}") and b"input_tokens" in read_until(second, b"}")


def test_a_message_sent_while_its_count_is_held_stands_before_the_answer() -> None:
    """What is pipelined behind a count is seen to have been sent before the count was known."""
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages/count_tokens", body()) + request("POST", "/v1/messages", body()))
        assert gate.asked.acquire(timeout=20)
        gate.let_pass()
        read_until(client, b"end_turn")
        kinds = [type(event).__name__ for event in replay.events]
    assert kinds == ["RequestReceived", "RequestReceived", "AnswerSent", "AnswerSent"]


def test_a_client_that_leaves_a_held_stream_is_noticed_at_once() -> None:
    """Closing the connection at a gate ends the stream as gone, with what was never sent."""
    gate = HeldGate()
    with serving(gate=gate) as replay:
        with replay.connect() as client:
            client.sendall(STREAMED)
            read_until(client, b"text_delta")
            assert gate.asked.acquire(timeout=20)
        other = replay.ask("GET", "/v1/models")  # a round trip later the server has seen it
        gate_event = next(e for e in replay.events if isinstance(e, GatePassed))
        ended = next(e for e in replay.events if isinstance(e, StreamEnded))
    assert other.status == 200
    assert gate_event.because == "gone" and ended.how == "gone"
    assert len(ended.unsent) > 3 and ended.usage["output_tokens"] == 77


def test_a_client_that_resets_a_held_stream_is_noticed_at_once() -> None:
    """A reset is as good as a close."""
    gate = HeldGate()
    with serving(gate=gate) as replay:
        with replay.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            client.sendall(STREAMED)
            read_until(client, b"text_delta")
            assert gate.asked.acquire(timeout=20)
        replay.ask("GET", "/v1/models")
        assert [e.how for e in replay.events if isinstance(e, StreamEnded)] == ["gone"]


def test_closing_the_server_ends_open_streams_as_killed() -> None:
    """The run's end is written into a stream that was still open, and the client is cut off."""
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as client:
        client.sendall(STREAMED)
        read_until(client, b"text_delta")
        assert gate.asked.acquire(timeout=20)
        replay.close()
        ended = next(e for e in replay.events if isinstance(e, StreamEnded))
        assert ended.how == "killed" and ended.unsent
        with pytest.raises(OSError):
            while client.recv(4096):
                pass
            raise ConnectionResetError


def test_the_gate_hears_of_everything_that_comes() -> None:
    """A connection and each chunk on it stir the gate."""
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as client:
        whole = request("POST", "/v1/messages/count_tokens", body())
        client.sendall(whole[:40])
        replay.ask("GET", "/v1/models")
        before = gate.stirs
        client.sendall(whole[40:])
        assert gate.asked.acquire(timeout=20)
        assert before >= 2 and gate.stirs > before
        gate.let_pass()
        read_until(client, b"input_tokens")


# ---------------------------------------------------------------- what the trace keeps


def test_no_key_is_kept() -> None:
    """Neither key header reaches the trace, nor any header that says who asked; harmless ones do."""
    headers = {
        **HEADERS,
        "authorization": "Bearer secret-1",
        "x-api-key": "secret-2",
        "cookie": "secret-3",
        "user-agent": "made by hand",
        "x-stainless-lang": "python",
    }
    with serving() as replay:
        replay.ask("POST", "/v1/messages?api_key=secret-4", body(), headers)
        (event, *_) = replay.events
        assert isinstance(event, RequestReceived)
    assert "secret" not in repr(event)
    assert event.path == "/v1/messages"
    assert dict(event.headers) == {
        "content-type": "application/json",
        "anthropic-version": "2026-10-21",
        "user-agent": "made by hand",
        "x-stainless-lang": "python",
    }


def test_exchanges_and_connections_are_numbered_in_order_of_arrival() -> None:
    """Two connections have two numbers, three requests three."""
    with serving() as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages", body()))
        read_until(client, b"end_turn")
        client.sendall(request("POST", "/v1/messages", body()))
        read_until(client, b"end_turn")
        replay.ask("POST", "/v1/messages", body())
        asked = [e for e in replay.events if isinstance(e, RequestReceived)]
    assert [e.exchange for e in asked] == [1, 2, 3]
    assert [e.connection for e in asked] == [1, 1, 2]


def test_claims_go_to_the_grader_and_not_into_the_trace() -> None:
    """The probe's post is taken with 204 and leaves no event."""
    claims: list[object] = []
    with serving(claims=claims.append) as replay:
        assert replay.ask("POST", "/grader/claims", {"names": {"MODEL": "x"}}, {}).status == 204
        assert replay.ask("POST", "/grader/claims", b"{", {}).status == 400
        assert claims == [{"names": {"MODEL": "x"}}] and replay.events == []


def test_without_a_probe_claims_are_an_unknown_path() -> None:
    """Nobody posts claims where none are asked for."""
    with serving() as replay:
        assert replay.ask("POST", "/grader/claims", {"x": 1}).status == 404
        assert len(replay.exchanges) == 1


# ---------------------------------------------------------------- failures that are planned


def test_a_failed_request_and_its_retry_are_one_exchange() -> None:
    """Two planned failures and a success, from a client that marks its retries, fold into one."""
    faults = (Fault(on="messages", status=529, times=2, retry_after_ms=50),)
    with serving(script(fixture_changes={"faults": faults})) as replay:
        for retry in "012":
            answered = replay.ask("POST", "/v1/messages", body(), {**HEADERS, "x-stainless-retry-count": retry})
        (exchange,) = replay.exchanges
    assert answered.status == 200 and exchange.succeeded and len(exchange.attempts) == 3


def test_a_plain_client_that_asks_again_is_understood() -> None:
    """The identical body right after a failure is a repeat; after a success it is a new request."""
    faults = (Fault(on="messages", status=429),)
    with serving(script(fixture_changes={"faults": faults})) as replay:
        failed = replay.ask("POST", "/v1/messages", body())
        replay.ask("POST", "/v1/messages", body())
        replay.ask("POST", "/v1/messages", body())
        assert failed.status == 429 and failed.json["error"]["type"] == "rate_limit_error"
        assert failed.headers["x-should-retry"] == "true"
        assert [len(exchange.attempts) for exchange in replay.exchanges] == [2, 1]


def test_another_body_after_a_failure_is_no_repeat() -> None:
    """Only the same request tries again."""
    faults = (Fault(on="messages", status=500),)
    with serving(script(fixture_changes={"faults": faults})) as replay:
        replay.ask("POST", "/v1/messages", body())
        replay.ask("POST", "/v1/messages", body("something else"), {**HEADERS, "x-stainless-retry-count": "1"})
        assert len(replay.exchanges) == 2


def test_a_planned_cut_closes_the_connection_in_mid_stream() -> None:
    """After the planned piece the stream just stops; asking again is a repeat, and is answered whole."""
    faults = (Fault(on="stream", cut_after_piece=3),)
    with serving(script(fixture_changes={"faults": faults})) as replay:
        with replay.connect() as client:
            client.sendall(STREAMED)
            cut = read_all(client)
        assert cut.count(b"text_delta") == 3 and b"message_delta" not in cut and not cut.endswith(b"0\r\n\r\n")
        ended = next(e for e in replay.events if isinstance(e, StreamEnded))
        assert ended.how == "cut" and ended.unsent
        again = replay.ask("POST", "/v1/messages", body(stream=True))
        assert sse(again)[-1][0] == "message_stop"
        assert [len(exchange.attempts) for exchange in replay.exchanges] == [2]


def test_a_planned_error_ends_the_stream_with_an_error_event() -> None:
    """The error event carries the envelope with the request's id, and nothing follows it."""
    faults = (Fault(on="stream", error_after_piece=2),)
    with serving(script(fixture_changes={"faults": faults})) as replay:
        answered = replay.ask("POST", "/v1/messages", body(stream=True))
        *_, (name, data) = sse(answered)
        assert name == "error" and data["request_id"] == answered.headers["request-id"]
        assert data["error"] == {"type": "overloaded_error", "message": "Overloaded"}
        assert [e.how for e in replay.events if isinstance(e, StreamEnded)] == ["error"]


# ---------------------------------------------------------------- HTTP, well and badly spoken


def test_requests_may_be_pipelined() -> None:
    """Requests sent back to back are answered in order on one connection."""
    with serving() as replay:
        sent = b"".join(request("POST", "/v1/messages", body(f"prompt number {n}")) for n in range(40))
        received = replay.talk(sent + request("GET", "/v1/models", headers={**HEADERS, "connection": "close"}))
        texts = [e.answer.body["id"] for e in replay.exchanges if e.is_message and e.answer is not None]
    assert received.count(b"HTTP/1.1 200") == 41
    places = [received.index(each.encode()) for each in texts]
    assert places == sorted(places) and len(places) == 40


def test_a_chunked_upload_is_read() -> None:
    """A body without a length is taken as well."""
    data = json.dumps(body()).encode()
    head = "".join(f"{k}: {v}\r\n" for k, v in {**HEADERS, "connection": "close"}.items())
    sent = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\n{head}transfer-encoding: chunked\r\n\r\n".encode()
    sent += b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:10], data[10:])) + b"0\r\n\r\n"
    with serving() as replay:
        assert b"HTTP/1.1 200" in replay.talk(sent)


def test_a_request_may_come_byte_by_byte() -> None:
    """However the bytes are cut, the request arrives once, when it is whole."""
    with serving() as replay, replay.connect() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("POST", "/v1/messages", body()):
            client.sendall(bytes([byte]))
        read_until(client, b"end_turn")
        assert len(replay.exchanges) == 1


def test_expect_is_answered() -> None:
    """A client that asks for a word before it sends its body gets it."""
    data = json.dumps(body()).encode()
    head = request("POST", "/v1/messages", data, {**HEADERS, "expect": "100-continue"})[: -len(data)]
    with serving() as replay, replay.connect() as client:
        client.sendall(head)
        assert read_until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 100")
        client.sendall(data)
        assert b"HTTP/1.1 200" in read_until(client, b"end_turn")


def test_http_1_0_is_answered_and_closed() -> None:
    """An old client gets its stream without chunks, up to the close."""
    sent = STREAMED.replace(b"HTTP/1.1", b"HTTP/1.0")
    with serving() as replay:
        received = replay.talk(sent)
    assert b"transfer-encoding" not in received.lower()
    assert received.endswith(b"}\n\n") and b"message_stop" in received


def test_an_address_in_a_proxys_form_is_understood() -> None:
    """A client behind a proxy sends the whole address."""
    with serving() as replay:
        assert replay.ask("POST", "http://127.0.0.1:1/v1/messages?beta=true", body()).status == 200
        assert replay.exchanges[0].is_message


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "GET", "PUT"])
def test_a_wrong_method_is_told_so(method: str) -> None:
    """The endpoint takes POST; a HEAD gets the answer's head only."""
    with serving() as replay:
        answered = replay.ask(method, "/v1/messages")
    assert answered.status == 405 and answered.headers["allow"] == "POST"
    assert (answered.body == b"") == (method == "HEAD")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a client that was told https
        b"hello\r\n\r\n",
        b"POST /v1/messages HTTP/1.1\r\n\r\n",  # no host
        b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: minus one\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /" + b"x" * 600_000,
    ],
)
def test_what_is_no_http_is_refused_and_harms_nobody(sent: bytes) -> None:
    """Bad bytes get an answer or a close; the next client is served."""
    with serving() as replay:
        with replay.connect() as client:
            client.sendall(sent)
            received = _read_what_comes(client)
        assert received.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
        assert replay.ask("POST", "/v1/messages", body()).status == 200
        assert len([exchange for exchange in replay.exchanges if exchange.is_message]) == 1


def _read_what_comes(client: socket.socket) -> bytes:
    data = b""
    try:
        while part := client.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"{", "Expecting"),
        (b"[1]", "object"),
        (b'{"a": NaN}', "NaN"),
        ("{}".encode("utf-16"), "UTF-8"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
        (b"[" * 200_000, "nested"),
        (b'{"messages":' + b"[" * 200 + b"]" * 200 + b"}", "nested"),
    ],
)
def test_a_body_that_is_no_json_is_refused(data: bytes, said: str) -> None:
    """What does not parse gets a 400 that says why, and stands in the trace without a body."""
    with serving() as replay:
        answered = replay.ask("POST", "/v1/messages", data)
        (exchange,) = replay.exchanges
    assert answered.status == 400 and said in answered.json["error"]["message"]
    assert answered.headers["x-should-retry"] == "false"
    assert exchange.request.body is None or exchange.request.body == [1]


def test_a_lone_surrogate_in_a_prompt_breaks_nothing() -> None:
    """Half a character pair, legal in JSON's escapes, is counted and answered."""
    with serving() as replay:
        data = json.dumps(body("half a pair: \ud800, and more text")).encode()
        assert replay.ask("POST", "/v1/messages", data).status == 200
        assert replay.ask("POST", "/v1/\ud800".encode("utf-8", "replace").decode(), data).status == 404


def test_a_giant_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the limit is read, thrown away and answered with 413; the connection goes on."""
    monkeypatch.setattr(parsers, "LARGEST_BODY_BYTES", 10_000)
    with serving() as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages", body("x" * 20_000)) + request("POST", "/v1/messages", body()))
        received = read_until(client, b"end_turn")
        first, second = replay.exchanges
    assert b"request_too_large" in received and first.status == 413 and first.request.body is None
    assert second.status == 200


def test_a_flood_of_bytes_is_cut_off() -> None:
    """A program that sends more than a run may receive is disconnected."""
    head = request("POST", "/v1/messages", headers={**HEADERS, "transfer-encoding": "chunked"})
    head = head.replace(b"content-length: 0\r\n", b"")
    bounds = Bounds(requests=None, received_bytes=100_000)
    with serving(script(bounds=bounds)) as replay, replay.connect() as client, pytest.raises(ConnectionError):
        client.sendall(head)
        for _ in range(10_000):
            client.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")


def test_requests_without_end_are_refused() -> None:
    """Past the cap there is a 429 that says not to try again, and only the first of them is written down."""
    with serving(script(bounds=Bounds(requests=5, received_bytes=None))) as replay:
        statuses = [replay.ask("GET", "/v1/models").status for _ in range(8)]
        refused = replay.ask("POST", "/v1/messages", body())
        assert statuses == [200] * 5 + [429] * 3
        assert refused.status == 429 and refused.headers["x-should-retry"] == "false"
        assert len(replay.exchanges) == 6


def test_half_open_connections_hurt_nobody() -> None:
    """Sixty connections that say nothing, or half of something, leave room for one that speaks."""
    with serving() as replay:
        silent = [replay.connect() for _ in range(60)]
        for client in silent[::2]:
            client.sendall(b"POST /v1/messages HTTP/1.1\r\nho")
        try:
            assert replay.ask("POST", "/v1/messages", body()).status == 200
        finally:
            for client in silent:
                client.close()


def test_idle_connections_make_room_for_new_ones() -> None:
    """A hundred connections that stay open after their answer are all answered."""
    with serving() as replay:
        clients = [replay.connect() for _ in range(100)]
        try:
            for client in clients:
                client.sendall(request("POST", "/v1/messages", body()))
            assert all(b"HTTP/1.1 200" in read_until(client, b"end_turn") for client in clients)
        finally:
            for client in clients:
                client.close()


def test_connections_beyond_the_limit_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all places are taken by held requests, the next client is served when one is free."""
    monkeypatch.setattr(door, "MOST_CONNECTIONS", 2)
    gate = HeldGate()
    with serving(gate=gate) as replay, replay.connect() as first, replay.connect() as second:
        for client in (first, second):
            client.sendall(request("POST", "/v1/messages/count_tokens", body()))
        assert gate.asked.acquire(timeout=20)
        with replay.connect() as third:
            third.sendall(request("POST", "/v1/messages", body()))
            gate.let_pass()
            assert b"HTTP/1.1 200" in read_until(third, b"end_turn")


def test_streams_that_are_not_read_do_not_stop_others() -> None:
    """A client that opens streams and takes nothing holds up only itself."""
    with serving(script("exercise3")) as replay, replay.connect() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        lazy.sendall(STREAMED * 20)
        assert replay.ask("POST", "/v1/messages", body()).status == 200


def test_writing_waits_for_a_client_that_does_not_read() -> None:
    """While the transport is full nothing more is sent; it goes on with room, and ends with the client."""

    async def fill_and_drain() -> tuple[bool, bool]:
        connection = Connection(ReplayServer(script(), Recorder(), HeldGate(), Screen()), 1)
        connection.pause_writing()
        waiting = asyncio.ensure_future(connection.drained())
        await asyncio.sleep(0)
        waited = not waiting.done()
        connection.resume_writing()
        await waiting
        connection.pause_writing()
        left = asyncio.ensure_future(connection.drained())
        await asyncio.sleep(0)
        connection.eof_received()
        with pytest.raises(ClientGoneError):
            await left
        return waited, connection.gone

    assert asyncio.run(fill_and_drain()) == (True, True)


def test_closing_the_server_closes_idle_connections() -> None:
    """A client that kept its connection open sees the end of it."""
    with serving() as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages", body()))
        read_until(client, b"end_turn")
        replay.close()
        assert _read_what_comes(client) == b""


def test_a_client_that_closed_its_own_side_gets_its_answer() -> None:
    """Half a close is no reason to forget what was asked."""
    with serving() as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages", body()))
        client.shutdown(socket.SHUT_WR)
        assert b"HTTP/1.1 200" in read_all(client)


def test_a_reset_before_the_answer_leaves_the_request_unanswered() -> None:
    """What could not be handed over is not written down as sent."""
    gate = HeldGate()
    with serving(gate=gate) as replay:
        with replay.connect() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            client.sendall(request("POST", "/v1/messages/count_tokens", body()) + STREAMED)
            assert gate.asked.acquire(timeout=20)
        replay.ask("GET", "/v1/models")
        assert [exchange.status for exchange in replay.exchanges] == [None, None, 200]


def test_a_fault_of_the_servers_own_is_raised_at_the_close() -> None:
    """A server that failed says so: the run cannot be judged."""

    class Broken(HeldGate):
        async def program_waits(self, *, briefly: bool = False) -> None:
            raise RuntimeError("the gate broke")

    def refuse(claim: object) -> None:
        raise RuntimeError("the claim broke it")

    broken = pytest.raises(RuntimeError, match="the claim broke it")
    with broken, serving(claims=refuse) as replay, replay.connect() as client:
        client.sendall(request("POST", "/grader/claims", {"x": 1}))
        assert _read_what_comes(client) == b""
    broken = pytest.raises(RuntimeError, match="the gate broke")
    with broken, serving(gate=Broken()) as replay, replay.connect() as client:
        client.sendall(request("POST", "/v1/messages/count_tokens", body()))
        assert _read_what_comes(client) == b""
