"""Advice that costs no points."""

from __future__ import annotations

import pytest

from grader.checks.cells import CELL, HEAD
from grader.checks.notices import notices
from tests.checks.cases import case_of
from tests.traces import TraceBuilder

LONG = ("This is a piece of some length. ",) * 20


def told(builder: TraceBuilder, *, stream: int | None = None) -> list[tuple[str, int | None]]:
    case = case_of(builder.exits(), stream=stream)
    return [(notice.id, notice.line) for notice in notices({"recorded": case, "varied": case})]


def test_a_clean_program_is_told_nothing() -> None:
    """No advice where none is due."""
    assert told(TraceBuilder(source="import anthropic\n", files={"money.py": "x = 1\n"}).message()) == []


@pytest.mark.parametrize("name", ["json.py", "anthropic.py", "typing.py", "httpx/__init__.py"])
def test_a_file_that_hides_a_library_is_told(name: str) -> None:
    """Python imports the student's file in the library's place."""
    assert told(TraceBuilder(files={name: ""}).message()) == [("shadows-library", None)]


def test_a_key_and_an_address_are_told_with_their_lines_once() -> None:
    """In the exercise and in a module beside it; not in another exercise's program."""
    key, address = 'KEY = "[key removed]"\n', 'c = Anthropic(base_url="http://x")\n'
    builder = TraceBuilder(source="\n" + key, files={"api.py": address, "exercise2.py": key})
    assert told(builder.message()) == [("hard-coded-key", 2), ("hard-coded-address", 1)]


def test_what_stands_for_a_key_is_not_called_a_secret() -> None:
    """Nobody has to withdraw a placeholder."""
    for key, withdrawn in (("[key removed]", True), ("YOUR_API_KEY", False)):
        (notice,) = notices({"a": case_of(TraceBuilder(source=f'c = Anthropic(api_key="{key}")\n').message().exits())})
        assert ("withdraw" in notice.message) == withdrawn


def test_of_a_notebook_it_is_told_where_its_cells_begin() -> None:
    """And first in which the error is, for Python speaks of the program's lines."""
    head = [HEAD.format(name="exercise1.ipynb")]
    for number in range(1, 50):
        head += [CELL.format(name="exercise1.ipynb", number=number), "x = 1", "raise ValueError", ""]
    builder = TraceBuilder(source="\n".join(head)).message()
    crash = 'Traceback (most recent call last):\n  File "exercise1.py", line 8, in <module>\nValueError\n'
    (right,) = notices({"recorded": case_of(builder.exits())})
    assert right.line is None
    assert right.message.startswith(
        "exercise1.py was made of your exercise1.ipynb; its code cells begin so: cell 1 in line 3, cell 2 in line 7, "
    )
    assert right.message.endswith(" and 19 more.")
    (wrong,) = notices({"recorded": case_of(TraceBuilder(source="\n".join(head)).message().complains(crash).exits(1))})
    assert wrong.line == 8
    assert wrong.message.startswith("The error in line 8 is in code cell 2, line 2. exercise1.py was made")


def test_an_unknown_endpoint_is_told() -> None:
    """A path that nothing answers; those of the course and the list of models are known."""
    builder = TraceBuilder().request(path="/v1/complete", body={}).answer(status=404, body={})
    builder.request(path="/v1/models/x", method="GET", body=None).answer(status=404, body={})
    builder.request(path="/v1/messages?beta=true", body={}).answer(status=404, body={})
    assert told(builder) == [("unknown-endpoint", None)]


@pytest.mark.parametrize(
    ("model", "deprecated"),
    [
        ("claude-3-5-sonnet-20241022", True),
        ("claude-2.1", True),
        ("claude-sonnet-4-20250514", True),
        ("claude-sonnet-4-5-20250929", True),
        ("claude-opus-4-0", True),
        ("claude-opus-4-8", False),
        ("claude-haiku-4-5-20251001", False),
        ("claude-sonnet-4-6", False),
    ],
)
def test_a_deprecated_model_is_told(model: str, deprecated: bool) -> None:
    """With the line on which it is named."""
    builder = TraceBuilder(source=f'\nMODEL = "{model}"\n').message(model=model)
    assert told(builder) == ([("deprecated-model", 2)] if deprecated else [])


def test_a_count_made_twice_is_told_once() -> None:
    """The same model and content, counted again and again; a refused count is none."""
    builder = TraceBuilder("exercise2").count(5, content="a").count(6, content="b")
    builder.request(path="/v1/messages/count_tokens", content="a").answer(status=400, body={})
    assert told(builder) == []
    builder = TraceBuilder("exercise2").count(5, content="a").count(5, content="a").count(5, content="a")
    assert told(builder) == [("count-made-twice", None)]


def test_a_stream_that_nobody_watches_is_told() -> None:
    """Taken and not shown; the stream that is judged speaks for itself."""
    assert told(TraceBuilder().stream(shown=False).stream(shown=False)) == [("stream-nobody-watches", None)]
    assert told(TraceBuilder().stream()) == []
    assert told(TraceBuilder("exercise3").stream(LONG, shown=False)) == []
    builder = TraceBuilder("exercise3").stream(LONG).stream(shown=False)
    assert told(builder, stream=0) == [("stream-nobody-watches", None)]


@pytest.mark.parametrize("shown", [True, False])
def test_a_stream_that_could_not_fall_behind_is_told(shown: bool) -> None:
    """With `max_tokens` of twenty nobody can see whether pieces were shown as they came; the marks stand."""
    pieces = ("ten signs ",) * 12
    assert told(TraceBuilder("exercise3").stream(pieces, shown=shown)) == [("answer-too-short", None)]
    assert told(TraceBuilder("exercise3").stream((*pieces, "and more"), shown=shown)) == []
    assert told(TraceBuilder("exercise3").stream((), shown=shown)) == []


def test_a_short_answer_that_came_late_has_shown_something() -> None:
    """Where the screen fell behind in another run, nobody says that it could not be seen."""
    short = TraceBuilder("exercise3").stream(("ten signs ",) * 12).exits()
    late = TraceBuilder("exercise3").stream(("ten signs ",) * 20, shown=False).exits()
    cases = {"recorded": case_of(short, stream=0), "varied": case_of(late, stream=0)}
    assert notices(cases) == ()


@pytest.mark.parametrize(
    ("file", "shadows"),
    [("json.py", True), ("importlib.py", True), ("os.py", False), ("sys.py", False), ("io.py", False)],
)
def test_a_file_shadows_only_what_python_has_not_loaded_yet(file: str, shadows: bool) -> None:
    """What the interpreter has loaded before it looks into the folder stays Python's own."""
    assert bool(told(TraceBuilder(files={file: "x = 1\n"}).message())) == shadows


_BLOCK = """Traceback (most recent call last):
  File "/usr/lib/python3.11/threading.py", line 1045, in _bootstrap_inner
    self.run()
  File "/home/x/{file}.py", line {line}, in work
    x
{error}
"""


def of_thread(*blocks: str, header: str = "Exception in thread Thread-1 (work):\n") -> TraceBuilder:
    return TraceBuilder(files={"work.py": ""}).message().complains(header + "\n".join(blocks))


def test_an_error_in_a_thread_is_told_with_its_line() -> None:
    """The exit status says nothing of it; nor is a traceback that the program logs one of a thread."""
    block = _BLOCK.format(file="exercise1", line=14, error="AttributeError: no such thing")
    assert told(of_thread(block)) == [("error-in-thread", 14)]
    assert told(of_thread(block, header="Task exception was never retrieved\nfuture: <Task x>\n")) == [
        ("error-in-thread", 14)
    ]
    assert told(of_thread(_BLOCK.format(file="work", line=3, error="KeyError: 1"))) == [("error-in-thread", None)]
    assert told(of_thread(block, header="")) == []
    assert told(of_thread("nothing more\n")) == []
    crashed = case_of(of_thread(block).exits(1))
    assert [notice.id for notice in notices({"recorded": crashed})] == []


def test_the_error_of_a_thread_is_its_last_and_not_one_logged_later() -> None:
    """An error raised while another was handled ends the thread; what stands below is the program's own."""
    first = _BLOCK.format(file="exercise1", line=9, error="KeyError: 1")
    second = "During handling of the above exception, another exception occurred:\n\n"
    second += _BLOCK.format(file="exercise1", line=11, error="ValueError: 2")
    logged = _BLOCK.format(file="exercise1", line=30, error="OSError: logged")
    (notice,) = notices({"recorded": case_of(of_thread(first, second, logged).exits())})
    assert notice.message.endswith("(line 11 of exercise1.py): ValueError: 2")
    bare = 'Traceback (most recent call last):\n  File "/usr/lib/python3.11/x.py", line 1, in f\n    x\nKeyError: 1\n'
    (notice,) = notices({"recorded": case_of(of_thread(bare).exits())})
    assert notice.message.endswith("ended with status 0: KeyError: 1")
