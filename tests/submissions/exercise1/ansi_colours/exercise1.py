import anthropic

MODEL = "claude-haiku-4-5"
BOLD, GREEN, OFF = "\033[1m", "\033[38;5;42m", "\033[0m"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.00 + output_tokens * 5.00) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def line(first, second, value):
    print(f"{BOLD}{first}{OFF} {second}: {GREEN}{value}{OFF}")


def main():
    reply = anthropic.Anthropic(timeout=20).messages.create(
        model=MODEL, max_tokens=95, messages=[{"role": "user", "content": "Your favourite colour?"}]
    )
    print(f"\033[3m{reply.content[0].text}\033[0m")
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    line("input", "tokens", reply.usage.input_tokens)
    line("output", "tokens", reply.usage.output_tokens)
    line("total", "cost", f"${cost:.6f}")
    line("runs", "per dollar", f"{runs_per_dollar(cost):.2f}")


if __name__ == "__main__":
    main()
