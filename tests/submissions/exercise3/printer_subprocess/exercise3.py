import subprocess
import sys
from pathlib import Path

import anthropic

MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "Who are your parents?"}]}
    client.messages.create(**ask)
    printer = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("printer.py"))], stdin=subprocess.PIPE
    )
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            printer.stdin.write(text.encode("utf-8"))
            printer.stdin.flush()
        final = stream.get_final_message()
    printer.stdin.close()
    printer.wait()
    print("\nstop reason:", final.stop_reason)
    print("input tokens:", final.usage.input_tokens)
    print("output tokens:", final.usage.output_tokens)
    print("cost:", f"${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
