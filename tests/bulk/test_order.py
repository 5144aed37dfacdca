"""The order in which submissions are begun: what may last is begun early, and nothing is lost or read far ahead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.bulk.order import lasting_early, may_last
from grader.run.submission import Submission

LASTING = "import time\n\nwhile True:\n    time.sleep(60)\n"


def _class(number: int, lasting: set[int]) -> list[Submission]:
    texts = (LASTING if each in lasting else f"print({each})\n" for each in range(number))
    return [Submission(f"s{each}", {"exercise1.py": text.encode()}) for each, text in enumerate(texts)]


def _begun(submissions: list[Submission]) -> list[str]:
    return [each.name for each in lasting_early(iter(submissions))]


@pytest.mark.parametrize("number", [0, 1, 2, 50, 300])
def test_everybody_is_begun_once(number: int) -> None:
    submissions = _class(number, {each for each in range(number) if each % 7 == 3})
    assert sorted(_begun(submissions)) == sorted(each.name for each in submissions)


def test_who_may_last_does_not_end_the_class() -> None:
    """The last to hand in may hang: others are left to be graded beside that."""
    assert _begun(_class(300, {299})).index("s299") < 250


def test_not_all_that_may_last_are_begun_together() -> None:
    """Beside those that hang there must be something to work on."""
    begun = _begun(_class(90, set(range(60, 90))))
    assert len([name for name in begun[:12] if int(name[1:]) >= 60]) <= 4


def test_the_order_of_the_others_stays() -> None:
    assert _begun(_class(200, set())) == [f"s{each}" for each in range(200)]


def test_a_class_is_not_read_as_a_whole() -> None:
    """What is read ahead does not grow with the class, neither in number nor in bytes."""
    read: list[str] = []

    def reading(submissions: list[Submission]) -> Iterator[Submission]:
        for each in submissions:
            read.append(each.name)
            yield each

    next(lasting_early(reading(_class(1000, set()))))
    assert len(read) < 200
    read.clear()
    large = Submission("large", {"data.txt": bytes(10 << 20)})
    next(lasting_early(reading([large] * 9)))
    assert len(read) <= 3


@pytest.mark.parametrize(
    "source",
    [LASTING, "def main():\n    while True:\n        pass\n", "input('?')", "queue.get()", "thread.join()"],
)
def test_what_may_last(source: str) -> None:
    assert may_last(Submission("s", {"exercise1.py": source.encode()}))


@pytest.mark.parametrize(
    "source", ["print('a while ago')", '"""Words appear\nwhile they are written."""', "', '.join(x)"]
)
def test_what_does_not(source: str) -> None:
    assert not may_last(Submission("s", {"exercise1.py": source.encode(), "notes.md": b"while True: sleep(1)\n"}))
