from __future__ import annotations

import dataclasses
import sys
import time

import anthropic

MODEL = "claude-haiku-4-5"


@dataclasses.dataclass
class Result:
    stop_reason: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0

    @property
    def cost(self) -> float:
        return self.input_tokens * 1e-6 + self.output_tokens * 5e-6


def run(prompt: str) -> Result:
    client = anthropic.Anthropic()
    turn = [{"role": "user", "content": prompt}]
    client.messages.create(model=MODEL, max_tokens=600, messages=turn)
    result = Result()
    for event in client.messages.create(model=MODEL, max_tokens=600, messages=turn, stream=True):
        if event.type == "message_start":
            result.input_tokens = event.message.usage.input_tokens
        elif event.type == "content_block_delta":
            time.sleep(0.004)
            print(event.delta.text, end="", file=sys.stdout, flush=True)
        elif event.type == "message_delta":
            result.stop_reason = event.delta.stop_reason
            result.output_tokens = event.usage.output_tokens
    return result


if __name__ == "__main__":
    result = run("What happens while you sleep?")
    print()
    for field in dataclasses.fields(result):
        print(field.name, "=", getattr(result, field.name))
    print("cost", "=", f"{result.cost:.7f}")
