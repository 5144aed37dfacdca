"""The checks of a streamed answer, each with a passing trace and the nearest failing ones."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest

from grader.checks.streaming import create_then_stream, judged_stream, shows_whole_answer, streams_progressively
from tests.checks.answers import ANSWER, LAST, PARAGRAPHS, PIECES, PLAIN, asked, held_back, streamed
from tests.checks.cases import case_of
from tests.checks.verdicts import CRASH_3, skipped_for, wrong
from tests.traces import TraceBuilder

LOOP = "with client.messages.stream() as stream:\n    for text in stream.text_stream:\n        "
PRINTS = LOOP + 'print(text, end="")\n'
FLUSHES = LOOP + 'print(text, end="", flush=True)\n'
COLLECTS = LOOP + "pieces.append(text)\n"
NOT_OPENED = (
    'Traceback (most recent call last):\n  File "exercise3.py", line 9, in <module>\n    main()\n'
    "AttributeError: 'MessageStreamManager' object has no attribute 'text_stream'\n"
)


# ---------------------------------------------------------------- which stream


def test_the_chosen_stream_is_judged_else_the_last_one() -> None:
    """The judge may name a stream; without that it is the last whose answer began."""
    trace = asked().stream(PIECES).stream(PIECES).refused(stream=True).exits().trace
    numbers = [message.number for message in trace.messages]
    chosen = judged_stream(case_of(trace, stream=numbers[1]))
    assert chosen is not None and chosen.number == numbers[1]
    last = judged_stream(case_of(trace))
    assert last is not None and last.number == numbers[2]
    refused = judged_stream(case_of(trace, stream=numbers[3]))
    assert refused is not None and refused.number == numbers[2]
    assert judged_stream(case_of(asked().exits())) is None


# ---------------------------------------------------------------- create_then_stream


def test_a_plain_call_and_then_a_stream_pass() -> None:
    """Both requests, the same messages, in this order."""
    verdict = create_then_stream(case_of(streamed()))
    assert verdict.outcome == "passed"
    assert len(verdict.evidence) == 3


def test_the_same_messages_may_be_written_in_two_ways() -> None:
    """Text and one text block are the same; the system prompt and the limit are not asked about."""
    trace = asked(content="What?").stream(content=[{"type": "text", "text": "What?"}], max_tokens=9, system="Be brief.")
    assert create_then_stream(case_of(trace.exits())).outcome == "passed"


def test_a_plain_call_may_say_that_it_is_none() -> None:
    """`"stream": false` is a plain request."""
    assert create_then_stream(case_of(asked(stream=False).stream().exits())).outcome == "passed"


@pytest.mark.parametrize(
    "trace",
    [
        TraceBuilder("exercise3").stream().exits(),
        TraceBuilder("exercise3").stream().message().exits(),
        asked(content="Something else").stream().exits(),
        TraceBuilder("exercise3").refused().stream().exits(),
        TraceBuilder("exercise3").request().request(stream=True).begin().answer(0).end().exits(),
    ],
    ids=["stream only", "stream first", "another prompt", "plain call refused", "both at once"],
)
def test_a_stream_without_a_plain_call_before_it_fails(trace: TraceBuilder) -> None:
    """A plain answer to the same messages has to be there before the streamed request is sent."""
    wrong(create_then_stream(case_of(trace)))


def test_a_stream_that_was_never_opened_is_named() -> None:
    """The manager that `messages.stream` returns was used as if it were the stream."""
    case = case_of(asked().complains(NOT_OPENED).exits(1))
    assert create_then_stream(case).misconceptions == ("stream-not-opened",)
    skipped_for(streams_progressively(case), "create_then_stream")
    skipped_for(shows_whole_answer(case), "create_then_stream")


def test_another_crash_before_the_stream_is_for_the_first_check() -> None:
    """Where the program stopped for another reason there is nothing to judge."""
    skipped_for(create_then_stream(case_of(asked().complains(CRASH_3).exits(1))), "runs")


def test_a_plain_call_alone_fails_without_a_guess() -> None:
    """Nothing streamed, and nothing that pretends to be."""
    case = case_of(asked().prints(PLAIN).exits())
    assert create_then_stream(case).outcome == "failed"
    assert create_then_stream(case).misconceptions == ()
    skipped_for(streams_progressively(case), "create_then_stream")


def test_a_refused_stream_fails() -> None:
    """An error is no stream."""
    assert create_then_stream(case_of(asked().refused(stream=True).exits())).outcome == "failed"


def test_a_finished_answer_printed_slowly_is_fake_streaming() -> None:
    """No stream was asked for, and the words came out one by one."""
    trace = asked()
    for word in PLAIN.split():
        trace.prints(word + " ")
    case = case_of(trace.exits())
    wrong(create_then_stream(case), "fake-streaming")
    wrong(streams_progressively(case), "fake-streaming")
    skipped_for(shows_whole_answer(case), "create_then_stream")


def test_pauses_in_the_source_tell_fake_streaming_from_plain_printing() -> None:
    """What came out in one write is fake streaming only where a loop of the source prints and sleeps."""
    typed = "import time\nfor word in text:\n    print(word)\n    time.sleep(1)"
    apart = "import time\nfor word in text:\n    print(word)\ntime.sleep(1)"
    for source, ids in ((typed, ("fake-streaming",)), (apart, ()), ("from x import y\ny()", ())):
        assert create_then_stream(case_of(asked(source).prints(PLAIN).exits())).misconceptions == ids
    slow = "from time import sleep\nwhile True:\n    print(1)\n    sleep(0.1)"
    assert create_then_stream(case_of(asked(slow).prints("Done.").exits())).misconceptions == ()
    short = TraceBuilder("exercise3", source=slow).message(text="Yes.").prints("Yes.").exits()
    assert create_then_stream(case_of(short)).misconceptions == ()


# ---------------------------------------------------------------- streams_progressively


def progressive_outputs() -> dict[str, TraceBuilder]:
    """Programs that show the answer in time, each in its own way."""
    waiting: list[str] = []

    def words(piece: str) -> str:
        waiting.append(piece)
        text = "".join(waiting)
        end = text.rfind(" ") + 1
        waiting[:] = [text[end:]]
        return text[:end]

    so_far: list[str] = []

    def snapshot(piece: str) -> str:
        so_far.append(piece)
        return "\r" + "".join(so_far)

    return {
        "each piece": streamed(),
        "whole words": streamed(words, last="".join(waiting) + LAST),
        "coloured": streamed(lambda piece: f"\x1b[33m{piece}\x1b[0m"),
        "a line a piece": streamed(lambda piece: piece + "\n"),
        "doubled": streamed(lambda piece: piece * 2),
        "redrawn": streamed(snapshot),
        "without marks": streamed(lambda piece: piece.replace("*", "")),
        "with a spinner": streamed(lambda piece: f"\r⠋ {piece}"),
        "without its first piece": streamed(lambda piece: "" if piece == PIECES[0] else piece),
    }


@pytest.mark.parametrize("trace", progressive_outputs().values(), ids=progressive_outputs())
def test_text_that_is_shown_as_it_arrives_passes(trace: TraceBuilder) -> None:
    """However it is laid out, the answer was never more than a line behind."""
    assert streams_progressively(case_of(trace)).outcome == "passed"


def test_prints_without_a_flush_are_named() -> None:
    """The text waited in the buffer of a pipe, and the print stands in the loop."""
    verdict = streams_progressively(case_of(held_back(source=PRINTS)))
    wrong(verdict, "not-flushed")
    assert verdict.facts["pieces"] == str(len(PIECES))
    assert verdict.facts["backlog"] == f"{len(ANSWER):,}"
    assert int(verdict.facts["late"]) > len(PIECES) * 0.8


@pytest.mark.parametrize(
    "source",
    [COLLECTS + 'print("".join(pieces))', "with a.stream() as s:\n    print(s.get_final_text())"],
    ids=["list", "final"],
)
def test_text_printed_after_the_loop_is_named(source: str) -> None:
    """No piece goes to a print: what was gathered of them does."""
    wrong(streams_progressively(case_of(held_back(source=source))), "joined-then-printed")


def test_who_flushes_every_print_is_not_told_to_flush() -> None:
    """The pieces came late all the same: so they were there before the first was printed."""
    wrong(streams_progressively(case_of(held_back(source=FLUSHES))), "joined-then-printed")


@pytest.mark.parametrize("source", ["import other", "def", COLLECTS], ids=["other", "torn", "mute"])
def test_where_nothing_tells_both_are_named(source: str) -> None:
    """A print that cannot be seen says neither."""
    wrong(streams_progressively(case_of(held_back(source=source))), "not-flushed", "joined-then-printed")


def test_what_another_file_does_with_the_pieces_is_seen() -> None:
    """The loop stands in a file that the exercise imports; one that it does not import says nothing."""
    for own, ids in (("import show", ("not-flushed",)), ("x = 1", ("not-flushed", "joined-then-printed"))):
        trace = held_back(source=own).trace
        trace = replace(trace, files={**trace.files, "show.py": PRINTS})
        wrong(streams_progressively(case_of(trace)), *ids)


def waiting_with(mark: str, *, source: str = "", begins: str = "") -> TraceBuilder:
    """A program that shows something else at each piece, and the text at the end."""
    trace = asked(source).request(stream=True).begin().prints(begins)
    for index, piece in enumerate(PIECES):
        trace.piece(piece, because=None, shown=False).gate(index, because="waiting")
        if mark:
            trace.prints(mark)
    return trace.end().prints(ANSWER + LAST).exits()


def test_other_output_that_passes_the_text_by_tells_that_it_was_gathered() -> None:
    """Dots that come out while the text does not: printed pieces would have come out with them."""
    wrong(streams_progressively(case_of(waiting_with("."))), "joined-then-printed")
    wrong(
        streams_progressively(case_of(waiting_with("", begins="One moment … "))), "not-flushed", "joined-then-printed"
    )
    wrong(streams_progressively(case_of(waiting_with(".", source=PRINTS))), "not-flushed")


def test_a_text_larger_than_every_buffer_was_gathered() -> None:
    """Printed pieces would have come out when the buffers were full."""
    trace = held_back(ANSWER * 20, pieces=PIECES * 20)
    wrong(streams_progressively(case_of(trace)), "joined-then-printed")


@pytest.mark.parametrize("source", ["", COLLECTS + 'print("".join(pieces))'])
def test_text_that_stands_there_piece_by_piece_was_printed_so(source: str) -> None:
    """Every piece twice, or the beginning again and again: nobody gathers text to print it in this way."""
    twice = "".join(piece * 2 for piece in PIECES)
    wrong(streams_progressively(case_of(held_back(twice, source=source))), "not-flushed")
    growing = "\n".join("".join(PIECES[:count]) for count in range(1, len(PIECES) + 1))
    wrong(streams_progressively(case_of(held_back(growing, source=source))), "not-flushed")


def in_one_block(source: str) -> TraceBuilder:
    """A program whose output is more than 8 KB, so that some of the text comes out before the end."""
    pieces = PIECES * 8
    trace = asked(source).request(stream=True).begin()
    for index, piece in enumerate(pieces):
        trace.piece(piece, because=None, shown=False)
        if index == len(pieces) // 2:
            trace.prints("-" * 8000 + "".join(pieces[:index])[: 8192 - 8000])
        trace.gate(index)
    trace.end().prints("".join(pieces)[192:] + LAST).exits()
    return trace


@pytest.mark.parametrize("source", [PRINTS, "import other"], ids=["prints", "other"])
def test_a_full_buffer_that_came_out_once_is_still_a_buffer(source: str) -> None:
    """Text that was gathered does not come out in part, whatever the source says."""
    wrong(streams_progressively(case_of(in_one_block(source))), "not-flushed")


def test_a_full_buffer_of_text_that_the_source_gathers_is_named_both() -> None:
    """The screen and the source say different things."""
    gathers = COLLECTS + 'print("".join(pieces))'
    wrong(streams_progressively(case_of(in_one_block(gathers))), "not-flushed", "joined-then-printed")


def test_growing_text_that_comes_out_in_full_buffers_was_not_flushed() -> None:
    """The text so far, again and again, held until a buffer is full; a pipe may be read in the middle of it."""
    trace = asked().request(stream=True).begin()
    so_far = held = ""
    for index, piece in enumerate(PIECES):
        trace.piece(piece, because=None, shown=False)
        so_far += piece
        held += so_far + "\n"
        if len(held) > 8000:
            trace.prints(held[:5000]).prints(held[5000:8000])
            held = held[8000:]
        trace.gate(index)
    trace.end().prints(held + LAST).exits()
    wrong(streams_progressively(case_of(trace)), "not-flushed")


def test_whole_paragraphs_are_named() -> None:
    """The backlog falls only where a line of the answer ends."""
    waiting: list[str] = []

    def paragraphs(piece: str) -> str:
        waiting.append(piece)
        done, found, rest = "".join(waiting).rpartition("\n\n")
        waiting[:] = [rest]
        return done + found

    wrong(streams_progressively(case_of(streamed(paragraphs, last=PARAGRAPHS[-1] + LAST))), "by-paragraph")


def test_a_buffer_of_lines_is_named_like_paragraphs() -> None:
    """With `line_buffering` all of a piece comes out that has a line break in it, and what waited before."""
    waiting: list[str] = []

    def lines(piece: str) -> str:
        waiting.append(piece)
        if "\n" not in piece:
            return ""
        text = "".join(waiting)
        waiting.clear()
        return text

    wrong(streams_progressively(case_of(streamed(lines, last=PARAGRAPHS[-1] + LAST))), "by-paragraph")


def test_blocks_that_end_anywhere_are_named_nothing() -> None:
    """Text collected by its length is late, and no known mistake."""
    waiting: list[str] = []

    def blocks(piece: str) -> str:
        waiting.append(piece)
        text = "".join(waiting)
        if len(text) < 300:
            return ""
        waiting.clear()
        return text

    wrong(streams_progressively(case_of(streamed(blocks))))


def test_a_stream_that_nobody_read_is_named() -> None:
    """The program ended with the first piece on the way, and nothing of it was seen."""
    trace = asked("print(client.messages.create(stream=True))").request(stream=True).begin()
    trace.piece(PIECES[0], because="gone", shown=False).end(how="gone", unsent=PIECES[1:])
    case = case_of(trace.prints("<anthropic.Stream object at 0x7f>\n").exits())
    wrong(streams_progressively(case), "stream-never-read")
    wrong(shows_whole_answer(case), "stream-never-read")


def test_a_stream_that_nobody_reads_may_be_sent_whole() -> None:
    """It went into the socket's buffer, and no line of the source reads it."""
    trace = asked("client.messages.create(stream=True)").stream(PIECES, shown=False).exits()
    wrong(streams_progressively(case_of(trace)), "stream-never-read")
    read = asked(COLLECTS).stream(PIECES, shown=False).exits()
    wrong(streams_progressively(case_of(read)))
    final = asked("stream.get_final_message()").stream(PIECES, shown=False).exits()
    wrong(streams_progressively(case_of(final)))


def test_a_crash_at_the_first_event_is_not_called_unread() -> None:
    """The program did read, and fell over what it got."""
    trace = asked().request(stream=True).begin()
    trace.piece(PIECES[0], because="gone", shown=False).end(how="gone", unsent=PIECES[1:])
    wrong(streams_progressively(case_of(trace.complains(CRASH_3).exits(1))))


def test_an_answer_on_standard_error_is_named() -> None:
    """The text came in time, and in the wrong place."""
    case = case_of(streamed(stderr=True))
    wrong(streams_progressively(case), "answer-on-stderr")
    wrong(shows_whole_answer(case), "answer-on-stderr")


@pytest.mark.parametrize(
    "reads",
    [
        "events = list(client.messages.create(**request, stream=True))",
        "with client.messages.stream(**request) as stream:\n    events = [*stream]",
        "with client.messages.stream(**request) as stream:\n    first, *rest = stream",
        "with client.messages.stream(**request) as stream:\n    show(stream)",
        "with client.messages.stream(**request) as stream:\n    first = stream.__next__()",
        "with client.messages.stream(**request) as stream:\n    text = ''.join(stream.text_stream)",
        "with client.messages.stream(**request) as stream:\n    yield from stream",
        "with client.messages.stream(**request) as stream:\n    events = {e for e in stream}",
        "import shows",
    ],
)
def test_a_stream_that_something_else_may_read_is_not_called_unread(reads: str) -> None:
    """What a call, a comprehension or another file does with it is not seen; nor is it said who read it to the end."""
    files = {"shows.py": ""} if "shows" in reads else {}
    trace = TraceBuilder("exercise3", source=f"def work():\n{textwrap.indent(reads, '    ')}\n", files=files)
    trace.message().stream(PIECES, shown=False)
    verdict = shows_whole_answer(case_of(trace.exits()))
    wrong(verdict)
    assert " by " not in verdict.message


def test_all_but_the_first_piece_is_told_as_that() -> None:
    """A piece that was taken to measure the first wait is all that is missing, also below another answer."""
    trace = asked(FLUSHES).prints("The plain call said this.\n").request(stream=True).begin()
    for number, piece in enumerate(PIECES):
        trace.piece(piece, because="waiting", shown=number > 0)
    verdict = shows_whole_answer(case_of(trace.end().exits()))
    wrong(verdict)
    assert verdict.observed == f"all of it but its first {len(PIECES[0])} characters"


def test_a_first_letter_is_all_that_is_missing() -> None:
    """What is lost is counted by the letter."""
    trace = asked(FLUSHES).stream(PIECES, shown=False).prints(ANSWER[1:]).exits()
    verdict = shows_whole_answer(case_of(trace))
    wrong(verdict)
    assert verdict.observed == "all of it but its first character"


def test_a_first_piece_with_something_after_it_is_not_missing() -> None:
    """It stands there, and the rest further on."""
    trace = asked(FLUSHES).request(stream=True).begin()
    for number, piece in enumerate(PIECES):
        trace.piece(piece, because="shown")
        if not number:
            trace.prints("(after half a second)\n")
    verdict = shows_whole_answer(case_of(trace.end().exits()))
    wrong(verdict)
    assert "but its first" not in verdict.message


def test_every_second_piece_is_some_of_it() -> None:
    """What was printed is not said to be nothing."""
    trace = asked(FLUSHES).request(stream=True).begin()
    for number, piece in enumerate(PIECES):
        trace.piece(piece, because="waiting", shown=number % 2 > 0)
    verdict = shows_whole_answer(case_of(trace.end().exits()))
    wrong(verdict)
    assert "nothing" not in verdict.message


def test_leaving_early_is_named() -> None:
    """The beginning was shown in time; what was never taken is late."""
    case = case_of(asked(FLUSHES).stream(PIECES[:20], how="gone", unsent=PIECES[20:]).exits())
    wrong(streams_progressively(case), "stopped-early")
    verdict = shows_whole_answer(case)
    wrong(verdict, "stopped-early")
    assert verdict.facts["shown_characters"] == f"{len(''.join(PIECES[:20])):,}"
    assert verdict.facts["total_characters"] == f"{len(ANSWER):,}"


def test_a_program_that_was_stopped_has_left_nothing() -> None:
    """Its connection ended with it."""
    trace = asked(FLUSHES).stream(PIECES[:20], how="gone", unsent=PIECES[20:])
    case = case_of(trace.exits(None, because="time"))
    wrong(streams_progressively(case))
    verdict = shows_whole_answer(case)
    wrong(verdict)
    assert "then something else" not in verdict.message


def test_other_capitals_are_said_to_be_that() -> None:
    """All of the text stands there, and not as it was sent."""
    trace = asked(FLUSHES).stream(PIECES, shown=False).prints(ANSWER.upper()).exits()
    assert "with other capital letters" in shows_whole_answer(case_of(trace)).message


def test_pieces_in_tags_are_not_said_to_be_missing() -> None:
    """Some are changed on their way, most stand there: they were printed."""
    trace = asked(FLUSHES).request(stream=True).begin()
    for number, piece in enumerate(PIECES):
        trace.piece(piece, because="waiting", shown=False)
        trace.prints(f"<span>{piece if number % 3 else piece.replace('e', '&#x65;')}</span>")
    verdict = streams_progressively(case_of(trace.end().exits()))
    assert verdict.outcome == "failed" and "nothing of it was printed" not in verdict.message


def test_what_comes_with_the_last_piece_has_waited_for_no_line() -> None:
    """The end of the answer is the end of a line too, and says nothing."""
    trace = asked(FLUSHES).request(stream=True).begin()
    for piece in PIECES[:-1]:
        trace.piece(piece, because="waiting", shown=False)
    trace.piece(PIECES[-1], because=None, shown=False).prints(ANSWER).gate(len(PIECES) - 1).end()
    wrong(streams_progressively(case_of(trace.exits())), "joined-then-printed")


def test_leaving_early_and_holding_back_are_both_named() -> None:
    """Two different mistakes in one program."""
    trace = asked(PRINTS).stream(PIECES[:60], shown=False, how="gone", unsent=PIECES[60:])
    case = case_of(trace.prints("".join(PIECES[:60])).exits())
    wrong(streams_progressively(case), "not-flushed", "stopped-early")


def test_an_answer_without_a_piece_fails() -> None:
    """A stream that began and brought no text shows nothing."""
    case = case_of(asked(COLLECTS).stream((), how="complete").exits())
    assert streams_progressively(case).outcome == "failed"
    assert shows_whole_answer(case).outcome == "failed"


# ---------------------------------------------------------------- shows_whole_answer


def test_the_whole_answer_passes() -> None:
    """In time or not, the text stands there as it was sent."""
    for trace in (streamed(), held_back()):
        verdict = shows_whole_answer(case_of(trace))
        assert verdict.outcome == "passed"
        assert verdict.facts["shown_characters"] == f"{len(ANSWER):,}"


def test_a_recording_that_breaks_off_is_whole_as_far_as_it_goes() -> None:
    """Of a planned cut no more is expected than was sent."""
    assert shows_whole_answer(case_of(asked().stream(PIECES[:30], how="cut", unsent=PIECES[30:]).exits())).outcome == (
        "passed"
    )


def test_a_line_for_each_piece_is_named() -> None:
    """The break inside a word is shown."""
    verdict = shows_whole_answer(case_of(streamed(lambda piece: piece + "\n")))
    wrong(verdict, "newline-per-piece")
    assert "\\n" in verdict.observed


LOG_AT_ONCE = "for text in stream.text_stream:\n    print(f'[piece] {text}')\n"
LOG_AFTERWARDS = "pieces = list(stream.text_stream)\nfor text in pieces:\n    print(f'[piece] {text}')\n"


@pytest.mark.parametrize(("source", "name"), [(LOG_AT_ONCE, "not-flushed"), (LOG_AFTERWARDS, "joined-then-printed")])
def test_a_log_of_pieces_that_comes_late_is_named_like_text(source: str, name: str) -> None:
    """Something stands between the pieces, and all of them came when the stream had ended."""
    source = "with client.messages.stream(**request) as stream:\n    " + source.replace("\n", "\n    ")
    log = "".join(f"[piece] {piece}\n" for piece in PIECES)
    wrong(streams_progressively(case_of(held_back(log, source=source))), name)


def test_words_that_are_left_out_at_once_were_held_back_by_nothing() -> None:
    """Most words came in time; those that are missing are in no buffer."""
    pieces = [f"{word} " for word in ANSWER.split()]
    trace = streamed(lambda piece: "" if piece in ("the ", "a ", "of ", "is ", "it ") else piece, pieces=pieces)
    wrong(streams_progressively(case_of(trace)))


@pytest.mark.parametrize("end", [" ", "\r"])
def test_a_space_or_a_return_for_each_piece_is_no_line(end: str) -> None:
    """Words are broken, and not by line breaks; a return goes back to where the line began."""
    wrong(shows_whole_answer(case_of(streamed(lambda piece: piece + end))))


def test_words_run_together_are_shown() -> None:
    """White space that the answer has may not be lost."""
    verdict = shows_whole_answer(case_of(held_back(ANSWER.replace("\n\n", ""))))
    wrong(verdict)
    assert "run together" in verdict.observed


def test_pieces_printed_twice_are_named() -> None:
    """Each piece right after itself."""
    wrong(shows_whole_answer(case_of(streamed(lambda piece: piece * 2))), "pieces-doubled")


def test_snapshots_are_named() -> None:
    """The text so far, again and again, also where the last one is whole."""
    so_far: list[str] = []

    def snapshot(piece: str) -> str:
        so_far.append(piece)
        return "".join(so_far) + "\n"

    wrong(shows_whole_answer(case_of(streamed(snapshot))), "snapshots")


def test_the_answer_printed_again_is_named() -> None:
    """Once streamed, and once more from the final message."""
    verdict = shows_whole_answer(case_of(streamed(last="\n\n" + ANSWER + LAST)))
    wrong(verdict, "answer-twice")


def test_two_mistakes_are_both_named() -> None:
    """A line for each piece, and the answer once more."""
    case = case_of(streamed(lambda piece: piece + "\n", last=ANSWER + LAST))
    wrong(shows_whole_answer(case), "answer-twice", "newline-per-piece")


@pytest.mark.parametrize(
    "event",
    [
        "RawContentBlockDeltaEvent(delta=TextDelta(text={!r}, type='text_delta'), index=0, type='content_block_delta')",
        "TextEvent(type='text', text={!r}, snapshot='...')",
        "{{'type': 'content_block_delta', 'delta': {{'text': {!r}}}}}",
        "event: content_block_delta\ndata: {!r}",
    ],
)
def test_printed_events_are_named(event: str) -> None:
    """The envelope stands on the screen with the text inside it."""
    verdict = shows_whole_answer(case_of(streamed(lambda piece: event.format(piece) + "\n")))
    wrong(verdict, "events-printed")
    assert verdict.message.count("`") == 2 and "`" not in verdict.observed
    assert streams_progressively(case_of(streamed(lambda piece: event.format(piece) + "\n"))).outcome == "passed"


def test_printed_events_show_the_answer_in_time_and_not_whole() -> None:
    """The letters of each line of a piece stand there, a line break as a backslash and an n."""
    pieces = ("First", " part.\n\nThe second", *PIECES)
    case = case_of(streamed(lambda piece: f"TextEvent(text={piece!r})\n", pieces=pieces))
    assert streams_progressively(case).outcome == "passed"
    wrong(shows_whole_answer(case), "events-printed")


def test_printed_events_that_come_too_late_are_not_flushed() -> None:
    """Flushed, they come in time: what is printed is another mistake, and another check's."""
    events = "".join(f"TextEvent(text={piece!r})\n" for piece in PIECES)
    case = case_of(asked(PRINTS).stream(PIECES, shown=False).prints(events).exits())
    wrong(streams_progressively(case), "not-flushed")
    wrong(shows_whole_answer(case), "events-printed")


def test_a_log_line_in_between_is_not_the_answer() -> None:
    """Other text may stand around the answer, not inside it."""
    trace = streamed(lambda piece: piece + (" [30 pieces]" if piece == PIECES[30] else ""))
    verdict = shows_whole_answer(case_of(trace))
    wrong(verdict)
    assert "then something else" in verdict.observed


def test_pieces_with_other_text_between_them_are_no_answer_that_was_never_printed() -> None:
    """A number before each piece: all of it stands there, and that is said, on standard output as on standard error."""
    numbered = [f"[{number}] {piece}" for number, piece in enumerate(PIECES)]
    lines = iter(numbered)
    verdict = shows_whole_answer(case_of(streamed(lambda piece: next(lines))))
    wrong(verdict)
    assert verdict.observed == "its pieces, with other text between them"
    assert "never" not in verdict.message
    assert "nothing of it" not in verdict.message
    elsewhere = asked(COLLECTS).stream(PIECES, shown=False).complains("".join(numbered)).exits()
    wrong(shows_whole_answer(case_of(elsewhere)), "answer-on-stderr")


def test_an_answer_that_is_nowhere_says_so() -> None:
    """Nothing but other text was printed."""
    verdict = shows_whole_answer(case_of(asked(COLLECTS).stream(PIECES, shown=False).prints("42\n").exits()))
    wrong(verdict)
    assert verdict.observed == "nothing of it"
