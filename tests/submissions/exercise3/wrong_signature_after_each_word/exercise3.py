import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."

client = anthropic.Anthropic()
question = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}
client.messages.create(**question)

with client.messages.stream(**question) as stream:
    for text in stream.text_stream:
        print(text.replace(" ", f" <{len(text)} signs of Claude> "), end="", flush=True)
    final = stream.get_final_message()
print()

usage = final.usage
print("stop reason:", final.stop_reason)
print("input tokens:", usage.input_tokens)
print("output tokens:", usage.output_tokens)
print(f"cost: ${(usage.input_tokens * 1.00 + usage.output_tokens * 5.00) / 1_000_000:.6f}")
