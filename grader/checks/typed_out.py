"""The text of a finished answer that comes to the screen bit by bit, as a stream's would: a stream that is none."""

from __future__ import annotations

import ast

from grader.checks.shown import FEW, MOSTLY, longest_beginning, read_page
from grader.checks.stream_loops import called
from grader.checks.verdict import Case
from grader.screen import letters
from grader.trace import OutputWritten

_SPACED_WRITES = 10  # that brought a finished answer to the screen bit by bit


def finished_answer_spaced(case: Case) -> bool:
    """Tell whether no stream was asked for, and the text of a finished answer came out bit by bit."""
    return not any(message.wants_stream for message in case.trace.messages) and plain_answer_spaced(case)


def plain_answer_spaced(case: Case) -> bool:
    """Tell whether the text of a plain call came out bit by bit."""
    trace = case.trace
    page = read_page(trace.stdout)
    for plain in (message for message in trace.messages if not message.wants_stream):
        text = letters(plain.text)
        if len(text) > FEW and longest_beginning(text, page.letters) * 100 >= MOSTLY * len(text):
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
    return any({called(each) for each in ast.walk(loop)} >= {"print", "sleep"} for loop in loops)
