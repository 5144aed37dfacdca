# fails: reads_usage typed-in
# fails: cost_printed typed-in
# fails: runs_per_dollar typed-in
# Someone who makes the call and then prints all four values as they stand in the handout.

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

print()
print("Input tokens 21")
print("Output tokens 77")
print("Cost in dollars 0.000406")
print("Runs per dollar 2463")
