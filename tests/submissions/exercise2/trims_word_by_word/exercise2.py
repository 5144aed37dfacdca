import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 600
PROSE = "Of all the clocks in the house only the one in the kitchen was ever wound, since it was the one that nobody trusted, " \
        "and a clock that is not trusted must at least be seen to try."
CODE = "for (Clock c : house.clocks()) { if (c.room().equals(\"kitchen\") && !c.trusted()) { c.wind(Duration.ofHours(24)); tries++; } " \
       "} System.out.printf(\"%d of %d%n\", tries, house.size());"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def shorter(words):
    return words[: len(words) * 2 // 3]


def main():
    client = anthropic.Anthropic()
    count = lambda t: client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": t}]).input_tokens
    n = min(len(PROSE), len(CODE))
    p, c = count(PROSE[:n]), count(CODE[:n])
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "code" if c > p else "prose")
    words = PROSE.split()
    while words and (size := count(" ".join(words))) + MAX_TOKENS > 200_000:
        words = shorter(words)
    if not words:
        print("nothing left to send")
        return
    print("forecast:", round(forecast_cost(size, MAX_TOKENS), 6))
    message = {"role": "user", "content": " ".join(words)}
    print(client.messages.create(model=MODEL, max_tokens=MAX_TOKENS, messages=[message]).content[0].text)


if __name__ == "__main__":
    main()
