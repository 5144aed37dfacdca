"""Which misconceptions are named for a check over all its scenarios."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.checks.misconceptions import (
    OF_CRASHES,
    OF_THE_SCREEN,
    OF_THE_WIRE,
    crashed_after_output,
    is_of_value,
    named,
)
from grader.checks.verdict import Verdict, failed, passed, skipped
from tests.checks.cases import course


def wrong(*ids: str, said: str = "", truth: str = "") -> Verdict:
    return replace(failed("no", *ids), said=said, truth=truth)


def right(*ids: str, said: str = "", truth: str = "") -> Verdict:
    return replace(passed().fitting(*ids), said=said, truth=truth)


def names(*verdicts: Verdict, check: str = "cost.cost_printed") -> tuple[str, ...]:
    return named(check, dict(zip(("recorded", "varied"), verdicts, strict=False))).ids


def test_every_id_that_is_sorted_is_in_the_catalogue() -> None:
    """The three kinds overlap nowhere and hold known ids only."""
    assert course().misconceptions.keys() >= OF_CRASHES | OF_THE_WIRE | OF_THE_SCREEN
    assert len(OF_CRASHES | OF_THE_WIRE | OF_THE_SCREEN) == len(OF_CRASHES) + len(OF_THE_WIRE) + len(OF_THE_SCREEN)
    assert is_of_value("prices-swapped")
    assert not is_of_value("not-flushed")


def test_a_value_must_fit_every_scenario() -> None:
    """A formula that fits one run and not the other is a coincidence."""
    assert names(wrong("prices-swapped", "output-missing"), wrong("prices-swapped")) == ("prices-swapped",)
    assert names(wrong("prices-swapped"), wrong("output-missing")) == ()


def test_a_value_must_fit_the_scenario_that_passed_too() -> None:
    """Where the check passed, the mistake must have given the right value by chance."""
    assert names(right("max-tokens-as-output"), wrong("max-tokens-as-output")) == ("max-tokens-as-output",)
    assert names(right(), wrong("max-tokens-as-output")) == ()


def test_a_value_without_its_label_must_stand_there_in_every_run_that_failed() -> None:
    """The day of a date is the right count once, by chance."""
    assert names(wrong("label-missing"), wrong("label-missing")) == ("label-missing",)
    assert names(wrong("label-missing"), wrong()) == ()
    assert names(right(), wrong("label-missing")) == ("label-missing",)


def test_scenarios_that_were_not_judged_do_not_speak() -> None:
    """A skipped run contradicts nothing."""
    assert names(skipped("no", because="runs"), wrong("prices-swapped")) == ("prices-swapped",)


def test_what_stopped_or_silenced_a_program_need_not_fit_everywhere() -> None:
    """A crash in one run is a crash."""
    assert names(right(), wrong("never-ends")) == ("never-ends",)


def test_the_order_is_crash_wire_screen_value() -> None:
    """All that fit are named, the one that explains most first."""
    both = ("prices-swapped", "label-missing", "own-api-address", "never-ends")
    assert names(wrong(*both), wrong(*both)) == ("never-ends", "own-api-address", "label-missing", "prices-swapped")


# ---------------------------------------------------------------- typed in


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [
        (right(said="cost: 5", truth="cost: 5"), wrong(said="cost: 5", truth="cost: 6"), ("typed-in",)),
        (wrong(said="cost: 5", truth="cost: 4"), wrong(said="cost: 5", truth="cost: 6"), ("typed-in",)),
        (wrong(said="cost: 5", truth="cost: 4"), wrong(said="cost: 6", truth="cost: 8"), ()),
        (wrong(said="cost: 5", truth="cost: 4"), wrong(said="cost: 5", truth="cost: 4"), ()),
        (wrong(said="cost: 0", truth="cost: 4"), wrong(said="cost: 0", truth="cost: 6"), ()),
        (
            wrong(said="cost: 0.00021", truth="cost: 0.000406"),
            wrong(said="cost: 0.00021", truth="cost: 0.00053"),
            ("typed-in",),
        ),
        (wrong(said="cost: ", truth="cost: 4"), wrong(said="cost: ", truth="cost: 6"), ()),
        (wrong(), wrong(said="cost: 5", truth="cost: 4"), ()),
        (right(said="a: 1\nb: 2", truth="a: 1\nb: 2"), wrong(said="a: 3\nb: 2", truth="a: 3\nb: 4"), ("typed-in",)),
        (
            wrong("prices-swapped", said="5", truth="4"),
            wrong("prices-swapped", said="5", truth="6"),
            ("prices-swapped",),
        ),
    ],
)
def test_a_value_that_stays_while_the_truth_moves_is_typed_in(
    first: Verdict, second: Verdict, ids: tuple[str, ...]
) -> None:
    """The same in every run, where no formula explains it; a zero or nothing may be a slip."""
    assert names(first, second) == ids


def test_the_values_are_facts() -> None:
    """What was printed and what was right, a run at a time, and the label."""
    found = named(
        "usage.reads_usage", {"a": right(said="in: 5", truth="in: 5"), "b": wrong(said="in: 5", truth="in: 6")}
    )
    assert found.facts == {"values": "a: 5, right is 5; b: 5, right is 6", "label": "in"}
    bare = named("counting.counts_printed", {"a": wrong(said="5", truth="5"), "b": wrong(said="5", truth="6")})
    assert "label" not in bare.facts


def test_a_constant_has_another_name_for_some_checks() -> None:
    """A word is typed in, a forecast is guessed; one that was right once was typed in."""
    stays = wrong(said="code", truth="prose"), wrong(said="code", truth="code")
    assert names(*stays, check="counting.denser") == ("denser-typed-in",)
    guess = wrong(said="f: 1", truth="f: 2"), wrong(said="f: 1", truth="f: 3")
    assert names(*guess, check="cost.forecast") == ("forecast-guess",)
    once = right(said="f: 1", truth="f: 1"), wrong(said="f: 1", truth="f: 3")
    assert names(*once, check="cost.forecast") == ("typed-in",)


# ---------------------------------------------------------------- a crash after the output


def test_a_crash_after_right_output_is_known_by_the_other_checks() -> None:
    """All else is right, or only a function is not."""
    crash = failed("no", error="ZeroDivisionError")
    function = replace(failed("no"), of_functions=True)
    assert crashed_after_output({"program.runs": crash, "a": passed(), "b": function})
    assert not crashed_after_output({"program.runs": crash, "a": passed(), "b": failed("no")})
    assert not crashed_after_output({"program.runs": crash, "b": function})
    assert not crashed_after_output({"program.runs": failed("no", "asks-for-input", error="EOFError"), "a": passed()})
    assert not crashed_after_output({"program.runs": failed("exit status 3"), "a": passed()})
    assert not crashed_after_output({"program.runs": passed(), "a": passed()})
    assert not crashed_after_output({"a": passed()})
