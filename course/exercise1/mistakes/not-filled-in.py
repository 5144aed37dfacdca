# fails: runs not-filled-in
# fails: cost_function not-filled-in
# fails: runs_per_dollar not-filled-in
# skipped: calls_api
# skipped: reads_usage
# skipped: cost_printed
# The starter as it was handed out, with another model.

import anthropic

MODEL = "claude-opus-4-8"
INPUT_PRICE = 5.00  # dollars per million input tokens
OUTPUT_PRICE = 25.00  # dollars per million output tokens


def call_cost(input_tokens: int, output_tokens: int) -> float:
    """Return what a call with these token counts costs, in dollars."""
    # TODO 1: price the two counts separately, add them up, and remember that
    #         the prices above are for a million tokens.
    raise NotImplementedError("TODO 1: return the cost of a call in dollars")


def runs_per_dollar(cost: float) -> float:
    """Return how many calls that cost this much one dollar pays for."""
    # TODO 2: one dollar, shared out among calls of this cost.
    raise NotImplementedError("TODO 2: return how many such calls one dollar pays for")


def main() -> None:
    """Send one message, print the reply, the tokens it used and what it cost."""
    client = anthropic.Anthropic()

    # TODO 3: send a question with client.messages.create(model=..., max_tokens=...,
    #         messages=...) and print the text of the reply.
    # TODO 4: print `input tokens` and `output tokens` from the reply's usage.
    # TODO 5: print `cost` with call_cost and `runs per dollar` with runs_per_dollar.
    raise NotImplementedError("TODO 3: send a question and print the reply")


if __name__ == "__main__":
    main()
