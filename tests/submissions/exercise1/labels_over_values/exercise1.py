import anthropic

MODEL = "claude-haiku-4-5"
COLUMNS = ["Input tokens", "Output tokens", "Cost", "Runs per dollar"]


def call_cost(input_tokens, output_tokens):
    return (1.0 * input_tokens + 5.0 * output_tokens) / 1000000


def runs_per_dollar(cost):
    return 1 / cost


client = anthropic.Anthropic()

if __name__ == "__main__":
    response = client.messages.create(
        model=MODEL, max_tokens=160, messages=[{"role": "user", "content": "Sell me this pen."}]
    )
    print("## Reply\n\n" + response.content[0].text + "\n\n## Bill\n")
    cost = call_cost(response.usage.input_tokens, response.usage.output_tokens)
    values = [
        str(response.usage.input_tokens),
        str(response.usage.output_tokens),
        f"${cost:.6f}",
        f"{runs_per_dollar(cost):,.0f}",
    ]
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + "|".join(" --- " for _ in COLUMNS) + "|")
    print("| " + " | ".join(values) + " |")
