# fails: runs not-filled-in
# fails: forecast not-filled-in
# skipped: counts_both_samples
# skipped: counts_before_sending
# skipped: counts_printed
# skipped: denser
# skipped: stops_when_too_long
# The starter as it was handed out, with another limit.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens
MAX_TOKENS = 800  # the longest answer you are ready to pay for
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
    # TODO 1: the same formula as call_cost in exercise 1.
    raise NotImplementedError("TODO 1: return the forecast in dollars")


def main() -> None:
    """Count both samples, forecast the cost of a request, then send it."""
    client = anthropic.Anthropic()

    # TODO 2: cut the two samples to the same number of characters and count each
    #         with client.messages.count_tokens(model=..., messages=...).
    # TODO 3: print `prose tokens`, `code tokens` and `denser`.
    # TODO 4: choose what to send, one of the counted messages for instance, and
    #         print `forecast`, computed with forecast_cost from its count and
    #         MAX_TOKENS.
    # TODO 5: bonus: if the count and MAX_TOKENS together exceed CONTEXT_WINDOW,
    #         say so and do not send.
    # TODO 6: send exactly what you counted, with max_tokens=MAX_TOKENS.
    raise NotImplementedError("TODO 2: count the two samples")


if __name__ == "__main__":
    main()
