import json

import anthropic

MODEL = "claude-haiku-4-5"
QUESTION = {
    "model": MODEL,
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Explain in five paragraphs how bread is made."}],
}

client = anthropic.Anthropic()
client.messages.create(**QUESTION)
with client.messages.stream(**QUESTION) as stream:
    for number, text in enumerate(stream.text_stream):
        print(json.dumps({"n": number, "text": text}), flush=True)
    final = stream.get_final_message()

usage = final.usage
print("stop reason:", final.stop_reason)
print("input tokens:", usage.input_tokens)
print("output tokens:", usage.output_tokens)
print(f"cost: ${(usage.input_tokens * 1.00 + usage.output_tokens * 5.00) / 1_000_000:.6f}")
