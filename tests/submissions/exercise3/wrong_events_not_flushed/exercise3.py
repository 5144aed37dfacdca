import anthropic

QUESTION = {
    "model": "claude-haiku-4-5",
    "max_tokens": 2000,
    "messages": [{"role": "user", "content": "Explain in five paragraphs how bread is made."}],
}

client = anthropic.Anthropic()
client.messages.create(**QUESTION)
with client.messages.stream(**QUESTION) as stream:
    for event in stream:
        print(event)
    final = stream.get_final_message()

print("stop reason:", final.stop_reason)
print("input tokens:", final.usage.input_tokens)
print("output tokens:", final.usage.output_tokens)
print(f"cost: ${(final.usage.input_tokens * 1.00 + final.usage.output_tokens * 5.00) / 1_000_000:.6f}")
