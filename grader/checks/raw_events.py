"""How a program reads a stream: through the SDK's helper, or event by event. A fact of the wire, for the words."""

from __future__ import annotations

from grader.trace import Exchange

_HELPER = "x-stainless-stream-helper"  # what the SDK sends with `messages.stream`


def raw_events(stream: Exchange) -> dict[str, str]:
    """The fact that tells a hint to speak of events in place of the helper's text; '' where the helper was used."""
    helped = any(name.lower() == _HELPER for name in stream.request.headers)
    return {"raw_events": "" if helped else "yes"}
