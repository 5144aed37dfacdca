"""Which known mistakes fit an answer that was not streamed, not shown in time, or not shown whole.

Names mistakes only: whether a check passes is decided by the check.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from grader.checks.ending import stopped
from grader.checks.growth import Growth, line_ends
from grader.checks.program_flow import flow_of
from grader.checks.shown import Page, Showing, longest_beginning, read_page
from grader.checks.verdict import Case
from grader.screen import LINE, letters, plain_text
from grader.trace import Exchange, OutputWritten

_FEW = 12  # letters of an answer that may stand on a screen by chance
_NEVER_READ_PIECES = 2  # that leave before a program that reads nothing is seen to be gone
_BUFFER_BYTES = 8192  # what Python holds back on a pipe; more than that comes out in blocks
_BUFFERS = 2  # one of text and one of bytes
_NEAR = 2  # letters of the next paragraph that may stand on the screen by chance
_DOUBLED_PIECES = 10  # enough to know that every piece comes twice
_BETWEEN_PIECES = 200  # letters of a number, a label, a line of a log
_SPACED_WRITES = 10  # that brought a finished answer to the screen bit by bit
_MOSTLY = 80  # percent
_EVENT_NAMES = re.compile(
    r"\b(?:Parsed|Beta)*(?:Raw\w*Event|TextEvent|\w*DeltaEvent|TextDelta|ContentBlock\w*Event|Message\w*Event)\("
    r"|[\"']type[\"']: ?[\"'](?:content_block_delta|text_delta)[\"']"
    r"|^event: content_block_delta",
    re.MULTILINE,
)
_TO_THE_END = ("get_final_message", "get_final_text", "until_done")
_READS = re.compile(
    r"get_final_|until_done|text_stream|iter_(?:bytes|lines|text|raw)|current_message_snapshot|\b(?:next|map)\("
)


def finished_answer_spaced(case: Case) -> bool:
    """Tell whether no stream was asked for, and the text of a finished answer came out bit by bit."""
    return not any(message.wants_stream for message in case.trace.messages) and _plain_answer_spaced(case)


def _plain_answer_spaced(case: Case) -> bool:
    trace = case.trace
    page = read_page(trace.stdout)
    for plain in (message for message in trace.messages if not message.wants_stream):
        text = letters(plain.text)
        if len(text) > _FEW and longest_beginning(text, page.letters) * 100 >= _MOSTLY * len(text):
            writes = sum(
                isinstance(event, OutputWritten) and event.stream == "stdout" and event.seq > (plain.answered_seq or 0)
                for event in trace.events
            )
            if writes >= _SPACED_WRITES or _prints_and_sleeps(case):
                return True
    return False


def _prints_and_sleeps(case: Case) -> bool:
    """Tell whether a loop of the source prints and sleeps."""
    loops = (node for node in case.source.nodes if isinstance(node, ast.For | ast.While | ast.AsyncFor))
    calls = ({_called(each) for each in ast.walk(loop) if isinstance(each, ast.Call)} for loop in loops)
    return any(called >= {"print", "sleep"} for called in calls)


def _called(call: ast.Call) -> str:
    """The name by which something is called: `sleep` of `time.sleep(1)`."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _stand_in_order(stream: Exchange, output: bytes) -> bool:
    """Tell whether most of a stream's pieces stand in an output one after the other, whatever stands between them."""
    there = letters(plain_text(output)).lower()
    pieces = [letters(piece.text).lower() for piece in stream.pieces]
    at = found_letters = 0
    for piece in pieces:
        found = there.find(piece, at, at + len(piece) + _BETWEEN_PIECES) if at else there.find(piece)
        if found >= 0:
            at, found_letters = found + len(piece), found_letters + len(piece)
    return 100 * found_letters >= _MOSTLY * sum(map(len, pieces)) > _MOSTLY * 2 * _FEW


@dataclass(frozen=True)
class StreamFaults:
    """One streamed answer, where it stands, and what that is a sign of."""

    case: Case
    stream: Exchange
    page: Page

    @cached_property
    def showing(self) -> Showing:
        """The answer on standard output."""
        return Showing(self.page, self._answer, self._texts)

    @property
    def _answer(self) -> str:
        """What the program could have shown: all of the answer, unless the recording itself ends early."""
        ended = self.stream.ended
        if ended is not None and ended.how in ("cut", "error"):
            return "".join(piece.text for piece in self.stream.pieces)
        return self.stream.text

    @property
    def _texts(self) -> tuple[str, ...]:
        return tuple(exchange.text for exchange in self.case.trace.messages if exchange.succeeded)

    # ------------------------------------------------------------ signs

    @cached_property
    def never_read(self) -> bool:
        """Nothing of the answer stands anywhere, and nothing says that it was read."""
        if self._seen or stopped(self.case) is not None:
            return False
        left = self.stream.ended is None or self.stream.ended.how in ("gone", "killed")
        if left and len(self.stream.pieces) <= _NEVER_READ_PIECES:
            return True
        source = self.case.source
        return source.tree is not None and not source.stream_loops and not _READS.search(source.text)

    @cached_property
    def never_shown(self) -> bool:
        """The program took the answer to its end, and nothing of it stands anywhere."""
        taken = self.stream.ended is not None and self.stream.ended.how == "complete"
        return taken and not self._seen and not self.never_read and stopped(self.case) is None

    @cached_property
    def read_by(self) -> str:
        """What in the source read a stream to its end that was never shown, '' where it is not seen."""
        line, what = self._reader
        return f"{what} in line {line}" if line else ""

    @cached_property
    def _reader(self) -> tuple[int, str]:
        """The line and the name of what reads a stream first; (0, '') where it is a loop that prints, or not seen."""
        calls = [
            (node.lineno, f"`{node.func.attr}`")
            for node in self.case.source.nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TO_THE_END
        ]
        loops = [(loop.line, "the loop" if loop.print_line is None else "") for loop in self.case.source.stream_loops]
        line, what = min([*calls, *loops], default=(0, ""))
        return (line, what) if what else (0, "")

    @property
    def facts(self) -> dict[str, str]:
        """What a hint may say of an answer of which nothing was shown."""
        if not self.never_shown:
            return {}
        line = "" if self.typed_out or not self.read_by else str(self._reader[0])
        return {"never_shown": "yes", "read_by": self.read_by, "line": line}

    @cached_property
    def typed_out(self) -> tuple[str, ...]:
        """The text of a plain call came out bit by bit, in the place of the stream's."""
        return ("fake-streaming",) if not self._seen and _plain_answer_spaced(self.case) else ()

    @cached_property
    def on_stderr(self) -> bool:
        """The answer stands on standard error, and more of it than on standard output."""
        there = self._on_stderr
        if there > self.showing.shown_letters and there >= min(LINE, len(self.showing.answer_letters)):
            return True
        return not self.in_pieces and _stand_in_order(self.stream, self.case.trace.stderr)

    @property
    def apart(self) -> bool:
        """The pieces stand there, and not even the first of them together."""
        return self.in_pieces and self.showing.shown_letters < _FEW

    @cached_property
    def in_pieces(self) -> bool:
        """The pieces stand on standard output in their order; there may be other text between any two of them."""
        return _stand_in_order(self.stream, self.case.trace.stdout)

    @cached_property
    def event_name(self) -> str:
        """The first name of an event's type on the screen, '' where there is none."""
        found = _EVENT_NAMES.search(self.page.text)
        return found.group() if found else ""

    @cached_property
    def left_early(self) -> bool:
        """The program closed the connection, and the beginning of the answer stands on the screen."""
        ended = self.stream.ended
        return ended is not None and ended.how == "gone" and bool(ended.unsent) and self.showing.shown_letters >= _FEW

    @cached_property
    def pieces_doubled(self) -> bool:
        """Each piece stands there twice, one right after the other."""
        pieces = [kept for text in self.stream.all_pieces if (kept := letters(text))][:_DOUBLED_PIECES]
        return len("".join(pieces)) >= _FEW and "".join(piece * 2 for piece in pieces) in self.page.letters

    @cached_property
    def line_per_piece(self) -> bool:
        """The breaks inside words are line breaks, and stand where pieces end."""
        broken = self.showing.broken
        if broken is None:
            return False
        added = broken.added_to(self.showing.answer_breaks)
        ends = set(accumulate(len(letters(piece)) for piece in self.stream.all_pieces))
        inside = ends - self.showing.answer_breaks.spaces - {0, len(self.showing.answer_letters)}
        return bool(added) and added <= ends & broken.lines and 2 * len(added) >= len(inside)

    @cached_property
    def _on_stderr(self) -> int:
        return longest_beginning(self.showing.answer_letters, Page(self.case.trace.stderr).letters)

    @property
    def _seen(self) -> bool:
        begun = max(self.showing.shown_letters, self._on_stderr) >= _FEW
        return begun or bool(self.event_name) or self.in_pieces or self.on_stderr

    # ------------------------------------------------------------ mistakes

    def of_growth(self, grown: Growth) -> tuple[str, ...]:
        """Name the mistakes that fit an answer that was not shown in time."""
        if self.never_read:
            return ("stream-never-read", *self.typed_out)
        if self.never_shown:
            return self.typed_out
        if self.on_stderr:
            return ("answer-on-stderr",)
        if self.event_name:
            return ("events-printed",)
        early = ("stopped-early",) if self.left_early else ()
        behind = sum(not gate.kept_up for gate in grown.gates)
        if early and 100 * behind <= (100 - _MOSTLY) * len(grown.gates):
            return early
        return self._held_back(grown) + early

    def _held_back(self, grown: Growth) -> tuple[str, ...]:
        """Tell text that waited for the end from text that waited for the end of a line."""
        stops = [stop for stop in grown.stops if stop >= _FEW]
        if not stops or self._in_blocks:
            return self._at_the_end(grown, came_in_blocks=bool(stops)) if self.showing.shown_letters >= _FEW else ()
        ends = line_ends(self._answer)
        if all(any(stop - near in ends for near in range(_NEAR + 1)) for stop in stops):
            return ("by-paragraph",)
        return ()

    def _at_the_end(self, grown: Growth, *, came_in_blocks: bool) -> tuple[str, ...]:
        """Tell pieces that were printed and stayed in a buffer from pieces that were gathered first.

        The screen tells where a full buffer came out, or where the text stands there piece by piece or again and
        again. Else the source does, as far as it can be followed. Else the screen once more: had the pieces been
        printed, other output that came out meanwhile would have brought them along, and so would a buffer that
        cannot hold the whole answer. Both are named where nothing tells.
        """
        flow = flow_of(self.case.trace.files, f"{self.case.trace.exercise}.py")
        if self.pieces_doubled or self.showing.redrawn or (flow is not None and flow.prints_pieces):
            return ("not-flushed",)
        whole = flow is not None and flow.prints_whole
        if self._flushes:
            return ("joined-then-printed",)
        if came_in_blocks and not whole:
            return ("not-flushed",)
        if came_in_blocks:
            return "not-flushed", "joined-then-printed"
        if whole or self._passed_by(grown) or len(self._answer.encode()) > _BUFFERS * _BUFFER_BYTES:
            return ("joined-then-printed",)
        return "not-flushed", "joined-then-printed"

    @property
    def _flushes(self) -> bool:
        """Whether every print that ends no line flushes, and nothing is written in another way."""
        calls = [node for node in self.case.source.nodes if isinstance(node, ast.Call)]
        said = [{k.arg: ast.unparse(k.value) for k in call.keywords} for call in calls if _called(call) == "print"]
        unended = [keywords for keywords in said if "end" in keywords]
        writes = any(_called(call) in ("write", "writelines") for call in calls)
        return bool(unended) and not writes and all(keywords.get("flush") == "True" for keywords in unended)

    @property
    def _in_blocks(self) -> bool:
        """Whether whatever came out while the answer was sent came as a full buffer does: a few thousand bytes."""
        sizes: list[int] = []
        begun = joined = False
        for event in self.case.trace.events:
            if isinstance(event, OutputWritten) and event.stream == "stdout" and begun:
                sizes.append(len(event.data) + (sizes.pop() if joined else 0))  # a pipe may be read in the middle
                joined = True
            else:
                joined = False
            begun = (begun or event is self.stream.stream) and event is not self.stream.ended
        return min(sizes, default=0) >= _BUFFER_BYTES // 2

    def _passed_by(self, grown: Growth) -> bool:
        """Whether something else came out of standard output while more than a line of the answer was missing."""
        late = [gate.seq for gate in grown.gates if gate.taken and not gate.kept_up]
        return any(
            isinstance(event, OutputWritten) and event.stream == "stdout" and late[0] < event.seq < late[-1]
            for event in (self.case.trace.events if late else ())
        )

    def of_showing(self) -> tuple[str, ...]:
        """Name the mistakes that fit an answer that does not stand on the screen whole and unbroken."""
        if self.never_read:
            return ("stream-never-read", *self.typed_out)
        if self.never_shown:
            return self.typed_out
        if self.on_stderr:
            return ("answer-on-stderr",)
        if self.event_name and not self.showing.unbroken:
            return ("events-printed",)
        fits: list[str] = []
        if self.pieces_doubled:
            fits.append("pieces-doubled")
        elif self.showing.redrawn:
            fits.append("snapshots")
        elif self.showing.times > 0:
            fits.append("answer-twice")
        if self.line_per_piece:
            fits.append("newline-per-piece")
        if self.left_early and not self.showing.unbroken:
            fits.append("stopped-early")
        return tuple(fits)
