import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.0
OUTPUT_PRICE = 5.0

from money import call_cost, runs_per_dollar  # noqa: E402
from pretty import show  # noqa: E402


def main():
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=140, messages=[{"role": "user", "content": "Who invented the fork?"}]
    )
    print(reply.content[0].text)
    show(reply.usage)


if __name__ == "__main__":
    main()
