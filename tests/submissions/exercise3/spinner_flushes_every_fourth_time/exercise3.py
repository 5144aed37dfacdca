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
    import threading, itertools
    stop = threading.Event()
    def status():  # a spinner on standard error; every fourth time the text so far is shown
        for n in itertools.count():
            sys.stderr.write("\r" + "|/-\\"[n % 4]); sys.stderr.flush()
            if n % 4 == 0: sys.stdout.flush()
            if stop.wait(0.01): return
    th = threading.Thread(target=status); th.start()
    plain = client.messages.create(**ASK)
    print(len(plain.content[0].text), "characters came at once", flush=True)
    with client.messages.stream(**ASK) as stream:
        for text in stream.text_stream:
            print(text, end="")
        final = stream.get_final_message()

    stop.set(); th.join()
    report_final(final)

if __name__ == '__main__':
    main()
