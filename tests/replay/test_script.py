"""What the script decides, without any server: counts, texts, refusals, and that they hang together."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from grader.fixtures.form import Fault
from grader.replay.bounds import ONE_RUN, UNBOUNDED
from grader.replay.rules import Request
from grader.replay.script import Streamed, Whole
from tests.replay.serving import HEADERS, PROMPT, body, message, script, stream, tokens

STARTERS = Path(__file__).parents[2] / "starter"
STARTER = (STARTERS / "exercise2.py").read_text(encoding="utf-8")
PROSE, CODE = (re.findall(rf'{name} = """\\\n(.*?)"""', STARTER, re.S)[0] for name in ("PROSE", "CODE"))
LENGTH = min(len(PROSE), len(CODE))


def usage(answer: Whole | Streamed) -> tuple[int, int]:
    """The final usage of an answer."""
    used = answer.usage if isinstance(answer, Streamed) else answer.body["usage"]
    return used["input_tokens"], used["output_tokens"]


def text(answer: Whole | Streamed) -> str:
    """The whole text of an answer."""
    return "".join(answer.pieces) if isinstance(answer, Streamed) else answer.body["content"][0]["text"]


def error(status: int, method: str = "POST", path: str = "/v1/messages", value: Any = None, **headers: str) -> str:
    """The message of an error that a request gets with this status."""
    asked = {name: each for name, each in {**HEADERS, **headers}.items() if each}
    answer = script().answer(Request(method, path, asked, body() if value is None else value))
    assert isinstance(answer, Whole) and answer.status == status, answer
    assert answer.body["request_id"] == answer.marks.request_id
    return f"{answer.body['error']['type']}: {answer.body['error']['message']}"


# ---------------------------------------------------------------- the recorded scenario


def test_exercise_1_is_answered_with_the_lessons_numbers() -> None:
    """21/77 first, whatever the prompt; 22/55 and the poem for the second prompt; then something drawn."""
    asked = script()
    assert usage(message(asked, "Any other prompt will do as well, as long as this one.")) == (21, 77)
    second = message(asked, "Write a poem of four lines about learning to code.")
    assert usage(second) == (22, 55) and text(second).startswith("# Learning to Code\n\nEach bug you fix builds")
    third = message(asked)
    assert third.estimated and usage(third)[1] not in (77, 55)


def test_the_lessons_count_is_given_for_the_second_text() -> None:
    """Counting the poem's prompt gives 22, as the call itself then uses."""
    asked = script()
    message(asked)
    assert tokens(asked, "Write a poem of four lines about learning to code.") == 22
    assert usage(message(asked, "Write a poem of four lines about learning to code.")) == (22, 55)


def test_the_recorded_scenario_does_not_depend_on_the_seed() -> None:
    """Two seeds, one recording: also where answers are drawn."""
    first, second = script(seed=1), script(seed=2)
    for _ in range(4):
        assert message(first).body == message(second).body


def test_a_prompt_too_short_for_the_recorded_count_gets_an_estimate() -> None:
    """Twenty-one tokens are not in a prompt of four letters; there is less than one a character."""
    asked = script()
    short = message(asked, "ping")
    assert 1 <= usage(short)[0] < 4 and short.estimated and usage(short)[1] == 77
    assert usage(message(asked))[0] == 21


def test_a_streamed_call_of_exercise_1_gets_the_same_numbers() -> None:
    """Where a fixture has plain exchanges only, a stream takes the next of them, cut into pieces."""
    asked = script()
    first = stream(asked)
    assert usage(first) == (21, 77) and len(first.pieces) > 5
    assert usage(message(asked))[1] == 55


def test_exercise_3_has_one_answer_for_the_plain_call_and_one_for_the_stream() -> None:
    """Different texts, different output counts, the same input count."""
    asked = script("exercise3")
    plain, streamed = message(asked), stream(asked)
    assert usage(plain)[0] == usage(streamed)[0]
    assert (usage(plain)[1], usage(streamed)[1]) == (206, 294)
    assert text(plain) != text(streamed)


def test_the_streams_order_does_not_depend_on_the_plain_calls() -> None:
    """Streamed first or plain first: each kind gets its own first answer."""
    asked = script("exercise3")
    assert usage(stream(asked))[1] == 294 and usage(message(asked))[1] == 206


def test_a_recording_longer_than_max_tokens_is_cut() -> None:
    """Text and tokens end at the limit, and the stop reason says so."""
    whole, cut = text(message(script())), message(script(), max_tokens=40)
    assert usage(cut)[1] == 40 and cut.body["stop_reason"] == "max_tokens"
    assert whole.startswith(text(cut)) and 0 < len(text(cut)) < len(whole) * 0.6
    streamed = stream(script("exercise3"), max_tokens=100)
    assert usage(streamed)[1] == 100 and streamed.stop_reason == "max_tokens"
    assert text(stream(script("exercise3"))).startswith(text(streamed))


def test_no_two_messages_of_a_run_have_the_same_output_tokens() -> None:
    """Not even where max_tokens cuts them all."""
    asked = script("exercise3")
    outputs = [usage(message(asked, max_tokens=60))[1] for _ in range(12)]
    assert len(set(outputs)) == 12 and max(outputs) == 60
    outputs = [usage(stream(asked, max_tokens=60))[1], usage(message(asked, max_tokens=60))[1]]
    assert len(set(outputs)) == 2 and max(outputs) < 60


# ---------------------------------------------------------------- counts


def test_the_same_content_has_the_same_count() -> None:
    """As text or as blocks, counted or sent, before or after, for any model, with nulls and cache marks."""
    asked = script("exercise2")
    blocks = [{"type": "text", "text": PROMPT, "cache_control": {"type": "ephemeral"}}]
    first = tokens(asked, PROMPT, system="Be brief.")
    assert tokens(asked, blocks, system=[{"type": "text", "text": "Be brief."}], tools=[], thinking=None) == first
    assert usage(message(asked, PROMPT, system="Be brief.", model="claude-opus-4-8"))[0] == first
    assert tokens(asked, PROMPT) != first


@pytest.mark.parametrize("vary", [False, True])
def test_different_texts_have_different_counts(vary: bool) -> None:
    """Forty prompts of about the same length, forty counts; each under one token a character."""
    asked = script("exercise2", vary=vary)
    prompts = [f"What is the {n}th word in a dictionary of the language, please?" for n in range(40)]
    counts = [tokens(asked, prompt) for prompt in prompts]
    assert len(set(counts)) == 40 and all(0 < n < len(p) for n, p in zip(counts, prompts, strict=True))


def test_code_is_denser_in_the_recording_and_prose_when_varied() -> None:
    """The two samples of one length differ clearly, one way in `recorded` and the other way in `varied`."""
    recorded = script("exercise2")
    prose, code = tokens(recorded, PROSE[:LENGTH]), tokens(recorded, CODE[:LENGTH])
    assert code > prose * 1.06
    for seed in range(30):
        varied = script("exercise2", seed=seed, vary=True)
        varied_code, varied_prose = tokens(varied, CODE[:LENGTH]), tokens(varied, PROSE[:LENGTH])
        assert varied_prose > varied_code * 1.06
        assert varied_prose != prose and varied_code != code


@pytest.mark.parametrize("code_first", [False, True])
def test_samples_of_nearly_the_same_density_are_kept_apart(code_first: bool) -> None:
    """Where the estimate alone would give almost the same number, the denser text still has clearly more."""
    plain, dense = "word another some more words. " * 8, "word another some more words; " * 8
    dense = dense.replace("more words", "more w(rd)", 1)
    asked = script("exercise2")
    samples = [dense, plain] if code_first else [plain, dense]
    counted = {sample: tokens(asked, sample) for sample in samples}
    assert counted[dense] >= counted[plain] * 1.05


def test_counts_grow_with_the_length() -> None:
    """More of the same text has more tokens, in every scenario."""
    for options in ({}, {"vary": True}, {"too_long": True}):
        asked = script("exercise2", **options)
        counts = [tokens(asked, PROSE[:length]) for length in (600, 450, 300, 150, 75)]
        assert counts == sorted(counts, reverse=True) and len(set(counts)) == 5


def test_system_and_tools_are_counted() -> None:
    """Each part of the countable content adds tokens."""
    asked = script("exercise2", vary=True)
    alone = tokens(asked)
    tool = {"name": "weather", "description": "Look up the weather of a city.", "input_schema": {"type": "object"}}
    assert tokens(asked, system="You are a patient teacher of arithmetic.") > alone
    assert tokens(asked, tools=[tool]) > alone
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "A" * 100_000}}
    assert alone + 1000 < tokens(asked, [image, {"type": "text", "text": PROMPT}]) < alone + 5000


# ---------------------------------------------------------------- too long


def test_everything_new_is_far_too_long() -> None:
    """Each new content has about 640,000 tokens, each another number; sending it is refused in the API's words."""
    asked = script("exercise2", too_long=True)
    counts = [tokens(asked, sample) for sample in (PROSE[:LENGTH], CODE[:LENGTH], PROMPT)]
    assert len(set(counts)) == 3 and all(500_000 < n < 800_000 for n in counts)
    refused = message(asked, PROSE[:LENGTH])
    assert refused.status == 400
    assert refused.body["error"]["message"] == f"prompt is too long: {counts[0]} tokens > 200000 maximum"


def test_a_trimmed_text_fits_in_proportion() -> None:
    """Thirty per cent of a text have thirty per cent of its tokens, and less than that can be sent."""
    for seed in range(20):
        asked = script("exercise2", seed=seed, too_long=True)
        whole = tokens(asked, PROSE)
        half, tail = tokens(asked, PROSE[: len(PROSE) // 2]), tokens(asked, PROSE[len(PROSE) // 2 :])
        assert abs(half - whole / 2) < whole * 0.01 and abs(tail - whole / 2) < whole * 0.01
        answer = message(asked, PROSE[: len(PROSE) // 4])
        assert answer.status == 200 and usage(answer)[0] <= 200_000


def test_words_left_out_are_a_trimmed_text_too() -> None:
    """Every other sentence of a text, or its first words with an instruction around them, count in proportion."""
    asked = script("exercise2", too_long=True)
    instruction = "Sum up in one sentence:\n"
    whole = tokens(asked, instruction + PROSE)
    fewer = ". ".join(PROSE.split(". ")[::2])
    assert tokens(asked, instruction + fewer) < whole * 0.7
    assert tokens(asked, instruction + PROSE[:60]) < 200_000


def test_a_longer_text_has_the_rate_of_what_it_contains() -> None:
    """A prompt put around a counted sample has more tokens than the sample."""
    asked = script("exercise2", too_long=True)
    sample = tokens(asked, PROSE)
    assert sample < tokens(asked, "In a sentence or two, what is this about?\n\n" + PROSE) < sample * 1.2


def test_texts_that_share_letters_by_chance_are_not_related() -> None:
    """A word that was counted first, or signs without a letter, do not set the rate of a long text."""
    asked = script("exercise2", too_long=True)
    counts = [tokens(asked, text) for text in ("the", "?!", "...", PROSE)]
    assert len(set(counts)) == 4 and all(500_000 < n < 800_000 for n in counts)


# ---------------------------------------------------------------- the varied scenario


def test_varied_answers_differ_from_the_recorded_and_from_seed_to_seed() -> None:
    """Other counts, other text; the same seed gives the same run."""
    for name in ("exercise1", "exercise2", "exercise3"):
        recorded = message(script(name))
        varied = [message(script(name, seed=seed, vary=True)) for seed in (1, 2, 3)]
        assert all(usage(each)[0] != usage(recorded)[0] and usage(each)[1] != usage(recorded)[1] for each in varied)
        assert len({text(each) for each in [recorded, *varied]}) == 4
        assert varied[0].body == message(script(name, seed=1, vary=True)).body


def test_a_varied_answer_ends_below_max_tokens() -> None:
    """It ends by itself, however small the limit; only a limit of one token cannot be kept below."""
    for limit in (2, 5, 16, 50, 300, 4000):
        answer = message(script("exercise3", seed=limit, vary=True), max_tokens=limit)
        assert usage(answer)[1] < limit and answer.body["stop_reason"] == "end_turn" and text(answer)
    one = message(script(vary=True), max_tokens=1)
    assert usage(one)[1] == 1 and one.body["stop_reason"] == "max_tokens"


def test_streams_of_exercise_3_are_long_and_finely_cut() -> None:
    """Recorded and varied: 1,300 characters and more in 50 to 75 pieces, as wild as real ones."""
    for seed in range(25):
        answer = stream(script("exercise3", seed=seed, vary=seed > 0))
        sizes = sorted(map(len, answer.pieces))
        assert len(text(answer)) >= 1300 and text(answer).count("\n\n") == 4
        assert 50 <= len(sizes) <= 75 and sizes[0] >= 1 and sizes[-1] <= 150
        assert 5 <= sizes[len(sizes) // 2] <= 18 and len(answer.pieces[0]) <= 8
        pairs = zip(answer.pieces, answer.pieces[1:], strict=False)
        assert sum(a[-1].isalpha() and b[0].isalpha() for a, b in pairs) > 15, "cut inside words"


def test_start_tokens_are_few_and_not_the_final_ones() -> None:
    """message_start has one to eight output tokens, never those of the end, nor the number of pieces."""
    for seed in range(40):
        asked = script("exercise1", seed=seed, vary=True)
        for limit in (3, 9, 400):
            answer = stream(asked, max_tokens=limit)
            start = answer.message["usage"]["output_tokens"]
            assert 1 <= start <= 8 and start != usage(answer)[1] and start != len(answer.pieces)
            assert answer.message["usage"]["input_tokens"] == usage(answer)[0]


def test_a_plain_and_a_streamed_call_never_share_text_or_counts() -> None:
    """In every varied run of exercise 3 the two answers differ, and neither sentence is said twice."""
    for seed in range(40):
        asked = script("exercise3", seed=seed, vary=True)
        plain, streamed = message(asked), stream(asked)
        assert usage(plain)[0] == usage(streamed)[0] and usage(plain)[1] != usage(streamed)[1]
        sentences = re.findall(r"[^.!?\n]+[.!?]", text(plain) + "\n" + text(streamed))
        assert len(set(sentences)) == len(sentences)


def test_a_model_without_a_price_is_answered() -> None:
    """A real model that the course does not price is answered; the checks say that it has no price."""
    for model in (
        "claude-opus-4-1",
        "claude-sonnet-4-5-20250929",
        "claude-3-5-haiku-latest",
        "claude-haiku-4-5-20251001",
    ):
        assert message(script(vary=True), model=model).status == 200


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"messages": None}, "messages: Field required"),
        ({"model": None}, "model: Field required"),
        ({"model": ""}, "model: String"),
        ({"model": 4}, "model: Input should be a valid string"),
        ({"max_tokens": "100"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": 0}, "max_tokens: Input should be greater"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": "hello"}, "messages: Input should be a valid list"),
        ({"messages": ["hello"]}, "messages.0: Input should be an object"),
        ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        ({"messages": [{"content": "x"}]}, "messages.0.role: Field required"),
        ({"messages": [{"role": "bot", "content": "x"}]}, "messages.0.role: Input should be"),
        ({"messages": [{"role": "system", "content": "x"}]}, 'Unexpected role "system"'),
        ({"messages": [{"role": "user", "content": ""}]}, "user messages must have non-empty content"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-whitespace"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content: Input should be"),
        ({"messages": [{"role": "user", "content": ["x"]}]}, "messages.0.content.0: Input should be"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "messages.0.content.0.type: Field required"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "content.0.text: Input should be"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "must be non-empty"),
        ({"system": 5}, "system: Input should be"),
        ({"tools": "none"}, "tools: Input should be"),
        ({"stream": "yes"}, "stream: Input should be a valid boolean"),
        ({"temperature": 1.0}, "temperature"),
        ({"top_p": 0.9}, "top_p"),
        ({"top_k": 5}, "top_k"),
    ],
)
def test_a_wrong_body_is_refused_by_the_field_that_is_wrong(changes: dict[str, Any], said: str) -> None:
    """Every rule names its field, as the API does."""
    value = {k: v for k, v in {**body(), **changes}.items() if v is not None}
    assert said in error(400, value=value)


def test_sampling_is_taken_by_the_older_version() -> None:
    """Before 2026-10-21 the API knew temperature."""
    older = {**HEADERS, "anthropic-version": "2023-06-01"}
    answer = script().answer(Request("POST", "/v1/messages", older, body(temperature=0.5)))
    assert isinstance(answer, Whole) and answer.status == 200


@pytest.mark.parametrize(
    ("role", "block", "said"),
    [
        ("assistant", {"type": "document", "source": {}}, "messages.0: a document"),
        ("user", {"type": "text", "text": "x", "citations": [{"type": "char_location"}]}, "messages.0: citations"),
    ],
)
def test_the_newer_version_refuses_two_kinds_of_block(role: str, block: dict[str, Any], said: str) -> None:
    """Documents of the assistant and citations of the user are not taken since 2026-10-21."""
    assert said in error(400, value=body(messages=[{"role": role, "content": [block]}]))
    older = {**HEADERS, "anthropic-version": "2023-06-01"}
    value = body(messages=[{"role": role, "content": [block]}])
    answer = script().answer(Request("POST", "/v1/messages", older, value))
    assert isinstance(answer, Whole) and answer.status == 200


def test_keys_are_asked_for() -> None:
    """No key is a 401; both headers carry one; what it is does not matter."""
    assert error(401, **{"x-api-key": ""}) == "authentication_error: invalid x-api-key"
    assert error(401, **{"x-api-key": "", "authorization": "Bearer "}).endswith("invalid x-api-key")
    bearer = {"authorization": "Bearer anything", "anthropic-version": "2026-10-21"}
    answer = script().answer(Request("POST", "/v1/messages", bearer, body()))
    assert isinstance(answer, Whole) and answer.status == 200


def test_a_version_is_asked_for() -> None:
    """A plain HTTP client has to name the API's version."""
    assert error(400, **{"anthropic-version": ""}).endswith("anthropic-version: header is required")
    assert "not a valid version" in error(400, **{"anthropic-version": "latest"})


@pytest.mark.parametrize(
    "model", ["gpt-4o", "claude", "claude-haiku-9", "claude-3-5-sonnet", "haiku", "claude-opus-4-8 "]
)
def test_a_made_up_model_is_not_found(model: str) -> None:
    """Names that never were are answered as the API answers them."""
    assert error(404, value=body(model=model)) == f"not_found_error: model: {model}"


def test_an_unknown_path_names_the_two_that_are_known() -> None:
    """A batch, a file, the old completion: none of them has an exchange here."""
    said = error(404, path="/v1/messages/batches")
    assert "POST /v1/messages/batches" in said and "/v1/messages/count_tokens" in said


def test_a_thread_is_refused_so_that_the_client_goes_on_without() -> None:
    """The details are those that the SDK looks for."""
    answer = script().answer(Request("POST", "/v1/messages", HEADERS, body(thread={"type": "create"})))
    assert isinstance(answer, Whole) and answer.status == 400
    assert answer.body["error"]["details"] == {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}


def test_requests_beyond_the_cap_are_refused() -> None:
    """A loop without end gets a 429 that says not to come back."""
    asked = script()
    for _ in range(ONE_RUN.requests or 0):
        asked.answer(Request("GET", "/v1/models", HEADERS))
    answer = asked.answer(Request("GET", "/v1/models", HEADERS))
    assert isinstance(answer, Whole) and answer.status == 429
    assert ("x-should-retry", "false") in answer.headers


def test_a_server_for_anybody_has_no_cap() -> None:
    """Without bounds, request after request is answered, long after a single run would have been refused."""
    asked = script(bounds=UNBOUNDED)
    for _ in range((ONE_RUN.requests or 0) + 1):
        answer = asked.answer(Request("GET", "/v1/models", HEADERS))
    assert isinstance(answer, Whole) and answer.status == 200


def test_counts_stay_plausible_after_very_many_texts_of_one_length() -> None:
    """When no count is left that keeps two texts apart, the estimate stands: never one token for a whole sentence."""
    asked = script(bounds=UNBOUNDED)
    counts = [tokens(asked, f"Which river is the longest one, number {n:04}?") for n in range(600)]
    assert all(5 <= count < 45 for count in counts[-50:])


def test_refused_requests_use_up_nothing() -> None:
    """After refusals and planned failures the first answer is still the first of the recording."""
    asked = script(fixture_changes={"faults": (Fault(on="any", status=529, times=2),)})
    for value in (body(model="nobody"), body(messages=[]), body(), body()):
        asked.answer(Request("POST", "/v1/messages", HEADERS, value))
    assert usage(message(asked)) == (21, 77)


# ---------------------------------------------------------------- planned failures


def test_faults_come_when_they_are_due() -> None:
    """`after` requests of the kind pass, `times` fail, the rest passes; other kinds do not count."""
    asked = script(fixture_changes={"faults": (Fault(on="count_tokens", status=503, after=1, times=2),)})
    value = {k: v for k, v in body().items() if k != "max_tokens"}
    statuses = []
    for _ in range(5):
        message(asked)
        answer = asked.answer(Request("POST", "/v1/messages/count_tokens", HEADERS, value))
        assert isinstance(answer, Whole)
        statuses.append(answer.status)
    assert statuses == [200, 503, 503, 200, 200]


def test_stream_faults_leave_plain_calls_alone() -> None:
    """A refusal planned for streams is for streams only; so is a break."""
    faults = (Fault(on="stream", status=529), Fault(on="stream", cut_after_piece=2, after=1))
    asked = script(fixture_changes={"faults": faults})
    assert message(asked).status == 200
    refused = asked.answer(Request("POST", "/v1/messages", HEADERS, body(stream=True)))
    assert isinstance(refused, Whole) and refused.status == 529
    assert stream(asked).cut_after is None and stream(asked).cut_after == 2 and stream(asked).cut_after is None


def test_any_prompt_at_all_is_answered() -> None:
    """Random text of any length, also without letters, gets a count and an answer with one."""
    rng = random.Random(7)
    for seed in range(60):
        asked = script(f"exercise{seed % 3 + 1}", seed=seed, vary=seed % 2 == 0)
        prompt = "".join(rng.choice("ab é—.,(){}=0123\n 漢字🙂") for _ in range(rng.randint(1, 200))).strip() or "?"
        answer = message(asked, prompt, max_tokens=rng.choice([1, 2, 7, 80, 3000]))
        assert answer.status == 200 and usage(answer)[0] == tokens(asked, prompt)
        assert 1 <= usage(answer)[0] < max(2, len(prompt))
