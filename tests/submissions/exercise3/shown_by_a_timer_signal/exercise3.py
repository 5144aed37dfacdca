import collections
import os
import signal

import anthropic

ASK = {"model": "claude-sonnet-4-6", "max_tokens": 1200,
       "messages": [{"role": "user", "content": "Tell me at length how an answer is written, token by token."}]}

client = anthropic.Anthropic()
print(client.messages.create(**ASK).content[0].text, flush=True)
waiting = collections.deque()


def show(*_):
    while waiting:
        os.write(1, waiting.popleft().encode())


signal.signal(signal.SIGALRM, show)
signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
with client.messages.stream(**ASK) as stream:
    for text in stream.text_stream:
        waiting.append(text)
    final = stream.get_final_message()
signal.setitimer(signal.ITIMER_REAL, 0)
show()
u = final.usage
print(f"\nstop reason: {final.stop_reason}")
print(f"input tokens: {u.input_tokens}\noutput tokens: {u.output_tokens}")
print(f"cost: {(3 * u.input_tokens + 15 * u.output_tokens) / 1e6:.6f}")
