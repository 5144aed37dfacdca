"""The planned failures of one run: which are due, and what each says. Pure."""

from __future__ import annotations

from grader.fixtures.form import Fault
from grader.replay.rules import Refusal, Request
from grader.trace import COUNT_TOKENS, MESSAGES

Headers = tuple[tuple[str, str], ...]

_TYPES = {
    403: "permission_error",
    408: "timeout_error",
    409: "conflict_error",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_MESSAGES = {
    "overloaded_error": "Overloaded",
    "rate_limit_error": "This request would exceed the rate limit of your organization. Try again later.",
    "timeout_error": "The request took too long.",
    "permission_error": "This key may not use the resource.",
    "conflict_error": "The resource is in use by another request.",
    "api_error": "Internal server error",
}


def message_of(error: str) -> str:
    """What an error of a type says."""
    return _MESSAGES[error]


class Faults:
    """The planned failures of a run, and how far each has come."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._seen = [0] * len(faults)

    def refusal_of(self, request: Request) -> Refusal | None:
        """Note a request that the API would answer; refuse it where a failure of that kind is due."""
        for at, fault in enumerate(self._faults):
            if fault.status is None or not _is_of(request, fault.on):
                continue
            self._seen[at] += 1
            if fault.after < self._seen[at] <= fault.after + fault.times:
                kind = _TYPES[fault.status]
                return Refusal(fault.status, kind, message_of(kind), headers=_of_fault(fault))
        return None

    def break_of_stream(self) -> Fault | None:
        """Note a stream that begins; give the failure that breaks it off where one is due."""
        due = None
        for at, fault in enumerate(self._faults):
            if fault.status is None:
                self._seen[at] += 1
                if fault.after < self._seen[at] <= fault.after + fault.times:
                    due = due or fault
        return due


def _is_of(request: Request, kind: str) -> bool:
    if kind == "any":
        return True
    if kind == "count_tokens":
        return request.path == COUNT_TOKENS
    is_message = request.path == MESSAGES
    return is_message and (kind == "messages" or request.body.get("stream") is True)


def _of_fault(fault: Fault) -> Headers:
    headers: list[tuple[str, str]] = []
    retry = fault.should_retry
    if retry is None and fault.status == 403:
        retry = False
    if retry is None and fault.status == 429:
        retry = True
    if retry is not None:
        headers.append(("x-should-retry", "true" if retry else "false"))
    if fault.retry_after_ms is not None:
        headers.append(("retry-after-ms", str(fault.retry_after_ms)))
        headers.append(("retry-after", str(-(-fault.retry_after_ms // 1000))))
    return tuple(headers)
