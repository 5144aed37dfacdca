"""Values are read from what a program prints after a label, however a student writes the line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.console import Span, read_console
from grader.checks.numerals import NumberReader, Reading
from grader.checks.printed import (
    Printed,
    count_matches,
    denser_said,
    different_values,
    numbers,
    runs_matches,
    stop_reasons_said,
    usd_matches,
    usd_rounded_away,
    words,
)

COST = Decimal("0.000406")
UNTIMED = settings(deadline=None, max_examples=150)


def counts(text: str, label: str = "input tokens") -> list[Decimal]:
    """Read the values of a label that is no money."""
    return [found.value for found in numbers(text, label)]


def dollars(text: str, label: str = "cost") -> list[Decimal]:
    """Read the values of a label that is money."""
    return [found.value for found in numbers(text, label, money=True)]


def as_printed(value: str) -> Printed:
    """Make the value that a plain `cost: …` line prints."""
    (found,) = numbers(f"cost: {value}", "cost", money=True)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "Input tokens used: 21",
        "INPUT_TOKENS = 21",
        '{"inputTokens": 21}',
        "{'input_tokens': 21, 'output_tokens': 77}",
        "**input tokens** | 21",
        "| **Input** tokens | `21` |",
        "input\\_tokens: 21",
        "input tokens......21",
        "input tokens .......... 21",
        "input tokens . . . . . 21",
        "input tokens .21",
        "input tokens.21",
        "input tokens ------- 21",
        "input tokens -------21",
        "input tokens ──────21",
        "input tokens - 21",
        "input tokens-21",
        "input-tokens-21",
        "input tokens – 21",
        "input tokens -> 21",
        "input tokens → 21",
        "input tokens ~ 21",
        "input tokens ≈ 21",
        "input tokens\t\t21",
        "input\u00a0tokens\u202f: 21",
        "inputtokens:21",
        "Input tokens21",
        "Input tokens: 21tokens",
        "Input tokens: 21.0",
        "Input tokens: 21.",
        "Input tokens (claude-haiku-4-5-20251001): 21",
        "Input tokens of anthropic.claude-3-5.1: 21",
        "Input tokens for call 1 of 3: 21",
        "Input tokens for gpt4: 21",
        "input tokens used-21",
        "input tokens: [21]",
        "input tokens: '21'",
        "input tokens: 21, output tokens: 77",
        "Usage(cache_read_input_tokens=0, input_tokens=21, output_tokens=77)",
        "cumulative_input_tokens=21",
        "totalInputTokens=21",
        "LLMInputTokens=21",
        "费用Input tokens: 21",
        "call2input tokens: 21",
        "And that is the end of my answinput tokens: 21",
        "🔢 Input 🪙 tokens ▶️ 21",
        "🧮input🧮tokens🧮21",
        "𝗜𝗻𝗽𝘂𝘁 𝘁𝗼𝗸𝗲𝗻𝘀: 𝟮𝟭",
        "ｉｎｐｕｔ＿ｔｏｋｅｎｓ：２１",
        "input tokens: ٢١",
        "\ufeffinput tokens: 21",
        "in\u200bput to\u00adkens: 2\u200b1",
        "\x1b[1minput\x1b[0m \x1b[38;5;10mtokens\x1b[m: \x1b[1;36m2\x1b[0m1",
        "\x1b]8;;https://example.org/99\x1b\\input tokens\x1b]8;;\x07: 21",
        "\x1b]0;99 unfinished\ninput tokens: 21",
        "\x1b(Binput tokens\x1b7: 21\x1b8",
        "input tokens\x1b[5C21",
        "input tokens:\x1b[2;1H21",
        "input tokens: \x1bE21",
        "input tokens: 21\x1b[3",
        "i\0n\0p\0u\0t\0 tokens: 2\0001",
        "input tokens:\x0b21",
        "|/\b-\binput tokens: 21",
        "\udcff\ud800input tokens: \udc8021",
        "loading...\rinput tokens: 21",
        "input tokens: 20\rinput tokens: 21",
        "input tokens:\r\n21\r\n",
        "input tokens\n\n   \n  21",
        "# Input tokens\n\n**21**",
        "Input tokens for claude-haiku-4-5\n21",
        "Input tokens for Claude Haiku 4.5:\n21",
        "Input tokens for Claude 3.5 Haiku: 21",
        "Input tokens of Claude 21",
        "input tokens | output tokens\n---|---\n21 | 77",
        "|input tokens|output tokens|\n|:---:|---:|\n|21|77|",
        "┏━━━━┳━━━━┓\n┃ Input tokens ┃ Output tokens ┃\n┡━━━━╇━━━━┩\n│ 21 │ 77 │\n└────┴────┘",
        "   input tokens  output tokens      cost\n0            21             77  0.000406",
        "model,input_tokens,output_tokens\nclaude-haiku-4-5,21,77,0.000406",
        "model,input_tokens,output_tokens\ngpt4,21,77",
        "input_tokens,output_tokens\n21,770,000",
        "input tokens,21,770,301",
        "cost,input tokens\n0.5,21,770",
        "The input tokens are counted first. Then 3 more.\nInput tokens: 21",
    ],
)
def test_a_right_count_is_found_however_the_line_is_written(line: str) -> None:
    """Every way to print 21 after the label `input tokens` gives 21."""
    assert any(count_matches(found, 21) for found in numbers(line, "input tokens"))


@pytest.mark.parametrize(
    "line",
    [
        "tokens: input 21",
        "21 input tokens",
        "input/output tokens: 21/77",
        "input: tokens: 21",
        "input tokens for model21",
        "input tokens: -21",
        "input tokens −21",
        "input tokens: 2.1e2",
        "input tokens: 22\n21",
        "input tokens:\nnone yet\n21",
        "input tokens: ²¹",
        "input\ntokens: 21",
        "prompt tokens: 21",
        "claude input tokens of claude-21",
        "",
        "input tokens",
    ],
)
def test_what_is_not_the_count_after_its_label_is_not_taken_for_it(line: str) -> None:
    """A missing label, a sign, another line or the digits of a name do not print 21."""
    assert not any(count_matches(found, 21) for found in numbers(line, "input tokens"))


@pytest.mark.parametrize("text", ["1,337", "1_337", "1\u2009337", "1\u202f337", "1\u00a0337", "1337", "1.337e3"])
def test_thousands_separators_are_read(text: str) -> None:
    """Comma, underscore and thin spaces group thousands."""
    assert counts(f"input tokens: {text}") == [1337]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,337,910", [1337910]),
        ("1,337,91", [1, 337, 91]),
        ("0,000406", [0, 406]),
        ("21,77", [21, 77]),
        ("1337,910", [1337, 910]),
        ("1_33", [1, 33]),
        ("312 287", [312, 287]),
        ("12:30", [12, 30]),
        ("2025-10-01", [2025, 10, 1]),
        ("1.2.3", [Decimal("1.2"), 3]),
        ("-1,337", [-1337]),
        ("1e5x", [1]),
    ],
)
def test_commas_that_group_no_thousands_part_values(text: str, values: list[int | Decimal]) -> None:
    """A separator groups only three digits each."""
    assert counts(f"input tokens: {text}") == values


def test_a_row_gives_all_its_values_in_order() -> None:
    """A row of two calls gives both counts, and says where they stand."""
    first, second = numbers("calls\n\x1b[1m| output tokens | 312 | 287 |", "output tokens")
    assert (first.text, first.line, first.column, first.offset) == ("312", 2, 19, 28)
    assert (second.text, second.line, second.offset) == ("287", 2, 34)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "call    input tokens output tokens  cost\nplain   17  206  0.001\nstream  17  294  0.002",
            [17, 206, 17, 294],
        ),
        ("|call|input tokens|output tokens|\n|---|---|---|\n|a|1|2|\n|---|---|---|\n|b|3|4|\n", [1, 2, 3, 4]),
        ("input tokens,output tokens,model\n1,2,m\n3,4,m\ntotal: 4 and 6, that is 10\n", [1, 2, 3, 4]),
        ("input tokens | output tokens\n1 | 2\n3 | 4", [1, 2]),
        ("input tokens | output tokens | n\n1 | 2 | 3\n4 | 5", [1, 2, 3]),
        ("input tokens | output tokens | n\n1 | 2 | 3\ninput tokens: 7 | 8 | 9", [1, 2, 3, 7, 8, 9]),
        ("input tokens | output tokens | n\n1 | 2 | 3\na | b | c\n4 | 5 | 6", [1, 2, 3]),
    ],
    ids=["columns", "bars", "commas", "two columns", "fewer cells", "a label of its own", "no numbers"],
)
def test_a_table_may_have_a_row_for_each_call(text: str, values: list[int]) -> None:
    """Rows that have as many cells as the first are rows of the same labels, as many as there are calls."""
    found = [one.value for one in numbers(text, "input tokens", rows=5) if one.value == int(one.value)]
    assert found == values
    assert len(numbers("input tokens | output tokens | n\n1 | 2 | 3\n4 | 5 | 6", "input tokens")) == 3


def test_of_a_very_long_table_the_first_rows_are_read() -> None:
    """Each row of labels costs no more than that."""
    found = numbers("input tokens | n | m\n" + "1 | 2 | 3\n" * 30, "input tokens", rows=30)
    assert 3 < len(found) < 60


def test_places_count_lines_by_newlines_and_columns_from_the_row() -> None:
    """A carriage return begins a row at column 1 but no line, and the offset leads back into the given text."""
    text = "a\r\n\x1b[2K10 %\r\x1b[2Kinput tokens: \x1b[1m21\x1b[0m"
    (found,) = numbers(text, "input tokens")
    assert (found.line, found.column) == (2, 15)
    assert text[found.offset : found.offset + 2] == "21"


def test_a_number_on_two_lines_of_labels_is_one_candidate() -> None:
    """A label alone above a labelled value gives that value once."""
    assert dollars("Cost\nCost: 0.000406") == [COST]


def test_numbers_too_long_to_compute_with_are_passed_over() -> None:
    """Huge exponents and endless digits neither hang nor count."""
    noise = f"1e999999999 1e-99999 {'9' * 100_000} nan inf -Infinity 0.{'3' * 2000}"
    assert dollars(f"cost: {noise} 0.000406") == [COST]


def test_digits_of_names_are_no_guesses() -> None:
    """Names between a label and its value do not add to the different values."""
    text = "cost of claude-haiku-4-5-20251001, gpt4, gpt-4.1, model-3-7: $0.000406 ($0.000406)"
    found = numbers(text, "cost", money=True)
    assert different_values(found) == 1
    assert found[-1].value == COST


def test_a_number_with_two_readings_is_one_guess() -> None:
    """A value in dollars or cents counts once, at its one place."""
    found = numbers("cost: 0.0406 cents = 1", "cost", money=True)[:2]
    assert [one.value for one in found] == [Decimal("0.0406"), COST]
    assert different_values(found) == 1


def test_different_values_are_counted() -> None:
    """Twelve different numbers are twelve, printed twice or not."""
    row = " ".join(map(str, range(12)))
    assert different_values(numbers(f"input tokens: {row}\ninput tokens: {row}", "input tokens")) == 12


@pytest.mark.parametrize(
    "line",
    [
        "cost: 0.000406",
        "cost: $0.000406",
        "cost $ 0.000406",
        "Cost: USD 0.000406",
        "Cost: USD0.000406",
        "Cost: US$0.000406",
        "Cost: 0.000406$",
        "Cost: 0.000406 US dollars",
        "costUsd=0.000406",
        "costs0.000406",
        "cost .000406",
        "cost: $.000406",
        "cost (usd) .000406",
        "cost\n.000406",
        "cost......0.000406",
        "cost .0.000406",
        "cost -----$0.000406",
        "cost = 4.06e-04",
        "Cost: 4.06E-4 USD",
        "Cost: 4.06e−04",
        "cost: .406e-3",
        "total_cost 0.000406",
        "totalCost=0.000406",
        "totalcost=0.000406",
        "The end of an answcost: 0.000406",
        "APICost: 0.000406",
        "forecast cost: 0.000406",
        "cost of this call on claude-haiku-4-5: $0.000406",
        "Cost (21 in, 77 out): $0.000406.",
        "Cost: $0.000021 + $0.000385 = $0.000406/call",
        "cost,0.000406,312,287",
        "Cost: 0.0406¢",
        "Cost: ¢0.0406",
        "Cost: 0.0406 cents",
        "Cost: 0.0406 US cents",
        "Cost: 0.0406-cent",
        "Cost: **0.0406** cents",
        "Cost: 0.0406 (cents)",
        "Cost: 0.0406 [in cents]",
        "Cost: $0.0406 cents",
        "cost_cents: 0.0406",
        "costCents: 0.0406",
        "costInCents: 0.0406",
        "costcents: 0.0406",
        "COST_CENTS: 0.0406",
        "cents_cost: 0.0406",
        "Cost (¢): 0.0406",
        "Cost in cents: 0.0406",
        "Cost in cents, the total cost: 0.0406",
        "Cost in USD cents: 0.0406",
        "Cost per call in cents: 0.0406",
        "Cost in cents\n0.0406",
        "Cost\n0.0406 cents",
        "| cost | 0.0406 | cents |",
        "| cost | unit |\n| 0.0406 | cents |",
        "| cost (cents) | runs per dollar |\n|---|---|\n| 0.0406 | 2463 |",
        "| runs per dollar | cost (cents) |\n|---|---|\n| 2463 | 0.0406 |",
        "cost\tcents\n0.000406\t0.0406",
        "| cost | cost (cents) |\n| 0.000406 | 0.04 |",
        "| cost | cost (cents) |\n| 0 | 0.0406 |",
        "cost in cents and runs per dollar: 0.0406, 2463",
        "runs and cost per US dollar: 2463, 0.000406",
        "Cost: 0.0406 cents, that is cheap: 1 run",
        "Cost: 0.0406 cents: cheap!",
        "Cost: 0.0406 USD cents",
        "Cost: 0.0406 dollar cents",
        "Cost: 0.0406, in cents",
        "Cost: 0.0406 (= cents)",
        "Cost: 0.0406 (unit: cents)",
        "Cost: 0.0406 expressed in cents",
        "(cents) cost: 0.0406",
        "In cents, the cost is 0.0406",
        "Cost: 0.000406, in cents it is 0.0406",
        "Cost: 0.000406; cents 0.0406",
        "Cost (below a cent): 0.000406",
        "Cost, a fraction of a cent: 0.000406",
        "Cost, under 1 cent: 0.000406",
        "The cost is not even one cent, namely 0.000406",
        "Cost: 0.000406 (less than a cent)",
        "0.0406 cents, cost: 0.000406",
        "Cost: 0.000406, cents would not do",
        "cents,cost\n0.0,0.000406",
        "Cost (as a cent amount): 0.0406",
        "Cost in a cents unit: 0.0406",
        "Cost: $0.000406, cents",
        "Cost: 0.000406 in the cents range",
        '{"cost": 0.0406, "unit": "cents", "runs per dollar": 2463}',
        "Cost with Claude Haiku 4.5\n$0.000406",
        "Cost of call 1,337,0.000406",
        "Cost: 1337,0.0406 cents",
        '{"unit": "cents", "cost": 0.0406}',
        "unit=cents; cost=0.0406",
        "Cost: less than 0.1 cents: 0.000406",
        "cost,0.0406,cents,model",
        "Cost: about 0.04 cents: 0.000406",
        "Cost: ~0.000406 cents: 0.0406",
        "Cost: 0.0406 of a cent",
        "Cost: 0.0406 of one cent",
        "Cost: 0.0406 of a single cent",
        "Cost: 0.0406 total cents",
        '{"cost": 0.0406, "cost_unit": "cents"}',
        '{"cost": 0.0406, "currency": "US cents"}',
        "cost,0.000406,cents,0.0406",
        "cost,budget_cents\n0.000406,99.96",
        "cost;budget_cents\n0.000406;99.96",
        "cost budget_cents\n0.000406 99.96",
        "cost (USD), budget (cents)\n0.000406, 99.96",
        "cost, in cents\n0.0406",
        "cost_cents,budget_usd\n0.0406,1",
        "cost (cents)\n> 0.0406",
        "cost (USD) | cost (cents)\n0.000406 | 0.04",
        "cost (USD) | cost (cents) | note\n0.000406 | 0.04",
        "input_tokens,cost_usd,cost_cents\n21,0.0,0.0406",
        "input_tokens cost_usd cost_cents\n21 0.0 0.0406",
        "cost (cents / dollars): 0.0406 / 0.0004060001",
        "cost (cents, not dollars): 0.0406",
        "cost (not in dollars but cents): 0.0406",
        "cost (dollars / cents)\n0.000406 / 0.041",
        "cost (dollars and cents, 3 calls of 21 tokens): 0.0406",
        "not free, the cost is 0.0406 cents",
        "cost (not rounded) in cents: 0.0406",
        "cost without rounding, in cents: 0.0406",
        "cost: not much, cents 0.0406",
        "cost (not rounded), cents\n0.0406",
        "cost in cents is too small to see, so in dollars: 0.000406",
        "cost in cents would be tiny; in dollars it is 0.000406",
        "cost (no cents, dollars): 0.000406",
        "cost (dollars and cents are both shown): 0.000406",
        "cost in dollars (cents: 0.0406): 0.000406",
        "| cost (USD) | cost (cents) |\n| call 1 | 0.000406 | 0.0406 |",
        "cost in cents is tiny, so in dollars\n0.000406",
        "cost in dollars or in cents: 0.000406, 0.04",
        "cost_cents cost_usd\n0.000406",
    ],
)
def test_a_right_cost_is_found_however_it_is_written(line: str) -> None:
    """Every way to print 0.000406 dollars gives 0.000406 dollars, cents included."""
    assert COST in dollars(line)


@pytest.mark.parametrize(
    "line",
    [
        "Cost: $0.000406 (0.0406 cents)",
        "Cost (0.0406 cents): $0.000406",
        "Cost: 0.000406 (cents: 0.0406)",
        "Cost: 0.000406 (cents 0.0406)",
        "Cost: 0.000406 (cents): 0.0406",
        "Cost: 0.000406 cents: 0.0406",
        "cost=0.000406 cents=0.0406",
        "Cost (dollars): 0.000406, cents: 0.0406",
        "Cost in cents: 0.0406, in dollars: 0.000406",
        "Cost in cents: 0.0406, cost: 0.000406",
        "Cost in cents: 0.0406 = $0.000406",
        "Cost: 0.000406 ¢0.0406",
        "Cost 0.000406 USD cents 0.0406",
        "Cost dollars 0.000406 cents 0.0406",
        "Cost [USD] 0.000406 [cents] 0.0406",
        "Cost: 0.000406 USD - cents 0.0406",
        "| cost | 0.000406 | cents | 0.0406 |",
    ],
)
def test_a_value_in_dollars_and_in_cents_gives_the_right_one_twice(line: str) -> None:
    """Where both units stand on a line, each number is read in its own."""
    assert dollars(line) == [COST, COST]


@pytest.mark.parametrize(
    "line",
    [
        "cost,budget_cents\n0.0406,99.96",
        "cost budget_cents\n0.0406 99.96",
        "cost (USD), budget (cents)\n0.0406, 99.96",
        "cost_cents,budget_usd\n0.000406,1",
        "cost (USD) | cost (cents)\n0.0406 | 4.06",
        "| cost (cents) | cost (USD) |\n|---|---|\n| 4.06 | 0.0406 |",
        "input_tokens,cost_usd,cost_cents\n21,0.0406,4.06",
        "input_tokens cost_usd cost_cents\n21 0.0406 4.06",
        "input tokens   cost (USD)   cost (cents)\n21             0.0406       4.06",
        "cost (dollars / cents): 0.0406 / 4.06",
        "cost (in dollars and cents): 0.0406",
        "cost (dollars, not cents): 0.0406",
        "cost, not rounded to cents: 0.0406",
        "cost (not in cents)\n0.0406",
    ],
)
def test_the_unit_of_another_column_is_not_the_costs(line: str) -> None:
    """A heading is in a unit of its own."""
    assert COST not in dollars(line)


@pytest.mark.parametrize("near", ["about ", "less than ", "nearly ", "~", "<"])
def test_an_amount_in_cents_that_something_is_near_to_is_in_cents(near: str) -> None:
    """Where no other number follows, nothing else can be meant."""
    assert dollars(f"Cost: {near}0.0406 cents") == [COST]
    assert COST not in dollars(f"Cost: {near}0.000406 cents")


@pytest.mark.parametrize("line", ["Cost: 0.0406 cents = 0.000406", "cost = 0.000406 cents = 0.0406"])
def test_a_unit_between_two_numbers_is_read_for_either(line: str) -> None:
    """Where a unit may belong to both its neighbours, the right value is among the readings."""
    assert COST in dollars(line)


@pytest.mark.parametrize(
    "line",
    [
        "cost: 0.0406",
        "cost: 0.0406 (4 per cent)",
        "cost: 0.0406 percent",
        "cost: 0.0406, runs per cent: 24",
        "cost: 0.0406 runs per ¢",
        "cost: 0.0406" + " " * 80 + "cents",
        "cost: 0.0406 in a few cents",
        "cost: 0.0406, centsible",
        "cost: $0.000406 cents",
        "cost: -0.000406",
        "cost: -$0.000406",
        "cost: $-0.000406",
        "cost......000406",
        "cost.000406",
        "cost . . .000406",
        "cost: 0,000406",
        "accost: 0.000406",
        "Pentecost = 0.000406",
        "totalcost 0.000406",
        "forecast: 0.000406",
        "runs per dollar: 0.000406",
    ],
)
def test_what_is_not_the_cost_is_not_taken_for_it(line: str) -> None:
    """Cents without a sign, a minus, a leader's dots or another word do not print 0.000406 dollars."""
    assert COST not in dollars(line)


def test_a_value_says_how_it_was_written() -> None:
    """Cents keep the number as written beside its value, and the text keeps sign and unit."""
    in_dollars, in_cents = numbers("Cost: $ 0.0004 (0.0406 cents)", "cost", money=True)
    assert (in_dollars.text, in_dollars.in_cents, in_dollars.raw) == ("$ 0.0004", False, Decimal("0.0004"))
    assert (in_cents.text, in_cents.in_cents, in_cents.raw) == ("0.0406 cents", True, Decimal("0.0406"))
    assert in_cents.value == COST
    assert numbers("cost: 0.04 (in cents)", "cost", money=True)[0].text == "0.04 (in cents)"
    assert numbers("cost ---$0.04", "cost", money=True)[0].text == "$0.04"
    assert numbers("cost: -$0.04", "cost", money=True)[0].text == "-$0.04"


def test_cents_are_for_money_only() -> None:
    """A count is never scaled."""
    (found,) = numbers("runs per dollar in cents: 2463 cents", "runs per dollar")
    assert (found.value, found.in_cents) == (Decimal(2463), False)


@pytest.mark.parametrize(
    "line",
    [
        "Runs per dollar: 2463",
        "runs_per_dollar=2463.05",
        "runsPerDollar: 2,463.05",
        "Runs-per-dollar ~ 2463",
        "runs per dollar .....2463.05",
        "Runs per dollar: about 2,463 runs per $1",
        "Runs per dollar: 2.46305e3",
        "| cost | runs per dollar |\n| $0.000406 | 2463 |",
    ],
)
def test_runs_per_dollar_are_found(line: str) -> None:
    """Whole runs, fractions and thousands separators all print the runs."""
    assert any(runs_matches(found, Decimal("2463.05")) for found in numbers(line, "runs per dollar"))


@pytest.mark.parametrize("line", ["runs/dollar: 2463", "runs per: 2463", "dollar per runs: 2463"])
def test_another_label_is_not_runs_per_dollar(line: str) -> None:
    """All the words of a label must stand there, in order."""
    assert numbers(line, "runs per dollar") == ()


@pytest.mark.parametrize(
    ("text", "right", "matches"),
    [
        ("2462.05", "2463.05", True),
        ("2464.05", "2463.05", True),
        ("2462.04", "2463.05", False),
        ("2464.0500000000000000000000000000000000001", "2463.05", False),
        ("1e9999", "2463.05", False),
        ("0.000406", "2463.05", False),
    ],
)
def test_runs_match_within_one(text: str, right: str, matches: bool) -> None:
    """One run more or less is right, exactly one included, and not a hair more."""
    assert runs_matches(as_printed(text), Decimal(right)) is matches


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0.000406", "0.000406"),
        ("$0.00040600", "0.000406"),
        ("0.00041", "0.000406"),
        ("0.0004", "0.000406"),  # cut off to 0.00040
        ("0.0406 cents", "0.000406"),
        ("0.041 cents", "0.000406"),
        ("4.06e-04", "0.000406"),
        ("0.0003", "0.000297"),
        ("0.00029", "0.000297"),
        ("0.0010", "0.000996"),
        ("0.00099", "0.000996"),
        ("0.00040600000000000003", "0.000406"),
        ("0.0004059999999999999", "0.000406"),
        ("0.00012", "0.000125"),  # half to even, or cut
        ("0.00013", "0.000125"),
        ("12.35", "12.345678"),
        ("12.34", "12.345678"),
        ("12", "12.345678"),
        ("12.34568", "12.345678"),
        ("0", "0"),
        ("0.25", "0.25"),
        ("0.5", "0.5"),
        ("1" * 90 + "7", "1" * 90 + "7"),
        ("1" * 58 + "0" * 33, "1" * 90 + "7"),
    ],
)
def test_dollars_match_rounded_or_cut_to_two_digits_or_more(text: str, right: str) -> None:
    """The right amount passes at any precision from two digits on."""
    assert usd_matches(as_printed(text), Decimal(right))
    assert not usd_rounded_away(as_printed(text), Decimal(right))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("0.000407", "0.000406"),
        ("0.00042", "0.000406"),
        ("0.00040601", "0.000406"),
        ("0.0406", "0.000406"),
        ("-0.000406", "0.000406"),
        ("0.00028", "0.000297"),
        ("0.000296", "0.000297"),
        ("0.000299", "0.0003"),
        ("0.00014", "0.000125"),
        ("12.36", "12.345678"),
        ("1e9999", "0.000406"),
        ("0.000406001", "0.000406"),
        ("0.0001", "0"),
    ],
)
def test_other_dollars_do_not_match(text: str, right: str) -> None:
    """A wrong digit fails, and is not called rounded away."""
    assert not usd_matches(as_printed(text), Decimal(right))
    assert not usd_rounded_away(as_printed(text), Decimal(right))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("$0.00", "0.000406"),
        ("0", "0.000406"),
        ("-0.0", "0.000406"),
        ("0.00 cents", "0.000406"),
        ("0.0005", "0.000456"),
        ("0.0004", "0.000456"),
        ("0.001", "0.000956"),
        ("0.001", "0.000556"),
        ("0.01", "0.005892"),
    ],
)
def test_dollars_with_fewer_than_two_digits_left_are_rounded_away(text: str, right: str) -> None:
    """Zero, one digit, and a carry into the place above are recognised as rounding."""
    assert not usd_matches(as_printed(text), Decimal(right))
    assert usd_rounded_away(as_printed(text), Decimal(right))


def samples_said(text: str) -> tuple[str, ...]:
    """What each mention of `denser` says."""
    return tuple(said.sample for said in denser_said(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Code has 55 more tokens than the prose and is denser", "code"),
        ("The code needs 55 tokens more than the prose: it is denser.", "code"),
        ("code: 214 tokens, denser\nprose: 159 tokens", "code"),
        ("prose: 159 tokens\ncode: 214 tokens  <- denser", "code"),
        ("denser: code", "code"),
        ("denser (prose or code): code", "code"),
        ("Denser sample (prose/code) = prose", "prose"),
        ("The denser of prose and code: code", "code"),
        ("denser (code, prose): prose, by far", "prose"),
        ("denser (prose or code)", "prose"),
        ("denser = prose", "prose"),
        ("denser → code", "code"),
        ("DENSER: 'CODE'", "code"),
        ("denser\ncode", "code"),
        ("Denser:\n\n  **Prose**", "prose"),
        ("denser: the code sample", "code"),
        ("denserSample: code", "code"),
        ("denser_text = code, not prose", "code"),
        ("The denser one is prose", "prose"),
        ("denser: code tokens (240) > prose tokens (182)", "code"),
        ("denser (tokens per character): code (0.3) vs prose (0.2)", "code"),
        ("prose tokens: 182, code tokens: 240, denser: code", "code"),
        ('{"denser": "code", "prose_tokens": 182}', "code"),
        ("| prose tokens | code tokens | denser |\n|---|---|---|\n| 182 | 240 | code |", "code"),
        ("| denser | prose tokens | code tokens |\n| code | 182 | 240 |", "code"),
        ("denser | code tokens\nnothing", "code"),
        ("Code is denser than prose", "code"),
        ("Code tokens are much denser than the prose", "code"),
        ("Per character, prose is not denser than code.", "code"),
        ("Prose isn't denser than code", "code"),
        ("It isn’t denser than code: prose", "code"),
        ("It is denser than prose: code", "code"),
        ("Code is denser than prose. No doubt", "code"),
        ("Is code denser than prose? True", "code"),
        ("code denser than prose: False", "prose"),
        ("denser than expected: code", "code"),
        ("Code is denser.", "code"),
        ("Prose is the denser one", "prose"),
        ("Code is denser (240 tokens; prose 182)", "code"),
        ("code_denser=True", "code"),
        ("codeDenser: no", "prose"),
        ("Code has more tokens, so it is denser.", "code"),
        ("Prose or code: which is denser?\ncode", "code"),
        ("Is prose or code denser?\ncode", "code"),
        ("code denser", "code"),
        ("denser!\n???", None),
        ("denser: neither\nthe end", None),
        ("condenser: code", None),
        ("prose: 182, code: 240", None),
        ("", None),
    ],
)
def test_the_denser_sample_is_read_from_labels_and_sentences(text: str, said: str | None) -> None:
    """A line, a row or a sentence says which sample is denser."""
    assert samples_said(text) == (() if said is None else (said,))


def test_each_mention_of_denser_says_its_own() -> None:
    """Two statements are two, so that a contradiction can be seen."""
    assert samples_said("denser: prose\nCode is denser than prose, so denser: code") == ("prose", "code", "code")
    assert samples_said("denser, denser:\nprose") == ("prose", "prose")


@pytest.mark.parametrize(
    "plain",
    [
        "denser\n------\ncode",
        "| denser | code |",
        "denser -> code",
        "denser, each of 653: code",
        "Code is denser than prose.",
    ],
)
def test_a_plain_word_is_told_from_an_explanation(plain: str) -> None:
    """An explanation names both samples, or one of them in passing; a label and its word, or a comparison, decide."""
    explained = "(denser means more tokens for as many signs, in prose as in code)"
    assert [said.plainly for said in denser_said(f"{plain}\n{explained}")] == [True, False]
    assert [said.plainly for said in denser_said("A denser text costs more, be it prose or not")] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "stop reason: end_turn",
        '"stop_reason": "end_turn",',
        "Stop Reason: End Turn (normal)",
        "stopReason=StopReason.end_turn",
        "STOP_REASON: END_TURN",
        "stop reason EndTurn",
        "stop reason: endturn",
        "stop-reason: end-turn",
        "stop reasons: end_turn",
        "stop reason\nend_turn",
        "stop reason: `end_turn`, input tokens: 21",
        "end of the answstop reason: end_turn",
        "| stop reason | input tokens |\n|---|---|\n| end_turn | 21 |",
        "| stop reason | max_tokens | used |\n|---|---|---|\n| end_turn | 4096 | 21 |",
        "Message(id='m', stop_reason='end_turn', stop_sequence=None)",
    ],
)
def test_a_stop_reason_is_read_as_its_name(text: str) -> None:
    """Quotes, case, spaces and `_` make no difference to a stop reason."""
    assert "end_turn" in stop_reasons_said(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stop reason: model context window exceeded", ("model_context_window_exceeded",)),
        ("stop reason: some_newReason now", ("some_new_reason", "now")),
        ("stop reason: max_tokens\nend_turn", ("max_tokens",)),
        ("stop reason: end. turn", ("end", "turn")),
        ("stop reason: None", ("none",)),
        ("stop reason: end", ("end",)),
        ("end_turn", ()),
        ("stop: end_turn", ()),
    ],
)
def test_other_words_are_not_made_into_stop_reasons(text: str, said: tuple[str, ...]) -> None:
    """What is said is given as it stands, and only after the label."""
    assert stop_reasons_said(text) == said


def test_words_say_what_stands_before_the_label() -> None:
    """The words after a label come in order, with their places and the words before the label."""
    than, prose = words("\nCode is denser: Than PROSE", "denser")
    assert (than.word, prose.word, prose.text) == ("than", "prose", "PROSE")
    assert than.before == ("code", "is")
    assert (prose.line, prose.column, prose.offset) == (2, 22, 22)


def test_words_come_from_the_next_line_where_none_follows() -> None:
    """A label alone on its line is answered by the next line with a letter."""
    assert [found.word for found in words("stop reason:\n-----\nend_turn", "stop reason")] == ["end", "turn"]
    assert words("stop reason:\n----", "stop reason") == ()


LABELS = {
    "input tokens": [
        "input tokens",
        "Input Tokens",
        "INPUT_TOKENS",
        "inputTokens",
        "**input tokens**",
        "totalInputTokens",
    ],
    "cost": ["cost", "Cost", "total_cost", "callCost", "**Cost**", "costUsd", "cost of claude-haiku-4-5", "💰 cost"],
}
JOINTS = [
    ": ",
    " = ",
    "=",
    " | ",
    "......",
    " ..... ",
    " -----",
    "\t",
    " → ",
    " ~ ",
    ": \x1b[1m",
    "\n",
    "\n---\n",
    " (v2): ",
]
ENDINGS = ["", "\n", "\r\n", " tokens", ", more: 5", "\x1b[0m", " |", ")", ".", "; next 7"]


@UNTIMED
@given(
    st.integers(0, 10**9),
    st.sampled_from(LABELS["input tokens"]),
    st.sampled_from(JOINTS),
    st.sampled_from(["{}", "{:,}", "{:_}", "{:.1f}", "{!s:>12}", "'{}'", "~{}"]),
    st.sampled_from(ENDINGS),
    st.text(max_size=30),
)
def test_any_count_in_any_format_is_found(
    right: int, label: str, joint: str, form: str, ending: str, before: str
) -> None:
    """Label, joint, format and ending can be combined freely."""
    line = f"{before}\n{label}{joint}{form.format(right)}{ending}"
    assert any(count_matches(found, right) for found in numbers(line, "input tokens"))


@UNTIMED
@given(
    st.integers(1, 10**7).flatmap(lambda tokens: st.tuples(st.just(tokens), st.integers(0, 10**6))),
    st.sampled_from(LABELS["cost"]),
    st.sampled_from(JOINTS),
    st.sampled_from(["{}", "${}", "$ {}", "{} USD", "USD {}", "{:.6f}", "{:.12f}", "${:.8f}", "{:e}", "{:.3e}", "c{}"]),
    st.sampled_from(ENDINGS),
)
def test_any_cost_in_any_format_is_found(
    tokens: tuple[int, int], label: str, joint: str, form: str, ending: str
) -> None:
    """A cost printed as Python prints it, in dollars or in cents, is found and matches."""
    right = (tokens[0] * Decimal(1) + tokens[1] * Decimal(5)) / 10**6
    cost = (tokens[0] * 1.0 + tokens[1] * 5.0) / 1_000_000
    text = f"{cost * 100} cents" if form == "c{}" else form.format(cost)
    if form == "{:.6f}" and right < Decimal("0.00001"):
        return  # one digit is all that six decimals show
    found = numbers(f"{label}{joint}{text}{ending}", "cost", money=True)
    assert any(usd_matches(one, right) for one in found)


@UNTIMED
@given(st.integers(1, 10**12), st.integers(2, 12), st.sampled_from(["ROUND_HALF_UP", "ROUND_HALF_EVEN", "ROUND_DOWN"]))
def test_any_right_rounding_matches(units: int, digits: int, rounding: str) -> None:
    """Rounding or cutting to two digits or more never fails."""
    right = Decimal(units).scaleb(-7)
    kept = right.quantize(Decimal(1).scaleb(right.adjusted() - digits + 1), rounding)
    assert usd_matches(as_printed(f"{kept:f}"), right)


@UNTIMED
@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_dollars_that_differ_by_more_than_half_of_the_second_digit_never_match(units: int, other: int) -> None:
    """Whatever matches is within a unit of the second significant digit."""
    right, value = Fraction(units, 10**7), Fraction(other, 10**7)
    if usd_matches(as_printed(f"{Decimal(other).scaleb(-7):f}"), Decimal(units).scaleb(-7)):
        assert abs(value - right) < right / 10


@UNTIMED
@given(st.text(st.sampled_from("cost $¢.,-_:=|()\n\r\x1b[]mK;0123456789eE\0\u2009 \u202f٢centsusdper"), max_size=80))
def test_reading_never_fails(text: str) -> None:
    """Any text can be read; what is found stands where it says."""
    for found in numbers(text, "cost", money=True):
        assert text.count("\n", 0, found.offset) == found.line - 1
        assert found.in_cents == (found.value != found.raw or found.raw == 0) or found.raw == 0
        assert 0 <= found.offset < len(text)
        usd_matches(found, COST)
    words(text, "cost")


@UNTIMED
@given(st.text(max_size=60), st.sampled_from(["denser", "stop reason", "cost"]))
def test_any_unicode_can_be_read(text: str, label: str) -> None:
    """No sign of Unicode upsets the reading, and the folded text keeps the length of the text shown."""
    both = f"{text}{label}{text}"
    console = read_console(both)
    assert len(console.folded) == len(console.shown)
    denser_said(both), stop_reasons_said(both), words(both, label), numbers(both, label)


def test_every_sign_of_unicode_folds_to_one_sign() -> None:
    """Folding keeps places, whatever the sign."""
    console = read_console("".join(map(chr, range(0x20000))))
    assert len(console.folded) == len(console.shown)


HUGE = {
    "words": "x ",
    "numbers": "1 ",
    "labels": "cost ",
    "label lines": "cost\n",
    "value lines": "cost: 1\n",
    "denser": "denser ",
    "denser sentences": "code is denser ",
    "stop reasons": "stop reason ",
    "thousands": "1,111,",
    "thin spaces": "1\u2009",
    "names": "a-1-1",
    "camels": "costX",
    "cents": "1 cents ",
    "brackets": "(cents ",
    "nul": "\0 ",
    "dots": ".",
    "dashes": "-",
    "dollars": "$ ",
    "dollar and spaces": "$          ",
    "escapes": "\x1b[",
    "strings": "\x1b]",
    "rewritten": "cost 1\r",
    "first word": "stop _ ",
    "blank lines": "\n",
    "two units": "cost dollars cents 1 ",
    "two units, no number": "cost dollars cents x ",
    "denials": "not cents ",
    "rows of a table": "cost usd | cost cents | n\n1 | 2 | 3\n",
    "a long table": "1 | 2 | 3\n",
    "a wide table": "cost | 1 | ",
    "choices": "denser (prose or code ",
}


def steps(text: str) -> int:
    """Count the functions called while a text is read for every kind of value."""
    count = 0

    def called(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += 1

    read_console.cache_clear()
    before = sys.getprofile()
    sys.setprofile(called)
    try:
        numbers(text, "cost", money=True, rows=12)
        words(text, "cost")
        denser_said(text)
        stop_reasons_said(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", HUGE.values(), ids=HUGE.keys())
def test_twice_the_text_takes_twice_the_steps(unit: str) -> None:
    """The work grows with the text and no faster, whatever the text repeats."""
    once, twice = (steps("cost " + unit * count + "\n1 code end_turn") for count in (500, 1000))
    assert twice <= 2 * once + 200


@pytest.mark.parametrize("unit", HUGE.values(), ids=HUGE.keys())
def test_huge_output_is_read_to_its_end(unit: str) -> None:
    """The value after a hundred thousand signs is found; a pattern that backtracks would never get there."""
    text = "cost " + unit * (100_000 // len(unit)) + "\ncost: 0.000406\n"
    assert numbers(text, "cost", money=True)[-1].value == COST
    assert words(text, "cost") is not None


@pytest.mark.parametrize("unit", ["cost\n", "cost ", "cost: 1\n"])
def test_each_stretch_is_read_at_most_three_times(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels without a number do not send the reader over the same text again and again."""
    stretches: list[Span] = []

    def count(self: NumberReader) -> Iterator[Reading]:
        stretches.append(self._stretch)
        return read(self)

    read = NumberReader.readings
    monkeypatch.setattr(NumberReader, "readings", count)
    text = unit * 5000 + "\n1 2 3"
    numbers(text, "cost", money=True)
    assert sum(stretch.end - stretch.start for stretch in stretches) <= 3 * len(text)


def test_of_very_many_candidates_the_first_and_the_last_are_kept() -> None:
    """A flood of numbers neither fills the memory nor hides the last value."""
    found = numbers("cost: 1\n" * 30_000 + "cost: 0.000406", "cost", money=True)
    assert len(found) == 20_000
    assert (found[0].line, found[-1].line, found[-1].value) == (1, 30_001, COST)


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("cost: 4.06e-05USD", "cost", ["0.0000406"]),
        ("cost: 4.06e-05per call", "cost", ["0.0000406"]),
        ("cost：约0.000406美元\nruns per dollar: 2463", "cost", ["0.000406"]),
        ("料金 (cost) は0.000406ドル", "cost", ["0.000406"]),
        ("prose tokens：共159个", "prose tokens", ["159"]),
        ("cost of gpt4 and sha3e5x: $0.000406", "cost", ["0.000406"]),
        ("cost: <function call_cost at 0x7f3a41c0>\nruns per dollar: 2463", "cost", []),
        ("output tokens: {o}\ncost: {cost:.6f}", "output tokens", []),
        ("cost: None\nruns per dollar: 2463", "cost", []),
        ("cost:\n$0.000406", "cost", ["0.000406"]),
        ("input tokens | cost\n21 | $0.000406", "cost", ["21", "0.000406"]),
        ("cost: 0.0406 cents = $0.000406", "cost", ["0.000406"]),
        ("cost: 0.000406 cents = $0.0406", "cost", ["0.00000406", "0.0406"]),
        ("cost: 0.0406 dollars = 0.000406 cents", "cost", ["0.00000406", "0.0406"]),
        ("cost = 0.000406 cents = 0.0406", "cost", ["0.00000406", "0.000406", "0.0406"]),
    ],
)
def test_a_number_is_read_with_what_stands_around_it(text: str, label: str, expected: list[str]) -> None:
    """Units may be glued to it, scripts without spaces too; the next label's line and an address are none of its."""
    found = {printed.value for printed in numbers(text, label, money=label == "cost")}
    assert found >= {Decimal(value) for value in expected}
    assert bool(found) == bool(expected)
    if "= $" in text or "dollars =" in text:
        assert found == {Decimal(value) for value in expected}
