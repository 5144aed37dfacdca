"""How much of an answer stands in an output in order, part by part, whatever stands between the parts."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from grader.checks.shown import FEW
from grader.screen import letters, plain_text
from grader.trace import Exchange, OutputWritten, Trace

FIRST_PIECES = 20  # by which a stream is found
BETWEEN_PIECES = 200  # letters of a number, a label, a line of a log
_FEWEST, _MOST_STARTS = 4, 10  # letters of a piece, and places, by which a stream is found
_BESIDE_EACH = 24  # letters of the same beside each piece that is too short to be found by itself
_COMMON, _BY_CHANCE = 4, 10  # letters of words that any text has; how many longer ones two texts may share
_MOST_WORDS = 20_000  # of an output, that are looked at


def percent_in_order(trace: Trace, stream: Exchange, name: str, parts: Iterable[str]) -> float:
    """How much of a stream's letters came out part by part after it began, whatever stands between the parts.

    0 of a stream of a few letters; capitals make no difference.
    """
    began = 0 if stream.stream is None else stream.stream.seq
    output = b"".join(
        e.data for e in trace.events if isinstance(e, OutputWritten) and e.stream == name and e.seq > began
    )
    there = letters(plain_text(output)).lower()
    pieces = [kept for part in parts if (kept := letters(part).lower())]
    sent_letters = sum(map(len, pieces))
    if sent_letters <= 2 * FEW:
        return 0.0
    return 100 * max((_found_from(at, there, pieces) for at in _starts(there, pieces)), default=0) / sent_letters


def words_in_order(words: Iterable[str], there: Sequence[str]) -> float:
    """How much (percent) of the longer words stands there in order: the longest such sequence, whatever is between.

    Short words are in every text, and a few longer ones are there by chance: 0 where no more are.
    """
    telling = [word for word in words if len(word) > _COMMON]
    places = defaultdict[str, list[int]](list)
    for at, word in reversed([*enumerate(telling)]):
        places[word].append(at)
    ends: list[int] = []  # of the sequences of each length: the first place at which one can end
    for word in there[:_MOST_WORDS]:
        for at in places.get(word, ()):
            length = bisect_left(ends, at)
            ends[length : length + 1] = [at]
    return 100 * len(ends) / len(telling) if len(ends) > _BY_CHANCE else 0.0


def _starts(there: str, pieces: Sequence[str]) -> Iterator[int]:
    """The places at which one of a stream's first pieces stands: what came before it may be another answer."""
    for piece in [piece for piece in pieces if len(piece) > _FEWEST][:FIRST_PIECES]:
        at = there.find(piece)
        for _ in range(_MOST_STARTS):
            if at < 0:
                break
            yield at
            at = there.find(piece, at + 1)


def _found_from(at: int, there: str, pieces: Sequence[str]) -> int:
    """The letters of all pieces that stand one after the other from a place on."""
    found_letters = passed_letters = 0  # those of pieces that may stand there in another form
    for piece in pieces:
        passed_letters += len(piece) + _BESIDE_EACH
        found = there.find(piece, at, at + passed_letters + BETWEEN_PIECES)
        if found >= 0:
            found_letters += len(piece)
            if len(piece) > _FEWEST:  # a short one is found far away by chance
                at, passed_letters = found + len(piece), 0
    return found_letters
