"""Why Python could not read a file: how it was saved, what was pasted into it, or a rule that its own words name.

Theory: Python's message names a byte, a sign or nothing; the text of the file has the place and the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.checks.crash import Crash
from grader.checks.verdict import Case, Verdict

_DECLARED = re.compile(r"(?:unknown encoding|encoding problem): (?P<name>\S+)")
_NULL = re.compile(r"cannot contain null bytes|contains null bytes")
_NOT_UTF8 = re.compile(r"can't decode byte|Non-UTF-8 code|invalid or missing encoding")
_TABS = re.compile(r"\ATabError|inconsistent use of tabs")
_SIGN = re.compile(
    r"invalid character '(?P<sign>.)' \((?P<code>U\+[0-9A-F]+)\)|non-printable character (?P<bare>U\+\w+)"
)
# Of a chat, a notebook, a shell, an interpreter's screen, a merge or a page.
_PASTED = re.compile(
    r"\s*(?:```|~~~|>>>|<{7}|={7}|<!doctype|<html|\{\\rtf|(?:pip3?|python3?|conda) \w"
    r"|[!%](?:pip3?|conda|python3?|cd|ls|export|env|curl|wget|apt)\b)",
    re.IGNORECASE,
)
# What Python says where something is not complete. All else but "invalid syntax" names a rule that is broken.
_INCOMPLETE = re.compile(
    r"never closed|unterminated|unmatched|closing|forgot a comma|EOF|does not match|indent\b|invalid syntax"
    r"|(?<!un)expected (?:[':(]*[:(]|an indented)"
)
_BYTE = re.compile("[\udc80-\udcff]")  # how a byte that is not UTF-8 is kept in a text
_UTF16_SHARE = 4  # of Latin letters every second byte is a null; one in four is more than any slip


@dataclass(frozen=True)
class Unreadable:
    """`kind` is bytes, utf-16, null, tabs, sign, declared, pasted or rule; `code` names the byte, sign or encoding."""

    kind: str
    code: str = ""
    sign: str = ""  # what the code looks like, '' where it looks like nothing
    line: int | None = None


def why_unreadable(error: str, text: str, line: int | None) -> Unreadable | None:
    """Explain a file's SyntaxError by its text and the line that Python names; None where a sign is out of place."""
    if declared := _DECLARED.search(error):
        return Unreadable("declared", declared["name"], line=_line_with("coding", text))
    if _NULL.search(error):
        if text.count("\0") * _UTF16_SHARE >= len(text):
            return Unreadable("utf-16")
        return Unreadable("null", line=_line_with("\0", text))
    if _NOT_UTF8.search(error) and (found := _BYTE.search(_from_line(text, line)) or _BYTE.search(text)):
        byte = ord(found[0]) - 0xDC00
        here = line if found[0] in _from_line(text, line).partition("\n")[0] else _line_with(found[0], text)
        return Unreadable("bytes", f"0x{byte:02x}", _shown(bytes([byte]).decode("cp1252", "ignore")), here)
    if _TABS.search(error):
        return Unreadable("tabs", line=line)
    if sign := _SIGN.search(error):
        return Unreadable("sign", sign["code"] or sign["bare"], _shown(sign["sign"] or ""), line)
    if _PASTED.match(_from_line(text, line)):
        return Unreadable("pasted", line=line)
    told = _INCOMPLETE.search(error) or _NOT_UTF8.search(error)
    return None if told else Unreadable("rule", line=line)


def with_cause(case: Case, crash: Crash, verdict: Verdict) -> Verdict:
    """Add why a file cannot be read, where that is how it was saved or what was pasted into it."""
    own = f"{case.trace.exercise}.py"
    file = crash.file or own
    if file != own:
        verdict = verdict.with_facts(program=file)
    cause = why_unreadable(crash.text, case.trace.files.get(file, ""), crash.line)
    if cause is None:
        return verdict
    line = "" if cause.line is None else str(cause.line)
    verdict = verdict.with_facts(unread=cause.kind, code=cause.code, sign=cause.sign, error_line=line)
    return verdict.with_facts(line=line if file == own else "")


def _from_line(text: str, line: int | None) -> str:
    return "\n".join(text.split("\n")[(line or 1) - 1 :])


def _line_with(part: str, text: str) -> int | None:
    before, found, _ = text.partition(part)
    return before.count("\n") + 1 if found else None


def _shown(sign: str) -> str:
    return sign if sign.isprintable() and not sign.isspace() else ""
