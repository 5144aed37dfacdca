from concurrent.futures import ThreadPoolExecutor

import anthropic

MODEL = "claude-haiku-4-5"
client = anthropic.Anthropic()


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def ask(language):
    return client.messages.create(
        model=MODEL, max_tokens=60, messages=[{"role": "user", "content": f"Say hello in {language}."}]
    )


def main():
    with ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(ask, ["French", "Finnish", "Farsi"]))
    for reply in replies:
        print(reply.content[0].text)
    usage = replies[0].usage
    cost = call_cost(usage.input_tokens, usage.output_tokens)
    print("The first call:")
    print("  input tokens:", usage.input_tokens)
    print("  output tokens:", usage.output_tokens)
    print("  cost:", f"{cost:.2g}")
    print("  runs per dollar:", f"{runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
