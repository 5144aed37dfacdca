import argparse
import logging

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "It was agreed that the statue should show the general on a horse, but the money ran out at the hooves, and now the general " \
        "stands on four small feet of bronze and looks as if he might trot away."
CODE = "<svg viewBox=\"0 0 64 64\"><g fill=\"#b87333\"><path d=\"M8 56h8v8H8zM24 56h8v8h-8zM40 56h8v8h-8z\"/><circle cx=\"32\" cy=\"20\" " \
       "r=\"12\"/></g><!-- horse: TODO(money) --></svg>"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-tokens", default=380, type=int)
    parser.add_argument("-v", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    logging.basicConfig(level=logging.DEBUG if options.v else logging.INFO)
    client = anthropic.Anthropic(max_retries=0)
    n = min(len(PROSE), len(CODE))
    sizes = []
    for text in (PROSE[:n], CODE[:n]):
        message = [{"role": "user", "content": text}]
        sizes.append(client.messages.count_tokens(model=MODEL, messages=message).input_tokens)
        logging.info("counted %d characters: %d", n, sizes[-1])
    print(f"# Samples\n\n* **Prose tokens:** {sizes[0]}\n* **Code tokens:** {sizes[1]}\n")
    print(f"## Denser\n\n**{'code' if sizes[1] > sizes[0] else 'prose'}**\n")
    print(f"## Forecast\n\n`${forecast_cost(sizes[1], options.max_tokens):.6f}`\n")
    reply = client.messages.create(model=MODEL, max_tokens=options.max_tokens, messages=message)
    print("## Reply\n\n" + reply.content[0].text)


if __name__ == "__main__":
    main()
