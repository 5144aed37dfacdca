"""The cost, line by line: this run's numbers in the formula, the student's value beneath, and where the two part.

The right numbers are the judge's, read from a check's facts; what a known mistake does to the formula stands in one
table. A formula is shown as the student's only where it gives the student's value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation

from grader.checks.figures import per_million, tokens, usd
from grader.course import MILLION, Course
from grader.report import CheckReport

_NUMBER = re.compile(r"\d[\d,_]*(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CLOSE = Decimal("0.02")  # a printed value may be rounded to two digits
_MOST_DIGITS = 40


@dataclass(frozen=True)
class Formula:
    """The five factors of a cost, None where one is missing."""

    input_tokens: Decimal | None
    input_price: Decimal | None
    output_tokens: Decimal | None
    output_price: Decimal | None
    divisor: Decimal = MILLION

    @property
    def dollars(self) -> Decimal:
        zero = Decimal(0)
        parts = (self.input_tokens or zero) * (self.input_price or zero)
        parts += (self.output_tokens or zero) * (self.output_price or zero)
        return parts / self.divisor

    @property
    def input_dollars(self) -> Decimal:
        return replace(self, output_tokens=None, output_price=None).dollars

    @property
    def output_dollars(self) -> Decimal:
        return replace(self, input_tokens=None, input_price=None).dollars


_WORDS = {
    "input_tokens": "the number of input tokens",
    "input_price": "the price of an input token",
    "output_tokens": "the number of output tokens",
    "output_price": "the price of an output token",
    "divisor": "the divisor",
}

Mistake = Callable[[Formula, Mapping[str, str]], Formula]

_MISTAKES: Mapping[str, Mistake] = {
    "prices-swapped": lambda f, _: replace(f, input_price=f.output_price, output_price=f.input_price),
    "one-price-input": lambda f, _: replace(f, output_price=f.input_price),
    "one-price-output": lambda f, _: replace(f, input_price=f.output_price),
    "prices-averaged": lambda f, _: _one_price(f, _sum_of_prices(f) / 2),
    "prices-summed": lambda f, _: _one_price(f, _sum_of_prices(f)),
    "output-missing": lambda f, _: replace(f, output_tokens=None, output_price=None),
    "forecast-without-output": lambda f, _: replace(f, output_tokens=None, output_price=None),
    "input-missing": lambda f, _: replace(f, input_tokens=None, input_price=None),
    "per-thousand": lambda f, _: replace(f, divisor=Decimal(1000)),
    "not-divided": lambda f, _: replace(f, divisor=Decimal(1)),
    "cents-as-dollars": lambda f, _: replace(f, divisor=Decimal(10_000)),
    "max-tokens-as-output": lambda f, facts: replace(f, output_tokens=_number(facts.get("max_tokens", ""))),
    "usage-from-start": lambda f, facts: replace(f, output_tokens=_number(facts.get("start_output_tokens", ""))),
    "usage-is-pieces": lambda f, facts: replace(f, output_tokens=_number(facts.get("pieces", ""))),
    "usage-summed": lambda f, facts: replace(
        f, output_tokens=_plus(f.output_tokens, _number(facts.get("start_output_tokens", "")))
    ),
    "usage-from-create": lambda f, facts: replace(
        f,
        input_tokens=_number(facts.get("create_input_tokens", "")),
        output_tokens=_number(facts.get("create_output_tokens", "")),
    ),
}


def _one_price(formula: Formula, price: Decimal) -> Formula:
    return replace(formula, input_price=price, output_price=price)


def _sum_of_prices(formula: Formula) -> Decimal:
    return (formula.input_price or Decimal(0)) + (formula.output_price or Decimal(0))


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


@dataclass(frozen=True)
class Term:
    """A piece of an equation; `differs` from the right one."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class ModelCost:
    """What the same counts cost on a model."""

    model: str
    dollars: str
    times: str
    used: bool


@dataclass(frozen=True)
class Cost:
    """The bill of one call, and the student's beside it. `equation` is theirs, where it is known."""

    title: str
    check: str
    model: str
    rows: tuple[tuple[str, str, str, str], ...]
    total: str
    right: tuple[Term, ...]
    failed: bool
    theirs: str
    equation: tuple[Term, ...]
    differs: str
    models: tuple[ModelCost, ...]


def cost_of(check: CheckReport, course: Course) -> Cost | None:
    """Lay out the bill that a check speaks of; None where it speaks of none, or of several calls together."""
    facts = check.facts
    right = _right(facts)
    if right is None:
        return None
    failed = check.outcome == "failed"
    theirs = (facts.get("returned") or check.observed) if failed else check.observed
    formula = _their_formula(check, right, theirs, course) if failed else None
    forecast = facts.get("label") == "forecast" or facts.get("function") == "forecast_cost"
    return Cost(
        title="The forecast, line by line" if forecast else "The cost, line by line",
        check=check.name,
        model=facts.get("model", ""),
        rows=(
            ("input", facts["input_tokens"], facts["input_price"], usd(right.input_dollars)),
            (
                "output, at the most" if forecast else "output",
                facts["output_tokens"],
                facts["output_price"],
                usd(right.output_dollars),
            ),
        ),
        total=usd(right.dollars),
        right=tuple(_terms(right, right)),
        failed=failed,
        theirs=_in_dollars(theirs) if facts.get("returned") else theirs,
        equation=() if formula is None else tuple(_terms(formula, right)),
        differs="" if formula is None else _first_difference(formula, right),
        models=tuple(_models(right, facts.get("model", ""), course)),
    )


def _right(facts: Mapping[str, str]) -> Formula | None:
    values = [_number(facts.get(name, "")) for name in _WORDS if name != "divisor"]
    cost = _number(facts.get("cost", ""))
    known = [value for value in values if value is not None]
    if cost is None or len(known) < len(values):
        return None
    formula = Formula(*known)
    return formula if formula.dollars == cost else None


def _in_dollars(returned: str) -> str:
    """A returned number as the dollars that it stands for; anything else as it is."""
    try:
        return usd(Decimal(returned))
    except InvalidOperation:
        return returned


def _their_formula(check: CheckReport, right: Formula, theirs: str, course: Course) -> Formula | None:
    value = _number(theirs.rpartition("returned ")[2])
    if value is None:
        return None
    for name in (check.misconception, *check.misconceptions):
        for formula in _formulas(name, right, check.facts, course):
            if formula != right and abs(formula.dollars - value) <= _CLOSE * abs(formula.dollars):
                return formula
    return None


def _formulas(name: str | None, right: Formula, facts: Mapping[str, str], course: Course) -> Iterator[Formula]:
    mistake = _MISTAKES.get(name or "")
    if mistake is not None:
        yield mistake(right, facts)
    elif name == "other-models-price":
        for price in course.prices.models.values():
            yield replace(right, input_price=price.input_usd, output_price=price.output_usd)


def _terms(formula: Formula, right: Formula) -> Iterator[Term]:
    """Write `(21 × $1.00 + 77 × $5.00) ÷ 1,000,000`, each factor that differs by itself."""
    products = []
    for count, price in (("input_tokens", "input_price"), ("output_tokens", "output_price")):
        if getattr(formula, count) is not None:
            products.append((count, price))
    yield Term("(")
    for place, (count, price) in enumerate(products):
        yield Term(" + " if place else "")
        yield _factor(formula, right, count)
        yield Term(" × ")
        yield _factor(formula, right, price)
    yield Term(")")
    if formula.divisor != 1:
        yield Term(" ÷ ")
        yield _factor(formula, right, "divisor")
    yield Term(f" = {usd(formula.dollars)}")


def _factor(formula: Formula, right: Formula, name: str) -> Term:
    value = getattr(formula, name)
    return Term(_figure(name, value), value != getattr(right, name))


def _figure(name: str, value: Decimal | None) -> str:
    if value is None:
        return "nothing"
    return per_million(value) if name.endswith("price") else tokens(int(value))


def _first_difference(formula: Formula, right: Formula) -> str:
    for each in fields(Formula):
        theirs, ours = getattr(formula, each.name), getattr(right, each.name)
        if theirs != ours:
            if theirs is None:
                side = "input" if each.name.startswith("input") else "output"
                return f"The {side} is missing: {_WORDS[each.name]} is {_figure(each.name, ours)}."
            return (
                f"The first factor that differs is {_WORDS[each.name]}: {_figure(each.name, theirs)} "
                f"in place of {_figure(each.name, ours)}."
            )
    return ""


def _models(right: Formula, model: str, course: Course) -> Iterator[ModelCost]:
    used = course.prices.name_of(model)
    for name, price in course.prices.models.items():
        dollars = replace(right, input_price=price.input_usd, output_price=price.output_usd).dollars
        times = dollars / right.dollars if right.dollars else Decimal(1)
        yield ModelCost(name, usd(dollars), f"{times:.2f}".rstrip("0").rstrip("."), name == used)


def _number(text: str) -> Decimal | None:
    found = _NUMBER.search(text[: 4 * _MOST_DIGITS])
    if found is None or len(found.group()) > _MOST_DIGITS:
        return None
    try:
        return Decimal(found.group().replace(",", "").replace("_", ""))
    except InvalidOperation:
        return None


def costs_of(checks: Sequence[CheckReport], course: Course) -> tuple[Cost, ...]:
    """The bills of an exercise, each once: of the failed checks about money, else of the last that passed."""
    about = [check for check in checks if _is_about_money(check)]
    failed = [check for check in about if check.outcome == "failed"]
    chosen = failed or [check for check in about if check.outcome == "passed"][-1:]
    found = (cost for cost in (cost_of(check, course) for check in chosen) if cost is not None)
    return tuple({(cost.rows, cost.equation): cost for cost in [*found][::-1]}.values())[::-1]


def _is_about_money(check: CheckReport) -> bool:
    """Whether a check's words are of a bill: its expected value is the cost in its facts."""
    cost = check.facts.get("cost", "")
    return bool(cost) and cost.lstrip("$").replace(",", "") in check.expected.replace(",", "")
