import logging

from anthropic import Anthropic

logging.basicConfig(level=logging.INFO, format="%(levelname)s input tokens: %(message)s")
log = logging.getLogger("budget")

MODEL = "claude-haiku-4-5"


def call_cost(tokens_in, tokens_out):
    dollars = 0.0
    dollars += tokens_in / 1_000_000 * 1.0
    dollars += tokens_out / 1_000_000 * 5.0
    return dollars


def runs_per_dollar(cost):
    if cost == 0:
        return float("inf")
    return 1 / cost


def main():
    client = Anthropic(max_retries=1, timeout=30.0)
    log.info("99999 (this goes to standard error)")
    raw = client.messages.with_raw_response.create(
        model=MODEL, max_tokens=120, messages=[{"role": "user", "content": "Hello!"}]
    )
    log.info("request id %s", raw.headers.get("request-id"))
    reply = raw.parse()
    print(reply.content[0].text, end="\n\n")
    u = reply.usage
    c = call_cost(u.input_tokens, u.output_tokens)
    print("input tokens......", u.input_tokens, sep="")
    print("output tokens.....", u.output_tokens, sep="")
    print("cost..............$", format(c, ".6f"), sep="")
    print("runs per dollar...", format(runs_per_dollar(c), ".1f"), sep="")


if __name__ == "__main__":
    main()
