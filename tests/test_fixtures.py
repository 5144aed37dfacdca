"""Fixture files and what is drawn from them: the form, the bank, and that no mistake gives a right number."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.documents import read_document
from grader.fixtures import Call, Collision, FixtureError, collisions, load_fixture
from grader.fixtures.content import Content, by_hand, countable
from grader.fixtures.counts import EstimatedCounts
from grader.fixtures.drafts import Drafts, Wanted
from grader.fixtures.form import Bank, Drawn
from grader.fixtures.separation import COSTS, OUTPUTS, RUNS, confusions, explanations
from grader.fixtures.texts import Writer, pieces_of, shortened
from grader.replay.script import Streamed
from tests.replay.serving import FIXTURES, PRICES, body, message, script, stream, tokens

FILES = sorted(path for path in FIXTURES.glob("*.yaml") if path.name != "bank.yaml")
PROMPTS = (
    "Explain in two sentences what a token is.",
    "What is the capital of Ecuador?",
    "Write a limerick about a spreadsheet that was never saved, and explain the joke to a five-year-old afterwards.",
    "def f(x):\n    return {'a': x ** 2, 'b': [x, -x]}  # what does this do?\n" * 3,
    "In a sentence or two: why should the price be known before the order is placed? " * 7,
)
LIMITS = (50, 64, 80, 100, 128, 150, 200, 250, 256, 300, 400, 500, 512, 800, 1000, 1024, 2000, 2048, 4096, 8000)
LABELS = re.compile(
    r"cost|forecast|denser|input tokens|output tokens|prose tokens|code tokens|runs per|stop reason", re.I
)


# ---------------------------------------------------------------- the files of the course


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_courses_fixtures_load(path: Path) -> None:
    """Every file is in the form, and nothing in it is called recorded."""
    fixture = load_fixture(path)
    assert fixture.plain and fixture.exchanges
    for each in fixture.exchanges:
        provenance = each.provenance or fixture.provenance
        assert "recorded" not in (provenance.numbers, provenance.text)


def test_every_fixture_is_used_by_an_exercise() -> None:
    """No stray file: each fixture is named by a scenario, the bank by the fixtures."""
    course = FIXTURES.parent / "course"
    named = {
        name
        for exercise in course.glob("*/exercise.yaml")
        for name in re.findall(r"fixture: ([\w.]+)", exercise.read_text(encoding="utf-8"))
    }
    assert {path.name for path in FILES} == named


def test_the_lessons_numbers_are_transcribed_and_its_unknown_words_are_not() -> None:
    """21/77 is the lesson's with words of ours; the poem is the lesson's with its numbers."""
    first, poem = load_fixture(FIXTURES / "exercise1.yaml").plain
    assert first.provenance is not None and poem.provenance is not None
    assert (first.input_tokens, first.output_tokens) == (21, 77)
    assert (first.provenance.numbers, first.provenance.text) == ("transcribed", "authored")
    assert (poem.input_tokens, poem.output_tokens) == (22, 55)
    assert (poem.provenance.numbers, poem.provenance.text) == ("transcribed", "transcribed")


def test_no_text_says_a_label() -> None:
    """An answer can never be taken for a printed value, nor a sentence of the bank."""
    texts = [each.text for path in FILES for each in load_fixture(path).exchanges]
    bank = read_document(FIXTURES / "bank.yaml", Bank)
    texts += [sentence for sentences in bank.topics.values() for sentence in sentences]
    assert not [found.group() for text in texts for found in LABELS.finditer(text)]


def test_the_streamed_recording_is_long_and_finely_cut() -> None:
    """Five paragraphs of 1,400 characters, 60 to 70 pieces, with accents, digits, a dash and apostrophes in it."""
    (streamed,) = load_fixture(FIXTURES / "exercise3.yaml").streamed
    assert len(streamed.text) >= 1400 and streamed.text.count("\n\n") == 4 and streamed.text.count("\n") == 8
    assert 60 <= len(streamed.pieces) <= 70 and max(map(len, streamed.pieces)) <= 150
    assert all(sign in streamed.text for sign in "éøŁ—'\"0123?,;:")


def test_the_bank_is_rich_enough() -> None:
    """Forty sentences and more, all different, each a whole one."""
    bank = read_document(FIXTURES / "bank.yaml", Bank)
    sentences = [sentence for topic in bank.topics.values() for sentence in topic]
    assert len(sentences) >= 60 and len(set(sentences)) == len(sentences)
    assert all(sentence[-1] in ".!?" and 60 <= len(sentence) <= 160 for sentence in sentences)


# ---------------------------------------------------------------- mistakes in a file

HEAD = """title: A test
provenance: authored
bank: bank.yaml
drawn: {plain: {characters: [100, 200]}, streamed: {characters: [100, 200]}}
"""
PLAIN = """exchanges:
  - request: {path: /v1/messages}
    body: {content: [{text: "Yes."}], usage: {input_tokens: 5, output_tokens: 2}}
"""


def load_text(folder: Path, text: str, bank: str = "") -> Any:
    """Load a fixture from text, beside a bank."""
    (folder / "fixture.yaml").write_text(text, encoding="utf-8")
    small = "provenance: authored\ntopics: {one: ['A sentence.']}\n"
    (folder / "bank.yaml").write_text(bank or small, encoding="utf-8")
    return load_fixture(folder / "fixture.yaml")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- request: {path: /v1/complete}\n  body: {}", 6, "/v1/messages"),
        ("- request: {path: /v1/messages}\n  body: {content: [{text: x}]}", 6, "under usage"),
        ("- request: {path: /v1/messages}\n  body: {usage: {output_tokens: 3}}", 6, "text in the body's content"),
        (
            "- request: {path: /v1/messages}\n  body: {content: [{text: ''}], usage: {output_tokens: 3}}",
            7,
            "at least 1",
        ),
        ("- request: {path: /v1/messages, stream: true}\n  body: {usage: {output_tokens: 3}}", 6, "in pieces"),
        (
            "- request: {path: /v1/messages, stream: true}\n  body: {usage: {output_tokens: 3}}\n"
            "  start_output_tokens: 1\n  pieces:\n    - a\n    - ''",
            10,
            "piece 2 is empty",
        ),
        (
            "- request: {path: /v1/messages, stream: true}\n  body: {usage: {output_tokens: 3}}\n"
            "  start_output_tokens: 3\n  pieces: [a]",
            6,
            "other than the final output_tokens",
        ),
        (
            "- request: {path: /v1/messages/count_tokens}\n  body: {usage: {output_tokens: 3}}",
            6,
            "input_tokens, nothing else",
        ),
        ("- request: {path: /v1/messages}\n  status: 500\n  body: {}", 7, "200"),
        (
            "- request: {path: /v1/messages}\n  provenance: recorded\n"
            "  body: {content: [{text: x}], usage: {output_tokens: 3}}",
            7,
            "recorded_on",
        ),
        (
            "- request: {path: /v1/messages}\n  body: {content: [{text: x}], usage: {output_tokens: 3}}\n"
            "- request: {path: /v1/messages}\n  body: {content: [{text: y}], usage: {output_tokens: 3}}",
            1,
            "same output_tokens",
        ),
        ("[]", 6, "at least 1"),
    ],
)
def test_a_mistake_in_an_exchange_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    """File, line and what is expected stand in the one line of the error."""
    indented = "exchanges:\n" + "".join(f"  {each}\n" for each in text.split("\n"))
    with pytest.raises(FixtureError) as raised:
        load_text(tmp_path, HEAD + indented)
    assert said in str(raised.value)
    assert f"fixture.yaml:{line}: " in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("{on: messages}", "one of status"),
        ("{on: messages, status: 529, cut_after_piece: 3}", "one of status"),
        ("{on: messages, cut_after_piece: 3}", "on: stream"),
        ("{on: messages, status: 404}", "529"),
        ("{on: everything, status: 529}", "count_tokens"),
    ],
)
def test_a_mistake_in_a_fault_is_told(tmp_path: Path, fault: str, said: str) -> None:
    """A planned failure fails in one way, of those that there are."""
    with pytest.raises(FixtureError, match=re.escape(said)):
        load_text(tmp_path, HEAD + PLAIN + f"faults:\n  - {fault}\n")


@pytest.mark.parametrize(
    ("bank", "said"),
    [
        ("provenance: authored\ntopics: {one: []}", "has no sentence"),
        ("provenance: authored\ntopics: {one: ['']}", "is empty"),
        ("provenance: authored\ntopics: {one: [' A sentence.']}", "space around it"),
        ("provenance: authored\ntopics: {one: ['A {city}.']}", "has no words"),
        ("provenance: authored\ntopics: {one: ['A } brace.']}", "belongs to no slot"),
        ("provenance: authored\ntopics: {}", "at least 1"),
        ("topics: {one: ['A sentence.']}", "provenance"),
    ],
)
def test_a_mistake_in_a_bank_is_told(tmp_path: Path, bank: str, said: str) -> None:
    """The bank's file is named, and what is wrong in it."""
    with pytest.raises(FixtureError, match=re.escape(said)) as raised:
        load_text(tmp_path, HEAD + PLAIN, bank)
    assert "bank.yaml:" in str(raised.value)


def test_bounds_that_are_no_range_are_told(tmp_path: Path) -> None:
    """The smaller bound comes first."""
    with pytest.raises(FixtureError, match="no range"):
        load_text(tmp_path, HEAD.replace("[100, 200]", "[200, 100]", 1) + PLAIN)


def test_json_is_read_as_well(tmp_path: Path) -> None:
    """A fixture may be a JSON file."""
    (tmp_path / "bank.yaml").write_text((FIXTURES / "bank.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "one.json").write_text(
        '{"title": "One", "provenance": {"numbers": "recorded", "text": "recorded", "recorded_on": "2026-11-01", '
        '"model": "claude-haiku-4-5"}, "bank": "bank.yaml", "drawn": {"plain": {"characters": [10, 20]}, '
        '"streamed": {"characters": [10, 20]}}, "exchanges": [{"request": {"path": "/v1/messages/count_tokens"}, '
        '"body": {"input_tokens": 22}}]}',
        encoding="utf-8",
    )
    fixture = load_fixture(tmp_path / "one.json")
    assert fixture.counts[0].input_tokens == 22 and fixture.counts[0].output_tokens == 0
    asked = script(fixture_changes=vars(fixture))
    assert tokens(asked) == 22 and tokens(asked, "something else entirely, and longer") != 22


# ---------------------------------------------------------------- content


def test_what_is_written_differently_is_the_same_content() -> None:
    """Text or blocks, nulls, cache marks and empty fields make no difference; a space in the text does."""
    plain = body("hello", system="be kind")
    blocks = body(
        [{"type": "text", "text": "hello", "cache_control": {"type": "ephemeral"}}],
        system=[{"type": "text", "text": "be kind"}],
        tools=[],
        tool_choice=None,
        thinking=None,
    )
    assert Content.of(plain) == Content.of(blocks) and countable(plain) == countable(blocks)
    assert Content.of(plain) != Content.of(body("hello ", system="be kind"))
    assert Content.of(body("hello", system="")) == Content.of(body("hello"))


def test_strange_bodies_have_a_content_too() -> None:
    """Whatever JSON arrives can be read, if only as nothing."""
    for strange in (None, [], "text", {}, {"messages": 5}, {"messages": ["x", {"role": "user", "content": [3]}]}):
        assert Content.of(strange).characters >= 0
    assert Content.of({}).density == 0.0
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": 'say "hi"'}}
    result = {"type": "tool_result", "content": [{"type": "text", "text": 'say "hi"'}]}
    assert [Content.of(body([each])).text for each in (document, result)] == ['say "hi"', 'say "hi"']
    assert Content.of(body([{"type": "image", "source": {"data": "A" * 50_000}}])).characters == 0


@given(st.text(min_size=1, max_size=400), st.integers(0, 10**6), st.booleans())
@settings(max_examples=300, deadline=None)
def test_counts_are_plausible_for_any_text(text: str, seed: int, vary: bool) -> None:
    """At least one token, and under one a character where there are two characters."""
    counts = EstimatedCounts(varied=random.Random(seed) if vary else None)
    counted = counts.of(Content.of(body(text)))
    assert counted.estimated and 1 <= counted.tokens < max(2, len(text))
    assert counts.of(Content.of(body([{"type": "text", "text": text}]))) == counted


# ---------------------------------------------------------------- texts


@given(st.integers(0, 10**6), st.integers(1, 3000), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_written_texts_have_the_wanted_length(seed: int, characters: int, paragraphs: int) -> None:
    """About as long as asked for, in so many paragraphs, without an open slot."""
    bank = read_document(FIXTURES / "bank.yaml", Bank)
    text = Writer(bank, random.Random(seed)).write(Drawn(characters=(characters, characters), paragraphs=paragraphs))
    assert text.count("\n\n") == paragraphs - 1 and "{" not in text
    assert characters * 0.9 - 20 <= len(text) <= characters + 170 * paragraphs


@given(st.text(alphabet="ab c.\né—", min_size=1, max_size=3000), st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_pieces_are_the_text(text: str, seed: int) -> None:
    """Nothing is lost or doubled in the cutting, and no piece is empty or over 150 characters."""
    pieces = pieces_of(text, random.Random(seed))
    assert "".join(pieces) == text and all(1 <= len(piece) <= 150 for piece in pieces)


def test_shortened_texts_end_at_a_word() -> None:
    """A text is cut at a space if it has one, and never to nothing."""
    assert shortened("one two three", 9) == "one two"
    assert shortened("one two three", 7) == "one two"
    assert shortened("one two", 50) == "one two"
    assert shortened("extraordinary", 5) == "extra"
    assert shortened("a bc", 0) == "a"


# ---------------------------------------------------------------- mistakes stay apart


def lessons_call(**changes: Any) -> Call:
    """The call that the lesson costs: 21 and 77 tokens at the smallest model's prices."""
    haiku, *others = PRICES.values()
    return Call(**{"input_tokens": 21, "output_tokens": 77, "price": haiku, "other_prices": tuple(others), **changes})


def test_the_table_holds_the_catalogues_formulas() -> None:
    """Each formula on the lesson's numbers, by hand."""
    call = lessons_call(max_tokens=300, start_output_tokens=3, pieces=9)
    values = {name: set(formula(call)) for name, formula in COSTS.items()}
    assert call.cost() == Decimal("0.000406")
    assert values["prices-swapped"] == {Decimal("0.000182")}
    assert values["one-price-input"] == {Decimal("0.000098")}
    assert values["one-price-output"] == {Decimal("0.00049")}
    assert values["prices-averaged"] == {Decimal("0.000294")}
    assert values["prices-summed"] == {Decimal("0.000588")}
    assert values["output-missing"] == {Decimal("0.000021")}
    assert values["input-missing"] == {Decimal("0.000385")}
    assert values["per-thousand"] == {Decimal("0.406")}
    assert values["not-divided"] == {Decimal("406")}
    assert values["cents-as-dollars"] == {Decimal("0.0406")}
    assert values["rounded-away"] == {Decimal("0.0004"), Decimal("0.00")}
    assert values["max-tokens-as-output"] == {Decimal("0.001521")}
    assert values["other-models-price"] == {Decimal("0.001218"), Decimal("0.00203")}
    assert values["usage-from-start"] == {Decimal("0.000036")}
    assert values["usage-summed"] == {Decimal("0.000421")}
    assert values["usage-is-pieces"] == {Decimal("0.000066")}
    assert set(RUNS) == {"runs-inverted", "runs-from-rounded", "runs-per-cent"}
    runs = dict(explanations(call, "runs"))
    assert str(runs["right"]) == "2463.054187" and str(runs["runs-from-rounded"]) == "2439.024390"


def test_numbers_that_hide_a_mistake_are_found() -> None:
    """Equal counts hide exchanged prices; a round cost hides rounding; five times as many in hide what is missing."""

    def names(**changes: int) -> set[frozenset[str]]:
        return {frozenset((c.first, c.second)) for c in collisions(lessons_call(**changes))}

    assert frozenset({"right", "prices-swapped"}) in names(input_tokens=50, output_tokens=50)
    assert frozenset({"output-missing", "input-missing"}) in names(input_tokens=500, output_tokens=100)
    assert frozenset({"right", "runs-from-rounded"}) in names(input_tokens=10, output_tokens=80)
    assert frozenset({"right", "max-tokens-as-output"}) in names(max_tokens=77)
    assert frozenset({"right", "usage-is-pieces"}) in names(start_output_tokens=1, pieces=77)
    assert frozenset({"right", "prices-swapped"}) in {
        frozenset((c.first, c.second)) for c in collisions(lessons_call(max_tokens=21), ["forecast"])
    }
    assert names() == set()


def test_two_digits_tell_most_mistakes_apart() -> None:
    """`confusions` counts what looks right at two digits: a last digit that is nothing, an input that is hardly any."""
    assert confusions(lessons_call(input_tokens=2000, output_tokens=130)) == 0
    assert confusions(lessons_call(input_tokens=1, output_tokens=2000)) > 0


def test_a_dear_call_is_not_rounded_away_to_the_cent() -> None:
    """From ten cents on, two decimals are two digits: that is no mistake."""
    dear = lessons_call(input_tokens=123_456, output_tokens=1_111, start_output_tokens=2)
    assert dict(explanations(dear, "cost"))["rounded-away"] == Decimal("0.1")
    assert "usage-is-pieces" not in dict(explanations(dear, "cost"))


def test_calls_can_be_described_by_their_texts() -> None:
    """What is counted by hand comes from the texts, the price from the model's name."""
    call = Call.of_texts(
        prompt="one two three",
        answer="four five",
        model="claude-opus-4-8",
        prices=PRICES,
        input_tokens=6,
        output_tokens=4,
    )
    assert call.prompt_by_hand == {3, 13, 4} == by_hand("one two three") and call.answer_by_hand == {2, 9, 3}
    assert call.price == PRICES["claude-opus-4-8"] and len(call.other_prices) == 2
    assert list(OUTPUTS["usage-is-pieces"](call)) == []


def drawn_call(asked: Any, prompt: str, model: str, max_tokens: int, streamed: bool) -> Call:
    """Ask for a message, and describe what was answered."""
    answer = (stream if streamed else message)(asked, prompt, model=model, max_tokens=max_tokens)
    is_stream = isinstance(answer, Streamed)
    used = answer.usage if is_stream else answer.body["usage"]
    return Call.of_texts(
        prompt=prompt,
        answer="".join(answer.pieces) if is_stream else answer.body["content"][0]["text"],
        model=model,
        prices=PRICES,
        input_tokens=used["input_tokens"],
        output_tokens=used["output_tokens"],
        max_tokens=max_tokens,
        start_output_tokens=answer.message["usage"]["output_tokens"] if is_stream else None,
        pieces=len(answer.pieces) if is_stream else None,
    )


def taken_for_right(call: Call) -> list[Collision]:
    """The mistakes that give the right cost, runs or output tokens."""
    return [each for each in collisions(call, ["cost", "runs", "output_tokens"]) if each.first == "right"]


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_no_seed_hides_a_mistake(name: str) -> None:
    """Over a thousand seeds, models, prompts and limits: every mistake's cost, runs and counts stay apart."""
    for seed in range(1000):
        rng = random.Random(seed)
        asked = script(name, seed=seed, vary=True)
        prompt, limit, model = rng.choice(PROMPTS), rng.choice(LIMITS), rng.choice(sorted(PRICES))
        call = drawn_call(asked, prompt, model, limit, streamed=name == "exercise3" or seed % 4 == 0)
        assert collisions(call) == [], (seed, call)
        assert call.output_tokens < limit


@given(
    st.integers(0, 10**9),
    st.text(alphabet=st.characters(categories=["L", "Nd", "P", "Zs"]), min_size=24, max_size=300),
    st.integers(40, 9000),
    st.sampled_from(sorted(PRICES)),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_no_prompt_hides_a_mistake(seed: int, prompt: str, limit: int, model: str, streamed: bool) -> None:
    """Whatever the prompt and the limit are, the right cost is nobody else's."""
    call = drawn_call(script(seed=seed, vary=True), "Say: " + prompt, model, limit, streamed)
    assert taken_for_right(call) == []


@pytest.mark.parametrize("name", [path.stem for path in FILES])
@pytest.mark.parametrize("model", sorted(PRICES))
def test_the_recordings_hide_no_mistake(name: str, model: str) -> None:
    """With the starters' prompts and with others, at every model's price."""
    for prompt in PROMPTS:
        for limit in (300, 500, 1024, 2000):
            asked = script(name)
            for streamed in (False, True) if name == "exercise3" else (False, False):
                call = drawn_call(asked, prompt, model, limit, streamed)
                # (The poem has as many tokens as a quarter of its characters: so it was captured.)
                if call.output_tokens not in (limit, 55):
                    assert taken_for_right(call) == [], (prompt, limit, call)


def test_successive_calls_of_a_run_stay_apart() -> None:
    """Ten calls of one run: ten output counts, and ten costs."""
    for seed in range(20):
        asked = script(seed=seed, vary=True)
        calls = [drawn_call(asked, PROMPTS[0], "claude-haiku-4-5", 1000, streamed=n % 3 == 0) for n in range(10)]
        assert all(a.cost() != b.cost() and a.output_tokens != b.output_tokens for a, b in combinations(calls, 2))


def test_a_model_without_a_price_gets_an_answer_too() -> None:
    """There is no cost to keep apart, but the counts still are."""
    fixture = load_fixture(FIXTURES / "exercise1.yaml")
    drafts = Drafts(fixture, vary=True, rng=random.Random(3))
    draft = drafts.next(Wanted(input_tokens=30, max_tokens=500, streamed=False))
    assert draft.output_tokens not in by_hand(draft.text) | {30}
