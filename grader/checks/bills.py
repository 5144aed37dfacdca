"""What the calls of a run used and cost: each one, and all of them together. The right numbers stand here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from grader.checks import figures
from grader.checks.verdict import Case, read_once
from grader.course import Price, Prices
from grader.fixtures.content import Content, by_hand
from grader.fixtures.separation import Call
from grader.trace import Exchange


@dataclass(frozen=True)
class Bill:
    """One answered call, or several together, at the prices of the models in their requests."""

    exchanges: tuple[Exchange, ...]
    prices: Prices

    @property
    def input_tokens(self) -> int:
        return sum(e.usage.input_tokens for e in self.exchanges if e.usage is not None)

    @property
    def output_tokens(self) -> int:
        return sum(e.usage.output_tokens for e in self.exchanges if e.usage is not None)

    @cached_property
    def unpriced(self) -> str | None:
        """The first model without a price, None where all have one."""
        return next((e.model for e in self.exchanges if self.prices.of(e.model) is None), None)

    @cached_property
    def cost(self) -> Decimal | None:
        """The dollars, exactly; None where a model has no price."""
        if self.unpriced is not None:
            return None
        return sum((call.cost() for call in self.calls), Decimal(0))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls as the formulas take them; those of models without a price are left out."""
        found = (call_of(exchange, self.prices) for exchange in self.exchanges)
        return tuple(call for call in found if call is not None)

    @property
    def answered_seqs(self) -> tuple[int, ...]:
        return tuple(e.answered_seq for e in self.exchanges if e.answered_seq is not None)

    @property
    def facts(self) -> dict[str, str]:
        """What a hint may say of this bill."""
        first = self.exchanges[0]
        facts = {
            "model": first.model,
            "input_tokens": figures.tokens(self.input_tokens),
            "output_tokens": figures.tokens(self.output_tokens),
            "max_tokens": "" if first.max_tokens is None else figures.tokens(first.max_tokens),
        }
        if self.cost is not None:
            facts |= price_facts(self.prices, first.model) | {"cost": figures.usd(self.cost)}
        return facts


def price_facts(prices: Prices, model: str) -> dict[str, str]:
    """The two prices of a model that has some, for a hint."""
    price = prices.of(model)
    assert price is not None  # a cost is told of priced models only
    return {
        "model": model,
        "input_price": figures.per_million(price.input_usd),
        "output_price": figures.per_million(price.output_usd),
    }


def other_model(prices: Prices, model: str, is_it: Callable[[Price], bool]) -> str:
    """The first model but this one at whose price something holds, '' where there is none."""
    own = prices.name_of(model)
    return next((name for name, price in prices.models.items() if name != own and is_it(price)), "")


@read_once
def bills(case: Case) -> tuple[Bill, ...]:
    """Every answered call of a run by itself, in the order of the answers, then all of them together."""
    used = (exchange for exchange in case.trace.messages if exchange.usage is not None)
    answered = tuple(sorted(used, key=lambda exchange: exchange.answered_seq or 0))  # what arrived first may be chance
    alone = tuple(Bill((exchange,), case.course.prices) for exchange in answered)
    return (*alone, Bill(answered, case.course.prices)) if len(answered) > 1 else alone


def call_of(exchange: Exchange, prices: Prices) -> Call | None:
    """Describe an answered call for the formulas; None where it has no usage or its model no price."""
    usage, name = exchange.usage, prices.name_of(exchange.model)
    if usage is None or name is None:
        return None
    price = prices.models[name]
    return Call(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        price=(price.input_usd, price.output_usd),
        other_prices=tuple((p.input_usd, p.output_usd) for n, p in prices.models.items() if n != name),
        max_tokens=exchange.max_tokens,
        start_output_tokens=None if exchange.start_usage is None else exchange.start_usage.output_tokens,
        pieces=None if exchange.stream is None else len(exchange.all_pieces),
        prompt_by_hand=by_hand(Content.of(exchange.request.body).text),
        answer_by_hand=by_hand(exchange.text),
    )


def unpriced_message(model: str, prices: Prices) -> str:
    """Say that a model has no price, and which have one."""
    named = f"the model {model!r}" if model else "a request without a model"
    return f"The course has no price for {named}. Priced are {figures.listed(list(prices.models))}: use one of them."
