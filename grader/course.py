"""The course as data: prices, exercises, checks, misconceptions. Reads YAML; decides nothing about programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field, field_validator, model_validator

from grader.documents import Document, DocumentError, read_document

MILLION = Decimal(1_000_000)
_DATED = re.compile(r"-\d{8}\Z")


class Price(Document):
    """Dollars per million tokens."""

    input_usd: Decimal = Field(gt=0)
    output_usd: Decimal = Field(gt=0)

    def cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """What a call costs, in dollars, exactly: each count times its own price per million."""
        return (input_tokens * self.input_usd + output_tokens * self.output_usd) / MILLION


class Prices(Document):
    """The lesson's price list: where it is from, and when."""

    as_of: str
    source: str
    models: Mapping[str, Price] = Field(min_length=1)

    def name_of(self, model: object) -> str | None:
        """The priced name behind a model's name (a dated form has the name's price), None where there is none."""
        if not isinstance(model, str):
            return None
        name = _DATED.sub("", model.strip())
        return name if name in self.models else None

    def of(self, model: object) -> Price | None:
        """The price of a model, None where the course has none."""
        name = self.name_of(model)
        return None if name is None else self.models[name]


class ScenarioSpec(Document):
    """One recording under which a program runs."""

    fixture: str
    vary: bool = False
    too_long: bool = False


class CheckSpec(Document):
    """One check of an exercise: what it is worth and what is said when it fails."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    check: str
    points: int = Field(ge=0)
    bonus: bool = False
    title: str = Field(min_length=1)
    rationale: str = Field(min_length=1)
    lesson: str = ""
    needs: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    hints: tuple[str, str, str]

    @field_validator("hints")
    @classmethod
    def _no_empty_hint(cls, hints: tuple[str, str, str]) -> tuple[str, str, str]:
        if not all(hint.strip() for hint in hints):
            raise ValueError("a hint is empty; each check has three: a nudge, an explanation, the shape of the code")
        return hints


@dataclass(frozen=True)
class Late:
    """How late a submission is and what that costs; `by` is None where only a mark of the platform says that it is."""

    by: timedelta | None
    percent: Decimal = Decimal(0)
    deduction: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        """Say it in one sentence."""
        if self.by is None:
            return "Late. The platform does not say by how much, so nothing is deducted here."
        hours, minutes = divmod(int(self.by.total_seconds()) // 60, 60)
        days, hours = divmod(hours, 24)
        parts = ((days, "d"), (hours, "h"), (minutes, "min"))
        said = " ".join(f"{number} {unit}" for number, unit in parts if number) or "under 1 min"
        if not self.percent:
            return f"Late by {said}. Nothing is deducted."
        cost = f"{self.percent.normalize():f} % of the points reached ({self.deduction:f})"
        return f"Late by {said}: {cost} are deducted."


class Lateness(Document):
    """What being late costs: after the grace, so many per cent of the points reached for each day that has begun.

    `due` is for platforms whose exports have the time of handing in but not the one that was set.
    """

    grace_minutes: int = Field(default=0, ge=0)
    percent_per_day: Decimal = Field(default=Decimal(0), ge=0, le=100)
    cap_percent: Decimal = Field(default=Decimal(100), ge=0, le=100)
    due: AwareDatetime | None = None

    def of(
        self, points: Decimal, submitted_at: datetime | None, due_at: datetime | None, *, marked: bool
    ) -> Late | None:
        """Weigh the platform's time stamps, or its mark alone (`marked`); None for a submission that is in time."""
        due = due_at or self.due
        if submitted_at is None or due is None:
            return Late(None) if marked else None
        by = submitted_at - due
        if by <= timedelta(minutes=self.grace_minutes):
            return None
        days = -(-by // timedelta(days=1))
        percent = min(self.cap_percent, days * self.percent_per_day)
        return Late(by, percent, (max(points, Decimal(0)) * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP))


class Exercise(Document):
    """One exercise: its checks in order, its scenarios, the functions and names that the probe looks at.

    `functions` says how each is called: `counts` with pairs of token counts, `cost` with dollars.
    """

    name: str = ""
    title: str
    summary: str
    functions: Mapping[str, Literal["counts", "cost"]] = Field(default_factory=dict)
    names: tuple[str, ...] = ()
    scenarios: Mapping[str, ScenarioSpec] = Field(min_length=1)
    checks: tuple[CheckSpec, ...] = Field(min_length=1)

    @property
    def max_score(self) -> int:
        """Points without the bonus."""
        return sum(check.points for check in self.checks if not check.bonus)

    def check(self, name: str) -> CheckSpec:
        """The check of a name; raise KeyError."""
        return next((check for check in self.checks if check.name == name), None) or _missing(name)

    def scenarios_of(self, check: CheckSpec) -> tuple[str, ...]:
        """The scenarios in which a check is judged: those it names, else all but the too-long ones."""
        return check.scenarios or tuple(name for name, spec in self.scenarios.items() if not spec.too_long)

    @model_validator(mode="after")
    def _names_are_known(self) -> Exercise:
        names = [check.name for check in self.checks]
        if len(set(names)) < len(names):
            raise ValueError("two checks have one name")
        for check in self.checks:
            if unknown := set(check.scenarios) - set(self.scenarios):
                raise ValueError(f"check {check.name} names an unknown scenario {sorted(unknown)[0]!r}")
            if unknown := set(check.needs) - set(names[: names.index(check.name)]):
                raise ValueError(f"check {check.name} needs {sorted(unknown)[0]!r}, which is no earlier check")
        return self


def _missing(name: str) -> CheckSpec:
    raise KeyError(name)


class Example(Document):
    """A misconception shown on a few lines."""

    wrong: str
    right: str
    worked: str


class Misconception(Document):
    """One known mistake: how it is said, explained and mended."""

    title: str = Field(min_length=1)
    rule: str = ""
    finding: str = Field(min_length=1)
    hints: tuple[str, str, str]
    example: Example


class _Misconceptions(Document):
    """The whole file: ids to misconceptions."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Misconception]


class _CourseFile(Document):
    title: str
    prices: Prices
    default_model: str
    context_window_tokens: int = Field(gt=0)
    exercises: tuple[str, ...] = Field(min_length=1)
    lateness: Lateness = Field(default_factory=Lateness)

    @model_validator(mode="after")
    def _default_is_priced(self) -> _CourseFile:
        if self.prices.of(self.default_model) is None:
            raise ValueError(f"default_model {self.default_model!r} has no price")
        return self


class Course:
    """A course folder: `course.yaml`, `misconceptions.yaml`, and a folder an exercise, read when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = read_document(folder / "course.yaml", _CourseFile)
        self._exercises: dict[str, Exercise] = {}

    @property
    def title(self) -> str:
        """What the course is called."""
        return self._file.title

    @property
    def prices(self) -> Prices:
        """The prices of `course.yaml`, with their day and source."""
        return self._file.prices

    @property
    def default_model(self) -> str:
        """The model whose price stands in where a program names none."""
        return self._file.default_model

    @property
    def context_window_tokens(self) -> int:
        """The most tokens that one request may have."""
        return self._file.context_window_tokens

    @property
    def lateness(self) -> Lateness:
        """What being late costs; nothing unless the course says so."""
        return self._file.lateness

    @property
    def exercise_names(self) -> tuple[str, ...]:
        """In teaching order."""
        return self._file.exercises

    def exercise(self, name: str) -> Exercise:
        """Read one exercise; raise DocumentError where it is missing or wrong."""
        if name not in self._exercises:
            if name not in self.exercise_names:
                raise DocumentError(f"{self.folder / 'course.yaml'}: no exercise {name!r} in its list.")
            path = self.folder / name / "exercise.yaml"
            self._exercises[name] = read_document(path, Exercise).model_copy(update={"name": name})
        return self._exercises[name]

    @cached_property
    def misconceptions(self) -> Mapping[str, Misconception]:
        """The catalogue's words, by id."""
        found = read_document(self.folder / "misconceptions.yaml", _Misconceptions)
        return found.__pydantic_extra__

    @property
    def fixtures(self) -> Path:
        """Where the fixtures of this course lie: beside it."""
        return self.folder.parent / "fixtures"
