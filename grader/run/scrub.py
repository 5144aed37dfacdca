"""Takes secrets and paths of the machine out of a trace before anybody reads it.

Whatever looks like a key is replaced, wherever it stands: in requests, answers, output, sources and claims. Output is
scrubbed as a whole, so that a key cut in two by a pipe is found as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.trace import AnyEvent, Json, NamesRead, OutputWritten, RequestReceived, Trace, ValueReturned


@dataclass(frozen=True)
class _Rule:
    """A pattern, and signs of which one stands in all that it matches: to look for these is many times faster."""

    pattern: re.Pattern[str]
    signs: tuple[str, ...]

    def replaced(self, text: str, word: str) -> str:
        return self.pattern.sub(word, text) if self._may_be_in(text) else text

    def places(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in self.pattern.finditer(text)] if self._may_be_in(text) else []

    def _may_be_in(self, text: str) -> bool:
        return any(sign in text for sign in self.signs)


# Keys as the large services issue them; the last rule takes bearer tokens of any kind.
_SECRETS = _Rule(
    re.compile(
        r"sk-ant-[A-Za-z0-9_\-]{6,}"
        r"|\bsk-(?:proj-|live-|test-)?[A-Za-z0-9_\-]{20,}"
        r"|\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}"
        r"|\bgithub_pat_[A-Za-z0-9_]{20,}"
        r"|\bAKIA[0-9A-Z]{16}\b"
        r"|\bAIza[0-9A-Za-z_\-]{30,}"
        r"|\bxox[abprs]-[A-Za-z0-9\-]{10,}"
        r"|\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"
        r"|(?<=Bearer )[A-Za-z0-9_\-.=]{12,}"
    ),
    ("sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "AKIA", "AIza", "xox", "eyJ", "Bearer "),
)
HIDDEN = "[key removed]"

# The folder of one run: its files are named as the student knows them.
_SCRATCH = _Rule(
    re.compile(r"(?:[A-Za-z]:)?[/\\][^\s\"'<>|]*?[/\\]grade-[A-Za-z0-9_]+[/\\](?:work|home)[/\\]?|(?<![\w/])/box/"),
    ("grade-", "/box/"),
)


def scrub_text(text: str) -> str:
    """Replace everything that looks like a key."""
    return _SECRETS.replaced(text, HIDDEN)


class Scrubber:
    """Scrubs a trace of one run: keys, and the paths that only this machine has."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        """`paths`: what stands for each path in the trace; longer paths are replaced first."""
        self._paths = sorted(((p, word) for p, word in paths.items() if len(p) > 1), key=lambda pair: -len(pair[0]))

    def scrub(self, trace: Trace) -> Trace:
        """Return the trace without secrets; the order and number of events stay as they are."""
        output = {stream: iter(self._outputs(trace.events, stream)) for stream in ("stdout", "stderr")}
        events = tuple(self._event(event, output) for event in trace.events)
        files = {name: scrub_text(text) for name, text in trace.files.items()}
        return replace(trace, events=events, files=files)

    def _event(self, event: AnyEvent, output: Mapping[str, Iterable[bytes]]) -> AnyEvent:
        match event:
            case OutputWritten():
                data = next(iter(output[event.stream]))
                return event if data == event.data else replace(event, data=data)
            case RequestReceived():
                headers = {name: scrub_text(value) for name, value in event.headers.items()}
                return replace(event, path=scrub_text(event.path), headers=headers, body=self._json(event.body))
            case NamesRead():
                raised = None if event.raised is None else self._text(event.raised)
                return replace(event, names=self._json(event.names), raised=raised)
            case ValueReturned():
                return replace(event, value=self._json(event.value))
            case _:
                return event

    def _json(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self._text(name): self._json(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._json(each) for each in value]
        return value

    def _text(self, text: str) -> str:
        text = _SCRATCH.replaced(scrub_text(text), "")
        for path, word in self._paths:
            text = text.replace(path, word)
        return text

    def _outputs(self, events: Iterable[AnyEvent], stream: str) -> list[bytes]:
        """Scrub one stream as a whole and cut it again where the pipe did (at a replaced text: before it)."""
        chunks = [e.data for e in events if isinstance(e, OutputWritten) and e.stream == stream]
        whole = b"".join(chunks).decode("latin-1")  # a character a byte: places stay places
        edits = [(*place, HIDDEN) for place in _SECRETS.places(whole)]
        edits += [(*place, "") for place in _SCRATCH.places(whole)]
        for path, word in self._paths:
            raw = path.encode("utf-8", "surrogateescape").decode("latin-1")
            edits += [(*place, word) for place in _Rule(re.compile(re.escape(raw)), (raw,)).places(whole)]
        if not edits:
            return chunks
        kept: list[bytes] = []
        place = 0
        pending = sorted(_disjoint(edits))
        for chunk in chunks:
            end, parts = place + len(chunk), []
            while place < end:
                if pending and pending[0][0] <= place < pending[0][1]:
                    start, stop, word = pending[0]
                    if start == place:
                        parts.append(word)
                    place = min(stop, end)
                    if place == stop:
                        pending.pop(0)
                else:
                    stop = min(end, pending[0][0]) if pending else end
                    parts.append(whole[place:stop])
                    place = stop
            kept.append("".join(parts).encode("latin-1"))
        return kept


def _disjoint(edits: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Keep edits that overlap no earlier one (longer ones come first)."""
    kept: list[tuple[int, int, str]] = []
    last = 0
    for edit in sorted(edits, key=lambda e: (e[0], -(e[1] - e[0]))):
        if edit[0] >= last:
            kept.append(edit)
            last = edit[1]
    return kept


def machine_paths() -> dict[str, str]:
    """The paths that would tell about this machine, and what stands for them."""
    import sys

    paths = {sys.prefix: "<python>", sys.base_prefix: "<python>", str(Path.home()): "~"}
    return {path: word for path, word in paths.items() if path not in ("/", "/usr", "/usr/local")}
