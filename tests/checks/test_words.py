"""The course's texts, filled in."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError

from grader.checks.kinds import OF_ONE_STREAM
from grader.checks.misconceptions import TYPED_IN
from grader.checks.vocabulary import VOCABULARY, UnknownCheck, check_named
from grader.checks.words import FACTS, fill_in, fill_in_hints
from tests.checks.cases import course

FULL = {fact: f"<{fact}>" for fact in FACTS}


def test_a_students_text_goes_in_as_a_value() -> None:
    """Braces, tags and backslashes of a student's are text and nothing else."""
    evil = "{{ 7 * 7 }} {% raw %} <b> \\n"
    assert fill_in("Yours: {{ observed }}.", {"observed": evil}) == f"Yours: {evil}."


def test_absent_facts_are_empty_and_their_spaces_close() -> None:
    """A part that does not apply leaves no gap."""
    assert fill_in("One {% if cost %}costs{% endif %} two {{ line }} three.", {}) == "One two three."


def test_a_fact_that_nobody_knows_is_an_authors_error() -> None:
    """A misspelt fact is never shown as nothing."""
    with pytest.raises(UndefinedError):
        fill_in("{{ obsreved }}", {})


def test_the_shape_of_the_code_keeps_its_spaces() -> None:
    """The third level is code."""
    hints = fill_in_hints(("a  b", "c", "Shape:\n\n    x  =  {{ cost }}\n"), {"cost": "1"})
    assert hints == ("a b", "c", "Shape:\n\n    x  =  1")


@pytest.mark.parametrize("facts", [{}, FULL], ids=["nothing known", "all known"])
def test_every_text_of_the_course_fills_in(facts: dict[str, str]) -> None:
    """Every finding and every hint, whichever facts there are; nothing of a template is left over."""
    texts = [(name, m.finding, m.hints) for name, m in course().misconceptions.items()]
    for exercise in map(course().exercise, course().exercise_names):
        texts += [(spec.name, spec.title, spec.hints) for spec in exercise.checks]
    for name, text, hints in texts:
        for filled in (fill_in(text, facts), *fill_in_hints(hints, facts)):
            assert filled, name
            assert not re.search(r"\{\{|\}\}|\{%|%\}", filled), name


@pytest.mark.parametrize("facts", [{}, FULL, dict.fromkeys(FACTS, "{{ model }}")], ids=["none", "all", "templates"])
def test_every_text_says_what_its_template_says(facts: dict[str, str]) -> None:
    """Texts with nothing but names in them are filled in by a shorter way, to the same words."""
    jinja = Environment(undefined=StrictUndefined)
    known = dict.fromkeys(FACTS, "") | facts
    texts = {text for m in course().misconceptions.values() for text in (m.finding, *m.hints)}
    for exercise in map(course().exercise, course().exercise_names):
        texts |= {hint for spec in exercise.checks for hint in spec.hints}
    for text in texts:
        assert fill_in_hints(["", text], facts)[1] == jinja.from_string(text).render(known).strip("\n")


def test_every_check_of_the_course_is_in_the_vocabulary() -> None:
    """A name in `check:` is a function."""
    for exercise in map(course().exercise, course().exercise_names):
        for spec in exercise.checks:
            assert check_named(spec.check) is VOCABULARY[spec.check]
    assert set(VOCABULARY) >= OF_ONE_STREAM
    assert TYPED_IN in course().misconceptions


def test_an_unknown_check_is_told_with_those_that_there_are() -> None:
    """A slip in exercise.yaml is one clear line."""
    with pytest.raises(UnknownCheck, match=r"no check named 'cost.cots_printed'.*cost.cost_printed"):
        check_named("cost.cots_printed")
