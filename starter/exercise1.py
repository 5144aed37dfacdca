"""Exercise 1: what did that call cost?

Ask a model one question, print its reply, and work out what the call cost from
the token counts that came back with it. Any question will do.

Your program prints the reply and then these four values, each after its label:

    input tokens: 21
    output tokens: 77
    cost: $0.000406
    runs per dollar: 2463

What is checked:

- The program runs to its end without an error and gets at least one reply.
- `input tokens` and `output tokens` are the counts that the API reported for
  that call (`usage` in the reply), exactly.
- `call_cost(input_tokens, output_tokens)` returns the dollars as a number, for
  any two counts, with nothing rounded off.
- `cost` is what this very call cost, in dollars, with two or more significant
  digits: 0.00041 and 0.000406 are fine, 0.00 is not.
- `runs_per_dollar(cost)` returns how many calls of that cost one dollar pays
  for, and `runs per dollar` is that number for this call (one more or less is
  fine).

If you send several calls, print all four values of the same call, or the totals.
Your program is run more than once, with a different reply and different counts
each time, so compute every number from the reply.

    python exercise1.py                  with your own key, the real API
    python grade.py exercise1            graded, without a key
"""

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens


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
