"""Which misconceptions are named for a check over all its scenarios. What fits one trace, the checks themselves say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.checks.verdict import Verdict

# In the order in which they are named: what stops a program explains more than what it sends, and so on.
OF_CRASHES = frozenset(
    {
        "does-not-parse",
        "needs-a-package",
        "asks-for-input",
        "not-filled-in",
        "sdk-refused",
        "stream-not-opened",
        "never-ends",
        "crash-after-output",
        "function-missing",
        "wrong-signature",
        "returns-nothing",
        "text-not-number",
    }
)
_BARE = "label-missing"
OF_THE_WIRE = frozenset(
    {
        "own-api-address",
        "main-never-called",
        "error-swallowed",
        "count-after-send",
        "never-counted",
        "counted-something-else",
        "counted-other-model",
        "counted-in-parts",
        "probe-by-sending",
        "counted-never-sent",
        "same-sample-twice",
        "unequal-lengths",
        "sent-although-too-long",
        "fake-streaming",
        "stream-never-read",
        "stopped-early",
    }
)
OF_THE_SCREEN = frozenset(
    {
        _BARE,
        "list-of-guesses",
        "not-flushed",
        "joined-then-printed",
        "by-paragraph",
        "newline-per-piece",
        "answer-twice",
        "pieces-doubled",
        "snapshots",
        "events-printed",
        "answer-on-stderr",
    }
)
_ORDER = (OF_CRASHES, OF_THE_WIRE, OF_THE_SCREEN)  # all others are of a value

TYPED_IN = "typed-in"
_OF_CONSTANTS = {"counting.denser": "denser-typed-in", "cost.forecast": "forecast-guess"}
_NOTHING = frozenset({"", "0"})  # said by many a slip; nobody types it in


@dataclass(frozen=True)
class Named:
    """The misconceptions of one check, likeliest first, and what is to be said of them."""

    ids: tuple[str, ...]
    facts: Mapping[str, str]


def is_of_value(misconception: str) -> bool:
    """Tell whether a misconception is recognised by a number or a word alone."""
    return not any(misconception in kind for kind in _ORDER)


def named(check: str, verdicts: Mapping[str, Verdict]) -> Named:
    """Name the misconceptions of a failed check (its name in `check:`) from its verdicts by scenario."""
    judged = [verdict for verdict in verdicts.values() if verdict.outcome != "skipped"]
    wrong = [verdict for verdict in judged if verdict.outcome == "failed"]
    fitting = dict.fromkeys(name for verdict in wrong for name in verdict.misconceptions)
    ids = [name for name in fitting if not is_of_value(name) or all(name in v.misconceptions for v in judged)]
    if not all(_BARE in verdict.misconceptions for verdict in wrong):
        ids = [name for name in ids if name != _BARE]  # a date or a list's number was the right value once
    ids.sort(key=_rank)
    if ids:
        return Named(tuple(ids), {})
    typed = _typed_in(verdicts)
    if typed is None:
        return Named((), {})
    misconception = _OF_CONSTANTS.get(check, TYPED_IN)
    if check == "cost.forecast" and len(wrong) < len(judged):
        misconception = TYPED_IN  # a guess is right nowhere
    return Named((misconception,), typed)


def _rank(misconception: str) -> int:
    return next((at for at, kind in enumerate(_ORDER) if misconception in kind), len(_ORDER))


def _typed_in(verdicts: Mapping[str, Verdict]) -> dict[str, str] | None:
    """Find a value that stayed the same in every scenario while the right one changed."""
    told = {scenario: verdict for scenario, verdict in verdicts.items() if verdict.said or verdict.truth}
    if len(told) < 2:
        return None
    said = [verdict.said.split("\n") for verdict in told.values()]
    truth = [verdict.truth.split("\n") for verdict in told.values()]
    for at in range(min(map(len, [*said, *truth]))):
        values, right = [lines[at] for lines in said], [lines[at] for lines in truth]
        if len(set(values)) == 1 < len(set(right)) and _value(values[0]) not in _NOTHING:
            return _facts(list(told), values, right)
    return None


def _value(line: str) -> str:
    return line.rpartition(": ")[2]


def _facts(scenarios: Sequence[str], values: Sequence[str], right: Sequence[str]) -> dict[str, str]:
    runs = zip(scenarios, values, right, strict=True)
    shown = "; ".join(f"{scenario}: {_value(value)}, right is {_value(truth)}" for scenario, value, truth in runs)
    label = values[0].rpartition(": ")[0]
    return {"values": shown} | ({"label": label} if label else {})


def crashed_after_output(verdicts: Mapping[str, Verdict]) -> bool:
    """Tell from one scenario's verdicts by check that all was right on the screen, and then the run crashed.

    What only the functions got wrong is no fault of the output.
    """
    runs = verdicts.get("program.runs")
    others = [verdict for check, verdict in verdicts.items() if check != "program.runs" and not verdict.of_functions]
    return (
        runs is not None
        and runs.outcome == "failed"
        and bool(runs.facts.get("error"))
        and not runs.misconceptions
        and bool(others)
        and all(verdict.outcome == "passed" for verdict in others)
    )
