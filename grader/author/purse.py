"""What a live run may spend: a forecast before each request, a word from the person who pays, and a cap. No I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

from grader.course import Prices
from grader.run.session import RunFault


class NotPaidFor(RunFault):
    """A request was not sent, because it is not to be paid for; nothing is judged then."""


@dataclass(frozen=True)
class Forecast:
    """The most that one request can cost."""

    model: str
    input_tokens: int
    max_tokens: int
    most_usd: Decimal
    spent_usd: Decimal
    cap_usd: Decimal

    def __str__(self) -> str:
        tokens = f"{self.model}: {self.input_tokens:,} tokens in, at most {self.max_tokens:,} out"
        return f"{tokens}: at most ${self.most_usd:.6f} (spent so far: ${self.spent_usd:.6f} of ${self.cap_usd:f})"


Agree = Callable[[Forecast], Awaitable[bool]]


class Purse:
    """What has been spent, what is on its way, and what may be."""

    def __init__(self, prices: Prices, cap_usd: Decimal, agree: Agree) -> None:
        """`agree` is asked before each request; an answer of False ends the run."""
        self._prices = prices
        self._cap_usd = cap_usd
        self._agree = agree
        self._reserved_usd = Decimal(0)
        self.spent_usd = Decimal(0)

    async def take(self, model: str, input_tokens: int, max_tokens: int) -> Decimal:
        """Reserve the most that a request can cost; raise NotPaidFor where that is not to be."""
        price = self._prices.of(model)
        if price is None:
            raise NotPaidFor(
                f"The model {model!r} has no price in course.yaml, so nobody can say what the request costs. "
                "It was not sent. Add its price, or take another model."
            )
        most_usd = price.cost(input_tokens, max_tokens)
        forecast = Forecast(model, input_tokens, max_tokens, most_usd, self.spent_usd, self._cap_usd)
        if self.spent_usd + self._reserved_usd + most_usd > self._cap_usd:
            raise NotPaidFor(f"The cap would be passed, so the request was not sent. {forecast}. Raise it with --cap.")
        self._reserved_usd += most_usd
        try:
            agreed = await self._agree(forecast)
        except BaseException:
            self._reserved_usd -= most_usd
            raise
        if not agreed:
            self._reserved_usd -= most_usd
            raise NotPaidFor("You said no, so the request was not sent.")
        return most_usd

    def settle(self, reserved_usd: Decimal, model: str, used: tuple[int, int] | None) -> None:
        """Put what a request has cost in the place of what it could have cost: all of that where it is not known.

        `used` are input and output tokens.
        """
        price = self._prices.of(model)
        self._reserved_usd -= reserved_usd
        self.spent_usd += reserved_usd if used is None or price is None else price.cost(*used)


async def always(forecast: Forecast) -> bool:
    """Agree to everything under the cap."""
    return True
