import sys, os, time
import anthropic
MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made and why it rises."
MSGS = [{"role": "user", "content": PROMPT}]
ASK = dict(model=MODEL, max_tokens=2000, messages=MSGS)
def report(stop, i, o):
    print()
    print(f"stop reason: {stop}")
    print(f"input tokens: {i}")
    print(f"output tokens: {o}")
    print(f"cost: ${(i * 1.0 + o * 5.0) / 1_000_000:.6f}")
def report_final(m):
    report(m.stop_reason, m.usage.input_tokens, m.usage.output_tokens)


def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**ASK)
    print(len(plain.content[0].text), "characters came at once", flush=True)
    buf = ""
    with client.with_options(timeout=0.9).messages.stream(**ASK) as s:
        for t in s.text_stream:
            buf += t
            *done, buf = buf.split(" ")
            if done: print(" ".join(done), end=" ", flush=True)
        print(buf, end="", flush=True)
        m = s.get_final_message()
    report_final(m)

if __name__ == '__main__':
    main()
