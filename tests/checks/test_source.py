"""What the text of a student's file says."""

from __future__ import annotations

import pytest

from grader.checks.source import Source


@pytest.mark.parametrize("text", ["def f(:\n", "x = '\x00'", "(" * 5000])
def test_text_that_does_not_parse_says_nothing(text: str) -> None:
    """A file that Python cannot read has no facts, and raises no error."""
    source = Source(text)
    assert source.tree is None
    assert not source.is_empty
    assert (source.stubs, source.stream_loops, source.main_never_called) == ((), (), None)


def test_latin_1_with_a_cookie_is_read() -> None:
    """Bytes that are no UTF-8 come as surrogates and are read as Python reads them."""
    text = b"# -*- coding: latin-1 -*-\nname = 'caf\xe9'\ninput()\n".decode("utf-8", "surrogateescape")
    assert Source(text).input_call == 3


def test_lines_are_counted_from_1() -> None:
    """A line beyond the end is empty."""
    source = Source("a = 1\n  b = 2\n")
    assert (source.line(0), source.line(2), source.line(3)) == ("", "b = 2", "")


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("    ...\n", True),
        ("    pass\n", True),
        ('    """Says."""\n', True),
        ('    """Says."""\n    raise NotImplementedError("TODO")\n', True),
        ("    raise NotImplementedError\n", True),
        ("    raise ValueError\n", False),
        ("    raise errors.NotImplementedError()\n", False),
        ("    raise\n", False),
        ("    return 1\n", False),
    ],
)
def test_placeholders_are_told_from_code(body: str, stub: bool) -> None:
    """A function is unfilled where it holds a placeholder and nothing else."""
    assert bool(Source("def f():\n" + body).stub("f")) is stub


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("", 1),
        ("main\n", 1),
        ('if __name__ == "main":\n    main()\n', 1),
        ('if __name__ == "__main__":\n    main\n', 1),
        ("def other():\n    pass\n", 1),
        ('if "__name__" == "__main__":\n    main()\n', 1),
        ('\n    if __name__ == "__main__":\n        main()\n', 1),
        ('if __name__ == "__main__":\n    main()\n', None),
        ("import asyncio\nasyncio.run(main())\n", None),
        ("import threading\nthreading.Thread(target=main).start()\n", None),
        ("def run():\n    main()\nrun()\n", None),
        ("if True:\n    main()\n", None),
    ],
)
def test_a_main_that_is_never_reached_is_found(call: str, line: int | None) -> None:
    """A name alone, a wrong guard or nothing at all does not call main."""
    assert Source("def main():\n    print(1)\n" + call).main_never_called == line


def test_a_decorated_main_may_be_called_by_its_decorator() -> None:
    """A command-line library calls the function that it decorates."""
    assert Source("@app.command\ndef main():\n    print(1)\n").main_never_called is None
    assert Source("print(1)\n").main_never_called is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('c = Anthropic(base_url="http://x")', 1),
        ("c = Anthropic(base_url=URL)", 1),
        ('os.environ["ANTHROPIC_BASE_URL"] = "http://x"', 1),
        ('x = 1\nurl = "https://api.anthropic.com/v1/messages"', 2),
        ('"""See https://api.anthropic.com."""\nx = 1', None),
        ('def f():\n    """See https://api.anthropic.com."""\n', None),
        ('c = Anthropic(base_url=os.environ["ANTHROPIC_BASE_URL"])', None),
        ('url = os.environ.get("ANTHROPIC_BASE_URL", "https://api.anthropic.com")', None),
        ('url = os.getenv("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"', None),
        ('os.environ["OTHER"] = "x"', None),
    ],
)
def test_an_address_of_its_own_is_found(text: str, line: int | None) -> None:
    """An address counts where it is used in place of the environment's."""
    assert Source(text).own_address == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('x = 1\nkey = "[key removed]"', 2),
        ("# my key: [key removed]", 1),
        ('c = Anthropic(api_key="secret")', 1),
        ('c = Anthropic(api_key=os.environ["KEY"])', None),
        ('c = Anthropic(api_key="")', None),
    ],
)
def test_a_key_is_found(text: str, line: int | None) -> None:
    """A key that was scrubbed, or one that is given as text."""
    assert Source(text).key_line == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("cost = total // 1_000_000", 1), ("cost //= MILLION", 1), ("n = len(text) // 4", None), ("n //= 4", None)],
)
def test_a_division_of_money_is_told_from_one_of_lengths(text: str, line: int | None) -> None:
    """Two slashes count where the divisor is large, or a name."""
    assert Source(text).floor_division == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("try:\n    c.messages.create()\nexcept Exception:\n    pass\n", 3),
        ("try:\n    c.messages.create()\nexcept Exception:\n    raise\n", None),
        ("try:\n    int('a')\nexcept ValueError:\n    pass\n", None),
    ],
)
def test_an_except_that_goes_on_is_found(text: str, line: int | None) -> None:
    """Only around a call of the API, and only where nothing is raised again."""
    assert Source(text).swallowed_call == line


def test_a_text_is_found_by_its_line() -> None:
    """The first line with exactly this string."""
    source = Source('a = "x"\nb = "model"\n')
    assert (source.line_of_text("model"), source.line_of_text("none")) == (2, None)


STREAM = "with client.messages.stream(model=M) as s:\n"


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        (STREAM + "    for t in s.text_stream:\n        print(t)\n", [(2, 3, False)]),
        (STREAM + "    for t in s:\n        print(t, flush=True)\n", [(2, 3, True)]),
        (STREAM + "    for t in s:\n        print(t, flush=False)\n", [(2, 3, False)]),
        (STREAM + "    for t in s:\n        sys.stdout.write(t)\n        sys.stdout.flush()\n", [(2, 3, True)]),
        (STREAM + "    for t in s:\n        parts.append(t)\n", [(2, None, False)]),
        ("events = c.messages.create(stream=True)\nfor e in events:\n    print(e)\n", [(2, 3, False)]),
        ("for e in c.messages.create(stream=True):\n    print(e)\n", [(1, 2, False)]),
        ("for e in my_stream:\n    print(e)\n", [(1, 2, False)]),
        ("for e in range(3):\n    print(e)\n", []),
        (
            "def show(t):\n    print(t, flush=True)\n\nfor t in stream:\n    show(t)\n    f(1)()\n",
            [(4, 5, True)],
        ),
        (
            "async def f():\n    async with c.stream() as s:\n        async for t in s:\n            print(t)\n",
            [(3, 4, False)],
        ),
        ("with open('f') as f, c.stream() as (a, b):\n    for line in f:\n        print(line)\n", []),
        ("(a, b) = c.create(stream=True)\nfor x in d(b):\n    print(x)\n", []),
    ],
)
def test_loops_over_streams_are_told(text: str, loops: list[tuple[int, int | None, bool]]) -> None:
    """Where each loop over a stream stands, whether it prints, and whether it flushes."""
    assert [(loop.line, loop.print_line, loop.flushes) for loop in Source(text).stream_loops] == loops
