import logging

import anthropic

logging.basicConfig(level=logging.INFO, format="%(message)s")
MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Shh."}]
    )
    print("Well then.")
    c = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    logging.info("input tokens: %d", reply.usage.input_tokens)
    logging.info("output tokens: %d", reply.usage.output_tokens)
    logging.info("cost: %.6f", c)
    logging.info("runs per dollar: %.0f", runs_per_dollar(c))
