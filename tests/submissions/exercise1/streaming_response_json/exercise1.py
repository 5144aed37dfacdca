import json

import anthropic

MODEL = "claude-haiku-4-5"
RATES = (1.00, 5.00)


def call_cost(*counts):
    return sum(n * rate for n, rate in zip(counts, RATES)) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def ask(question):
    client = anthropic.Anthropic()
    with client.messages.with_streaming_response.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": question}]
    ) as response:
        return json.loads(response.read())


def main():
    data = ask("Say something short about owls.")
    usage = data["usage"]
    cost = call_cost(usage["input_tokens"], usage["output_tokens"])
    print(data["content"][0]["text"])
    print(
        json.dumps(
            {
                "input_tokens": usage["input_tokens"],
                "output_tokens": usage["output_tokens"],
                "cost": cost,
                "runs_per_dollar": runs_per_dollar(cost),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
