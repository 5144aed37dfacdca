"""The checks of what a program says about its two counts: the numbers, and which sample is denser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from grader.checks.ending import stopped_before_printing
from grader.checks.figures import listed, tokens, words
from grader.checks.labelled import Labelled, Loose
from grader.checks.labels import COUNTED
from grader.checks.printed import count_matches, denser_said
from grader.checks.samples import Kind, Sample, Samples, samples_of
from grader.checks.unanswered import error_swallowed
from grader.checks.verdict import Case, Verdict, failed, passed, read_once, skipped
from grader.screen import plain_text

KINDS: tuple[Kind, Kind] = ("prose", "code")
_GAP = r"[^\w\n]*"
_DENSER_LINE = re.compile(
    rf"^{_GAP}denser(?:[ _-][^\W_]+){{0,3}}[^\w\n:=]*[:=]{_GAP}(prose|code)\b[^?\n]*$", re.IGNORECASE | re.MULTILINE
)
_NO_PAIR = "Which counts are those of the prose and which those of the code cannot be told."


@dataclass(frozen=True)
class _Told:
    """The counts of both samples, and what the program printed of them."""

    case: Case
    samples: Samples

    @cached_property
    def printed(self) -> dict[Kind, Labelled]:
        return {kind: Labelled(self.case, COUNTED[kind]) for kind in KINDS}

    def counted(self, kind: Kind) -> tuple[Sample, ...]:
        return self.samples.prose if kind == "prose" else self.samples.code

    @cached_property
    def right(self) -> dict[Kind, Sample | None]:
        """Of each sample the count that was printed after its label."""
        return {kind: _held(self.printed[kind], self.counted(kind)) for kind in KINDS}

    @cached_property
    def pair(self) -> tuple[Sample, Sample]:
        """The two counts to speak of: those printed, else the last two that can be compared."""
        prose, code = self.right["prose"], self.right["code"]
        if prose is not None and code is not None:
            return prose, code
        return self.samples.pairs[-1]

    @property
    def facts(self) -> dict[str, str]:
        prose, code = self.pair
        return {
            "counts": tokens(len(self.samples.answered)),
            "prose_tokens": tokens(prose.tokens),
            "code_tokens": tokens(code.tokens),
            "prose_characters": tokens(prose.characters),
            "code_characters": tokens(code.characters),
        }

    @property
    def exchanged(self) -> bool:
        """Whether each label has the other sample's count."""
        return all(
            _held(self.printed[kind], self.counted(other)) is not None
            for kind, other in zip(KINDS, reversed(KINDS), strict=True)
        )

    def by_hand(self, kind: Kind) -> bool:
        """Whether a label has a number that is got by counting the sample's words or characters."""
        numbers = self.samples.by_hand(kind)
        return any(count_matches(printed, number) for printed in self.printed[kind].distinct for number in numbers)

    @property
    def said(self) -> str:
        return "\n".join(self.printed[kind].said for kind in KINDS)

    @property
    def evidence(self) -> tuple[int, ...]:
        return tuple(sample.exchange.answered_seq or 0 for sample in self.pair)


def _held(printed: Labelled, samples: Iterable[Sample]) -> Sample | None:
    return next((sample for sample in reversed(tuple(samples)) if printed.count(sample.tokens) is not None), None)


@read_once
def _told(case: Case) -> _Told | Verdict:
    """Tell the two samples' counts apart, or say why the check cannot be judged."""
    samples = samples_of(case)
    if samples.pairs:
        return _Told(case, samples)
    if not samples.answered and case.trace.counts and error_swallowed(case):
        return failed(
            "No counting request was answered with a count, and the program printed values all the same.",
            "error-swallowed",
            expected="the counts that the API answered",
            observed="values without an answered count",
        )
    return skipped(_NO_PAIR, because="counts_both_samples")


def _stopped_before(case: Case) -> Verdict | None:
    stop = stopped_before_printing(case, "this")
    return None if stop is None else skipped(stop, because="runs")


# ---------------------------------------------------------------- counts_printed


def counts_printed(case: Case) -> Verdict:
    """Pass when `prose tokens` and `code tokens` are the counts answered for the two samples.

    Tokens are compared exactly. Skipped where the two counts cannot be told apart (see
    `grader.checks.counting.counts_both_samples`).

    Facts: `prose_tokens`, `code_tokens`, `prose_characters`, `code_characters`, `counts`, `label`; of what was
    counted by hand `by_hand`.
    """
    told = _told(case)
    if isinstance(told, Verdict):
        return told
    prose, code = told.pair
    expected = f"prose tokens {tokens(prose.tokens)}, code tokens {tokens(code.tokens)}"
    observed = ", ".join(f"{p.label} {p.shown}" for p in told.printed.values() if p) or "neither label"
    guessed = next((p for p in told.printed.values() if p.is_list_of_guesses), None)
    wrong: list[Kind] = [kind for kind in KINDS if told.right[kind] is None]
    truth = f"{prose.tokens}\n{code.tokens}"
    if guessed is None and not wrong:
        verdict = passed(expected=expected, observed=observed, evidence=_printed_at(told), **told.facts)
        return _compared(verdict, said=truth, truth=truth)
    if guessed is not None:
        verdict = failed(
            f"More different numbers stand after `{guessed.label}` than a program with so few calls can have: "
            f"{guessed.shown}.",
            "list-of-guesses",
            expected=expected,
            observed=guessed.shown,
            evidence=guessed.evidence,
            label=guessed.label,
            **told.facts,
        )
    else:
        unlabelled = [kind for kind in wrong if not told.printed[kind]]
        if unlabelled:
            return _unlabelled(told, unlabelled, expected, observed)
        verdict = _wrong_counts(told, wrong, expected, observed)
    return _compared(verdict, said=told.said, truth=truth)


def _unlabelled(told: _Told, kinds: list[Kind], expected: str, observed: str) -> Verdict:
    """A label does not stand on the screen with a number."""
    loose = Loose(told.case)
    first = kinds[0]
    number = dict(zip(KINDS, told.pair, strict=True))[first].tokens
    there = all(loose.holds(count_matches, [sample.tokens for sample in told.counted(kind)]) for kind in kinds)
    if not there and (stop := _stopped_before(told.case)) is not None:
        return stop
    labels = listed([f"`{kind} tokens`" for kind in kinds])
    return failed(
        f"No number stands after {labels}." + (" The right counts are on the screen without it." if there else ""),
        *(("label-missing",) if there else ()),
        expected=tokens(number) if there else expected,
        observed=observed,
        evidence=told.evidence,
        label=COUNTED[first],
        **told.facts,
    )


def _wrong_counts(told: _Told, wrong: list[Kind], expected: str, observed: str) -> Verdict:
    ids: list[str] = []
    facts: dict[str, str] = {"label": COUNTED[wrong[0]]}
    if told.exchanged:
        ids.append("samples-exchanged")
    elif all(told.by_hand(kind) for kind in wrong):
        ids.append("counted-by-hand")
        sample = dict(zip(KINDS, told.pair, strict=True))[wrong[0]]
        facts["by_hand"] = f"the {wrong[0]}: {words(sample.text)}"
        expected = tokens(sample.tokens)
        observed = told.printed[wrong[0]].shown
    labels = listed([f"`{kind} tokens`" for kind in wrong])
    return failed(
        f"What stands after {labels} is not the count that the API answered.",
        *ids,
        expected=expected,
        observed=observed,
        evidence=_printed_at(told),
        **facts,
        **told.facts,
    )


def _printed_at(told: _Told) -> tuple[int, ...]:
    return told.evidence + tuple(seq for printed in told.printed.values() for seq in printed.evidence[:1])


def _compared(verdict: Verdict, *, said: str, truth: str) -> Verdict:
    """Note what was said and what was true, so that a value typed in can be told over several runs."""
    return replace(verdict, said=said, truth=truth)


# ---------------------------------------------------------------- denser


def denser(case: Case) -> Verdict:
    """Pass when the sample with the larger count is named after `denser`.

    `denser: prose`, `denser = code`, a word on a line of its own, or a sentence ("Code is denser than prose").
    Skipped where the two counts cannot be told apart.

    Facts: those of `counts_printed`, and `denser`.
    """
    told = _told(case)
    if isinstance(told, Verdict):
        return told
    pairs = (told.pair, *told.samples.pairs)
    right = frozenset(kind for pair in pairs for kind in _denser_of(pair))
    truth = sorted(_denser_of(told.pair))
    expected = " or ".join(truth)
    said = _said(case)
    observed = ", ".join(dict.fromkeys(said)) or "no word after `denser`"
    if not said:
        return _stopped_before(case) or failed(
            "No line has the word `denser` with `prose` or `code` after it.",
            expected=expected,
            observed=observed,
            evidence=told.evidence,
            label="denser",
            **told.facts,
        )
    if len(set(said)) > 1 and len(right) == 1:  # no comparison the wrong way round: there is none
        observed = listed(list(dict.fromkeys(said)))
        return failed(
            f"The program names both samples as the denser one: {observed}. The {expected} has more tokens, and that "
            "word alone may stand after `denser`.",
            expected=expected,
            observed=observed,
            evidence=told.evidence,
            label="denser",
            denser=expected,
            **told.facts,
        )
    if set(said) <= right:
        verdict = passed(expected=expected, observed=observed, evidence=told.evidence, **told.facts)
    else:
        prose, code = told.pair
        verdict = failed(
            f"The prose has {tokens(prose.tokens)} tokens and the code {tokens(code.tokens)}; the program says that "
            f"{listed(list(dict.fromkeys(said)))} is denser.",
            *_why_backwards(told, said),
            expected=expected,
            observed=observed,
            evidence=told.evidence,
            label="denser",
            denser=expected,
            **told.facts,
        )
    return _compared(verdict, said=" ".join(dict.fromkeys(said)), truth=expected)


def _denser_of(pair: tuple[Sample, Sample]) -> tuple[Kind, ...]:
    """The sample with more tokens; both where they have equally many."""
    prose, code = pair
    if prose.tokens == code.tokens:
        return KINDS
    return ("prose",) if prose.tokens > code.tokens else ("code",)


def _said(case: Case) -> tuple[str, ...]:
    """What the program says is denser: lines of that label alone, where there are any; else its last word on it.

    A plain word goes before an explanation, whichever comes last: "(denser: more tokens, in prose as in code)".
    """
    text = plain_text(case.trace.stdout)
    for exchange in case.trace.messages:
        if exchange.text:
            text = text.replace(exchange.text, "\n")  # the model's answer is not the program's conclusion
    labelled = tuple(found.lower() for found in _DENSER_LINE.findall(text))
    if labelled:
        return labelled
    said = denser_said(text)
    return tuple(each.sample for each in ([each for each in said if each.plainly] or said)[-1:])


def _why_backwards(told: _Told, said: tuple[str, ...]) -> tuple[str, ...]:
    """Tell a comparison the wrong way round from a right one of wrong numbers."""
    first = {kind: told.printed[kind].distinct[:1] for kind in KINDS}
    if first["prose"] and first["code"]:
        prose, code = first["prose"][0].value, first["code"][0].value
        if prose != code and said[0] == ("prose" if prose > code else "code"):
            if told.exchanged:
                return ("samples-exchanged",)
            return ("counted-by-hand",) if all(told.by_hand(kind) for kind in KINDS) else ()
    return ("denser-backwards",)
