"""Tables whose heads are wrapped over several lines, as `rich` draws them where the columns do not fit."""

from __future__ import annotations

import pytest

from grader.checks.printed import numbers
from grader.checks.wrapped import heads_joined

HEAVY = """\
┏━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━━━━━━┓
┃            ┃            ┃      Input ┃     Output ┃            ┃    Runs per ┃
┃   Scenario ┃      Model ┃     tokens ┃     tokens ┃ Cost (USD) ┃      dollar ┃
┡━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━━━━━┩
│ first call │ claude-ha… │         21 │         77 │  $0.000406 │     2463.05 │
└────────────┴────────────┴────────────┴────────────┴────────────┴─────────────┘
"""
PLAIN = """\
| Input  | Output |         | Runs   |
| tokens | tokens | Cost    | per    |
|        |        | (USD)   | dollar |
|--------|--------|---------|--------|
| 21     | 77     | 0.00041 | 2463   |
"""
OPEN = """\
       │  Input │ Output │          │    Runs per
 Model │ tokens │ tokens │     Cost │      dollar
╶──────┼────────┼────────┼──────────┼────────────╴
 haiku │     21 │     77 │ 0.000406 │        2463
"""


@pytest.mark.parametrize("before", ["", "The call is done.\n", "\n\x1b[1mUsage\x1b[0m ✓\n"])
@pytest.mark.parametrize("table", [HEAVY, PLAIN, OPEN])
def test_values_below_wrapped_heads_are_found_where_they_stand(table: str, before: str) -> None:
    """Each label is read as one; lines and places are those of what was printed."""
    text = before + table
    for label, value in (("input tokens", "21"), ("output tokens", "77"), ("runs per dollar", "2463")):
        (found,) = (each for each in numbers(text, label) if each.text.startswith(value))
        assert text[found.offset :].startswith(value)
        assert text.split("\n")[found.line - 1].strip(" │|")


def test_a_line_of_units_below_the_heads_belongs_to_them() -> None:
    """`Cost` above `(cents)` is a cost in cents."""
    heads = "| Model | Cost    | Runs |\n|       | (cents) |      |\n"
    table = heads + "|-------|---------|------|\n| haiku | 0.0406  | 2463 |\n"
    assert "0.000406" in {str(found.value) for found in numbers(table, "cost", money=True)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("| model | sonnet |\n| stop  | none |\n|---|---|\n| input | 21 |", "two columns: a label a row"),
        ("| a | b | c |\n| d | e | f |\n| 1 | 2 | 3 |", "no rule"),
        ("| a | b | c |\n| d | e | f |\n|---|---|---|\n| g | h | i |", "no numbers below"),
        ("| a | b | c |\n| 4 | e | f |\n|---|---|---|\n| 1 | 2 | 3 |", "the second row has a number of its own"),
        ("| a | b | c |\n| d  | e | f |\n|---|---|---|\n| 1 | 2 | 3 |", "other columns"),
        ("| a | b | c |\n|---|---|---|\n| d | e | f |\n| g | h | i |", "rows of words"),
        ("| a | b | c |\n| d | e | f |\n|---|---|---|", "the table ends"),
        ("| a | b | c |\n| d | e | f |", "the text ends"),
        ("no table", "no table"),
    ],
)
def test_other_rows_stay_as_they_are(text: str, why: str) -> None:
    """Only what is wrapped is joined."""
    assert heads_joined(text) == text, why


def test_nothing_below_a_joined_head_moves() -> None:
    """The text stays as long as it was, sign for sign below the head, with ragged lines too."""
    ragged = PLAIN.replace("| Cost    | per    |", "| Cost    | per    | and more")
    for table in (HEAVY, PLAIN, OPEN, ragged):
        joined = heads_joined(table)
        below = table.rindex("\n", 0, table.index("77"))
        assert len(joined) == len(table) and joined != table
        assert joined[below:] == table[below:]


@pytest.mark.parametrize("line", ["-" * 1_000_000 + "x|", "│" * 1_000_000 + "x", "|-" * 500_000 + "x"])
def test_a_line_without_end_is_read_once(line: str) -> None:
    """What is nearly a rule, a megabyte of it, is no work: a program may print whatever it likes."""
    assert heads_joined(line) == line
