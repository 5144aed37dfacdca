import anthropic
MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
def call_cost(input_tokens, output_tokens):
    return input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE / 1_000_000
def runs_per_dollar(cost):
    return 1 / cost
def ask(client, q="What is a token? Answer briefly."):
    return client.messages.create(model=MODEL, max_tokens=300, messages=[{"role": "user", "content": q}])

def main():
    r = ask(anthropic.Anthropic())
    print(r.content[0].text)
    c = call_cost(r.usage.input_tokens, r.usage.output_tokens)
    print("input tokens:", r.usage.input_tokens)
    print("output tokens:", r.usage.output_tokens)
    print(f"cost: ${c:.6f}")
    print(f"runs per dollar: {runs_per_dollar(c):.0f}")
if __name__ == "__main__":
    main()
