"""When a count and a message are of the same content."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks.content import countable, difference


def body(content: Any = "hi", **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": content}], **more}


BLOCKS = [{"type": "text", "text": "hi"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (body("hi"), body(BLOCKS)),
        (body(system="be brief"), body(system=[{"type": "text", "text": "be brief"}])),
        (body(), body(max_tokens=5, stream=True, metadata={})),
        (body(), body(system="", tools=[])),
        (body(), {**body(), "model": "another"}),
    ],
)
def test_the_same_content_has_the_same_name(one: Any, other: Any) -> None:
    """Text or text blocks, limits and empty fields make no difference."""
    assert countable(one) == countable(other)
    assert difference(one, other) is None


@pytest.mark.parametrize("field", ["system", "tools", "tool_choice", "thinking"])
def test_each_counted_field_makes_a_difference(field: str) -> None:
    """A field that is counted and stands in one request only is named."""
    value: Any = "be brief" if field == "system" else [{"name": "t"}] if field == "tools" else {"type": "auto"}
    found = difference(body(), body(**{field: value}))
    assert countable(body()) != countable(body(**{field: value}))
    assert found is not None
    assert found[:2] == (field, "nothing")


def test_texts_are_shown_as_they_were_written() -> None:
    """A lone text is shown in quotes, counted first, sent second."""
    assert difference(body("hi"), body("ho")) == ("messages", '"hi"', '"ho"')


def test_conversations_are_shown_as_json() -> None:
    """Several messages, or one of another role, are shown whole."""
    two = body()
    two["messages"] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    lone = {"messages": [{"role": "assistant", "content": "b"}]}
    found = difference(two, lone)
    assert found is not None
    assert found[1].count("role") == 2
    assert '"assistant"' in found[2]


def test_long_texts_are_cut_around_the_difference() -> None:
    """Of a long text the stretch around the first difference is shown, and marked as cut."""
    found = difference(body("x" * 500 + "left" + "y" * 500), body("x" * 500 + "right" + "y" * 500))
    assert found is not None
    assert found[1].startswith("… xxx")
    assert "xleft" in found[1]
    assert found[2].endswith("y …")


def test_a_longer_text_differs_at_the_shorter_ones_end() -> None:
    """A text that goes on where the other ends is shown from there."""
    found = difference(body("x" * 500), body("x" * 500 + " and more"))
    assert found is not None
    assert "and more" in found[2]


@pytest.mark.parametrize("nonsense", [None, 3, [], "text"])
def test_a_body_that_is_no_object_has_no_content(nonsense: Any) -> None:
    """What is no object counts as nothing, without an error."""
    assert countable(nonsense) == "{}"
