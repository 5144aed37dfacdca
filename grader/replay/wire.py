"""The wire's form: headers, ids, the error envelope, messages, the events of a stream. Bytes in the API's own shape.

Decides nothing. Time comes in as an argument; what is random comes from the generator that is passed in.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Literal

from grader.trace import Json

Kind = Literal["message", "stream", "count", "error", "other"]
Header = tuple[bytes, bytes]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_HEX = "0123456789abcdef"
_LIMITS = {"requests": 10_000, "tokens": 12_000_000, "input-tokens": 10_000_000, "output-tokens": 2_000_000}
MOST_PADDING = 15  # spaces before the last brace of an event's data


@dataclass(frozen=True)
class Marks:
    """The ids that one answer carries."""

    request_id: str
    message_id: str
    organization: str
    workspace: str
    ray: str
    trace: str
    requests_left: int

    @classmethod
    def draw(cls, rng: random.Random, run: random.Random, requests: int) -> Marks:
        """Draw the ids of an answer; those of the account come from the run's own generator."""
        account = _signs(run, _HEX, 32)
        return cls(
            request_id="req_011C" + _signs(rng, _BASE58, 20),
            message_id="msg_01" + _signs(rng, _BASE58, 22),
            organization="-".join(account[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))),
            workspace="wrkspc_01" + _signs(run, _BASE58, 22),
            ray=_signs(rng, _HEX, 16) + "-" + run.choice(("FRA", "AMS", "ZRH", "VIE", "CDG")),
            trace=f"00-{_signs(rng, _HEX, 32)}-{_signs(rng, _HEX, 16)}-01",
            requests_left=max(0, _LIMITS["requests"] - requests),
        )


def _signs(rng: random.Random, alphabet: str, number: int) -> str:
    return "".join(rng.choices(alphabet, k=number))


def head(kind: Kind, marks: Marks, now: datetime, extra: Iterable[tuple[str, str]] = ()) -> list[Header]:
    """The headers of an answer, framing aside; `extra` are added, or stand in the place of the usual ones."""
    headers = {
        "date": format_datetime(now, usegmt=True),
        "content-type": "text/event-stream; charset=utf-8" if kind == "stream" else "application/json",
    }
    if kind == "stream":
        headers["cache-control"] = "no-cache"
    added = dict(extra)
    if kind in ("message", "stream") or "retry-after" in added:
        headers |= _rate_limits(marks, now)
    headers |= {
        "request-id": marks.request_id,
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
    }
    if kind != "error":
        headers |= {"anthropic-organization-id": marks.organization, "anthropic-workspace-id": marks.workspace}
    if kind in ("message", "stream"):
        headers["traceresponse"] = marks.trace
    headers |= {
        "server": "cloudflare",
        "vary": "Accept-Encoding",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cf-cache-status": "DYNAMIC",
        "x-robots-tag": "none",
        "cf-ray": marks.ray,
    }
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers | added).items()]


def _rate_limits(marks: Marks, now: datetime) -> dict[str, str]:
    reset = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {}
    for what, limit in _LIMITS.items():
        left = marks.requests_left if what == "requests" else limit
        headers[f"anthropic-ratelimit-{what}-limit"] = str(limit)
        headers[f"anthropic-ratelimit-{what}-remaining"] = str(left)
        headers[f"anthropic-ratelimit-{what}-reset"] = reset
    return headers


def to_json(value: Json) -> bytes:
    """Write JSON as the API does: compact, raw UTF-8; a lone surrogate, which UTF-8 has not, as a question mark."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def envelope(error: str, message: str, request_id: str, details: Mapping[str, Any] | None = None) -> Json:
    """The body of an error."""
    inner: dict[str, Any] = {"type": error, "message": message}
    if details is not None:
        inner = {"details": dict(details), **inner}
    return {"type": "error", "error": inner, "request_id": request_id}


def usage(input_tokens: int, output_tokens: int) -> dict[str, Any]:
    """The usage of a message, as in a whole answer and in `message_start`."""
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output_tokens,
        "service_tier": "standard",
        "inference_geo": "not_available",
    }


def final_usage(input_tokens: int, output_tokens: int) -> dict[str, Any]:
    """The usage in `message_delta`: cumulative, for the whole message."""
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
    }


def message(
    *, model: str, message_id: str, text: str | None, stop_reason: str | None, used: dict[str, Any]
) -> dict[str, Any]:
    """A message; without text it is the beginning of a streamed one."""
    return {
        "model": model,
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "content": [] if text is None else [{"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "usage": used,
    }


def event(value: Mapping[str, Any], padding: int = 0) -> bytes:
    """One event of a stream; up to 15 spaces stand before its last brace."""
    written = to_json(value)
    return b"event: %s\ndata: %s%s}\n\n" % (str(value["type"]).encode(), written[:-1], b" " * padding)


PING = b'event: ping\ndata: {"type": "ping"}\n\n'


def stream_start(start: Json, paddings: random.Random) -> bytes:
    """The first events of a stream: message_start, content_block_start, ping."""
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    return (
        event({"type": "message_start", "message": start}, paddings.randint(0, MOST_PADDING))
        + event(block, paddings.randint(0, MOST_PADDING))
        + PING
    )


def stream_piece(text: str, paddings: random.Random) -> bytes:
    """The event that carries one piece."""
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    return event(delta, paddings.randint(0, MOST_PADDING))


def stream_end(stop_reason: str, used: Json, paddings: random.Random) -> bytes:
    """The last events of a stream: content_block_stop, message_delta, message_stop."""
    delta = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": None}
    return (
        event({"type": "content_block_stop", "index": 0}, paddings.randint(0, MOST_PADDING))
        + event({"type": "message_delta", "delta": delta, "usage": used}, paddings.randint(0, MOST_PADDING))
        + event({"type": "message_stop"}, paddings.randint(0, MOST_PADDING))
    )


def stream_error(error: Json) -> bytes:
    """The event that breaks a stream off."""
    return b"event: error\ndata: %s\n\n" % to_json(error)
