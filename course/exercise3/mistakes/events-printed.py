# fails: shows_whole_answer events-printed
# Someone who prints each event whole: the text comes in time, with names, quotation marks and backslashes around it.

from anthropic import Anthropic

MODEL = "claude-sonnet-4-6"
PRICE_IN = 3.00 / 1_000_000
PRICE_OUT = 15.00 / 1_000_000
PROMPT = "Write five paragraphs on the history of the umbrella."

client = Anthropic()
request = {
    "model": MODEL,
    "max_tokens": 1800,
    "messages": [{"role": "user", "content": PROMPT}],
}

answer = client.messages.create(**request)
print("first call done,", answer.model)

for event in client.messages.create(**request, stream=True):
    if event.type == "message_start":
        input_tokens = event.message.usage.input_tokens
    elif event.type == "content_block_delta":
        print(event, flush=True)
    elif event.type == "message_delta":
        stop_reason = event.delta.stop_reason
        output_tokens = event.usage.output_tokens

print()
print("Stop reason", stop_reason)
print("Input tokens", input_tokens)
print("Output tokens", output_tokens)
print("Cost in dollars", input_tokens * PRICE_IN + output_tokens * PRICE_OUT)
