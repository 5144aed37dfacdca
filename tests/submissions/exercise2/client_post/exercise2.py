import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 222
PROSE = "The referee had promised his daughter to be home by six, and so the second half was played quickly, with short passes and " \
        "few fouls, and both teams said later that they had never enjoyed a match so much."
CODE = "match.clock = setInterval(() => { if (++match.t >= 0.5 * 90 && referee.promised < now()) { match.whistle(); clearInterval(match.clock); " \
       "} }, 1000 / match.speed); teams.map(t => t.enjoy(match, { fouls: 2 }));"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    body = {"model": MODEL, "messages": [{"role": "user", "content": PROSE[:n]}]}
    other = {"model": MODEL, "messages": [{"role": "user", "content": CODE[:n]}]}
    p = client.post("/v1/messages/count_tokens", body=body, cast_to=object)["input_tokens"]
    c = client.post("/v1/messages/count_tokens", body=other, cast_to=object)["input_tokens"]
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, MAX_TOKENS))
    if p + MAX_TOKENS <= 200_000:
        reply = client.post("/v1/messages", body={**body, "max_tokens": MAX_TOKENS}, cast_to=object)
        print(reply["content"][0]["text"])


if __name__ == "__main__":
    main()
