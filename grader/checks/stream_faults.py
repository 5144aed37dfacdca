"""Which known mistakes fit an answer that was not streamed, not shown in time, or not shown whole.

Names mistakes only: whether a check passes is decided by the check.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from grader.checks.ending import stopped
from grader.checks.growth import Growth, growth
from grader.checks.held_back import held_back
from grader.checks.in_order import BETWEEN_PIECES, FIRST_PIECES, percent_in_order, words_in_order
from grader.checks.shown import FEW, MOSTLY, Page, Showing, characters_to, longest_beginning
from grader.checks.typed_out import plain_answer_spaced
from grader.checks.verdict import Case
from grader.progress import LINE, alike
from grader.screen import letters
from grader.trace import Exchange

_NEVER_READ_PIECES = 2  # that leave before a program that reads nothing is seen to be gone
_DOUBLED_PIECES = 10  # enough to know that every piece comes twice
_SOME, _SOME_WORDS = 30, 15  # percent of an answer, by pieces or by words: it was printed, whatever became of it
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
        source, trace = self.case.source, self.case.trace
        if source.tree is None or source.hands_stream_on or trace.modules:  # who reads it is not seen there
            return False
        return not source.stream_loops and not _READS.search(source.text)

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
        if self.case.source.hands_stream_on:
            return (0, "")
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
        return ("fake-streaming",) if not self._seen and plain_answer_spaced(self.case) else ()

    @cached_property
    def on_stderr(self) -> bool:
        """The answer stands on standard error, and more of it than on standard output."""
        there = self._on_stderr
        if there > self.showing.shown_letters and there >= min(LINE, len(self.showing.answer_letters)):
            return True
        return not self.in_pieces and percent_in_order(self.case.trace, self.stream, "stderr", self._sent) >= MOSTLY

    @property
    def some_shown(self) -> bool:
        """Many of the pieces or of the words stand there in order, if not all."""
        if self._in_order_percent >= _SOME or self._in_words:
            return True
        there = self.page.text.split()
        of_pieces = [word for piece in self._sent for word in piece.split()]
        return any(words_in_order(words, there) >= _SOME_WORDS for words in (self._words, of_pieces))

    @property
    def apart(self) -> str:
        """What stands there in order, and not even the first of it together: the pieces, or the words; '' for none."""
        if self.showing.shown_letters >= FEW or self.lost_characters:
            return ""
        return "pieces" if self.in_pieces else "words" if self._in_words else ""

    @cached_property
    def lost_characters(self) -> int:
        """How much is missing of the beginning, where all that follows stands there in one run; 0 where not."""
        lost = 0
        if self.showing.shown_letters >= FEW:
            return lost
        for piece in self.stream.all_pieces[:FIRST_PIECES]:
            lost += len(piece)
            rest = letters(self._answer[lost:])
            at = self.page.letters.find(rest) if rest else -1
            if at >= 0:
                before = letters(self._answer[:lost])
                there = alike(before[::-1], self.page.letters[:at][::-1])
                apart = before in self.page.letters[max(0, at - BETWEEN_PIECES) : at]
                return 0 if apart else characters_to(self._answer, len(before) - there) if there else lost
        return 0

    @cached_property
    def in_pieces(self) -> bool:
        """The pieces stand on standard output in their order; there may be other text between any two of them."""
        return self._in_order_percent >= MOSTLY

    @cached_property
    def _in_order_percent(self) -> float:
        return self._percent(self._sent)

    def _percent(self, parts: Iterable[str]) -> float:
        return percent_in_order(self.case.trace, self.stream, "stdout", parts)

    @property
    def _words(self) -> list[str]:
        return "".join(self._sent).split()

    @property
    def _sent(self) -> list[str]:
        return [piece.text for piece in self.stream.pieces]

    @cached_property
    def _in_words(self) -> bool:
        """The words stand on standard output in their order; there may be other text between any two of them."""
        return self._percent(self._words) >= MOSTLY

    @cached_property
    def event_name(self) -> str:
        """The first name of an event's type on the screen, '' where there is none."""
        found = _EVENT_NAMES.search(self.page.text)
        return found.group() if found else ""

    @cached_property
    def left_early(self) -> bool:
        """The program closed the connection, and the beginning of the answer stands on the screen."""
        ended, run = self.stream.ended, self.case.trace.exit
        if run is None or run.because != "itself":  # it was ended, and with it the connection
            return False
        return ended is not None and ended.how == "gone" and bool(ended.unsent) and self.showing.shown_letters >= FEW

    @cached_property
    def pieces_doubled(self) -> bool:
        """Each piece stands there twice, one right after the other."""
        pieces = [kept for text in self.stream.all_pieces if (kept := letters(text))][:_DOUBLED_PIECES]
        return len("".join(pieces)) >= FEW and "".join(piece * 2 for piece in pieces) in self.page.letters

    @cached_property
    def line_per_piece(self) -> bool:
        """The breaks inside words are line breaks, and stand where pieces end."""
        broken = self.showing.broken
        if broken is None:
            return False
        added = broken.added_to(self.showing.answer_breaks)
        ends = set(accumulate(len(letters(piece)) for piece in self.stream.all_pieces))
        inside = ends - self.showing.answer_breaks.spaces - {0, len(self.showing.answer_letters)}
        if not added or self.page.text.count("\n") < len(added):  # a return to the line's beginning ends no line
            return False
        return added <= ends & broken.lines and 2 * len(added) >= len(inside)

    @cached_property
    def _on_stderr(self) -> int:
        return longest_beginning(self.showing.answer_letters, Page(self.case.trace.stderr).letters)

    @property
    def _seen(self) -> bool:
        begun = max(self.showing.shown_letters, self._on_stderr) >= FEW
        if begun or bool(self.event_name) or self.some_shown or self.on_stderr:
            return True
        return growth(self.case.trace, self.stream).keeps_up  # in whatever form: it was shown in time

    # ------------------------------------------------------------ mistakes

    def of_growth(self, grown: Growth) -> tuple[str, ...]:
        """Name the mistakes that fit an answer that was not shown in time."""
        if self.never_read:
            return ("stream-never-read", *self.typed_out)
        if self.never_shown:
            return self.typed_out
        if self.on_stderr:
            return ("answer-on-stderr",)
        early = ("stopped-early",) if self.left_early else ()
        behind = sum(not gate.kept_up for gate in grown.gates)
        if early and 100 * behind <= (100 - MOSTLY) * len(grown.gates):
            return early
        in_pieces = self.pieces_doubled or self.showing.redrawn or bool(self.event_name)
        in_parts = bool(self.apart or self.lost_characters)
        return held_back(self.case, self.stream, grown, self.showing, in_pieces=in_pieces, in_parts=in_parts) + early

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
