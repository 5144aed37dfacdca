"""Moments: given before more than a line is missing, longer each time, and a few times only in vain."""

from __future__ import annotations

from grader.progress import LINE, Progress
from grader.replay.moments import Moments
from grader.screen import Screen

PIECE = "thirty letters and signs, so. "


def test_nobody_waits_while_a_line_is_far() -> None:
    """A word or two behind is no reason."""
    progress = Progress(Screen())
    progress.send(PIECE)
    assert not Moments().next_s(progress)


def test_a_program_that_prints_now_and_then_gets_its_moment_each_time() -> None:
    """Once a moment was long enough it is given again, as long as before."""
    screen, moments = Screen(), Moments()
    progress = Progress(screen)
    given = []
    for _ in range(5):
        for _ in range(LINE // len(PIECE)):
            progress.send(PIECE)
        given.append(moments.next_s(progress))
        progress.send(PIECE)
        screen.write((LINE // len(PIECE) + 1) * PIECE.encode())
        assert progress.all_shown
        moments.shown()
    assert len(set(given)) == 1
    assert given[0] > 0


def test_what_is_in_vain_becomes_longer_and_then_ends() -> None:
    """A program that shows nothing waits for less than a second altogether."""
    progress, moments = Progress(Screen()), Moments()
    given = []
    for _ in range(20):
        progress.send(PIECE)
        given.append(moments.next_s(progress))
    tried = [moment_s for moment_s in given if moment_s]
    assert tried == sorted(set(tried))
    assert 0 < sum(tried) < 1
    assert not given[-1]
