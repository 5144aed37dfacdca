"""An answer long enough to be streamed, cut as a stream cuts it, and programs that show it in different ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from tests.traces import TraceBuilder

PARAGRAPHS = (
    "Before a language model can write a single word, it has to turn the question into something it can calculate "
    "with. The text is cut into tokens: short words, parts of longer ones, a comma, a line break. Each token stands "
    "for a number, and from there on the model works with numbers alone.",
    "Then the writing begins, one token at a time. For every place in the answer the model weighs the whole "
    "vocabulary, 100,000 entries or more, and asks of each how well it would go on. Søren's crème brûlée takes "
    "more tokens than his tea, and a well-known name fewer than a far-fetched one.",
    "From this it follows that a **long answer** takes longer than a short one. Reading the question goes quickly, "
    "since its tokens are known. The answer cannot be hurried in that way: token 312 depends on token 311, which "
    "depends on token 310.",
    "For the person who waits, streaming makes all the difference. Without it the screen stays empty until the last "
    "token has been written. With it the first words stand there after a moment, and the rest follows about as fast "
    "as one can read. What it does not change is the price.",
)
ANSWER = "\n\n".join(PARAGRAPHS)
PLAIN = (
    "Think of a storyteller who may only ever add one small card to a row of cards on the table. Each card is a "
    "token. Since each card needs its own look at the row, 40 cards take about twice as long to lay as 20."
)


def cut(text: str, seed: int = 4) -> tuple[str, ...]:
    """Cut a text into pieces that end anywhere, also inside words."""
    rng = random.Random(seed)
    pieces = []
    while text:
        size = rng.choice((1, 3, 5, 8, 11, 13, 17, 25, 40))
        pieces.append(text[:size])
        text = text[size:]
    return tuple(pieces)


PIECES = cut(ANSWER)
LAST = "\n\nstop reason: end_turn\ninput tokens: 42\noutput tokens: 312\ncost: $0.001602\n"

Printer = Callable[[str], str]


def asked(source: str = "", **request: Any) -> TraceBuilder:
    """A program of exercise 3 that has made its plain call."""
    return TraceBuilder("exercise3", source=source).message(text=PLAIN, **request)


def streamed(
    show: Printer = lambda piece: piece,
    *,
    pieces: Iterable[str] = PIECES,
    source: str = "",
    last: str = LAST,
    stderr: bool = False,
) -> TraceBuilder:
    """A program that has asked twice and shows each piece in some way as it arrives."""
    trace = asked(source).request(stream=True).begin()
    for index, piece in enumerate(pieces):
        trace.piece(piece, because=None, shown=False)
        output = show(piece)
        if output:
            (trace.complains if stderr else trace.prints)(output)
        trace.gate(index, because="shown" if output else "waiting")
    return trace.end().prints(last).exits()


def held_back(text: str = ANSWER, *, source: str = "", pieces: Iterable[str] = PIECES) -> TraceBuilder:
    """A program whose text comes out when it ends."""
    return streamed(lambda piece: "", pieces=pieces, source=source, last=text + LAST)
