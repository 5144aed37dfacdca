import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
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


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000


def user(text):
    return [{"role": "user", "content": text}]


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p = client.messages.count_tokens(model=MODEL, messages=user(PROSE[:n])).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=user(CODE[:n])).input_tokens
    print(f"prose tokens: {p}")
    print(f"code tokens: {c}")
    print("denser: prose")
    print("denser: code")
    print(f"forecast: ${forecast_cost(p, MAX_TOKENS):.6f}")
    if p + MAX_TOKENS > 200_000:
        print("too long")
        return
    r = client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=user(PROSE[:n]))
    print(r.content[0].text)


if __name__ == "__main__":
    main()
