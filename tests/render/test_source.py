"""The student's source: coloured, exact, with the lines marked at which to look."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from grader.render.excerpt import ROOMS, Room
from grader.render.faults import lines_at_fault, places_at_fault
from grader.render.source import source_file
from grader.report import CheckReport
from tests.render.samples import check, exercise

PROGRAM = """\
import anthropic

def call_cost(input_tokens, output_tokens):
    return (input_tokens * 5 + output_tokens) / 1_000_000

def main():
    client = anthropic.Anthropic()
    with client.messages.stream(model="m", max_tokens=9, messages=[]) as stream:
        for text in stream.text_stream:
            print(text, end="")
    print(f"cost: ${call_cost(1, 2)}")
"""


def plain(html: Markup) -> str:
    """The text of a line as it is read."""
    return str(Markup(re.sub("<[^>]+>", "", html)).unescape())


def marks(failed: CheckReport, text: str = PROGRAM) -> Mapping[int, tuple[str, ...]]:
    """The lines that are marked where one check has failed."""
    return lines_at_fault(exercise(failed), places_at_fault(exercise(failed), text))


def test_every_line_is_there_as_it_was_written() -> None:
    """Colouring changes no letter, also of text that is no Python."""
    for text in (PROGRAM, "def (:\n  '''open\n\n\n", "\n\nx\n", "a\r\nb\r\n"):
        lines = source_file("x.py", text, {}, ROOMS[0]).lines
        assert [plain(line.html) for line in lines] == text.splitlines()


def test_a_long_file_keeps_its_ends_and_what_is_marked() -> None:
    """What is left out is counted."""
    text = "\n".join(f"x = {number}" for number in range(1, 2001))
    found = source_file("x.py", text, {1000: ("look",)}, Room())
    numbers = [line.number for line in found.lines if line.number is not None]
    assert {1, 1000, 2000} < set(numbers)
    gaps = [int(re.sub(r"\D", "", str(line.html).split(" lines")[0])) for line in found.lines if line.number is None]
    assert len(numbers) + sum(gaps) == 2000


def test_lines_are_marked_where_the_mistake_is_made() -> None:
    """The formula in a function, the value put after a label, the print in a loop, the line of an error."""
    cases = {
        4: check(misconceptions=("prices-swapped",), facts={"function": "call_cost"}),
        11: check(misconceptions=("prices-swapped",), facts={"label": "cost"}),
        10: check(misconceptions=("not-flushed",), facts={}),
        8: check(misconceptions=("never-counted",), facts={}),
        7: check(misconceptions=(), facts={"error_line": "7"}),
    }
    for line, failed in cases.items():
        assert list(marks(failed)) == [line]


def test_a_line_that_is_not_there_is_not_marked() -> None:
    """A file that does not show a place has no mark, and one that is not Python neither."""
    failed = check(facts={"error_line": "99", "function": "absent"})
    assert source_file("x.py", PROGRAM, marks(failed), ROOMS[0]).marked == ()
    assert marks(check(facts={"function": "f"}), "def f(:\n") == {}
