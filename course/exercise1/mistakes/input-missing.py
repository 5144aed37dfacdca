# fails: cost_function input-missing
# fails: cost_printed input-missing
# fails: runs_per_dollar input-missing
# Someone who overwrites the first part of the sum with the second.

from anthropic import Anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00   # per million
OUTPUT_PRICE = 5.00  # per million


def call_cost(input_tokens, output_tokens):
    cost = input_tokens / 1000000 * INPUT_PRICE
    cost = output_tokens / 1000000 * OUTPUT_PRICE
    return cost


def runs_per_dollar(cost):
    return 1.0 / cost


client = Anthropic()
message = client.messages.create(
    model=MODEL,
    max_tokens=512,
    messages=[{"role": "user", "content": "Why is the sky dark at night?"}],
)
for block in message.content:
    print(block.text)

tokens_in = message.usage.input_tokens
tokens_out = message.usage.output_tokens
total = call_cost(tokens_in, tokens_out)

print()
print("Input tokens", tokens_in)
print("Output tokens", tokens_out)
print("Cost in dollars", total)
print("Runs per dollar", runs_per_dollar(total))
