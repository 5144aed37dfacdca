"""What must not stand in any file of a course: keys, accounts, cookies. Looks at text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.run.scrub import HIDDEN, scrub_text

ACCOUNT = "[account removed]"
COOKIE = "[cookie removed]"

_ORGANIZATION = re.compile(
    r"(?<![0-9a-fA-F-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-fA-F-])|\bwrkspc_\w{10,}"
)
_COOKIE = re.compile(r"(?i)\b(?:_cfuvid|__cf_bm|cf_clearance|sessionkey)=[^\s;\"']+")


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """Tell the lines (from 1) that hold a secret, and what kind it is; never the secret."""
    for number, line in enumerate(text.splitlines(), 1):
        if scrub_text(line) != line:
            yield number, "a key"
        if _ORGANIZATION.search(line):
            yield number, "the id of an account"
        if _COOKIE.search(line):
            yield number, "a cookie"


def without(text: str) -> str:
    """Return the text with every key, account id and cookie replaced."""
    return _COOKIE.sub(COOKIE, _ORGANIZATION.sub(ACCOUNT, scrub_text(text)))


__all__ = ["ACCOUNT", "COOKIE", "HIDDEN", "found_in", "without"]
