"""What the API asks of a request, as one table of rules: each finds a fault in it, or nothing. Pure.

A request that no rule refuses is answered. Rules stand in the order in which the API looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.replay import models
from grader.trace import COUNT_TOKENS, MESSAGES, Json

DEEPEST_JSON = 100
STRICTER_VERSION = "2026-10-21"
SAMPLING = ("temperature", "top_p", "top_k")
ROLES = ("user", "assistant", "system")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True)
class Request:
    """A request that arrived whole; header names are lowercase, `body` is None where `unreadable` says why."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    unreadable: str = ""


@dataclass(frozen=True)
class Refusal:
    """An answer with an error; `details` go into the envelope, `headers` beside the usual ones."""

    status: int
    type: str
    message: str
    details: Mapping[str, Any] | None = None
    headers: tuple[tuple[str, str], ...] = (("x-should-retry", "false"),)


def parse(data: bytes) -> tuple[Json, str]:
    """Read a request's body; give the value, or None and what is wrong with it."""
    if not data:
        return None, "the body is empty"
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return None, "the body is not UTF-8"
    except RecursionError:
        return None, f"it is nested deeper than {DEEPEST_JSON} levels"
    except ValueError as error:
        return None, str(error)
    if _deeper_than(value, DEEPEST_JSON):
        return None, f"it is nested deeper than {DEEPEST_JSON} levels"
    return value, ""


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _deeper_than(value: Json, levels: int) -> bool:
    row = [value]
    for _ in range(levels):
        row = [
            inner
            for item in row
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not row:
            return False
    return True


def invalid(message: str, details: Mapping[str, Any] | None = None) -> Refusal:
    """Refuse a request as wrong."""
    return Refusal(400, "invalid_request_error", message, details)


def refusal_of(request: Request, priced: Container[str]) -> Refusal | None:
    """Find what the API would refuse about a request to a known path, None where it would answer."""
    if not _has_key(request.headers):
        return Refusal(401, "authentication_error", "invalid x-api-key")
    version = request.headers.get("anthropic-version", "")
    if not version:
        return invalid("anthropic-version: header is required")
    if not _VERSION.match(version):
        return invalid(f'anthropic-version: "{version}" is not a valid version')
    if request.method == "GET":
        return None
    if request.unreadable:
        return invalid(f"The request body is not valid JSON: {request.unreadable}")
    if not isinstance(request.body, dict):
        return invalid("The request body is not valid JSON: an object is expected")
    return _refusal_of_body(request.body, request.path, version, priced)


def _has_key(headers: Mapping[str, str]) -> bool:
    bearer = headers.get("authorization", "").split(maxsplit=1)
    return bool(headers.get("x-api-key", "").strip()) or (len(bearer) == 2 and bearer[0].lower() == "bearer")


def _refusal_of_body(body: dict[str, Any], path: str, version: str, priced: Container[str]) -> Refusal | None:
    for rule in _RULES:
        if path in rule.paths and (message := rule.fault(body)):
            return invalid(message)
    if version >= STRICTER_VERSION and (message := _stricter(body)):
        return invalid(f"{message} since version {STRICTER_VERSION}")
    if "thread" in body:
        details = {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}
        return invalid("thread: message threads are not supported for this request", details)
    if not models.exists(body["model"], priced):
        return Refusal(404, "not_found_error", f"model: {body['model']}")
    return None


# ---------------------------------------------------------------- the rules of the body


@dataclass(frozen=True)
class _Rule:
    paths: tuple[str, ...]
    fault: Callable[[dict[str, Any]], str]


def _model(body: dict[str, Any]) -> str:
    if "model" not in body:
        return "model: Field required"
    if not isinstance(body["model"], str):
        return "model: Input should be a valid string"
    return "" if body["model"] else "model: String should have at least 1 character"


def _max_tokens(body: dict[str, Any]) -> str:
    if "max_tokens" not in body:
        return "max_tokens: Field required"
    limit = body["max_tokens"]
    if not isinstance(limit, int) or isinstance(limit, bool):
        return "max_tokens: Input should be a valid integer"
    return "" if limit >= 1 else "max_tokens: Input should be greater than or equal to 1"


def _stream(body: dict[str, Any]) -> str:
    return "" if isinstance(body.get("stream", False), bool | None) else "stream: Input should be a valid boolean"


def _messages(body: dict[str, Any]) -> str:
    if "messages" not in body:
        return "messages: Field required"
    messages = body["messages"]
    if not isinstance(messages, list):
        return "messages: Input should be a valid list"
    if not messages:
        return "messages: at least one message is required"
    return next(filter(None, (_message(at, each) for at, each in enumerate(messages))), "")


def _message(at: int, message: Any) -> str:
    if not isinstance(message, dict):
        return f"messages.{at}: Input should be an object"
    for name in ("role", "content"):
        if name not in message:
            return f"messages.{at}.{name}: Field required"
    if message["role"] == "system" and at == 0:
        return (
            'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, '
            'not "system" as an input message role.'
        )
    if message["role"] not in ROLES:
        return f"messages.{at}.role: Input should be 'user' or 'assistant'"
    if message["role"] != "assistant" and message["content"] in ("", []):
        return f"messages.{at}: {message['role']} messages must have non-empty content"
    return _content(f"messages.{at}.content", message["content"])


def _content(where: str, content: Any) -> str:
    if isinstance(content, str):
        blank = bool(content) and content.isspace()
        return "messages: text content blocks must contain non-whitespace text" if blank else ""
    if not isinstance(content, list):
        return f"{where}: Input should be a valid string or list"
    for at, block in enumerate(content):
        if not isinstance(block, dict):
            return f"{where}.{at}: Input should be an object"
        if not isinstance(block.get("type"), str):
            return f"{where}.{at}.type: Field required"
        if block["type"] == "text":
            text = block.get("text")
            if not isinstance(text, str):
                return f"{where}.{at}.text: Input should be a valid string"
            if not text:
                return "messages: text content blocks must be non-empty"
    return ""


def _system(body: dict[str, Any]) -> str:
    system = body.get("system")
    return "" if system is None or system == "" else _content("system", system)


def _tools(body: dict[str, Any]) -> str:
    tools = body.get("tools")
    if tools is None or (isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)):
        return ""
    return "tools: Input should be a valid list of objects"


def _stricter(body: dict[str, Any]) -> str:
    """What the newer version of the API no longer takes."""
    for name in SAMPLING:
        if name in body:
            return f"{name}: not accepted"
    for at, message in enumerate(body["messages"]):
        blocks = message["content"] if isinstance(message["content"], list) else []
        for block in blocks:
            if message["role"] == "assistant" and block["type"] == "document":
                return f"messages.{at}: a document of an assistant message is not accepted"
            if message["role"] == "user" and block["type"] == "text" and block.get("citations"):
                return f"messages.{at}: citations on the text of a user message are not accepted"
    return ""


_BOTH = (MESSAGES, COUNT_TOKENS)
_RULES = (
    _Rule(_BOTH, _model),
    _Rule((MESSAGES,), _max_tokens),
    _Rule(_BOTH, _messages),
    _Rule(_BOTH, _system),
    _Rule(_BOTH, _tools),
    _Rule((MESSAGES,), _stream),
)
