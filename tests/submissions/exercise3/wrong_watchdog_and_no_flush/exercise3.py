import signal

import anthropic

ASK = {"model": "claude-haiku-4-5", "max_tokens": 1200,
       "messages": [{"role": "user", "content": "Tell me at length how an answer is written, token by token."}]}


def too_long(*_):
    raise TimeoutError("the answer took too long")


signal.signal(signal.SIGALRM, too_long)
signal.alarm(60)
client = anthropic.Anthropic()
client.messages.create(**ASK)
with client.messages.stream(**ASK) as stream:
    for text in stream.text_stream:
        print(text, end="")
    final = stream.get_final_message()
signal.alarm(0)
u = final.usage
print(f"\nstop reason: {final.stop_reason}")
print(f"input tokens: {u.input_tokens}\noutput tokens: {u.output_tokens}")
print(f"cost: ${(u.input_tokens + 5 * u.output_tokens) / 1e6:.6f}")
