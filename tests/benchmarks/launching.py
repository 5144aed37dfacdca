"""How long a run takes: a fresh interpreter, an unsealed fork and a sealed one, side by side, with one call each.

`python -m tests.benchmarks.launching [RUNS]` runs exercise 1's solution against a server that answers at once,
in turns, so that a busy machine is busy for all three, and prints p50 and p99 of each and what the issue asks:
the sealed run takes at most twice as long as the unsealed one and a twentieth of the fresh one. With `--flat RUNS`
it reports how the warm parent's memory grows over so many sealed runs instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Mapping
from pathlib import Path

from grader.sandbox.job import Job, Launcher
from grader.sandbox.plain import PlainLauncher
from grader.sandbox.warm import WarmLauncher
from tests.sandbox.running import Heard

_SOLUTION = Path(__file__).parents[2] / "course/exercise1/solution.py"
_ANSWER = json.dumps(
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "content": [{"type": "text", "text": "A token is a piece of a word."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 21, "output_tokens": 77},
    }
).encode()
_MOST_OF_UNSEALED = 2.0
_LEAST_OF_FRESH = 20.0


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    await reader.readexactly(int(lengths[0]))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(_ANSWER))
    writer.write(b"Connection: close\r\n\r\n" + _ANSWER)
    await writer.drain()
    writer.close()


async def one_run(launcher: Launcher, source: bytes) -> float:
    """Run the solution once; seconds from the order to the exit."""
    heard = Heard()
    began = time.perf_counter()
    child = await launcher.start(Job("exercise1.py", {"exercise1.py": source}), heard)
    server = await asyncio.start_server(_answer, sock=child.listener)
    await heard.over.wait()
    took = time.perf_counter() - began
    server.close()
    assert heard.ended is not None and heard.ended.status == 0, (heard.ended, heard.stderr)
    assert b"77" in heard.stdout, heard.stdout
    return took


async def side_by_side(runs: int) -> Mapping[str, list[float]]:
    """Run each way in turns; a fresh interpreter only in every eighth."""
    launchers: dict[str, Launcher] = {
        "unsealed fork": WarmLauncher("none"),
        "sealed fork": WarmLauncher("namespaces"),
        "fresh interpreter": PlainLauncher(),
    }
    source = _SOLUTION.read_bytes()
    took: dict[str, list[float]] = {name: [] for name in launchers}
    for launcher in launchers.values():
        await one_run(launcher, source)
    for number in range(runs):
        for name, launcher in launchers.items():
            if name != "fresh interpreter" or number % 8 == 0:
                took[name].append(await one_run(launcher, source))
    for launcher in launchers.values():
        await launcher.close()
    return took


async def growth(runs: int) -> list[tuple[int, int]]:
    """Watch the warm parent's own memory (KiB, private) over many sealed runs of an empty program."""
    launcher = WarmLauncher("namespaces", runs_per_parent=runs + 2)
    await launcher.ready()
    assert launcher.parent_pid is not None
    smaps = Path(f"/proc/{launcher.parent_pid}/smaps_rollup")
    seen = []
    for number in range(runs + 1):
        if number % max(1, runs // 10) == 0:
            lines = dict(line.split(":", 1) for line in smaps.read_text().splitlines()[1:])
            seen.append((number, int(lines["Anonymous"].split()[0])))
        heard = Heard()
        child = await launcher.start(Job("exercise1.py", {"exercise1.py": b""}), heard)
        child.listener.close()
        await heard.over.wait()
    await launcher.close()
    return seen


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=64)
    parser.add_argument("--flat", action="store_true", help="report the warm parent's memory")
    asked = parser.parse_args()
    if asked.flat:
        for number, kib in asyncio.run(growth(asked.runs)):
            print(f"after {number:6} runs {kib:8} KiB")
        return
    took = asyncio.run(side_by_side(asked.runs))
    middle = {name: statistics.median(times) for name, times in took.items()}
    for name, times in took.items():
        last = sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{name:18} p50 {middle[name] * 1000:7.1f} ms   p99 {last * 1000:7.1f} ms   ({len(times)} runs)")
    unsealed, fresh = (
        middle["sealed fork"] / middle["unsealed fork"],
        middle["fresh interpreter"] / middle["sealed fork"],
    )
    print(f"sealed / unsealed  {unsealed:.2f}   (at most {_MOST_OF_UNSEALED})")
    print(f"fresh / sealed     {fresh:.1f}   (at least {_LEAST_OF_FRESH})")
    if unsealed > _MOST_OF_UNSEALED or fresh < _LEAST_OF_FRESH:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
