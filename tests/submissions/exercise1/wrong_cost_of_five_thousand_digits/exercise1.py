import anthropic
MODEL = "claude-haiku-4-5"
def call_cost(i, o): return 10**5000
def runs_per_dollar(cost): return 1/cost

def main():
    client = anthropic.Anthropic()
    message = client.messages.create(model=MODEL, max_tokens=300, messages=[{"role": "user", "content": "What is an API?"}])
    text = message.content[0].text
    i, o = message.usage.input_tokens, message.usage.output_tokens
    c = (i*1 + o*5)/1e6
    r = 1/c
    print(text)
    print(f"input tokens: {i}")
    print(f"output tokens: {o}")
    print(f"cost: ${c:.6f}")
    print(f"runs per dollar: {r:.0f}")

if __name__ == "__main__":
    main()
