"""Exercise 3: stream a long answer.

Ask for a long answer twice. First with a plain `client.messages.create`, where you
wait until the whole answer is there; then the same prompt as a stream, where the
words appear while they are written. Then say what the streamed call cost.

Your program shows the streamed answer as it arrives, and after it prints these
four values of the streamed call, each after its label:

    stop reason: end_turn
    input tokens: 42
    output tokens: 512
    cost: $0.002602

What is checked:

- The program runs to its end without an error.
- A plain request is answered first; then a streamed request with the same
  messages is sent.
- While the stream arrives, its text reaches standard output no more than a line
  behind. Standard output is a pipe then, and a pipe keeps what is printed in a
  buffer until the program ends, unless it is flushed.
- The streamed answer stands there whole and in order: nothing doubled, nothing
  missing, no line break that the answer does not have.
- `stop reason`, `input tokens` and `output tokens` are the final ones of the
  streamed call, exactly. The counts at the start of a stream are not final.
  Take them from the same stream, not from another request.
- `cost` is what the streamed call cost, in dollars, with two or more significant
  digits.

The two calls are answered with different texts and different counts, and your
program is run more than once with different ones each time.

    python exercise3.py                  with your own key, the real API
    python grade.py exercise3            graded, without a key
"""

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens
MAX_TOKENS = 2000  # enough for five paragraphs
PROMPT = (
    "Explain in five paragraphs how a language model writes its answer: "
    "what a token is, how the next one is chosen, why a long answer takes longer than a short one, "
    "what streaming changes for the person who waits, and what it does not change."
)


def main() -> None:
    """Ask with a plain call, then with a stream, and print what the stream used."""
    client = anthropic.Anthropic()

    # TODO 1: send PROMPT with client.messages.create and wait for the answer.
    # TODO 2: send PROMPT again with client.messages.stream, opened with `with`, and
    #         print each piece of its text as it arrives, on the same line and at once.
    # TODO 3: ask the stream for its final message; print `stop reason`,
    #         `input tokens` and `output tokens` from it.
    # TODO 4: print `cost`, computed from those two counts.
    raise NotImplementedError("TODO 1: send PROMPT with a plain call")


if __name__ == "__main__":
    main()
