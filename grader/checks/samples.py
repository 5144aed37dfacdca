"""The samples of exercise 2 among the counts of a run: whose text each counted, and which two can be compared.

Knows PROSE and CODE as the probe read them. What is printed about them is judged elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Literal

from grader.checks.claims import constant
from grader.checks.verdict import Case, read_once
from grader.fixtures.content import Content, by_hand
from grader.screen import letters
from grader.trace import Exchange

Kind = Literal["prose", "code"]

RUN = 50  # letters and digits that a counted text shares with its sample
_MOST_LOOKED_AT = 20_000  # places at which a run may begin; no honest text comes near
_MOST_PAIRS = 10_000
_FEW_BLANKS = 8
_LONGEST_READ = 1_000_000  # letters of a counted text; a sample is far shorter, and repeated where a text is longer


@dataclass(frozen=True)
class Sample:
    """One answered count: the text it was asked about, and its tokens."""

    exchange: Exchange
    text: str
    tokens: int

    @property
    def characters(self) -> int:
        return len(self.text)


class Samples:
    """The answered counts of one run, told apart by what they share with the module's PROSE and CODE."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._shared: dict[tuple[str, str], int] = {}

    @cached_property
    def answered(self) -> tuple[Sample, ...]:
        """Every answered count in order."""
        return tuple(
            Sample(exchange, Content.of(exchange.request.body).text, exchange.counted_tokens)
            for exchange in self._case.trace.counts
            if exchange.counted_tokens is not None
        )

    @cached_property
    def known(self) -> dict[Kind, str]:
        """The module's own samples, where they exist as text."""
        functions = self._case.functions
        found: dict[Kind, str] = {}
        for kind, name in (("prose", "PROSE"), ("code", "CODE")):
            text = None if functions is None else constant(functions, name)
            if text is not None and letters(text):
                found["prose" if kind == "prose" else "code"] = text
        return found

    def may_be(self, sample: Sample, kind: Kind) -> bool:
        """Tell whether a text shares a run with a sample of the module; any does where the module has none."""
        return kind not in self.known or self._overlap(sample.text, kind) > 0

    def kind(self, sample: Sample) -> Kind | None:
        """Tell whose text was counted, None where that cannot be said."""
        if not self.known:
            return None
        overlaps: dict[Kind, int] = {kind: self._overlap(sample.text, kind) for kind in self.known}
        if len(overlaps) == 1:
            (known, overlap), *_ = overlaps.items()
            return known if overlap else _OTHER[known]
        if overlaps["prose"] == overlaps["code"]:
            return None
        return "prose" if overlaps["prose"] > overlaps["code"] else "code"

    @cached_property
    def prose(self) -> tuple[Sample, ...]:
        """The counts of prose."""
        return tuple(sample for sample in self.answered if self.kind(sample) == "prose")

    @cached_property
    def code(self) -> tuple[Sample, ...]:
        """The counts of code."""
        return tuple(sample for sample in self.answered if self.kind(sample) == "code")

    @cached_property
    def comparable(self) -> tuple[Sample, Sample] | None:
        """The last two counts of different texts of one length that may be prose and code."""
        lengths: dict[int, list[Sample]] = {}
        for sample in reversed(self.answered):
            same = lengths.setdefault(sample.characters, [])
            if all(other.text != sample.text for other in same):
                same.append(sample)
        for same in lengths.values():
            for a, b in islice(product(same, same), _MOST_PAIRS):
                if a is not b and self.may_be(a, "prose") and self.may_be(b, "code"):
                    return a, b
        return None

    @cached_property
    def pairs(self) -> tuple[tuple[Sample, Sample], ...]:
        """The counts of prose and code that can be told apart: those of equal length, else all."""
        every = list(islice(product(self.prose, self.code), _MOST_PAIRS))
        equal = [(prose, code) for prose, code in every if prose.characters == code.characters]
        return tuple(equal or every)

    def cut(self, prose: Sample, code: Sample) -> str:
        """Tell how two texts of different length were cut: 'stripped', where white space alone makes the difference,
        'unequal' in other ways, '' where both are the whole samples, or where the module has none.
        """
        texts: dict[Kind, str] = {"prose": prose.text, "code": code.text}
        if len(self.known) < len(texts):
            return ""
        if all(self._is_whole(texts[kind], kind) for kind in texts):
            return ""
        missing = abs(prose.characters - code.characters)
        shorter: Kind = "prose" if prose.characters < code.characters else "code"
        before, found, after = self.known[shorter].partition(texts[shorter])
        blanks = len(before) - len(before.rstrip()) + len(after) - len(after.lstrip())
        return "stripped" if found and blanks >= missing else "unequal"

    def _is_whole(self, text: str, kind: Kind) -> bool:
        """Tell whether a text is the whole sample, blanks at its ends aside; with many of them it was padded."""
        known = self.known[kind]
        return text.strip() == known.strip() and len(text) <= len(known) + _FEW_BLANKS

    def by_hand(self, kind: Kind) -> frozenset[int]:
        """What someone gets who counts the tokens of a sample by hand, cut or whole."""
        texts = {sample.text for sample in (self.prose if kind == "prose" else self.code)}
        return frozenset().union(*map(by_hand, texts | ({self.known[kind]} if kind in self.known else set())))

    def _overlap(self, text: str, kind: Kind) -> int:
        if (text, kind) not in self._shared:
            self._shared[text, kind] = overlap(letters(text)[:_LONGEST_READ], letters(self.known[kind]))
        return self._shared[text, kind]


@read_once
def samples_of(case: Case) -> Samples:
    """The answered counts of a run."""
    return Samples(case)


_OTHER: dict[Kind, Kind] = {"prose": "code", "code": "prose"}


def overlap(text: str, sample: str) -> int:
    """Count the parts of a sample that stand in a text; 0 where they share no run of RUN letters.

    Both are letters and digits alone. A sample shorter than a run has to be there whole.
    """
    needed = min(RUN, len(sample))
    size = (needed + 1) // 2  # any run of that many letters holds one part that begins at a multiple of its size
    parts = [at for at in range(0, len(sample) - size + 1, size) if sample[at : at + size] in text]
    looked_at = 0
    for at in parts:
        found = text.find(sample[at : at + size])
        while found >= 0 and looked_at < _MOST_LOOKED_AT:
            looked_at += 1
            if _run_around(text, found, sample, at) >= needed:
                return len(parts)
            found = text.find(sample[at : at + size], found + 1)
    return 0


def _run_around(text: str, found: int, sample: str, at: int) -> int:
    """The length of the common run through a place in both, looked at no further than a run to each side."""
    before = 0
    while before < min(found, at, RUN) and text[found - before - 1] == sample[at - before - 1]:
        before += 1
    after = 0
    while after < min(len(text) - found, len(sample) - at, RUN) and text[found + after] == sample[at + after]:
        after += 1
    return before + after
