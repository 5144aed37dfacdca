"""Samples in documents: count two samples, forecast the cost, then send."""

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens
MAX_TOKENS = 500  # the longest answer you are ready to pay for
CONTEXT_WINDOW = 200_000  # tokens: what goes in and what comes out together

PROSE = """\
The kettle in the staff room had been boiling for so long that nobody heard it any
more. Marta wrote the third number on the board, stepped back, and asked the class
which of the three they would put on a bill. Nobody answered. A tram went by under
the window, and somebody in the last row dropped a pencil and let it roll. Then the
girl who never spoke said that it depended on who had to pay, and for how many
people, and whether they had been told beforehand. Marta put the chalk down. That,
she said, was the whole lesson, and the rest of the hour was only arithmetic. In a
sentence or two: why should the price be known before the order is placed?
"""

CODE = """\
def moving_average(samples, width):
    # Yield the mean of every window of `width` neighbouring samples.
    if width < 1 or width > len(samples):
        raise ValueError(f"width={width!r}, len={len(samples)}")
    total = sum(samples[:width])
    yield total / width
    for i in range(width, len(samples)):
        total += samples[i] - samples[i - width]
        yield total / width


def peaks(samples, width=5, factor=1.25):
    means = list(moving_average(samples, width))
    for i, mean in enumerate(means):
        middle = i + width // 2
        if samples[middle] > factor * mean:
            yield {"index": middle, "value": samples[middle], "mean": round(mean, 3)}


if __name__ == "__main__":
    readings = [0.2, 0.3, 0.2, 1.9, 0.4, 0.3, 0.2, 0.3, 2.4, 0.1, 0.2]
    for peak in peaks(readings, width=3):
        print(f"{peak['index']:>4} {peak['value']:8.2f} (mean {peak['mean']:.3f})")
"""


def forecast_cost(input_tokens: int, output_tokens: int) -> float:
    """Return what a call with these token counts would cost, in dollars."""
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def document(text: str) -> dict:
    """Put a text into a document, as for citations."""
    return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}}


def main() -> None:
    """Count both samples, forecast the cost of a request, then send it."""
    client = anthropic.Anthropic()

    length = min(len(PROSE), len(CODE))
    prose_messages = [{"role": "user", "content": [document(PROSE[:length]), {"type": "text", "text": "What is it?"}]}]
    code_messages = [{"role": "user", "content": [document(CODE[:length]), {"type": "text", "text": "What is it?"}]}]
    prose_tokens = client.messages.count_tokens(model=MODEL, messages=prose_messages).input_tokens
    code_tokens = client.messages.count_tokens(model=MODEL, messages=code_messages).input_tokens

    print(f"prose tokens: {prose_tokens}")
    print(f"code tokens: {code_tokens}")
    print(f"denser: {'code' if code_tokens > prose_tokens else 'prose'}")
    print(f"forecast: ${forecast_cost(prose_tokens, MAX_TOKENS):.6f}")

    if prose_tokens + MAX_TOKENS > CONTEXT_WINDOW:
        print(f"Not sent: the request does not fit into {CONTEXT_WINDOW:,} tokens.")
        return

    reply = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=prose_messages)
    print()
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
