"""Verdicts that are kept and read back."""

from __future__ import annotations

import pytest

from grader.checks.judged import Judged, dump, load
from grader.checks.verdict import failed, passed, skipped
from grader.report import Notice


def test_verdicts_come_back_as_they_were() -> None:
    """Every field of a verdict, with whatever text a program gave, is there again."""
    verdicts = {
        "recorded": {
            "runs": passed(evidence=(3, 1), observed="0\udcff</script>"),
            "cost": failed("No.", "a-mistake", expected="$1", observed="\x00", evidence=(4,), label="cost"),
            "other": skipped("Not judged.", because="runs"),
        }
    }
    judged = Judged(verdicts, (Notice(id="n", message="m", line=4), Notice(id="o", message="p")), True, "")
    assert load(dump(judged)) == judged
    assert load(dump(Judged(fault="There is no trace."))) == Judged(fault="There is no trace.")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdicts": {"a": {"b": {"c": 1}}}, "notices": []}'])
def test_what_is_no_verdicts_is_refused(text: str) -> None:
    """Anything else is a ValueError, never half of it."""
    with pytest.raises(ValueError):
        load(text)
