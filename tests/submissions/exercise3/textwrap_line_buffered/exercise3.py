import sys
import textwrap

import anthropic

sys.stdout.reconfigure(line_buffering=True)
MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    asked = {"model": MODEL, "max_tokens": 1500, "messages": [{"role": "user", "content": "Explain a poem."}]}
    client.messages.create(**asked)
    waiting = ""
    with client.messages.stream(**asked) as stream:
        for text in stream.text_stream:
            waiting += text
            *paragraphs, waiting = waiting.split("\n")
            for paragraph in paragraphs:
                print(textwrap.fill(paragraph, 60))
            lines = textwrap.wrap(waiting, 60, drop_whitespace=False)
            for line in lines[:-1]:
                print(line)
            waiting = lines[-1] if lines else ""
        print(waiting)
        final = stream.get_final_message()
    print("stop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", (final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6)


if __name__ == "__main__":
    main()
