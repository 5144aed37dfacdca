import anthropic

MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."
SPEAKER = "Narrator: "


def say(words):
    print(SPEAKER + " ".join(words), flush=True)


client = anthropic.Anthropic()
question = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": PROMPT}]}
client.messages.create(**question)

line, word = [], ""
with client.messages.stream(**question) as stream:
    for text in stream.text_stream:
        for sign in text:
            if not sign.isspace():
                word += sign
                continue
            if len(" ".join([*line, word])) > 60:
                say(line)
                line = []
            line.append(word)
            word = ""
    final = stream.get_final_message()
say([*line, word])

usage = final.usage
print("stop reason:", final.stop_reason)
print("input tokens:", usage.input_tokens)
print("output tokens:", usage.output_tokens)
print(f"cost: ${(usage.input_tokens * 1.00 + usage.output_tokens * 5.00) / 1_000_000:.6f}")
