"""The verdict on one function, by what it returned."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from grader.checks.cost_functions import cost_function
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of, probed, right_cost
from tests.traces import TraceBuilder


def judged(
    function: Any, *, source: str = "", names: dict[str, object] | None = None, program: TraceBuilder | None = None
) -> Verdict:
    builder = program or TraceBuilder(source=source or "x = 1\n").message().exits()
    return cost_function(case_of(builder, probed(names=names, call_cost=function)))


RIGHT: list[Callable[[int, int], Any]] = [
    right_cost,
    lambda i, o: Decimal(i + 5 * o) / 1_000_000,
    lambda i, o: Fraction(i + 5 * o, 1_000_000),
    lambda i, o: right_cost(i, o) * (1 + 9e-7),
]


@pytest.mark.parametrize("function", RIGHT)
def test_right_functions_pass(function: Callable[[int, int], Any]) -> None:
    """In floats, Decimal or Fraction, to one part in a million."""
    verdict = judged(function)
    assert verdict.outcome == "passed"
    assert verdict.of_functions


@pytest.mark.parametrize(
    "function",
    [
        lambda i, o: right_cost(i, o) * (1 + 2e-6),
        lambda i, o: right_cost(i, o) + 1e-9 * (i == 0),
        lambda i, o: round(right_cost(i, o), 6) if i != 1337 else 0,
        lambda i, o: float("nan"),
        lambda i, o: True,
        lambda i, o: [0.1],
        lambda i, o: {"type": "int", "value": None, "digits": 5000},
        lambda i, o: -right_cost(i, o) or 0,
        lambda i, o: 1 / 0,
    ],
)
def test_wrong_functions_that_fit_no_mistake_fail_without_a_name(function: Callable[[int, int], Any]) -> None:
    """One call that is off is enough, and no name is guessed."""
    verdict = judged(function)
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert verdict.evidence


@pytest.mark.parametrize(
    ("misconception", "function"),
    [
        ("prices-swapped", lambda i, o: (i * 5 + o) / 1e6),
        ("one-price-input", lambda i, o: (i + o) / 1e6),
        ("one-price-output", lambda i, o: (i + o) * 5 / 1e6),
        ("prices-averaged", lambda i, o: (i + o) * 3 / 1e6),
        ("prices-summed", lambda i, o: (i + o) * 6 / 1e6),
        ("output-missing", lambda i, o: i / 1e6),
        ("input-missing", lambda i, o: o * 5 / 1e6),
        ("per-thousand", lambda i, o: (i + 5 * o) / 1e3),
        ("not-divided", lambda i, o: i + 5 * o),
        ("cents-as-dollars", lambda i, o: (i + 5 * o) / 1e4),
        ("max-tokens-as-output", lambda i, o: (i + 5 * 300) / 1e6),
        ("other-models-price", lambda i, o: (3 * i + 15 * o) / 1e6),
        ("other-models-price", lambda i, o: (5 * i + 25 * o) / 1e6),
        ("rounded-away", lambda i, o: round(right_cost(i, o), 2)),
        ("rounded-away", lambda i, o: int(right_cost(i, o))),
        ("rounded-away", lambda i, o: float(f"{right_cost(i, o):.2g}")),
        ("typed-in", lambda i, o: 0.000406),
        ("text-not-number", lambda i, o: f"${right_cost(i, o):.6f}"),
        ("returns-nothing", lambda i, o: None),
        ("function-missing", None),
    ],
)
def test_a_mistake_that_fits_every_call_is_named(misconception: str, function: Any) -> None:
    """Each wrong formula is recognised by all its values."""
    verdict = judged(function)
    assert verdict.outcome == "failed"
    assert verdict.misconceptions == (misconception,)


def test_a_rounding_is_known_whichever_way_a_float_goes() -> None:
    """Half way between two numbers of five decimals a float goes up here and down there; two steps are no rounding."""

    def function(i: int, o: int) -> float:
        steps = right_cost(i, o) * 100_000
        return (math.ceil(steps) if i > o else math.floor(steps)) / 100_000

    assert judged(function).misconceptions == ("rounded-away",)
    assert judged(lambda i, o: function(i, o) + (0.00002 if i == 4711 else 0)).misconceptions == ()


def test_a_division_that_loses_the_fraction_is_told_from_rounding_by_the_source() -> None:
    """Both give 0: two slashes in the source decide."""
    source = "def call_cost(i, o):\n    return (i * 1.0 + o * 5.0) // 1_000_000\n"
    for function in (
        lambda i, o: (i + 5 * o) // 1_000_000,
        lambda i, o: i // 1_000_000 + o // 1_000_000 * 5,
    ):
        assert judged(function, source=source).misconceptions == ("floor-division",)
        assert judged(function).misconceptions == ("rounded-away",)


def test_the_words_speak_of_the_lessons_own_call() -> None:
    """Of many wrong calls the one with 21 and 77 tokens is told, in full."""
    verdict = judged(lambda i, o: (i * 5 + o) / 1e6)
    assert verdict.message == "`call_cost(21, 77)` returned 0.000182; it should return 0.000406."
    assert verdict.expected == "call_cost(21, 77) = 0.000406"  # of the same form as what is observed
    assert verdict.observed.startswith("call_cost(21, 77) = 0.000182")
    assert verdict.facts["call"] == "call_cost(21, 77)"
    assert (verdict.facts["input_tokens"], verdict.facts["output_tokens"]) == ("21", "77")
    assert (verdict.facts["input_price"], verdict.facts["output_price"]) == ("$1.00", "$5.00")


def test_the_noise_of_a_float_is_left_out_of_the_words_and_not_of_what_was_observed() -> None:
    """A reader sees 0.000385, and beside it exactly what came back."""
    verdict = judged(lambda i, o: 0.00038500000000000003)
    assert "returned 0.000385;" in verdict.message or verdict.misconceptions
    assert verdict.facts["returned"] == "0.000385"
    assert verdict.observed == "call_cost(21, 77) = 0.00038500000000000003"


def test_the_other_model_is_named() -> None:
    """Where another model's prices fit, it is a fact for the hint."""
    assert judged(lambda i, o: (3 * i + 15 * o) / 1e6).facts["other_model"] == "claude-sonnet-4-6"


@pytest.mark.parametrize(
    ("names", "program", "factor"),
    [
        ({"MODEL": "claude-opus-4-8"}, None, 5),
        ({"MODEL": "claude-sonnet-4-6-20260101"}, None, 3),
        ({"MODEL": "gpt"}, TraceBuilder().message(model="claude-opus-4-8").exits(), 5),
        ({}, TraceBuilder().message(model="claude-sonnet-4-6").exits(), 3),
        ({}, TraceBuilder().message(model="gpt").exits(), 1),
        ({}, TraceBuilder().exits(), 1),
    ],
)
def test_the_price_is_that_of_the_modules_model(
    names: dict[str, object], program: TraceBuilder | None, factor: int
) -> None:
    """MODEL where it is priced, else the model of the requests, else the course's own."""
    assert judged(lambda i, o: factor * right_cost(i, o), names=names, program=program).outcome == "passed"
    assert judged(lambda i, o: 7 * right_cost(i, o), names=names, program=program).outcome == "failed"


# ---------------------------------------------------------------- errors


def raising(error: Exception) -> Callable[[int, int], Any]:
    def function(i: int, o: int) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "misconceptions"),
    [
        (NotImplementedError("TODO 1"), ("not-filled-in",)),
        (TypeError("call_cost() takes 1 positional argument but 2 were given"), ("wrong-signature",)),
        (TypeError("call_cost() got an unexpected keyword argument"), ("wrong-signature",)),
        (AttributeError("'int' object has no attribute 'input_tokens'"), ("wrong-signature",)),
        (TypeError("unsupported operand type(s)"), ()),
        (KeyError("price"), ()),
    ],
)
def test_errors_of_a_function_are_read(error: Exception, misconceptions: tuple[str, ...]) -> None:
    """A placeholder and a wrong signature are told from other errors."""
    verdict = judged(raising(error))
    assert verdict.misconceptions == misconceptions
    assert type(error).__name__ in verdict.facts["error"]


def test_an_error_in_the_functions_own_lines_is_no_wrong_signature() -> None:
    """A call inside the function that does not fit is the function's own error."""
    inner = {"type": "raised", "value": "TypeError: price() takes 1 positional argument but 2 were given", "line": 9}
    verdict = judged(lambda i, o: inner)
    assert verdict.misconceptions == ()
    assert "in line 9" in verdict.message


def test_a_function_that_fails_now_and_then_is_not_named() -> None:
    """Some calls raise, others are wrong: nothing fits them all."""
    assert judged(lambda i, o: (i * 5 + o) / 1e6 if i else None).misconceptions == ()


def test_a_body_of_dots_is_not_filled_in() -> None:
    """None from a placeholder is told from a forgotten return."""
    assert judged(lambda i, o: None, source="def call_cost(i, o):\n    ...\n").misconceptions == ("not-filled-in",)


def test_an_empty_file_is_not_filled_in() -> None:
    """Where nothing is there, no function is called missing."""
    empty = judged(None, source="# later\n")
    assert (empty.misconceptions, empty.facts["unfilled"]) == (("not-filled-in",), "comments")
    assert judged(None, source="x = 1\n").misconceptions == ("function-missing",)


def test_a_number_in_the_functions_place_is_no_function() -> None:
    """A name that is bound to something else is told as that."""
    verdict = judged(0.000406)
    assert verdict.misconceptions == ()
    assert verdict.message == "`call_cost` is no function: an object of the type float."


# ---------------------------------------------------------------- modules that could not be imported


def imported(functions: TraceBuilder, program: TraceBuilder | None = None) -> Verdict:
    return cost_function(case_of(program or TraceBuilder().message().exits(), functions))


def test_a_module_that_does_not_parse_is_not_judged() -> None:
    """The crash of the program stands in the way of its functions."""
    functions = TraceBuilder(scenario="functions").names(raised="SyntaxError: x", line=3)
    functions.returns("call_cost", (0, 0), {"type": "missing", "value": None}).exits()
    verdict = imported(functions, TraceBuilder().complains("SyntaxError: x\n").exits(1))
    assert (verdict.outcome, verdict.because) == ("skipped", "runs")


def test_an_import_that_fails_in_a_program_that_runs_is_a_fault() -> None:
    """A script that only runs as a program cannot be imported, and is told how to be."""
    functions = TraceBuilder(scenario="functions").names(raised="SystemExit: 1", line=3).exits()
    verdict = imported(functions)
    assert verdict.outcome == "failed"
    assert "SystemExit: 1" in verdict.message
    assert "__main__" in verdict.message


def test_an_import_that_ends_the_process_is_a_fault() -> None:
    """`os._exit` at the top level leaves nothing to call."""
    assert "ended the process" in imported(TraceBuilder(scenario="functions").exits()).message
    overdue = TraceBuilder(scenario="functions").exits(None, because="time")
    assert imported(overdue, TraceBuilder().exits(None, because="time")).outcome == "skipped"


def test_functions_are_judged_although_the_import_raised_later() -> None:
    """What was defined before the import stopped can be called."""
    functions = TraceBuilder(scenario="functions").names(functions=["call_cost"], raised="EOFError: x", line=40)
    for pair in ((0, 0), (1_000_000, 0), (0, 1_000_000), (21, 77), (1337, 911)):
        functions.returns("call_cost", pair, right_cost(*pair))
    assert imported(functions.exits()).outcome == "passed"


def test_a_function_that_does_not_come_back_fails() -> None:
    """Too few calls, or a process that was ended during the calls, are no pass."""
    few = TraceBuilder(scenario="functions").names(functions=["call_cost"]).returns("call_cost", (0, 0), 0).exits()
    none = TraceBuilder(scenario="functions").names(functions=["call_cost"]).exits()
    hung = TraceBuilder(scenario="functions").names(functions=["call_cost"])
    for pair in ((0, 0), (1_000_000, 0), (0, 1_000_000), (21, 77), (1337, 911)):
        hung.returns("call_cost", pair, right_cost(*pair))
    for functions in (few, none, hung.exits(None, because="time")):
        verdict = imported(functions)
        assert verdict.outcome == "failed"
        assert "did not come back" in verdict.message


def test_a_function_in_which_the_process_ended_is_named_by_its_call() -> None:
    """It left in the middle, with the status of a program that is done."""
    functions = TraceBuilder(scenario="functions").names(functions=["call_cost"])
    functions.returns("call_cost", (0, 0), 0)
    functions.returns("call_cost", (21, 77), {"type": "ended", "value": None}).exits()
    verdict = imported(functions)
    assert verdict.message == "`call_cost(21, 77)` did not come back: the process ended before."
    assert (verdict.observed, verdict.misconceptions) == ("call_cost(21, 77) = nothing", ())


def test_a_later_function_that_hangs_is_no_fault_of_an_earlier_one() -> None:
    """call_cost came back from every call; what ended the process came after."""
    functions = TraceBuilder(scenario="functions").names(functions=["call_cost", "runs_per_dollar"])
    for pair in ((0, 0), (1_000_000, 0), (0, 1_000_000), (21, 77), (1337, 911)):
        functions.returns("call_cost", pair, right_cost(*pair))
    functions.returns("runs_per_dollar", (1.0,), 1.0, of=1).exits(None, because="time")
    assert imported(functions).outcome == "passed"
    assert imported(TraceBuilder(scenario="functions").names(functions=["call_cost"])).outcome == "failed"
