import threading

import anthropic

ASK = {"model": "claude-haiku-4-5", "max_tokens": 1200,
       "messages": [{"role": "user", "content": "Tell me at length how an answer is written, token by token."}]}
client = anthropic.Anthropic()

plain = threading.Thread(target=lambda: client.messages.create(**ASK))
plain.start()
while plain.is_alive():
    print("waiting for the whole answer ...")

with client.messages.stream(**ASK) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
    final = stream.get_final_message()
u = final.usage
print(f"\nstop reason: {final.stop_reason}")
print(f"input tokens: {u.input_tokens}\noutput tokens: {u.output_tokens}")
print(f"cost: ${(u.input_tokens + 5 * u.output_tokens) / 1e6:.6f}")
