"""Whatever a trace holds, it is judged: no error, no pass without evidence, and the same twice."""

from __future__ import annotations

import random
from typing import Any

import pytest

from grader import trace as traces
from grader.judge import judge
from grader.trace import COUNT_TOKENS, Trace
from tests.checks.cases import course
from tests.traces import MODEL, TraceBuilder

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    3.5,
    10**30,
    "",
    "x",
    MODEL,
    [],
    {},
    [1],
    {"a": 1},
    [None],
    "\ud800",
    "{{ x }}{% if %}",
]
MESSAGES: list[Any] = [
    [{"role": "user", "content": "hi"}],
    [{"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "image"}, 3, None]}],
]
PRINTED = [
    "input tokens: 21\noutput tokens: 77\n",
    "cost: $0.000406\n",
    "cost: 1e-400 nan inf -5 0x1\n",
    "cost: " + "9" * 500 + " 0." + "0" * 300 + "1\n",
    "runs per dollar: 2463 -1 0 1e30\n",
    "prose tokens: 31\ncode tokens 45\ndenser: code\nforecast: 0.0026\n",
    "stop reason: end_turn\ninput tokens",
    "cost ¢ 5 cents {{ 7 * 7 }}\n",
    "input tokens: 1,2,3;4 5\n",
]
COMPLAINTS = [
    "Traceback (most recent call last):\n",
    '  File "exercise1.py", line 3, in f\n',
    '  File "exercise1.py", line 3\n',
    "SyntaxError: x\n",
    "EOFError: EOF when reading a line\n",
    "  + Exception Group Traceback (most recent call last):\n  | E\n",
    "anthropic.APIConnectionError: no\n",
]
SOURCES = ["", "x=1\n", "def main():\n    ...\n", "def main(:\n", "Anthropic(base_url='x')\n", "\x00", "x//1000000\n"]
CLAIMS: list[Any] = [
    0.1,
    {},
    {"value": 3},
    {"type": "decimal", "value": "1E+99999"},
    {"type": "decimal", "value": "1E-99999"},
    {"type": "raised", "value": 3, "line": "x"},
    {"type": "fraction", "value": "1/3"},
    {"type": [1], "value": {}},
]
NAMES: list[Any] = [MODEL, {"type": "text"}, {"type": "text", "value": [1]}, "word " * 20]


class Drawn:
    """Traces drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def body(self) -> Any:
        if self._rng.random() < 0.2:
            return self._rng.choice(ODD)
        names = ("model", "messages", "max_tokens", "system", "tools", "stream", "thinking")
        body = {name: self._rng.choice(ODD) for name in names if self._rng.random() < 0.5}
        if self._rng.random() < 0.7:
            body |= {"model": MODEL, "messages": self._rng.choice(MESSAGES), "max_tokens": 300}
        return body

    def happens(self, builder: TraceBuilder) -> None:
        """Append something that may happen in a run."""
        rng = self._rng
        match rng.randrange(7):
            case 0:
                builder.request(body=self.body()).answer(usage=(rng.randrange(99), rng.randrange(99)))
            case 1:
                builder.request(body=self.body()).answer(status=rng.choice([400, 404, 529]), body=rng.choice(ODD))
            case 2:
                builder.request(path=COUNT_TOKENS, body=self.body()).answer(body={"input_tokens": rng.choice([0, 31])})
            case 3:
                pieces = [rng.choice(["a", "", "wörd " * 9, "\n"]) for _ in range(rng.randrange(5))]
                how: Any = rng.choice(["complete", "gone", "cut", "killed"])
                builder.stream(pieces, shown=rng.random() < 0.5, how=how, unsent=rng.choice([(), ("x",)]))
            case 4:
                builder.request(body=self.body(), path=rng.choice(["/v1/messages", "/v1/complete", "/"]))
            case 5:
                builder.complains(rng.choice(COMPLAINTS))
            case _:
                builder.prints(rng.choice(PRINTED) if rng.random() < 0.9 else b"\xe2\x1b[")

    def run(self, exercise: str, scenario: str) -> Trace:
        rng = self._rng
        files = {rng.choice(["json.py", "a.py", "exercise2.py"]): rng.choice(SOURCES)}
        builder = TraceBuilder(exercise, scenario, source=rng.choice(SOURCES), files=files)
        for _ in range(rng.randrange(9)):
            self.happens(builder)
        because: Any = rng.choice(["itself"] * 6 + ["time", "memory"])
        return builder.exits(rng.choice([0, 0, 1, 3]), signal=rng.choice([None] * 6 + [11]), because=because).trace

    def functions(self, exercise: str) -> Trace:
        """Claims as a module might forge them."""
        rng = self._rng
        builder = TraceBuilder(exercise, "functions", source="x = 1")
        called = ("call_cost", "runs_per_dollar", "forecast_cost")
        for _ in range(rng.randrange(9)):
            if rng.random() < 0.3:
                names = {"MODEL": rng.choice(NAMES), "PROSE": rng.choice(NAMES), "CODE": rng.choice(NAMES)}
                builder.names(functions=rng.choice([(), called]), raised=rng.choice([None, "E: x"]), **names)
            else:
                args = [rng.choice(ODD) for _ in range(rng.randrange(4))]
                builder.returns(rng.choice(called), args, rng.choice(CLAIMS), of=rng.choice([None, 0, 99, -1]))
        return builder.exits(rng.choice([0, 1])).trace


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("name", ["exercise1", "exercise2", "exercise3"])
def test_anything_is_judged(name: str, seed: int) -> None:
    """Every outcome has its words, stored traces judge the same, and nothing forged passes."""
    drawn = Drawn(seed)
    exercise = course().exercise(name)
    given = {scenario: drawn.run(name, scenario) for scenario in exercise.scenarios}
    given["functions"] = drawn.functions(name)
    report = judge(exercise, given, course())
    assert report.outcome == "graded"
    for check in report.checks:
        assert all(isinstance(fact, str) for fact in check.facts.values())
        if check.outcome == "failed":
            assert check.message
            assert len(check.hints) == 3
        if check.outcome == "skipped":
            assert check.message
            assert check.because in {other.name for other in report.checks}
        if check.outcome == "passed":
            assert check.evidence
    stored = {scenario: traces.load(traces.dump(trace)) for scenario, trace in given.items()}
    assert judge(exercise, stored, course()) == report
