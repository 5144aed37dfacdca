"""The course as data: prices, exercises, checks, misconceptions. Reads YAML; decides nothing about programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

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
        return self._file.title

    @property
    def prices(self) -> Prices:
        return self._file.prices

    @property
    def default_model(self) -> str:
        return self._file.default_model

    @property
    def context_window_tokens(self) -> int:
        return self._file.context_window_tokens

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
