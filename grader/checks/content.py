"""What a count and a message have in common: when they are of the same content, and where they differ.

Which parts of a request are counted is known to `grader.fixtures.content`; the server counts by the same rule.
"""

from __future__ import annotations

import json
from typing import Any

from grader.fixtures.content import COUNTABLE
from grader.fixtures.content import countable as _countable_parts

_ABSENT = "nothing"
_LONGEST_SHOWN = 160
_KEPT_BEFORE = 40  # characters of the common beginning that are shown before the first difference


def countable(body: Any) -> str:
    """Name the countable content of a request's body: equal names are equal contents, hashable and ordered."""
    return json.dumps(_countable_parts(body), sort_keys=True, ensure_ascii=False)


def difference(count_body: Any, message_body: Any) -> tuple[str, str, str] | None:
    """Name the first field in which the countable contents differ, and show it as counted and as sent."""
    counted, sent = _countable_parts(count_body), _countable_parts(message_body)
    for name in COUNTABLE:
        if counted.get(name) != sent.get(name):
            return name, *_pair(_shown(counted.get(name)), _shown(sent.get(name)))
    return None


def _shown(part: Any) -> str:
    """Show one field as a person would write it: a lone text as itself, all else as JSON."""
    if part is None:
        return _ABSENT
    if isinstance(part, list) and len(part) == 1 and isinstance(part[0], dict):
        return _shown_alone(part[0])
    return json.dumps(part, ensure_ascii=False)


def _shown_alone(item: dict[str, Any]) -> str:
    if item.keys() == {"type", "text"} and item["type"] == "text":
        return json.dumps(item["text"], ensure_ascii=False)
    if item.keys() == {"role", "content"} and item["role"] == "user":
        return _shown(item["content"])
    return json.dumps([item], ensure_ascii=False)


def _pair(counted: str, sent: str) -> tuple[str, str]:
    """Cut two long texts to the stretch around their first difference."""
    same = next((at for at, (a, b) in enumerate(zip(counted, sent, strict=False)) if a != b), 0)
    start = max(0, same - _KEPT_BEFORE) if max(len(counted), len(sent)) > _LONGEST_SHOWN else 0
    return _cut(counted, start), _cut(sent, start)


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST_SHOWN
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
