import json
from pathlib import Path

import anthropic

HERE = Path(__file__).resolve().parent
PRICES = json.loads((HERE / "prices.json").read_text(encoding="utf-8"))
MODEL = PRICES["model"]


def call_cost(input_tokens, output_tokens):
    return (input_tokens * PRICES["input"] + output_tokens * PRICES["output"]) / PRICES["per"]


def runs_per_dollar(cost):
    return 1 / cost


def main():
    prompt = Path("prompt.txt").read_text(encoding="utf-8")
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": prompt}]
    )
    print(reply.content[0].text)
    with open("log.jsonl", "a", encoding="utf-8") as log:
        log.write(reply.model_dump_json() + "\n")
    saved = json.loads(Path("log.jsonl").read_text(encoding="utf-8").splitlines()[-1])["usage"]
    cost = call_cost(saved["input_tokens"], saved["output_tokens"])
    print("input tokens ->", saved["input_tokens"])
    print("output tokens ->", saved["output_tokens"])
    print("cost ->", "$" + format(cost, ".6f"))
    print("runs per dollar ->", format(runs_per_dollar(cost), ".2f"))


if __name__ == "__main__":
    main()
