import re
import time

import anthropic

MODEL = "claude-haiku-4-5"
QUESTION = {
    "model": MODEL,
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Explain in five paragraphs how bread is made."}],
}

client = anthropic.Anthropic()
client.messages.create(**QUESTION)
began = time.monotonic()
left = ""
with client.messages.stream(**QUESTION) as stream:
    for text in stream.text_stream:
        *words, left = re.split(r"\s+", left + text)
        for word in words:
            print(f"{time.monotonic() - began:6.3f}  {word}", flush=True)
    final = stream.get_final_message()
print(left)

usage = final.usage
print("stop reason:", final.stop_reason)
print("input tokens:", usage.input_tokens)
print("output tokens:", usage.output_tokens)
print(f"cost: ${(usage.input_tokens * 1.00 + usage.output_tokens * 5.00) / 1_000_000:.6f}")
