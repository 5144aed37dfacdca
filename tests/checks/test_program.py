"""Whether a program ran to its end, and whether it was answered; what each obstacle is called."""

from __future__ import annotations

import pytest

from grader.checks.program import calls_api, runs
from grader.checks.verdict import Verdict
from grader.checks.words import fill_in
from tests.checks.cases import case_of, course
from tests.traces import TraceBuilder

REQUEST_LINE = "client.messages.create()"


def traceback(error: str, *, line: int = 12, file: str = "exercise1.py", source: str = "x = 1 / 0") -> str:
    return f'Traceback (most recent call last):\n  File "{file}", line {line}, in main\n    {source}\n{error}\n'


def crashed(stderr: str, *, source: str = "", answered: bool = False, **files: str) -> Verdict:
    """The verdict of `runs` on a program that died with this on standard error."""
    builder = TraceBuilder(source=source, files={name + ".py": text for name, text in files.items()})
    if answered:
        builder.message()
    return runs(case_of(builder.complains(stderr).exits(1)))


# ---------------------------------------------------------------- runs


def test_an_end_by_itself_with_status_0_passes() -> None:
    """Whatever stands on standard error, exit status 0 is a pass."""
    verdict = runs(case_of(TraceBuilder().complains(traceback("ValueError: logged")).exits()))
    assert verdict.outcome == "passed"


def test_an_uncaught_error_is_told_with_its_line() -> None:
    """The student's own last line is named, not the library's."""
    stderr = (
        "Traceback (most recent call last):\n"
        '  File "exercise1.py", line 30, in <module>\n    main()\n'
        '  File "/usr/lib/python3.11/site-packages/anthropic/x.py", line 9, in create\n    raise E\n'
        "anthropic.NotFoundError: Error code: 404 - {'type': 'error'}\n"
    )
    verdict = crashed(stderr, source="import anthropic\n")
    assert verdict.outcome == "failed"
    assert verdict.misconceptions == ()
    assert verdict.facts["error"].startswith("anthropic.NotFoundError: Error code: 404")
    assert (verdict.facts["error_line"], verdict.facts["error_source"]) == ("30", "main()")
    assert "in line 30:" in verdict.message


def test_a_line_of_another_file_is_told_with_the_file() -> None:
    """An error in a module beside the exercise names that module."""
    verdict = crashed(traceback("KeyError: 'a'", file="money.py"), money="x = {}['a']\n")
    assert "line 12 of money.py" in verdict.message


def test_an_error_without_a_line_of_the_students_is_told_all_the_same() -> None:
    """A traceback with library frames only has no line."""
    verdict = crashed(traceback("RuntimeError: x", file="/usr/lib/python3.11/threading.py"))
    assert verdict.facts["error_line"] == ""
    assert verdict.message == "The program stopped with an error: RuntimeError: x"


@pytest.mark.parametrize(
    ("stderr", "misconception", "line"),
    [
        (
            '  File "exercise1.py", line 3\n    print("a"\n         ^\nSyntaxError: \'(\' was never closed\n',
            "does-not-parse",
            "3",
        ),
        ('  File "exercise1.py", line 5\n    x\nTabError: inconsistent use of tabs\n', "does-not-parse", "5"),
        (
            "SyntaxError: Non-UTF-8 code starting with '\\xff' in file exercise1.py on line 1, but no encoding\n",
            "does-not-parse",
            "1",
        ),
        ("SyntaxError: source code string cannot contain null bytes\n", "does-not-parse", ""),
        (traceback("ModuleNotFoundError: No module named 'tokencost'"), "needs-a-package", "12"),
        (traceback("EOFError: EOF when reading a line"), "asks-for-input", "12"),
        (traceback("NotImplementedError: TODO 3"), "not-filled-in", "12"),
        (traceback("NotImplementedError"), "not-filled-in", "12"),
        (traceback("ValueError: Streaming is required for operations that …"), "sdk-refused", "12"),
        (
            traceback("AttributeError: 'MessageStreamManager' object has no attribute 'text_stream'"),
            "stream-not-opened",
            "12",
        ),
    ],
)
def test_known_crashes_are_named(stderr: str, misconception: str, line: str) -> None:
    """The error on standard error says which mistake it is."""
    verdict = crashed(stderr)
    assert verdict.misconceptions == (misconception,)
    assert verdict.facts["error_line"] == line


@pytest.mark.parametrize(
    "stderr",
    [
        traceback("SyntaxError: raised by hand"),  # the file itself was read
        traceback("EOFError: Ran out of input"),  # pickle, no keyboard
        traceback("ModuleNotFoundError: No module named 'anthropic.nonsense'"),
        traceback("ModuleNotFoundError: no quotation marks"),
        traceback("ValueError: invalid literal"),
        traceback("TypeError: 'NoneType' object is not iterable"),
    ],
)
def test_similar_crashes_are_not_named(stderr: str) -> None:
    """What only looks like a known mistake gets no name."""
    assert crashed(stderr).misconceptions == ()


def test_text_that_python_cannot_read_inside_a_program_is_no_unreadable_file() -> None:
    """A SyntaxError of `eval` is an error of the line that calls it."""
    stderr = (
        "Traceback (most recent call last):\n"
        '  File "exercise1.py", line 7, in main\n    eval("1 +")\n'
        '  File "<string>", line 1\n    1 +\n       ^\nSyntaxError: invalid syntax\n'
    )
    verdict = crashed(stderr)
    assert verdict.misconceptions == ()
    assert verdict.facts["error_line"] == "7"


def test_a_missing_module_of_the_students_own_is_no_package() -> None:
    """A part of one's own module that is missing is not blamed on the environment."""
    assert crashed(traceback("ModuleNotFoundError: No module named 'money.tax'"), money="").misconceptions == ()


@pytest.mark.parametrize(
    ("first", "told", "line"),
    [
        ('raise NotImplementedError("TODO 1: return the cost")', "line 2 (`TODO 1: return the cost`)", "2"),
        ("raise NotImplementedError", "line 2", "2"),
        ("raise NotImplementedError(1)", "line 2", "2"),
        ("return 0", None, "5"),
        ('raise ValueError("TODO 1")', None, "5"),
    ],
)
def test_the_first_open_place_is_told_where_the_program_stopped_at_a_later_one(
    first: str, told: str | None, line: str
) -> None:
    """The places are filled in in order, and the program runs into the last one first."""
    source = f"def call_cost(i, o):\n    {first}\n\ndef main():\n    raise NotImplementedError('TODO 3')\n\nmain()\n"
    stopped = traceback("NotImplementedError: TODO 3", line=5, source="raise NotImplementedError('TODO 3')")
    verdict = crashed(stopped, source=source)
    assert (verdict.facts.get("first_open"), verdict.facts["line"]) == (told, line)
    elsewhere = crashed(stopped.replace("exercise1.py", "tools.py"), source=source, tools=source)
    assert "first_open" not in elsewhere.facts


def test_a_placeholder_inside_a_library_is_not_the_starters() -> None:
    """NotImplementedError raised by a library is no unfilled TODO."""
    stderr = (
        "Traceback (most recent call last):\n"
        '  File "exercise1.py", line 7, in main\n    f()\n'
        '  File "/usr/lib/python3.11/abc.py", line 1, in f\n    raise\nNotImplementedError\n'
    )
    assert crashed(stderr).misconceptions == ()


def test_an_error_of_a_task_group_is_found_inside_its_frame() -> None:
    """The errors of a group are drawn with bars; the innermost is told."""
    stderr = (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "exercise1.py", line 9, in <module>\n  |     asyncio.run(main())\n'
        "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "exercise1.py", line 5, in one\n    |     1 / 0\n'
        "    | ZeroDivisionError: division by zero\n"
        "    +------------------------------------\n"
    )
    verdict = crashed(stderr)
    assert verdict.facts["error"] == "ZeroDivisionError: division by zero"
    assert verdict.facts["error_line"] == "5"


def test_a_frame_at_the_very_end_has_no_source() -> None:
    """A traceback that was cut off is no error that could be told."""
    verdict = crashed('Traceback (most recent call last):\n  File "exercise1.py", line 9, in <module>')
    assert "exit status 1" in verdict.message


def test_leaving_with_a_message_tells_it() -> None:
    """`sys.exit("text")` has status 1, and its last words are told."""
    verdict = crashed("I give up\n")
    assert verdict.observed == "exit status 1"
    assert "I give up" in verdict.message


def test_leaving_without_a_word_tells_the_status() -> None:
    """`sys.exit(3)` tells its status; a traceback that was logged before is none of its business."""
    verdict = runs(case_of(TraceBuilder().exits(3)))
    assert verdict.message == "The program did not run to its end: exit status 3."


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        ({"because": "time"}, "takes longer"),
        ({"because": "output"}, "more output"),
        ({"because": "memory"}, "more memory"),
        ({"because": "grader"}, "from outside"),
        ({"signal": 11}, "SIGSEGV (segmentation fault)"),
        ({"signal": 34}, "the signal 34"),
    ],
)
def test_every_other_end_is_told_as_such(ended: dict[str, object], said: str) -> None:
    """Limits and signals are named."""
    verdict = runs(case_of(TraceBuilder().message().exits(None, **ended)))  # type: ignore[arg-type]
    assert verdict.outcome == "failed"
    assert said in verdict.message
    assert verdict.misconceptions == (("never-ends",) if ended == {"because": "time"} else ())


def test_an_address_in_the_source_explains_a_connection_error() -> None:
    """No request and a base_url: the requests went somewhere else."""
    source = 'import anthropic\nclient = anthropic.Anthropic(base_url="http://localhost:1")\n'
    verdict = crashed(traceback("anthropic.APIConnectionError: Connection error."), source=source)
    assert verdict.misconceptions == ("own-api-address",)
    assert verdict.facts["line"] == "2"


def test_an_address_in_the_source_does_not_explain_another_error() -> None:
    """A NameError before the first request has nothing to do with the address."""
    source = 'client = anthropic.Anthropic(base_url="http://localhost:1")\n'
    assert crashed(traceback("NameError: name 'anthropic' is not defined"), source=source).misconceptions == ()


def test_waiting_at_another_address_names_both() -> None:
    """A program that was overdue without a request fits two mistakes."""
    source = 'Anthropic(base_url="http://10.0.0.1")\n'
    verdict = runs(case_of(TraceBuilder(source=source).exits(None, because="time")))
    assert verdict.misconceptions == ("own-api-address", "never-ends")


# ---------------------------------------------------------------- calls_api


@pytest.mark.parametrize("builder", [TraceBuilder().message(), TraceBuilder().refused().stream(shown=False)])
def test_one_answered_message_passes(builder: TraceBuilder) -> None:
    """A plain answer counts, and a stream that began."""
    assert calls_api(case_of(builder.exits())).outcome == "passed"


def test_a_count_alone_is_no_message() -> None:
    """count_tokens does not answer a message."""
    verdict = calls_api(case_of(TraceBuilder().count(5).exits()))
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())


def test_a_refusal_is_told_in_the_apis_words() -> None:
    """A request that was refused fails with the status and the message."""
    builder = TraceBuilder().refused(404, "model: claude-nonsense").complains(traceback("anthropic.NotFoundError: x"))
    verdict = calls_api(case_of(builder.exits(1)))
    assert verdict.outcome == "failed"
    assert "404: model: claude-nonsense" in verdict.message
    assert verdict.misconceptions == ()


def test_refusals_without_a_message_are_counted() -> None:
    """Several refusals are told by number; an answer of another form by its status."""
    builder = TraceBuilder().refused().request().answer(status=500, body=["?"])
    assert "refused all 2. It answered 500" in calls_api(case_of(builder.exits())).message


def test_a_swallowed_error_is_named_when_something_is_printed() -> None:
    """The API refused, and the program went on to print values."""
    assert calls_api(case_of(TraceBuilder().refused().prints("cost: 1\n").exits())).misconceptions == (
        "error-swallowed",
    )
    assert calls_api(case_of(TraceBuilder().refused().exits())).misconceptions == ()


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("error: messages: Input should be a valid list\n", "its text was printed, but no value after it."),
        ("Something went wrong, code 400.\n", "no value was printed after it."),
        ("", "no value was printed after it."),
    ],
)
def test_a_caught_error_without_a_value_is_no_made_up_number(printed: str, said: str) -> None:
    """The program caught the error and told of it: nothing was invented."""
    refused = TraceBuilder().refused(400, "messages: Input should be a valid list")
    verdict = calls_api(case_of(refused.prints(printed).exits()))
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert verdict.message.endswith(f"The error was caught, and {said}")


def test_values_that_came_before_an_error_were_not_put_in_its_place() -> None:
    """What was printed before the call cannot stand in for its answer."""
    before = TraceBuilder().prints("cost: 1\n").refused().prints("error: no\n")
    assert calls_api(case_of(before.exits())).misconceptions == ()
    crashed = TraceBuilder().refused().prints("cost: 1\n").exits(1)
    assert "caught" not in calls_api(case_of(crashed)).message


def test_a_request_without_an_answer_fails() -> None:
    """A request that the run's end overtook is told."""
    verdict = calls_api(case_of(TraceBuilder().request().exits(None, because="time")))
    assert verdict.observed == "no answer"


def test_a_program_that_stopped_before_its_request_is_not_judged() -> None:
    """A crash before the call stands in the way."""
    verdict = calls_api(case_of(TraceBuilder().complains(traceback("NameError: x")).exits(1)))
    assert (verdict.outcome, verdict.because) == ("skipped", "runs")
    assert "NameError: x" in verdict.message
    assert calls_api(case_of(TraceBuilder().exits(None, because="memory"))).because == "runs"


def test_an_address_of_its_own_is_named() -> None:
    """Also where it stands in a module beside the exercise."""
    source = 'Anthropic(base_url="http://localhost:1")\n'
    for builder in (TraceBuilder(source=source), TraceBuilder(files={"api.py": source, "notes.txt": source})):
        verdict = calls_api(case_of(builder.exits()))
        assert verdict.misconceptions == ("own-api-address",)
        assert verdict.facts["line"] == "1"


def test_a_main_that_nothing_calls_is_named() -> None:
    """No request, no output, and a main that is never reached."""
    source = "def main():\n    print(1)\n"
    verdict = calls_api(case_of(TraceBuilder(source=source).exits()))
    assert verdict.misconceptions == ("main-never-called",)
    assert calls_api(case_of(TraceBuilder(source=source + "main()\n").exits())).misconceptions == ()
    assert calls_api(case_of(TraceBuilder(source=source).prints("hi").exits())).misconceptions == ()


@pytest.mark.parametrize("source", ["", "# nothing yet\n", '"""Later."""\n', "def main():\n    ...\n\nmain()\n"])
def test_an_empty_program_is_not_filled_in(source: str) -> None:
    """Nothing but comments, or a main that holds a placeholder."""
    assert calls_api(case_of(TraceBuilder(source=source).exits())).misconceptions == ("not-filled-in",)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "exercise1.py is empty;"),
        ("\ufeff\r\n", "exercise1.py is empty;"),
        ("# later\n", "exercise1.py holds comments and no code;"),
        ("def main():\n    ...\n\nmain()\n", "exercise1.py still holds a placeholder"),
    ],
)
def test_a_file_without_code_is_not_told_of_a_placeholder(source: str, said: str) -> None:
    """Where there is no TODO, none is looked for."""
    verdict = calls_api(case_of(TraceBuilder(source=source).exits()))
    words = course().misconceptions["not-filled-in"]
    facts = {"program": "exercise1.py", **verdict.facts}
    assert fill_in(words.finding, facts).startswith(said)
    assert ("TODO" in fill_in(words.hints[0], facts)) == ("placeholder" in said)


def test_a_silent_program_is_told_what_it_catches() -> None:
    """An `except` around the call that goes on is pointed at; it is no error of the API."""
    source = f"try:\n    {REQUEST_LINE}\nexcept Exception:\n    pass\n"
    verdict = calls_api(case_of(TraceBuilder(source=source).exits()))
    assert verdict.misconceptions == ()
    assert "`except` in line 3" in verdict.message


def test_a_stream_that_was_never_opened_fails_the_check_of_streams() -> None:
    """For a check of streamed requests the crash on the unopened stream is the fault itself."""
    from grader.checks.unanswered import no_answer

    error = traceback("AttributeError: 'MessageStreamManager' object has no attribute 'text_stream'")
    case = case_of(TraceBuilder("exercise3").message().complains(error).exits(1))
    assert no_answer(case, [], "streamed request").misconceptions == ("stream-not-opened",)
    assert no_answer(case, [], "counting request").outcome == "skipped"
    said = "TypeError: 'AsyncMessageStreamManager' object does not support the context manager protocol"
    case = case_of(TraceBuilder("exercise3").message().complains(traceback(said)).exits(1))
    assert (
        no_answer(case, [], "streamed request").misconceptions == ()
    )  # there is a `with`, and it is of the other kind


def test_a_coroutine_that_nothing_awaits_is_told() -> None:
    """Python's own warning names it and its line; one of a library's file is not the student's."""
    source = "async def main():\n    pass\n\n\nmain()\n"
    warning = ":5: RuntimeWarning: coroutine 'main' was never awaited\n  main()\n"
    for path in ("/home/x/exercise1.py", "C:\\x\\exercise1.py"):
        verdict = calls_api(case_of(TraceBuilder(source=source).complains(path + warning).exits()))
        assert (verdict.outcome, verdict.misconceptions, verdict.facts["line"]) == ("failed", (), "5")
        assert "`main` is an `async def`" in verdict.message
        assert "warned at line 5 that nothing awaited it" in verdict.message
    late = calls_api(case_of(TraceBuilder(source=source).complains("sys" + warning).exits()))
    assert "warned that nothing awaited it" in late.message
    other = calls_api(case_of(TraceBuilder(source=source).complains("/lib/python3.11/x.py" + warning).exits()))
    assert "await" not in other.message
