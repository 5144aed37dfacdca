"""Words that a program says after a label: which sample is denser, and why an answer stopped.

Reads sentences as well as labels ("Code is denser than prose"). Numbers are read elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from grader.checks.console import Console, Span, Word, read_console

_OTHER = {"prose": "code", "code": "prose"}
_VERBS = frozenset({"is", "are", "was", "were", "isn", "aren", "wasn", "weren", "s"})
_NEGATIONS = frozenset({"not", "isn", "aren", "wasn", "weren", "never"})
_ARTICLES = frozenset({"t", "the", "a", "sample", "text", "token", "tokens", "much", "far", "clearly"})
_FILLERS = _VERBS | _NEGATIONS | _ARTICLES
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_REASONS = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
)
_KNOWN_REASONS = {reason.replace("_", ""): reason for reason in _REASONS}
_MOST_WORDS = 4
_OPENER = re.compile(r"[:=]")
_DIGIT = re.compile(r"[0-9]")
_CELLS = re.compile(r"[|\t,]|\S  +\S")
_WITHIN_REASON = re.compile(r"[ \u2009_-]{1,3}")
_IDENTIFIER_GAP = re.compile(r"_+")


# `denser (prose or code): code` names both before it says which.
_SAMPLE = r"(?:the )?(?:prose|code)(?: sample| text)?"
_CHOICE = re.compile(
    r"denser(?: sample| text| one)?(?: ?\(| of | between )"
    rf"(?P<samples>{_SAMPLE}(?:,? (?:or|and|vs\.?) | ?[/|,] ?){_SAMPLE})"
    r"[) ]*[:=?](?=[^\n\r]*(?:prose|code))"
)


class Said(NamedTuple):
    """What one mention of `denser` says is denser; whether it says no more than that."""

    sample: str
    plainly: bool  # "Code is denser than prose", or a label and its word: no explanation that names a sample too


def denser_said(text: str) -> tuple[Said, ...]:
    """List what each mention of `denser` says is denser: `prose` or `code`."""
    console = read_console(text)
    said: list[Said] = []
    for line, _ in console.lines_with("denser"):
        said += _DenserLine(console, line).said()
    return tuple(said)


def stop_reasons_said(text: str) -> tuple[str, ...]:
    """List the words after each `stop reason` as names: `End Turn` and `StopReason.EndTurn` are `end_turn`."""
    console = read_console(text)
    said: list[str] = []
    for line, labels in console.lines_with("stop reason"):
        found = list(_names(console, console.words_after(labels[0], line)))
        rest = console.folded[labels[0].end : line.end]
        known = any(name in _REASONS for name in found)
        below = console.line_below(line)
        if below and (not known or (_CELLS.search(rest) and not _OPENER.search(rest))):
            found += _names(console, list(console.words(*below)))
        said += [name for name in found if name != "stop_reason"]
    return tuple(said)


def _names(console: Console, words: list[Word]) -> Iterator[str]:
    """Join words to the stop reasons that they spell, and to identifiers as they are written."""
    at = 0
    while at < len(words):
        end = _known_reason(console, words, at) or _identifier(console, words, at)
        joined = [word.text for word in words[at:end]]
        yield _KNOWN_REASONS.get("".join(joined), "_".join(joined))
        at = end


def _known_reason(console: Console, words: list[Word], at: int) -> int | None:
    """Find where the stop reason ends that begins with this word."""
    spelled = ""
    for end in range(at, min(at + _MOST_WORDS, len(words))):
        gap = Span(words[end - 1].end, words[end].start) if end > at else Span(0, 0)
        if gap.start < gap.end and not _WITHIN_REASON.fullmatch(console.folded, *gap):
            return None
        spelled += words[end].text
        if spelled in _KNOWN_REASONS:
            return end + 1
    return None


def _identifier(console: Console, words: list[Word], at: int) -> int:
    """Find where the identifier ends that begins with this word."""
    end = at + 1
    while end < len(words) and (
        words[end - 1].end == words[end].start
        or _IDENTIFIER_GAP.fullmatch(console.folded, words[end - 1].end, words[end].start)
    ):
        end += 1
    return end


class _Mention(NamedTuple):
    """One place that says `denser`, and what leads up to it: "Code is not"."""

    at: int
    subject: str | None  # the sample directly before
    verb: bool
    negated: bool
    opened: bool  # `:` or `=` follows
    asked: bool  # `?` follows
    following: str  # the next word


class _DenserLine:
    """One line that mentions `denser`, read once so that each mention takes one step."""

    def __init__(self, console: Console, line: Span) -> None:
        self._console = console
        self._line = line
        choice = _CHOICE.search(console.folded, *line)
        choices = range(*choice.span("samples")) if choice else range(0)
        self._words = [word for word in console.words(*line) if word.start not in choices]
        self._openers = [found.start() for found in _OPENER.finditer(console.folded, *line)]
        count = len(self._words)
        self._before: list[int | None] = [None] * count  # the last sample named before each word
        self._after: list[int | None] = [None] * count  # the first one after it
        self._after_bare: list[int | None] = [None] * count  # the same, `code tokens` (a label) passed over
        before = after = bare = None
        for at, word in enumerate(self._words):
            self._before[at] = before
            before = at if word.text in _OTHER else before
        for at in range(count - 1, -1, -1):
            self._after[at], self._after_bare[at] = after, bare
            if self._words[at].text in _OTHER:
                after = at
                bare = bare if self._word(at + 1) in ("token", "tokens") else at

    def said(self) -> Iterator[Said]:
        """Say what each mention says, where it says anything."""
        below: list[str | None] = []
        for at, word in enumerate(self._words):
            if word.text.startswith("denser"):
                mention = self._mention(at)
                sample = self._in_sentence(mention)
                plainly = sample is not None and not mention.asked
                if sample is None:
                    sample = self._labelled(mention) or self._marked(mention)
                    plainly = sample is not None and self._words[-1].text == sample
                if sample is None:
                    below = below or [self._named_below()]
                    sample = below[0] or self._left_over(mention)
                    plainly = below[0] is not None and len(self._words) <= _MOST_WORDS
                if sample:
                    yield Said(sample, plainly)

    def _mention(self, at: int) -> _Mention:
        first = at - 1
        while first >= 0 and self._words[first].text in _FILLERS:
            first -= 1
        leading = {word.text for word in self._words[first + 1 : at]}
        negated = not leading.isdisjoint(_NEGATIONS)
        subject = self._words[first].text if first >= 0 and self._words[first].text in _OTHER else None
        if subject and negated:
            subject = _OTHER[subject]
        verb = not leading.isdisjoint(_VERBS)
        asked = "?" in self._console.folded[self._words[at].end : self._start(at + 1)]
        return _Mention(at, subject, verb, negated, self._opened(at, at + 1), asked, self._word(at + 1))

    def _in_sentence(self, mention: _Mention) -> str | None:
        """Read "Code is denser than prose", "Is code denser? Yes" and `code_denser=True`."""
        at, subject = mention.at, mention.subject
        compared = self._compared(at) if mention.following == "than" and not mention.opened else None
        if compared is not None:
            other = self._words[compared].text
            said = subject or (other if mention.negated else _OTHER[other])
            return said if self._truth(compared + 1) else _OTHER[said]
        if subject is None:
            return None
        if mention.following in _TRUTH and self._after[at] is None:
            return subject if _TRUTH[mention.following] else _OTHER[subject]
        return subject if mention.verb and not mention.opened and not mention.asked else None

    def _labelled(self, mention: _Mention) -> str | None:
        """Read the first of the two words after the label."""
        after, bare = self._after[mention.at], self._after_bare[mention.at]
        if after is not None and self._opened(mention.at, after):
            return self._words[after].text
        return None if bare is None else self._words[bare].text

    def _marked(self, mention: _Mention) -> str | None:
        """Read the mark at the end of a row of one sample: `code: 214 tokens, denser`."""
        before = self._before[mention.at]
        if before is None or mention.at != len(self._words) - 1 or mention.negated or mention.asked:
            return None
        other = _OTHER[self._words[before].text]
        alone = all(word.text != other for word in self._words)
        return self._words[before].text if alone and _DIGIT.search(self._console.folded, *self._line) else None

    def _left_over(self, mention: _Mention) -> str | None:
        """Read what is left where neither this line nor the next one names a sample after the label."""
        named = self._after[mention.at]
        if named is None and mention.verb:
            named = self._before[mention.at]  # "code has more tokens, so it is denser"
            if named is not None and self._is_compared(named):
                return _OTHER[self._words[named].text]  # "code has more tokens than the prose and is denser"
        return mention.subject if named is None else self._words[named].text

    def _is_compared(self, named: int) -> bool:
        """Tell whether a sample is what another one is compared with: "than the prose"."""
        at = named - 1
        while at >= 0 and self._words[at].text in _ARTICLES:
            at -= 1
        return at >= 0 and self._words[at].text == "than"

    def _compared(self, at: int) -> int | None:
        """Find the sample in `denser than the prose`."""
        at += 2
        while self._word(at) in _FILLERS:
            at += 1
        return at if self._word(at) in _OTHER else None

    def _truth(self, at: int) -> bool:
        """Tell whether a sentence is affirmed: not where the line ends with `no` or `False`."""
        return at != len(self._words) - 1 or _TRUTH.get(self._words[at].text, True)

    def _named_below(self) -> str | None:
        below = self._console.line_below(self._line)
        found = self._console.words(*below) if below else iter(())
        return next((word.text for word in found if word.text in _OTHER), None)

    def _word(self, at: int) -> str:
        return self._words[at].text if at < len(self._words) else ""

    def _start(self, at: int) -> int:
        return self._words[at].start if at < len(self._words) else self._line.end

    def _opened(self, at: int, until: int) -> bool:
        """Tell whether `:` or `=` stands between a word and a later one."""
        opener = bisect_left(self._openers, self._words[at].end)
        return opener < len(self._openers) and self._openers[opener] < self._start(until)
