"""The course's texts filled in with the facts of one run. A student's text goes in as a value, never as a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from jinja2 import Environment, StrictUndefined, Template

# Every fact that a text may speak of; each is text, and '' where it does not apply.
_NAMES = (
    "observed expected label program line scenario exercise "
    "model input_tokens output_tokens input_price output_price cost max_tokens other_model runs "
    "function call returned "
    "stop_reason start_output_tokens pieces raw_events create_input_tokens create_output_tokens by_hand "
    "counts sends field counted sent counted_model sent_model prose_tokens code_tokens prose_characters cut "
    "code_characters denser counted_tokens window "
    "decimal_comma late late_percent backlog never_shown read_by shown_characters total_characters "
    "error error_line error_source unread code sign unfilled first_open package time_limit_s module values"
)
FACTS = tuple(_NAMES.split())

_NAMED = re.compile(rf"{{{{ ({'|'.join(_NAMES.split())}) }}}}")
_SPACES = re.compile(r"(?<=\S) {2,}")
# The texts are read by people as they are; what shows them escapes them.
_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)


def complete(facts: Mapping[str, str]) -> dict[str, str]:
    """All facts, those that are not known as ''."""
    return {**dict.fromkeys(FACTS, ""), **facts}


def fill_in(text: str, facts: Mapping[str, str]) -> str:
    """Fill one text in; spaces that an absent part leaves are closed up."""
    return _SPACES.sub(" ", _template(text).render(complete(facts))).strip()


def fill_in_hints(hints: Sequence[str], facts: Mapping[str, str]) -> tuple[str, ...]:
    """Fill three levels of hint in; the last one is code, and its spaces stay."""
    *spoken, code = hints
    shape = _template(code).render(complete(facts)).strip("\n")
    return (*(fill_in(text, facts) for text in spoken), shape)


class _Plain:
    """A text of names alone, as half of them are: filled in as Jinja does it, without a template to compile."""

    def __init__(self, text: str) -> None:
        self._between, self._names = _NAMED.split(text)[::2], _NAMED.findall(text)

    def render(self, facts: Mapping[str, str]) -> str:
        filled = (facts[name] + text for name, text in zip(self._names, self._between[1:], strict=True))
        return self._between[0] + "".join(filled)


@lru_cache(maxsize=512)
def _template(text: str) -> Template | _Plain:
    left = _NAMED.sub("", text)
    return _ENVIRONMENT.from_string(text) if "{" in left or "}" in left else _Plain(text)
