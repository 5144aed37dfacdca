"""One call, to a server that ran on the laptop where this was written."""

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens


def call_cost(input_tokens: int, output_tokens: int) -> float:
    """Return what a call with these token counts costs, in dollars."""
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost: float) -> float:
    """Return how many calls that cost this much one dollar pays for."""
    return 1 / cost


def main() -> None:
    """Send one message, print the reply, the tokens it used and what it cost."""
    client = anthropic.Anthropic(base_url="http://localhost:8000", max_retries=0)
    reply = client.messages.create(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "Explain in two sentences what a token is."}],
    )
    usage = reply.usage
    cost = call_cost(usage.input_tokens, usage.output_tokens)

    print(reply.content[0].text)
    print()
    print(f"input tokens: {usage.input_tokens}")
    print(f"output tokens: {usage.output_tokens}")
    print(f"cost: ${cost:.6f}")
    print(f"runs per dollar: {runs_per_dollar(cost):.0f}")


if __name__ == "__main__":
    main()
