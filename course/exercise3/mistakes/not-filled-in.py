# fails: runs not-filled-in
# skipped: create_then_stream
# skipped: streams_progressively
# skipped: shows_whole_answer
# skipped: final_usage
# skipped: stream_cost
# The starter as it was handed out, with another prompt.

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00  # dollars per million input tokens
OUTPUT_PRICE = 5.00  # dollars per million output tokens
MAX_TOKENS = 2000  # enough for five paragraphs
PROMPT = "Write five paragraphs on the life of a lighthouse keeper."


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
