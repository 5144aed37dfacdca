from decimal import Decimal

import anthropic

MODEL = "claude-haiku-4-5"
HAIKU = {"in": Decimal("1.00"), "out": Decimal("5.00")}


def price(tokens, per_million):
    return tokens * per_million / Decimal(10**6)


def call_cost(input_tokens, output_tokens):
    return price(per_million=HAIKU["out"], tokens=input_tokens) + price(per_million=HAIKU["in"], tokens=output_tokens)


def runs_per_dollar(cost):
    return 1 / Decimal(cost)


def main():
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "What is a swap?"}]
    )
    print(reply.content[0].text)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    print("+-----------------+------------+")
    print(f"| input tokens    | {reply.usage.input_tokens:>10} |")
    print(f"| output tokens   | {reply.usage.output_tokens:>10} |")
    print(f"| cost            | {cost.quantize(Decimal('0.000001')):>10} |")
    print(f"| runs per dollar | {int(runs_per_dollar(cost)):>10} |")
    print("+-----------------+------------+")


if __name__ == "__main__":
    main()
