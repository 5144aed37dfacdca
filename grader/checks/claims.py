"""What the functions of a module returned: claims read as exact numbers, call by call.

Only the value returned counts; text is no number, nor is a bool. The verdict on a function is in `functions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from grader.trace import Trace, ValueReturned

_EXACT = Context(prec=60, traps=[])
_NUMBERS = ("int", "float", "decimal", "fraction")
_LONGEST_SHOWN = 120
_LONGEST_KEPT = 60


@dataclass(frozen=True)
class Call:
    """One call of a function: what it was given, exactly, and the number that came back (None: no number)."""

    event: ValueReturned
    given: tuple[Decimal, ...]
    value: Decimal | None

    @property
    def kind(self) -> str:
        """The type that the claim names."""
        return str(self.event.value.get("type"))

    @property
    def text(self) -> str:
        """The call as it would be written."""
        shown = (_argument(argument) for argument in self.event.args)
        return f"{self.event.function}({', '.join(shown)})"

    @property
    def returned(self) -> str:
        """What came back, for people."""
        value = self.event.value.get("value")
        match self.kind:
            case "text":
                return repr(str(value))[:_LONGEST_SHOWN]
            case "none":
                return "None"
            case "int" if value is None:
                return f"a whole number of {self.event.value.get('digits')} digits"
            case "ended":
                return "nothing"
            case "other" | "not callable":
                return f"an object of the type {value}"
            case _:
                return str(value)[:_LONGEST_SHOWN]

    @property
    def error(self) -> str:
        """What the call raised, '' where it returned."""
        return self.returned if self.kind == "raised" else ""

    @property
    def line(self) -> str:
        """The line of the student's file at which it raised, '' where it did not."""
        line = self.event.value.get("line")
        return str(line) if isinstance(line, int) else ""


def number_of(claim: Any) -> Decimal | None:
    """Read a claimed value as an exact number; None for all that is no finite number."""
    kind, value = (claim.get("type"), claim.get("value")) if isinstance(claim, dict) else (None, None)
    if not isinstance(value, str) or kind not in _NUMBERS:
        return None
    return _read(kind, value) if len(value) <= _LONGEST_KEPT else _read.__wrapped__(kind, value)


@lru_cache(maxsize=4096)  # the numbers of a plan, and the right answers to it, are the same for a whole class
def _read(kind: str, value: str) -> Decimal | None:
    try:
        if kind == "fraction":
            top, _, bottom = value.partition("/")
            number = _EXACT.divide(Decimal(top), Decimal(bottom))
        else:
            number = _EXACT.create_decimal(value)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def constant(functions: Trace, name: str) -> str | None:
    """The text of a module's constant, None where it has no such text."""
    read = functions.names_read
    claim = None if read is None else read.names.get(name)
    value = claim.get("value") if isinstance(claim, dict) and claim.get("type") == "text" else None
    return value if isinstance(value, str) else None


def calls_of(functions: Trace, function: str, arguments: int) -> tuple[Call, ...]:
    """The calls of one function with so many numbers; what an earlier call returned is read from that call's claim."""
    every = functions.values_returned
    found = []
    for event in every:
        if event.function == function:
            claims = event.args if event.of is None or not 0 <= event.of < len(every) else (every[event.of].value,)
            given = tuple(number for claim in claims if (number := _given(claim)) is not None)
            if len(given) == len(claims) == arguments:
                found.append(Call(event, given, number_of(event.value)))
    return tuple(found)


def _given(argument: Any) -> Decimal | None:
    if isinstance(argument, int | float) and not isinstance(argument, bool):
        return _read("float", repr(argument))
    return number_of(argument)


def _argument(argument: Any) -> str:
    return str(argument.get("value")) if isinstance(argument, dict) else repr(argument)
