import queue
import threading
import time

import anthropic

MODEL = "claude-haiku-4-5"
INPUT_PRICE = 1.00
OUTPUT_PRICE = 5.00
PROMPT = "Explain in five paragraphs how a clock keeps time."


def read(client, messages, pieces):
    with client.messages.stream(model=MODEL, max_tokens=2000, messages=messages) as stream:
        for text in stream.text_stream:
            pieces.put(text)
        pieces.put(stream.get_final_message())


def main():
    client = anthropic.Anthropic()
    messages = [{"role": "user", "content": PROMPT}]
    plain = client.messages.create(model=MODEL, max_tokens=2000, messages=messages)
    print(len(plain.content[0].text), "characters arrived at once.\n")
    pieces = queue.Queue()
    threading.Thread(target=read, args=(client, messages, pieces)).start()
    word, final = "", None
    while final is None:
        time.sleep(0.06)
        while not pieces.empty():
            piece = pieces.get()
            if isinstance(piece, str):
                word += piece
            else:
                final = piece
        *whole, word = word.split(" ")
        for each in whole:
            print(each, end=" ", flush=True)
    print(word)
    cost = (final.usage.input_tokens * INPUT_PRICE + final.usage.output_tokens * OUTPUT_PRICE) / 1_000_000
    print()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print(f"cost: ${cost:.6f}")


if __name__ == "__main__":
    main()
