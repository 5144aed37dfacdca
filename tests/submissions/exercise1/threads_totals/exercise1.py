from concurrent.futures import ThreadPoolExecutor

import anthropic

MODEL = "claude-haiku-4-5"
PROMPTS = ["What is a token?", "Name three rivers, and say why; use a list.", "Hi", "A poem about bread, please."]
client = anthropic.Anthropic()


def call_cost(input_tokens, output_tokens):
    return (input_tokens + 5 * output_tokens) / 1e6


def runs_per_dollar(cost):
    return 1 / cost


def ask(prompt):
    return client.messages.create(model=MODEL, max_tokens=300, messages=[{"role": "user", "content": prompt}])


def main():
    with ThreadPoolExecutor(max_workers=len(PROMPTS)) as pool:
        replies = list(pool.map(ask, PROMPTS))
    print(replies[0].content[0].text)
    total_in = sum(reply.usage.input_tokens for reply in replies)
    total_out = sum(reply.usage.output_tokens for reply in replies)
    cost = call_cost(total_in, total_out)
    print("input tokens, all together:", total_in)
    print("output tokens, all together:", total_out)
    print("total cost:", cost)
    print("runs per dollar:", runs_per_dollar(cost))


if __name__ == "__main__":
    main()
