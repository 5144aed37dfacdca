"""Whether the forecast is the most that the request can cost: what the function returns, and what is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from grader.checks import figures
from grader.checks.bills import call_of, other_model, price_facts, unpriced_message
from grader.checks.commas import of_decimal_comma
from grader.checks.cost import lost_digits, right_by_chance
from grader.checks.cost_functions import MOST_LOOKED_AT, cost_function
from grader.checks.formulas import digits_needed, forecast_mistakes
from grader.checks.labelled import Labelled, Loose
from grader.checks.labels import FORECAST
from grader.checks.mixtures import without_parts
from grader.checks.precounted import needs_count, precounts_of
from grader.checks.printed import Printed, usd_matches
from grader.checks.small_units import of_small_unit, small_unit
from grader.checks.unanswered import nothing_answered
from grader.checks.values import list_of_guesses, unanswered, unlabelled, with_values
from grader.checks.verdict import Case, Verdict, failed, passed, read_once, skipped
from grader.course import Price, Prices
from grader.fixtures.separation import Call
from grader.trace import Exchange


def forecast(case: Case) -> Verdict:
    """Pass when the function is right for every call, and the number printed is the most that a request can cost.

    Label: `forecast`, in dollars. Right is (counted input tokens × input price + `max_tokens` × output price) ÷
    1,000,000 for a request that was sent, or for all together; counted is what the program itself was answered for
    that content before it sent it. The function is judged as in `grader.checks.cost_functions.cost_function`. Skipped
    where nothing was counted before it was sent.

    Facts: `cost`, `input_tokens` (as counted), `max_tokens`, `model`, `input_price`, `output_price`, `label`; those
    of `grader.checks.cost_functions.cost_function`.
    """
    function = cost_function(case)
    return function if function.outcome == "failed" else _also(function, _printed(case))


def _also(function: Verdict, printed: Verdict) -> Verdict:
    return function if function.outcome == "skipped" and printed.outcome != "failed" else printed


@dataclass(frozen=True)
class Foreseen:
    """One or several requests that were counted before they were sent: what they can cost at most."""

    requests: tuple[tuple[Exchange, int], ...]  # each with its count
    prices: Prices

    @property
    def input_tokens(self) -> int:
        """Tokens as counted, of all requests."""
        return sum(count for _, count in self.requests)

    @property
    def output_tokens(self) -> int:
        """The limits of all requests together, in tokens."""
        return sum(exchange.max_tokens or 0 for exchange, _ in self.requests)

    @property
    def unpriced(self) -> str | None:
        """A model among them that has no price, None where all have one."""
        return next((exchange.model for exchange, _ in self.requests if self.prices.of(exchange.model) is None), None)

    @property
    def most(self) -> Decimal | None:
        """The dollars; None where a model has no price."""
        costs = [
            None if (price := self.prices.of(exchange.model)) is None else price.cost(count, exchange.max_tokens or 0)
            for exchange, count in self.requests
        ]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(costs) else None

    @property
    def formula(self) -> Call | None:
        """The request as the formulas take it, None for several together."""
        exchange, count = self.requests[0]
        price = self.prices.of(exchange.model)
        if len(self.requests) > 1 or price is None:
            return None
        others = tuple((p.input_usd, p.output_usd) for p in self.prices.models.values() if p != price)
        return Call(
            input_tokens=count,
            output_tokens=exchange.max_tokens or 0,
            price=(price.input_usd, price.output_usd),
            other_prices=others,
            max_tokens=exchange.max_tokens or 0,
        )

    @property
    def facts(self) -> dict[str, str]:
        """What a hint may say of them."""
        facts = {
            "input_tokens": figures.tokens(self.input_tokens),
            "max_tokens": figures.tokens(self.output_tokens),
            "output_tokens": figures.tokens(self.output_tokens),
            "label": FORECAST,
        } | price_facts(self.prices, self.requests[0][0].model)
        return facts | ({} if self.most is None else {"cost": figures.usd(self.most)})


@read_once
def foreseen(case: Case) -> tuple[Foreseen, ...]:
    """Every request that was counted before it was sent, then all together where each one was."""
    precounts = precounts_of(case)
    known: list[tuple[Exchange, int]] = []
    for message in case.trace.messages:
        counts = precounts.of(message)
        if counts and message.max_tokens is not None:
            known.append((message, counts[-1].counted_tokens or 0))
    alone = tuple(Foreseen((each,), case.course.prices) for each in known)
    billed = [message for message in case.trace.messages if needs_count(message)]
    together = [each for each in known if needs_count(each[0])]
    if 1 < len(together) == len(billed):
        return (*alone, Foreseen(tuple(together), case.course.prices))
    return alone


def _printed(case: Case) -> Verdict:
    printed = Labelled(case, FORECAST, money=True)
    if nothing_answered(case):
        return unanswered(case, [printed], because="counts_before_sending")
    every = foreseen(case)
    if not every:
        return skipped(
            "No request was sent that had been counted before, so there is nothing that the forecast could be of.",
            because="counts_before_sending",
        )
    if (guesses := list_of_guesses([printed])) is not None:
        return guesses
    priced = [(each, each.most) for each in every if each.most is not None]
    if not priced:
        model = every[0].unpriced or ""
        return failed(
            unpriced_message(model, case.course.prices),
            expected="a model with a price",
            observed=f"the model {model!r}",
            model=model,
            label=FORECAST,
        )
    for each, most in priced:
        if (right := printed.usd(most)) is not None:
            evidence = (each.requests[0][0].request.seq, printed.seq(right))
            verdict = passed(expected=figures.usd(most), observed=right.text, evidence=evidence, **each.facts)
            fitting = [name for name, value in _mistakes(case, each) if usd_matches(right, value)]
            return _told(verdict.fitting(*fitting, *right_by_chance(right, most)), printed, most)
    return _wrong(case, printed, priced)


def _told(verdict: Verdict, printed: Labelled, most: Decimal) -> Verdict:
    return with_values(verdict, [(FORECAST, printed.told)], [(FORECAST, str(most))])


def _mistakes(case: Case, each: Foreseen) -> Iterator[tuple[str, Decimal]]:
    for exchange, _ in each.requests[:1]:
        actual = call_of(exchange, case.course.prices)
        if actual is not None:
            yield "forecast-is-actual", actual.cost()
    if each.formula is not None:
        yield from forecast_mistakes(each.formula)


def _wrong(case: Case, printed: Labelled, priced: list[tuple[Foreseen, Decimal]]) -> Verdict:
    each, most = priced[0]
    shown: Printed | None = None
    ids: dict[str, Printed] = {}
    other = ""
    for one, its_most in islice(priced, MOST_LOOKED_AT):
        for name, found in _fitting(case, printed, one, its_most):
            if small_unit(case.output.text, found):
                continue  # the formula may be right, and the number is in another unit
            if not ids:
                each, most, shown = one, its_most, found
                other = _other_model(case, one, found)
            ids.setdefault(name, found)
    named = tuple(ids)
    parts = without_parts(case, ids, most)
    if parts is not None:
        named, other = parts[0], ""
        shown = ids.get(named[0]) if named else None
    if not printed:
        unexplained = unlabelled(case, printed, usd_matches, (right for _, right in priced))
        if isinstance(unexplained, Verdict):
            return unexplained
        named = unexplained
        each, most = next(((e, m) for e, m in priced if Loose(case).holds(usd_matches, [m])), (each, most))
    observed = shown.text if shown is not None else printed.shown if printed else f"no {FORECAST}"
    comma = of_decimal_comma(case.output.text, printed, most)
    said = parts[1] if parts is not None else "" if named else of_small_unit(case.output.text, printed)
    if comma is not None:  # the parts before and after it mean nothing
        (observed, said), named = comma, ()
    expected = figures.usd(most)
    verdict = failed(
        f"The program printed {observed}; {figures.tokens(each.input_tokens)} counted tokens in and at most "
        f"{figures.tokens(each.output_tokens)} out on {each.requests[0][0].model} can cost {expected}."
        f"{said}",
        *named,
        expected=expected,
        observed=observed,
        evidence=(each.requests[0][0].request.seq, *((printed.seq(shown),) if shown else printed.evidence)),
        **(each.facts | {"other_model": other}),
    ).with_facts(observed=figures.readable(observed), decimal_comma="" if comma is None else comma[0])
    return _told(verdict, printed, most)


def _fitting(case: Case, printed: Labelled, each: Foreseen, most: Decimal) -> Iterator[tuple[str, Printed]]:
    for name, value in _mistakes(case, each):
        if value and (found := printed.usd_telling(value, digits_needed(name))) is not None:
            yield name, found
    yield from lost_digits(case, printed, most)


def _other_model(case: Case, each: Foreseen, printed: Printed) -> str:
    def is_right(price: Price) -> bool:
        return usd_matches(printed, price.cost(each.input_tokens, each.output_tokens))

    return other_model(case.course.prices, each.requests[0][0].model, is_right)
