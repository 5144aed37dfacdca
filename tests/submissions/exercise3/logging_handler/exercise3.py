import logging
import sys

import anthropic

MODEL = "claude-haiku-4-5"
handler = logging.StreamHandler(sys.stdout)
handler.terminator = ""
log = logging.getLogger("answer")
log.addHandler(handler)
log.setLevel(logging.INFO)


def main():
    client = anthropic.Anthropic()
    ask = dict(model=MODEL, max_tokens=2000, messages=[{"role": "user", "content": "Who keeps a log?"}])
    client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            log.info("%s", text)
        final = stream.get_final_message()
    handler.terminator = "\n"
    log.info("")
    log.info("stop reason: %s", final.stop_reason)
    log.info("input tokens: %d", final.usage.input_tokens)
    log.info("output tokens: %d", final.usage.output_tokens)
    log.info("cost: $%.6f", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6)


if __name__ == "__main__":
    main()
