"""The checks of a streamed answer: asked twice, shown while it arrives, and whole in the end.

How the answer grew and where it stands is read in `growth` and `shown`, which mistake fits in
`stream_faults`; here it is said whether it is what was asked for.
"""

from __future__ import annotations

from grader.checks.growth import Growth, growth
from grader.checks.raw_events import raw_events
from grader.checks.shown import read_page
from grader.checks.stream_faults import StreamFaults
from grader.checks.typed_out import finished_answer_spaced
from grader.checks.unanswered import no_answer
from grader.checks.verdict import Case, Verdict, failed, passed, read_once, skipped
from grader.fixtures.content import countable
from grader.progress import LINE
from grader.screen import letters
from grader.trace import Exchange, Json

_TWO_REQUESTS = "a plain request that is answered, then a streamed one with the same messages"
_IN_TIME = f"at 80 % of the pieces or more, no more than a line ({LINE} characters) missing from standard output"
_WHOLE = "the whole streamed answer on standard output, in order and unbroken"
_AROUND = 24  # characters shown on each side of a break


def judged_stream(case: Case) -> Exchange | None:
    """The streamed call that is judged: the one chosen for all checks, else the last whose answer began."""
    if case.streamed is not None and case.streamed.stream is not None:
        return case.streamed
    begun = [message for message in case.trace.messages if message.stream is not None]
    return begun[-1] if begun else None


def _grown(case: Case, number: int) -> Growth:
    return growth(case.trace, _stream(case, number))


@read_once
def faults_of(case: Case, number: int) -> StreamFaults:
    """What a streamed call shows of mistakes; `number` is that of its exchange."""
    return StreamFaults(case, _stream(case, number), read_page(case.trace.stdout))


def _stream(case: Case, number: int) -> Exchange:
    return next(message for message in case.trace.messages if message.number == number)


# ---------------------------------------------------------------- create_then_stream


def create_then_stream(case: Case) -> Verdict:
    """Pass when a plain request was answered, and after it a streamed one with the same messages was.

    Compared is the order of events (`seq`), and `messages` with a text and a text block as one. Other fields may
    differ.

    Facts: `sends`; `error` and `line` where nothing was answered.
    """
    stream = judged_stream(case)
    if stream is None:
        return _no_stream(case)
    plain = [m for m in case.trace.messages if m.succeeded and m.stream is None and not m.wants_stream]
    before = [m for m in plain if m.answered_seq is not None and m.answered_seq < stream.request.seq]
    same = [m for m in before if _messages(m) == _messages(stream)]
    if same:
        return passed(
            expected=_TWO_REQUESTS,
            observed="both, in this order",
            evidence=(same[-1].request.seq, same[-1].answered_seq or 0, stream.request.seq),
        )
    if before:
        observed = "a plain request and a streamed one with other messages"
        message = "A plain request was answered before the stream, and its messages are not those of the streamed one."
    elif any(m.request.seq < stream.request.seq for m in plain):
        observed = "the streamed request before the plain one was answered"
        message = "The streamed request was sent while the plain one was still waiting for its answer."
    elif plain:
        observed = "the streamed request first"
        message = "The streamed request was sent before a plain one had been answered."
    elif any(not m.wants_stream for m in case.trace.messages):
        observed = "a streamed request, and a plain one that was not answered"
        message = "The plain request was not answered; only the streamed one was."
    else:
        observed = "a streamed request and no plain one"
        message = "A streamed request was sent, and no plain one before it."
    return failed(message, expected=_TWO_REQUESTS, observed=observed, evidence=(stream.request.seq,))


def _no_stream(case: Case) -> Verdict:
    if finished_answer_spaced(case):
        return _faked(case)
    streamed = tuple(message for message in case.trace.messages if message.wants_stream)
    return no_answer(case, streamed, "streamed request")


def _faked(case: Case) -> Verdict:
    return failed(
        "No request asked for a stream; the text of a finished answer came out bit by bit.",
        "fake-streaming",
        expected='a request with "stream": true',
        observed="a plain request, its answer printed bit by bit",
        evidence=tuple(message.request.seq for message in case.trace.messages[-1:]),
        sends=f"{len(case.trace.messages):,}",
    )


def _messages(exchange: Exchange) -> Json:
    return countable(exchange.request.body).get("messages")


def _nothing_streamed() -> Verdict:
    return skipped("No streamed answer began, so there is nothing to show.", because="create_then_stream")


# ---------------------------------------------------------------- streams_progressively


def streams_progressively(case: Case) -> Verdict:
    """Pass when the answer's text was on standard output no more than a line behind what had been sent.

    A line is 100 characters of the answer. Judged at every gate from the order of events, never from a clock: the
    check passes when the backlog was at most a line at 80 % or more of all pieces. The server sends the next piece
    when the one before is shown, or when the program can only wait (see `grader/replay/gate.py`). Skipped where no
    stream began.

    Facts: `pieces`, `sends`; of a failure `late` (pieces at which more was missing), `late_percent`, `backlog` (the
    largest, in characters). Where the check passes, they may be a matter of the program's own clocks.
    """
    stream = judged_stream(case)
    if stream is None:
        return _faked(case) if finished_answer_spaced(case) else _nothing_streamed()
    grown = _grown(case, stream.number)
    facts = {"pieces": f"{grown.pieces:,}", **raw_events(stream)}
    observed = f"at {grown.late:,} of {grown.pieces:,} pieces more than a line was missing"
    if grown.keeps_up:
        return passed(expected=_IN_TIME, observed=observed, evidence=(stream.request.seq,), **facts)
    late = next((gate.seq for gate in grown.gates if not gate.kept_up), stream.answered_seq or 0)
    faults = faults_of(case, stream.number)
    if faults.never_shown:
        observed += ", and next to nothing of it came later"
    return failed(
        f"While the answer arrived, more than a line of it was missing from standard output at {grown.late:,} of its "
        f"{grown.pieces:,} pieces.{_never_shown(faults)}",
        *faults.of_growth(grown),
        expected=_IN_TIME,
        observed=observed,
        evidence=(stream.request.seq, late),
        late=f"{grown.late:,}" if grown.late else "",
        late_percent=f"{grown.late_percent}",
        backlog=f"{grown.largest_backlog:,}",
        **facts,
        **faults.facts,
    )


def _never_shown(faults: StreamFaults) -> str:
    """Say that a stream was read to its end before anything of it was printed, and what read it."""
    if not faults.never_shown:
        return ""
    by = f" by {faults.read_by}" if faults.read_by else ""
    return f" The stream was read to its end{by}, and next to nothing of it was printed then or later."


# ---------------------------------------------------------------- shows_whole_answer


def shows_whole_answer(case: Case) -> Verdict:
    """Pass when the streamed text stands on standard output, whole, in order, unbroken and once.

    Words are compared by their letters and digits; lines may be wrapped where the answer has white space, other
    text may stand before and after. Skipped where no stream began.

    Facts: `pieces`, `shown_characters`, `total_characters`.
    """
    stream = judged_stream(case)
    if stream is None:
        return _nothing_streamed()
    faults = faults_of(case, stream.number)
    showing = faults.showing
    shown = len(showing.answer) if showing.unbroken else showing.shown_characters
    if faults.lost_characters and not showing.unbroken:
        shown = len(showing.answer) - faults.lost_characters
    facts = {
        "pieces": f"{len(stream.all_pieces):,}",
        "shown_characters": f"{shown:,}",
        "total_characters": f"{len(showing.answer):,}",
        **raw_events(stream),
    }
    if showing.unbroken and not showing.doubled:
        return passed(expected=_WHOLE, observed="all of it", evidence=(stream.request.seq,), **facts)
    ids = faults.of_showing()
    observed = _observed(case, faults, ids)
    said = f"`{observed}`" if "events-printed" in ids else observed
    return failed(
        f"The streamed answer does not stand on standard output whole and unbroken: {said}.{_never_shown(faults)}",
        *ids,
        expected=_WHOLE,
        observed=observed,
        evidence=(stream.request.seq,),
        **facts,
        **faults.facts,
    )


def _observed(case: Case, faults: StreamFaults, ids: tuple[str, ...]) -> str:
    """Say what stands there instead."""
    showing = faults.showing
    if "events-printed" in ids:
        return faults.event_name
    if "answer-on-stderr" in ids:
        return "its text on standard error"
    if "pieces-doubled" in ids:
        return "each piece twice"
    if "snapshots" in ids:
        return "its beginning again and again"
    if showing.unbroken:
        return "all of it, and more than a line of it once more"
    if showing.broken is not None:
        return _break(faults)
    if letters(showing.answer).lower() in showing.page.letters.lower():
        return "all of it, with other capital letters"
    if faults.lost_characters:
        lost = faults.lost_characters
        return f"all of it but its first {'character' if lost == 1 else f'{lost:,} characters'}"
    if faults.apart:
        return f"its {faults.apart}, with other text between them"
    if not showing.shown_characters:
        return "only some of its pieces" if faults.some_shown else "nothing of it"
    then = ", then something else" if case.trace.exit is not None and case.trace.exit.because == "itself" else ""
    return f"its first {showing.shown_characters:,} of {len(showing.answer):,} characters{then}"


def _break(faults: StreamFaults) -> str:
    """Show the first word that is broken, or the first two that are joined."""
    showing = faults.showing
    assert showing.broken is not None
    added = showing.broken.added_to(showing.answer_breaks)
    lost = showing.answer_breaks.spaces - showing.broken.spaces
    what = "a break inside a word" if added else "words run together"
    at = min(added or lost)
    stretch = showing.stretch_around(at, _AROUND)
    return f"{what}, {stretch!r}"
