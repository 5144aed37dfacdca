"""Why text of a stream came late: it waited in a buffer, for the end of a line, or was gathered first.

The screen tells, where it can; else the source, as far as it can be followed. Names mistakes; judges nothing.
"""

from __future__ import annotations

import ast
from itertools import accumulate

from grader.checks.growth import Growth, line_ends
from grader.checks.program_flow import flow_of
from grader.checks.shown import FEW, Showing
from grader.checks.stream_loops import called
from grader.checks.verdict import Case
from grader.screen import letters
from grader.trace import Exchange, OutputWritten

_BUFFER_BYTES = 8192  # what Python holds back on a pipe; more than that comes out in blocks
_BUFFERS = 2  # one of text and one of bytes
_NEAR = 2  # letters of the next paragraph that may stand on the screen by chance


def held_back(
    case: Case, stream: Exchange, grown: Growth, showing: Showing, *, in_pieces: bool, in_parts: bool
) -> tuple[str, ...]:
    """Name the mistakes that fit a stream whose text came to the screen, and too late.

    `in_pieces`: it stands there as only printed pieces do, each of them twice or in an event, or its beginning again
    and again. `in_parts`: not together, but its pieces, its words or all but its beginning do.
    """
    ends = line_ends(showing.answer)
    whole = max(ends, default=0)
    stops = [stop for stop in grown.stops if FEW <= stop < whole]  # what came with the last piece came at the end
    if not stops or _in_blocks(case, stream):
        if not (in_pieces or showing.shown_letters >= FEW or (in_parts and _came_late(case, stream))):
            return ()
        return _at_the_end(case, grown, showing.answer, in_pieces=in_pieces, in_blocks=bool(stops))
    with_break = _after_breaks(stream)
    if all(stop in with_break or any(stop - near in ends for near in range(_NEAR + 1)) for stop in stops):
        return ("by-paragraph",)
    return ()


def _came_late(case: Case, stream: Exchange) -> bool:
    """Tell whether most of what was printed from a stream's first piece on came when its last one had left."""
    sent = [piece.seq for piece in stream.pieces]
    first, last = min(sent, default=0), max(sent, default=0)
    written = [e for e in case.trace.events if isinstance(e, OutputWritten) and e.stream == "stdout" and e.seq > first]
    return 2 * sum(len(e.data) for e in written if e.seq > last) > sum(len(e.data) for e in written)


def _after_breaks(stream: Exchange) -> frozenset[int]:
    """The numbers of letters at the ends of pieces that have a line break: a buffer of lines lets all of them out."""
    ends = accumulate(len(letters(piece)) for piece in stream.all_pieces)
    return frozenset(end for end, piece in zip(ends, stream.all_pieces, strict=True) if "\n" in piece)


def _at_the_end(case: Case, grown: Growth, answer: str, *, in_pieces: bool, in_blocks: bool) -> tuple[str, ...]:
    """Tell pieces that were printed and stayed in a buffer from pieces that were gathered first.

    The screen tells where a full buffer came out, or where the text stands there in pieces. Else the source does. Else
    the screen once more: had the pieces been printed, other output that came out meanwhile would have brought them
    along, and so would a buffer that cannot hold the whole answer. Both are named where nothing tells.
    """
    flow = flow_of(case.trace.files, f"{case.trace.exercise}.py")
    if in_pieces or (flow is not None and flow.prints_pieces):
        return ("not-flushed",)
    whole = flow is not None and flow.prints_whole
    if _flushes(case):
        return ("joined-then-printed",)
    if in_blocks and not whole:
        return ("not-flushed",)
    if in_blocks:
        return "not-flushed", "joined-then-printed"
    if whole or _passed_by(case, grown) or len(answer.encode()) > _BUFFERS * _BUFFER_BYTES:
        return ("joined-then-printed",)
    return "not-flushed", "joined-then-printed"


def _flushes(case: Case) -> bool:
    """Tell whether every print that ends no line flushes, and nothing is written in another way."""
    calls = [node for node in case.source.nodes if isinstance(node, ast.Call)]
    said = [{k.arg: ast.unparse(k.value) for k in call.keywords} for call in calls if called(call) == "print"]
    unended = [keywords for keywords in said if "end" in keywords]
    writes = any(called(call) in ("write", "writelines") for call in calls)
    return bool(unended) and not writes and all(keywords.get("flush") == "True" for keywords in unended)


def _in_blocks(case: Case, stream: Exchange) -> bool:
    """Tell whether whatever came out while the answer was sent came as a full buffer does: a few thousand bytes."""
    sizes: list[int] = []
    begun = joined = False
    for event in case.trace.events:
        if isinstance(event, OutputWritten) and event.stream == "stdout" and begun:
            sizes.append(len(event.data) + (sizes.pop() if joined else 0))  # a pipe may be read in the middle
            joined = True
        else:
            joined = False
        begun = (begun or event is stream.stream) and event is not stream.ended
    return min(sizes, default=0) >= _BUFFER_BYTES // 2


def _passed_by(case: Case, grown: Growth) -> bool:
    """Tell whether something else came out of standard output while more than a line of the answer was missing."""
    late = [gate.seq for gate in grown.gates if gate.taken and not gate.kept_up]
    return any(
        isinstance(event, OutputWritten) and event.stream == "stdout" and late[0] < event.seq < late[-1]
        for event in (case.trace.events if late else ())
    )
