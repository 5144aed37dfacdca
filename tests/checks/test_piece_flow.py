"""How pieces are followed through a source: printed each for itself, or gathered first."""

from __future__ import annotations

import ast

import pytest

from grader.checks.piece_flow import Flow
from grader.checks.program_flow import flow_of

STREAM = "with client.messages.stream(**ask) as stream:\n"
LOOP = STREAM + "    for text in stream.text_stream:\n        "

ONE_BY_ONE = {
    "joined by a thread that empties": "threading.Thread(target=show).start()\n" + LOOP + "buffer.append(text)\n"
    "def show():\n    while not over:\n        out = ''.join(buffer)\n"
    "        buffer.clear()\n        print(out, end='')",
    "print": LOOP + "print(text, end='')",
    "write": LOOP + "sys.stdout.write(text)",
    "bytes": LOOP + "sys.stdout.buffer.write(text.encode())",
    "to stdout": LOOP + "print(text, file=sys.stdout)",
    "flush is a variable": "def show(text, now=False):\n    print(text, flush=now)\n" + LOOP + "show(text)",
    "flush=False": LOOP + "print(text, flush=False)",
    "own wrapper": "out = io.TextIOWrapper(open(1, 'wb'))\n" + LOOP + "out.write(text)",
    "own descriptor": "out = os.fdopen(1, 'w')\n" + LOOP + "out.write(text)",
    "exchanged for itself": "sys.stdout = io.TextIOWrapper(sys.stdout.buffer)\n" + LOOP + "print(text)",
    "writelines": STREAM + "    sys.stdout.writelines(stream.text_stream)",
    "letters": LOOP + "for letter in text:\n            print(letter, end='')",
    "wrapper": "def show(*parts, end=''):\n    print(*parts, end=end)\n" + LOOP + "show(text)",
    "keyword": "def show(*, text):\n    print(text)\n" + LOOP + "show(text=text)",
    "lambda": "show = lambda text: print(text, end='')\n" + LOOP + "show(text)",
    "callback": "def run(on_text):\n    " + LOOP.replace("\n", "\n    ") + "on_text(text)\nrun(lambda t: print(t))",
    "callback by default": "def run(show=print):\n    " + LOOP.replace("\n", "\n    ") + "show(text)\nrun()",
    "default of a lambda": "f = lambda t, show=print: show(t)\n" + LOOP + "f(text)",
    "partial": "show = functools.partial(print, end='')\n" + LOOP + "show(text)",
    "bound write": "show = sys.stdout.write\n" + LOOP + "show(text)",
    "map": STREAM + "    deque(map(lambda t: print(t, end=''), stream.text_stream))",
    "map print": STREAM + "    deque(map(print, stream.text_stream))",
    "submit": LOOP + "pool.submit(print, text, end='')",
    "comprehension": STREAM + "    [print(text, end='') for text in stream.text_stream if text]",
    "generator": "def texts():\n    "
    + LOOP.replace("\n", "\n    ")
    + "yield text\nfor each in texts():\n    print(each, end='')",
    "yield from": "def texts():\n    with client.messages.stream() as s:\n        yield from s.text_stream\n"
    "for each in texts():\n    print(each)",
    "generator of words": "def words(texts):\n    rest = ''\n    for text in texts:\n        rest += text\n"
    "        *done, rest = rest.split(' ')\n        for word in done:\n            yield word\n    yield rest\n"
    + STREAM
    + "    for word in words(stream.text_stream):\n        print(word, end=' ')",
    "generator expression": STREAM + "    for text in (t.upper() for t in stream.text_stream):\n        print(text)",
    "next": STREAM
    + "    pieces = iter(stream)\n    while (text := next(pieces, None)) is not None:\n        print(text)",
    "words held back": "rest = ''\n" + LOOP + "rest += text\n        if ' ' in rest:\n"
    "            print(rest, end='')\n            rest = ''",
    "delta beside a block's start": STREAM + "    for event in stream:\n        kind = event.content_block.type\n"
    "        print(event.delta.text, end='')",
    "three at a time": "held = []\n" + LOOP + "held.append(text)\n        if len(held) == 3:\n"
    "            print(''.join(held), end='')\n            held.clear()",
    "cut from a list": "held = []\n" + LOOP + "held = held + [text]\n        print(held[0])\n        del held[0]",
    "held in a callback": "held = ''\ndef show(text):\n    global held\n    held = f'{held}{text}'\n"
    "    if len(held) > 9:\n        print(held)\n        held = ''\n" + LOOP + "show(text)",
    "method": "class Screen:\n    def show(self, text):\n        print(text, end='')\nscreen = Screen()\n"
    + LOOP
    + "screen.show(text)",
    "events by type": "def delta(event):\n    print(event.delta.text)\ntable = {'content_block_delta': delta}\n"
    "for event in client.messages.create(stream=True):\n    table.get(event.type, id)(event)",
    "function of a class": "class Reader:\n    def __init__(self, show):\n        self.show = show\n"
    "    def run(self):\n        " + LOOP.replace("\n", "\n        ") + "self.show(text)\nReader(print).run()",
    "queue": "def printer():\n    while (text := q.get()) is not None:\n        print(text)\n"
    "q = queue.Queue()\nthreading.Thread(target=printer).start()\n" + LOOP + "q.put(text)",
    "queue until": "def printer(q):\n    for text in iter(q.get, None):\n        print(text)\n"
    "box = queue.Queue()\nthreading.Thread(target=printer, args=(box,)).start()\n" + LOOP + "box.put(text)",
    "queue by a lambda": "def printer():\n    for text in iter(lambda: q.get(), None):\n        print(text)\n"
    "q = queue.Queue()\nThread(target=printer).start()\n" + LOOP + "q.put_nowait(text)",
    "tasks": "async def read():\n    async with client.messages.stream() as s:\n        async for t in s.text_stream:\n"
    "            await q.put(t)\nasync def show():\n    while True:\n        print(await q.get())\n"
    "async def main():\n    await asyncio.gather(read(), show())\nasyncio.run(main())",
    "thread of a class": "class Printer(Thread):\n    def run(self):\n        for text in iter(self.q.get, None):\n"
    "            print(text)\np = Printer()\n" + LOOP + "p.q.put(text)",
    "raw http": "body = {'model': m}\nbody['stream'] = 1\nask = {**body, 'stream': True}\n"
    "for line in urlopen(Request(url, json.dumps(ask))):\n    event = json.loads(line)\n"
    "    if event['type'] == 'content_block_delta':\n        print(event['delta']['text'])\n    print(event['usage'])",
    "socket": "while True:\n    data = sock.recv(4096)\n    print(data)",
    "and again": LOOP + "answer += text\n        print(text, end='')\nprint(answer)",
    "match": "for event in client.messages.create(stream=True):\n    match event.type:\n"
    "        case 'text':\n            print(event.text)",
    "annotated": "box: list[str] = []\nlast: str\n" + LOOP + "piece: str = text\n        print(piece)",
    "the same name again": LOOP + "for text in text.split():\n            print(text)",
    "shadowed": LOOP + "print(text)\ntext = ''",
}

GATHERED = {
    "joined": STREAM + "    print(''.join(stream.text_stream))",
    "unpacked": STREAM + "    print(*stream.text_stream, sep='')",
    "list": STREAM + "    for text in list(stream.text_stream):\n        print(text, end='')",
    "list comprehension": STREAM + "    parts = [t for t in stream.text_stream]\nfor part in parts:\n    print(part)",
    "dict comprehension": STREAM + "    d = {n: t for n, t in enumerate(stream.text_stream)}\nprint(d[0])",
    "appended": "parts = []\n" + LOOP + "parts.append(text)\nfor part in parts:\n    print(part, end='')",
    "appended by a callback": "def run(on_text):\n    " + LOOP.replace("\n", "\n    ") + "on_text(text)\n"
    "parts = []\nrun(parts.append)\nprint(''.join(parts))",
    "added": "answer = ''\n" + LOOP + "answer += text\nprint(answer)",
    "added under a lock": "answer = ''\n"
    + LOOP
    + "with lock:\n            answer += text\n            del seen[0], one\n"
    "print(answer)",
    "the same name": "parts = []\n" + LOOP + "parts.append(text)\ntext = ''.join(parts)\nprint(text)",
    "for several questions": "for question in questions:\n    answer = ''\n    "
    + LOOP.replace("\n", "\n    ")
    + "answer += text\n    print(answer)",
    "with dots": "answer = ''\n" + LOOP + "answer += text\n        print('.', len(text), end='')\nprint(answer)",
    "in a text file": "buffer = io.StringIO()\n" + LOOP + "buffer.write(text)\nprint(buffer.getvalue())",
    "printed to a text file": "buffer = io.StringIO()\n" + LOOP + "print(text, file=buffer)\nprint(buffer.getvalue())",
    "by number": "parts = {}\n" + LOOP + "parts[len(parts)] = text\nprint(parts)",
    "final text": STREAM + "    print(stream.get_final_text())",
    "final message": STREAM + "    final = stream.get_final_message()\nprint(final.content[0].text, final.usage)",
    "block's end": STREAM + "    for event in stream:\n        if event.type == 'content_block_stop':\n"
    "            print(event.content_block.text, flush=True)",
    "snapshot": STREAM + "    stream.until_done()\n    print(stream.current_message_snapshot.content)",
    "read at once": "with client.messages.with_streaming_response.create(stream=True) as r:\n    print(r.read())",
    "returned": "def ask():\n    " + LOOP.replace("\n", "\n    ") + "parts.append(text)\n    return ''.join(parts)\n"
    "def other():\n    return\nother()\nprint(ask())",
    "attribute": "class App:\n    def run(self):\n        "
    + LOOP.replace("\n", "\n        ")
    + "self.text += text\napp = App()\napp.run()\nprint(app.text)",
    "queue in one thread": "q = queue.Queue()\n" + LOOP + "q.put(text)\nwhile q:\n    print(q.get())",
    "queue after the thread": "def read():\n    " + LOOP.replace("\n", "\n    ") + "q.put(text)\n"
    "def main():\n    t = Thread(target=read)\n    t.join()\n    print(q.get())\nmain()",
    "yielded whole": "def answers():\n    with client.messages.stream() as s:\n        yield ''.join(s.text_stream)\n"
    "for answer in answers():\n    print(answer)",
    "pieces on stderr": "answer = ''\n" + LOOP + "print(text, file=sys.stderr)\n        answer += text\nprint(answer)",
    "unused function": "def old(stream):\n    for text in stream:\n        print(text)\n"
    + STREAM
    + "    print(list(stream))",
    "usage of raw events": "for event in client.messages.create(stream=True):\n    print(event.type, event.usage)\n"
    "    parts.append(event.delta.text)\nprint(parts, event.get('usage'))",
    "while, as a global": "def read():\n    global parts\n    parts = []\n    "
    + LOOP.replace("\n", "\n    ")
    + "parts.append(text)\nread()\nprint(''.join(parts))",
}

UNKNOWN = {
    "nothing": "",
    "no stream": "reply = client.messages.create(stream=False)\nprint(reply.content[0].text)",
    "flushed": LOOP + "print(text, flush=True)",
    "by a library": LOOP + "log.info(text)",
    "at the last event": "answer = ''\nfor event in client.messages.create(stream=True):\n    answer += event.text\n"
    "    if event.type == 'message_stop':\n        print(answer)",
    "redirected": "with contextlib.redirect_stdout(io.StringIO()) as out:\n    "
    + LOOP.replace("\n", "\n    ")
    + "print(text)",
    "exchanged": "sys.stdout = out = io.StringIO()\n" + LOOP + "print(text)",
    "the stream itself": STREAM + "    print(stream)",
    "without a message": "yield_nothing = lambda: (yield)\nprint(yield_nothing())",
    "words of a queue, beside the reader": "threading.Thread(target=read, args=(client,)).start()\nword = ''\n"
    "while True:\n    word += pieces.get()\n    *whole, word = word.split()\n"
    "    for each in whole:\n        print(each, flush=True)\n"
    "def read(client):\n    with client.messages.stream() as stream:\n"
    "        for text in stream.text_stream:\n            pieces.put(text)",
    "one variable for both": "if quick:\n    text = ''.join(parts)\n"
    + STREAM
    + "    text = next(stream.text_stream)\n    text = stream.get_final_text()\n    print(text)",
}


@pytest.mark.parametrize("source", ONE_BY_ONE.values(), ids=ONE_BY_ONE)
def test_pieces_are_followed_to_a_print(source: str) -> None:
    """Through functions, callbacks, generators, queues and buffers that are emptied on the way."""
    flow = Flow([ast.parse(source)])
    assert (flow.prints_pieces, flow.prints_whole) == (True, False)


@pytest.mark.parametrize("source", GATHERED.values(), ids=GATHERED)
def test_what_was_gathered_is_told_from_pieces(source: str) -> None:
    """A list, a text that grew or the final message, also where it is printed in a loop."""
    flow = Flow([ast.parse(source)])
    assert (flow.prints_pieces, flow.prints_whole) == (False, True)


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_followed_says_nothing(source: str) -> None:
    """No print of the stream's text, one that is flushed, or one of which both could be said."""
    flow = Flow([ast.parse(source)])
    assert (flow.prints_pieces, flow.prints_whole) == (False, False)


def test_files_that_are_imported_belong_to_the_program() -> None:
    """By either form of import, once each; what is missing or does not parse is left out."""
    shows = "def show(stream):\n    for text in stream:\n        print(text)\n"
    imports = "import show, torn, exercise3\nfrom . import x"
    for own, call in (("from show import show", "show"), (imports, "show.show")):
        files = {"exercise3.py": f"{own}\n{STREAM}    {call}(stream)\n", "show.py": shows, "torn.py": "def"}
        flow = flow_of(files, "exercise3.py")
        assert flow is not None and flow.prints_pieces


def test_programs_that_cannot_be_followed_are_not_followed() -> None:
    """A file that is missing, one that does not parse, a giant, one that goes too deep, and one that calls too much."""
    deep, same = "x = " + "+".join(["a"] * 2000), "def f(a):\n    return a\nf(b)\n" * 400
    for text in ("def", "x = 1\n" * 9000, deep, same):
        assert flow_of({"exercise3.py": text}, "exercise3.py") is None
    assert flow_of({}, "exercise3.py") is None


def test_long_chains_of_calls_are_read_once() -> None:
    """Each part of an expression is looked at once, however long the chain."""
    chain = "stream" + ".a()" * 60
    assert Flow([ast.parse(f"{STREAM}    for text in {chain}:\n        print(text)")]).prints_pieces
