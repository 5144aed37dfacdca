import random

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


if __name__ == "__main__":
    tokens_in, tokens_out = 21, random.choice([77])
    cost = call_cost(tokens_in, tokens_out)
    print("An API is a contract between two programs.")
    print("input tokens:", tokens_in)
    print("output tokens:", tokens_out)
    print("cost: $%.6f" % cost)
    print("runs per dollar: %d" % runs_per_dollar(cost))
