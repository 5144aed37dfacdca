import sys

import anthropic

MODEL = "claude-haiku-4-5"
ASK = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Why do pipes have buffers?"}]}
write = sys.stdout.write

client = anthropic.Anthropic()
client.messages.create(**ASK)
for event in client.messages.create(**ASK, stream=True):
    if event.type == "message_start":
        i = event.message.usage.input_tokens
    elif event.type == "content_block_delta":
        write(event.delta.text)
    elif event.type == "message_delta":
        o, why = event.usage.output_tokens, event.delta.stop_reason
write("\n")
print(f"stop reason: {why}\ninput tokens: {i}\noutput tokens: {o}\ncost: {(i + 5 * o) / 1e6:.6f}")
