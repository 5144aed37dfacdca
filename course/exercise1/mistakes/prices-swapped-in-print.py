# fails: cost_printed prices-swapped
# The function is right; the call in main hands it the two counts in the wrong order, for the cost line
# only.

from anthropic import Anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00   # per million
OUTPUT_PRICE = 5.00  # per million


def call_cost(input_tokens, output_tokens):
    input_cost = input_tokens / 1000000 * INPUT_PRICE
    output_cost = output_tokens / 1000000 * OUTPUT_PRICE
    return input_cost + output_cost


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
print("Cost in dollars", call_cost(tokens_out, tokens_in))
print("Runs per dollar", runs_per_dollar(total))
