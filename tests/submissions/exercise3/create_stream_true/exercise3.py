import sys

from anthropic import Anthropic

MODEL = "claude-haiku-4-5"
REQUEST = dict(model=MODEL, max_tokens=1800, messages=[{"role": "user", "content": "Tell me the story of zero."}])
client = Anthropic()

print(client.messages.create(**REQUEST).content[0].text)
print("-" * 40)

stop = None
tokens = {}
for event in client.messages.create(stream=True, **REQUEST):
    if event.type == "message_start":
        tokens["in"] = event.message.usage.input_tokens
    elif event.type == "content_block_delta" and event.delta.type == "text_delta":
        sys.stdout.write(event.delta.text)
        sys.stdout.flush()
    elif event.type == "message_delta":
        stop = event.delta.stop_reason
        tokens["out"] = event.usage.output_tokens

print("\n" + "-" * 40)
print("STOP_REASON =", stop)
print("INPUT_TOKENS =", tokens["in"])
print("OUTPUT_TOKENS =", tokens["out"])
print("COST =", tokens["in"] * 1e-6 + tokens["out"] * 5e-6)
