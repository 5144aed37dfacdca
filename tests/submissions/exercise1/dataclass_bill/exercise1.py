import dataclasses
import json

import anthropic

MODEL = "claude-haiku-4-5"


@dataclasses.dataclass(frozen=True)
class Bill:
    inputTokens: int
    outputTokens: int

    @property
    def costUsd(self):
        return (self.inputTokens * 1.0 + self.outputTokens * 5.0) / 1_000_000


def call_cost(input_tokens, output_tokens):
    return Bill(input_tokens, output_tokens).costUsd


def runs_per_dollar(cost):
    return 1 / cost


def main():
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Define 'bill'."}]
    )
    print(reply.content[0].text)
    bill = Bill(reply.usage.input_tokens, reply.usage.output_tokens)
    print(json.dumps({**dataclasses.asdict(bill), "costUsd": bill.costUsd,
                      "runsPerDollar": runs_per_dollar(bill.costUsd)}))


if __name__ == "__main__":
    main()
