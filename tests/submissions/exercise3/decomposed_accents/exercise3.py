import sys
import unicodedata

import anthropic

MODEL = "claude-haiku-4-5"
QUESTION = [{"role": "user", "content": "Explain how bread is made, in five paragraphs."}]
ASKED = {"model": MODEL, "max_tokens": 2000, "messages": QUESTION}


def shown(text):
    return unicodedata.normalize("NFD", text)


client = anthropic.Anthropic()
client.messages.create(**ASKED)
with client.messages.stream(**ASKED) as stream:
    for text in stream.text_stream:
        sys.stdout.write(shown(text))
        sys.stdout.flush()
    message = stream.get_final_message()
usage = message.usage
print("\nstop reason =", message.stop_reason)
print("input tokens =", usage.input_tokens)
print("output tokens =", usage.output_tokens)
print(f"cost = {(usage.input_tokens + 5 * usage.output_tokens) / 1e6:.6f} USD")
