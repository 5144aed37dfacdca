import anthropic

MODEL = "claude-sonnet-4-6"
MODELS = ["claude-haiku-4-5", MODEL]
MAX_TOKENS = 500
PROSE = "For a long time the map was better than the road, and travellers who trusted the map arrived in villages that " \
        "had not been built yet, where they were received with great politeness by the surveyors."
CODE = "map(lambda r: (r['km'], r['village'] or None), filter(lambda r: r['built'] <= 1850, roads)); graph = {v: set() for v in " \
       "villages}; [graph[a].add(b) for a, b in roads if a != b]; assert nx.is_connected(graph)\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 3.0 + output_tokens * 15.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    for model in MODELS:
        prose, code = [
            client.messages.count_tokens(model=model, messages=[{"role": "user", "content": s[:n]}]).input_tokens
            for s in (PROSE, CODE)
        ]
        print(f"prose tokens [{model}]: {prose}")
        print(f"code tokens [{model}]: {code}")
        print(f"denser [{model}]: {'prose' if prose > code else 'code'}")
    # model, prose and code are those of MODEL now
    if prose + MAX_TOKENS > 200_000:
        print("Too long to send.")
    else:
        print(f"forecast: ${forecast_cost(prose, MAX_TOKENS):.6f}")
        reply = client.messages.create(
            model=model, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROSE[:n]}]
        )
        print(reply.content[0].text)


if __name__ == "__main__":
    main()
