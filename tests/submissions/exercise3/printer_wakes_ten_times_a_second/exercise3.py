import sys, os, time, threading, re
import anthropic
MODEL = "claude-haiku-4-5"
PROMPT = "Explain in five paragraphs how bread is made."
MSGS = [{"role": "user", "content": PROMPT}]
A = dict(model=MODEL, max_tokens=2000, messages=MSGS)

def main():
    client = anthropic.Anthropic()
    plain = client.messages.create(**A)
    print(len(plain.content[0].text), 'characters at once')
    import queue
    q = queue.Queue(); fin = threading.Event()
    def out():
        while not fin.is_set() or not q.empty():
            time.sleep(0.1); s=''
            while not q.empty(): s += q.get()
            print(s, end='', flush=True)
    th = threading.Thread(target=out); th.start()
    with client.messages.stream(**A) as stream:
        for text in stream.text_stream:
            q.put(text)
        final = stream.get_final_message()
    fin.set(); th.join()
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${(final.usage.input_tokens + 5*final.usage.output_tokens)/1e6:.6f}")

if __name__ == '__main__':
    main()
