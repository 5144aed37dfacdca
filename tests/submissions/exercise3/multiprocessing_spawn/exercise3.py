import multiprocessing

MODEL = "claude-haiku-4-5"


def printer(connection):
    while (text := connection.recv()) is not None:
        print(text, end="", flush=True)
    print(flush=True)


def main():
    import anthropic

    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What is a process?"}]}
    client.messages.create(**ask)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=printer, args=(there,))
    child.start()
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            here.send(text)
        final = stream.get_final_message()
    here.send(None)
    child.join()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6)


if __name__ == "__main__":
    main()
