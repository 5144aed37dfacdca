"""Whether the forecast is the most that the request can cost."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.forecast import forecast
from grader.checks.verdict import Verdict
from tests.checks.cases import case_of, probed, right_cost
from tests.traces import TraceBuilder

COUNTED = "Why should the price be known before the order is placed? " * 3


def sent(tokens: int = 159, max_tokens: int = 500, *, model: str = "claude-haiku-4-5") -> TraceBuilder:
    """A count and its message: at most $0.002659; the answer used 159 and 83 tokens, $0.000574."""
    builder = TraceBuilder("exercise2", source="x = 1\n")
    builder.count(tokens, content=COUNTED, model=model)
    return builder.message(content=COUNTED, max_tokens=max_tokens, usage=(tokens, 83), text="Because.", model=model)


def judged(
    printed: str, builder: TraceBuilder | None = None, function: Any = right_cost, *, status: int = 0
) -> Verdict:
    builder = builder or sent()
    return forecast(case_of(builder.prints(printed).exits(status), probed("exercise2", forecast_cost=function)))


@pytest.mark.parametrize("printed", ["forecast: $0.002659", "forecast: 0.0027", "forecast: 0.2659 cents"])
def test_the_most_that_the_request_can_cost_passes(printed: str) -> None:
    """The counted input, and all of max_tokens as output."""
    assert judged(printed + "\n").outcome == "passed"


def test_a_forecast_in_two_parts_misses_neither() -> None:
    """The sum stands there under another name."""
    verdict = judged("input forecast: 0.000159\noutput forecast: 0.0025\ntogether: 0.002659\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ("label-missing",))


def test_a_forecast_that_is_right_by_chance_fits_the_loss_of_digits_too() -> None:
    """A forecast of $0.0030 printed as 0.003 has one digit, $0.0027 has two: other scenarios tell what is lost."""
    assert "rounded-away" in judged("forecast: 0.003\n", sent(500)).misconceptions
    assert "rounded-away" in judged("forecast: 0.0027\n").misconceptions
    assert "rounded-away" not in judged("forecast: 0.002659\n").misconceptions


@pytest.mark.parametrize(
    ("value", "misconception"),
    [
        ("0.000159", "forecast-without-output"),
        ("0.000574", "forecast-is-actual"),
        ("0.001295", "prices-swapped"),
        ("0.000659", "one-price-input"),
        ("0.003295", "one-price-output"),
        ("0.001977", "prices-averaged"),
        ("0.003954", "prices-summed"),
        ("0.0025", "input-missing"),
        ("2.659", "per-thousand"),
        ("2659", "not-divided"),
        ("0.2659", "cents-as-dollars"),
        ("0.00", "rounded-away"),
        ("0.007977", "other-models-price"),
    ],
)
def test_a_wrong_forecast_is_named_by_its_formula(value: str, misconception: str) -> None:
    """Every mistake gives a number of its own."""
    verdict = judged(f"forecast: {value}\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", (misconception,))
    assert verdict.expected == "$0.002659"
    assert verdict.facts["max_tokens"] == "500"
    assert verdict.facts["other_model"] == ("claude-sonnet-4-6" if misconception == "other-models-price" else "")


def test_a_guess_has_no_name_in_one_run() -> None:
    """Only several runs can tell a guess."""
    verdict = judged("forecast: 0.0125\n")
    assert verdict.misconceptions == ()
    assert (verdict.said, verdict.truth) == ("forecast: 0.0125", "forecast: 0.002659")


def test_the_label_may_be_missing() -> None:
    """The right number stands there bare; a wrong one does not."""
    assert judged("at most $0.002659\n").misconceptions == ("label-missing",)
    assert judged("at most $0.002759\n").misconceptions == ()
    assert judged("hello\n", status=1).because == "runs"


def test_a_decimal_comma_is_said_to_be_one() -> None:
    """The forecast fails, and the words say how to write it."""
    verdict = judged("forecast: 0,002659\n")
    assert (verdict.outcome, verdict.misconceptions, verdict.observed) == ("failed", (), "0,002659")
    assert verdict.message.endswith("print `0.002659`, and then it is right.")


def test_a_list_of_guesses_is_told() -> None:
    """A forecast for every length is none."""
    guesses = "".join(f"forecast: 0.00{n}\n" for n in range(2640, 2680))
    assert judged(guesses).misconceptions == ("list-of-guesses",)


def test_a_wrong_function_fails_whatever_is_printed() -> None:
    """The function is judged first, also where nothing else can be."""
    verdict = judged("forecast: $0.002659\n", function=lambda i, o: i / 1e6)
    assert verdict.misconceptions == ("output-missing",)
    assert judged("hello\n", TraceBuilder("exercise2"), lambda i, o: None).misconceptions == ("returns-nothing",)


def test_several_requests_may_be_forecast_singly_or_together() -> None:
    """Any one that was sent, or the total of all."""

    def two() -> TraceBuilder:
        return sent().count(40, content="other").message(content="other", max_tokens=100, usage=(40, 9))

    for value in ("0.002659", "0.000540", "0.003199"):
        assert judged(f"forecast: {value}\n", two()).outcome == "passed"
    assert judged("forecast: 0.0099\n", two()).outcome == "failed"
    both = judged("forecast: 0.000159 or 0.000040\n", two())
    assert (both.misconceptions, both.observed) == (("forecast-without-output",), "0.000159")


def test_a_total_needs_every_request_counted() -> None:
    """With one message uncounted there is no total; the counted one is judged."""
    builder = sent().message(content="other", max_tokens=100, usage=(40, 9))
    assert judged("forecast: 0.003199\n", builder).outcome == "failed"


def test_what_was_counted_late_or_for_another_model_is_not_judged() -> None:
    """No count of that model and content was answered before the message."""
    late = TraceBuilder("exercise2").message(content=COUNTED).count(159, content=COUNTED)
    other = TraceBuilder("exercise2").count(159, content=COUNTED, model="claude-opus-4-8").message(content=COUNTED)
    unsent = TraceBuilder("exercise2").count(159, content=COUNTED)
    unlimited = TraceBuilder("exercise2").count(9, content="a").message(content="a", max_tokens=None)
    for builder in (late, other, unsent, unlimited):
        assert judged("forecast: 0.002659\n", builder).because == "counts_before_sending"


def test_a_dated_name_is_the_same_model() -> None:
    """A count for the name belongs to a message for its dated form."""
    builder = TraceBuilder("exercise2").count(159, content=COUNTED)
    builder.message(content=COUNTED, max_tokens=500, model="claude-haiku-4-5-20251001")
    assert judged("forecast: 0.002659\n", builder).outcome == "passed"


def test_a_model_without_a_price_is_told() -> None:
    """Never a guess."""
    verdict = judged("forecast: 0.002659\n", sent(model="claude-next"))
    assert verdict.outcome == "failed"
    assert "'claude-next'" in verdict.message


def test_one_model_without_a_price_leaves_the_other() -> None:
    """No total is known then."""

    def two() -> TraceBuilder:
        return sent().count(4, content="o", model="m").message(content="o", model="m", usage=(4, 9))

    assert judged("forecast: 0.002659\n", two()).outcome == "passed"
    assert judged("forecast: 0.1\n", two()).outcome == "failed"


def test_nothing_answered() -> None:
    """Made-up numbers fail, and silence is not judged."""
    assert judged("forecast: 0.1\n", TraceBuilder("exercise2").refused()).misconceptions == ("error-swallowed",)
    assert judged("hello\n", TraceBuilder("exercise2").refused()).because == "counts_before_sending"


def test_a_message_without_an_answer_is_forecast_all_the_same() -> None:
    """What it can cost is known before it is answered."""
    builder = TraceBuilder("exercise2").count(159, content=COUNTED).request(content=COUNTED, max_tokens=500)
    assert judged("forecast: 0.002659\n", builder).outcome == "passed"
    builder = TraceBuilder("exercise2").count(159, content=COUNTED).request(content=COUNTED, max_tokens=500)
    assert judged("forecast: 0.000159\n", builder).misconceptions == ("forecast-without-output",)


def test_a_module_that_could_not_be_imported_stands_in_the_way() -> None:
    """The forecast printed is right, and the function cannot be called; a wrong one fails."""
    functions = TraceBuilder("exercise2", "functions").names(raised="EOFError: x").exits()
    for printed, outcome in (("forecast: 0.002659\n", "skipped"), ("forecast: 1\n", "failed")):
        case = case_of(sent().prints(printed).complains("x").exits(1), functions)
        assert forecast(case).outcome == outcome


def test_a_stated_small_unit_is_no_mistake_of_the_formula() -> None:
    """The number is right in its unit; without the unit it is a million times the forecast."""
    verdict = judged("forecast: 2659 micro-dollars\n")
    assert (verdict.outcome, verdict.misconceptions) == ("failed", ())
    assert "stands beside `micro-dollars`, a unit that is not read" in verdict.message
    assert judged("forecast: 2659\n").misconceptions == ("not-divided",)
