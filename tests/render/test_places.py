"""The lines at which to look: where a mistake is made, not where it shows."""

from __future__ import annotations

import pytest

from grader.checks.source import Source
from grader.render.faults import lines_at_fault, places_at_fault
from grader.render.places import Places
from tests.render.samples import check, exercise

COSTS = """\
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
MILLION = 1_000

def call_cost(input_tokens, output_tokens):
    input_part = input_tokens * OUTPUT_PRICE
    output_part = output_tokens * INPUT_PRICE
    return (input_part + output_part) / MILLION

def main():
    reply = client.messages.create(
        model="claude-opus-4-8",
        max_tokens=300,
    )
    usage = reply.usage
    cost = call_cost(usage.output_tokens, usage.input_tokens)
    print("input tokens:", usage.input_tokens)
    print("output tokens: {}".format(len(reply.content[0].text) // 4))
    print("cost: $%.2f" % cost)
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")
"""

STREAMS = """\
plain = client.messages.create(**request)
pieces = 0
for event in client.messages.create(**request, stream=True):
    if event.type == "message_start":
        used_in, used_out = event.message.usage.input_tokens, event.message.usage.output_tokens
    elif event.type == "content_block_delta":
        print(event.delta.text, end="")
        if pieces > 20:
            break
    pieces += 1
again = client.messages.create(**request)
print(again.content[0].text)
print("output tokens:", used_out)
print("input tokens", again.usage.input_tokens)
print("cost: " + str(used_in * 1e-6 + used_out * 5e-6))
"""

COUNTS = """\
other = client.messages.count_tokens(model=MODEL, messages=code)
mine = client.messages.count_tokens(model=MODEL, messages=prose)
third = client.messages.count_tokens(model=MODEL, messages=tail)
reply = client.messages.create(model=MODEL, max_tokens=9, messages=prose, system="x")
print("prose tokens:", mine.input_tokens)
"""


def places(text: str, *misconceptions: str, **facts: str) -> tuple[int, ...]:
    """The lines for a check that failed of some mistakes."""
    failed = check(misconceptions=misconceptions, misconception=(misconceptions or (None,))[0], facts=facts)
    return Places(Source(text)).of(failed)


@pytest.mark.parametrize(
    ("misconception", "facts", "lines"),
    [
        ("prices-swapped", {"function": "call_cost"}, (6, 7)),
        ("not-divided", {"function": "call_cost"}, (8,)),
        ("per-thousand", {"function": "call_cost"}, (3,)),
        ("other-models-price", {"function": "call_cost", "input_price": "$3.00", "output_price": "$5.00"}, (1,)),
        ("wrong-signature", {"function": "call_cost"}, (5,)),
        ("prices-swapped", {"label": "cost"}, (16,)),
        ("rounded-away", {"label": "cost"}, (19,)),
        ("other-models-price", {"label": "cost"}, (12, 19)),
        ("counted-by-hand", {"label": "output tokens"}, (18,)),
        ("runs-inverted", {"label": "runs per dollar"}, (20,)),
        ("function-missing", {"function": "forecast_cost"}, ()),
    ],
)
def test_a_cost_is_marked_where_it_is_made(misconception: str, facts: dict[str, str], lines: tuple[int, ...]) -> None:
    """The products, the division, the prices, the call with its values; the print only where the print is at fault."""
    assert places(COSTS, misconception, **facts) == lines


@pytest.mark.parametrize(
    ("misconception", "facts", "lines"),
    [
        ("usage-from-start", {"label": "output tokens"}, (5,)),
        ("usage-from-start", {"label": "cost"}, (5,)),
        ("usage-by-second-call", {"label": "input tokens"}, (11,)),
        ("not-flushed", {}, (7,)),
        ("stopped-early", {}, (9,)),
        ("answer-twice", {}, (12,)),
    ],
)
def test_a_stream_is_marked_where_it_is_read(misconception: str, facts: dict[str, str], lines: tuple[int, ...]) -> None:
    """The line that reads a count, also for the cost that is made of it; the print in the loop, the way out of it."""
    assert places(STREAMS, misconception, **facts) == lines


@pytest.mark.parametrize(
    ("misconception", "lines"),
    [
        ("counted-something-else", (4, 2)),
        ("count-after-send", (4, 2)),
        ("never-counted", (4,)),
        ("same-sample-twice", (2, 3)),
    ],
)
def test_the_count_is_marked_beside_what_was_sent(misconception: str, lines: tuple[int, ...]) -> None:
    """Of several counts the one of the same messages."""
    assert places(COUNTS, misconception) == lines


@pytest.mark.parametrize(
    "printed",
    [
        'print("cost:", total)',
        'print(f"cost: ${total:.6f}")',
        'print("cost: $%.6f" % total)',
        'print("cost: ${:.6f}".format(total))',
        'print("cost: " + str(total))',
        'print(*["runs", 1, "cost", total])',
        'table.add_row("Cost in dollars", f"{total:.6f}")',
        'print({"runs": 1, "cost": round(total, 6)})',
    ],
)
def test_a_label_is_found_however_it_is_printed(printed: str) -> None:
    """From the label over the name to the line where the value is made."""
    text = f"total = used_in * 5 + used_out\n{printed}\nprint('costly', 1)\n"
    assert places(text, "prices-swapped", label="cost") == (1,)


def test_a_value_without_its_label_is_found_by_its_name() -> None:
    """Not the line that prints something made of it."""
    text = 'print("it was", cost)\nprint("for a dollar", runs_per_dollar(cost))\n'
    assert places(text, "label-missing", label="cost") == (1,)


def test_an_error_in_another_file_marks_no_line_of_this_one() -> None:
    """The number of a line means nothing without its file."""
    assert places("a = 1\nb = 2\n", error_line="2", error_source="return x / 0") == ()
    assert places("a = 1\nb = 2\n", error_line="2", error_source="b = 2") == (2,)


def test_checks_that_only_show_a_mistake_point_to_where_it_is_made() -> None:
    """One note for one mistake, with the names of the checks, and the mistake's title where it is known."""
    function = check("cost_function", facts={"function": "call_cost"})
    printed = check("cost_printed", facts={"label": "cost"})
    both = exercise(function, printed)
    assert places_at_fault(both, COSTS) == {"cost_function": (6, 7), "cost_printed": (6, 7)}
    notes = lines_at_fault(both, places_at_fault(both, COSTS), {"prices-swapped": "The two prices are exchanged"})
    assert notes[6] == ("Look here for “The two prices are exchanged” (`cost_function`, `cost_printed`)",)


def test_an_expression_as_deep_as_nobody_writes_marks_nothing() -> None:
    """The page is written all the same."""
    deep = "print('cost:', " + " + ".join(["x"] * 40_000) + ")\n"
    assert places_at_fault(exercise(check(facts={"label": "cost"})), deep) in ({}, {"cost_printed": (1,)})
