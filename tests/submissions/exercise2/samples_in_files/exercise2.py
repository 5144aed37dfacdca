from pathlib import Path

import anthropic

HERE = Path(__file__).parent
MODEL = "claude-haiku-4-5"
PROSE = (HERE / "prose.txt").read_text(encoding="utf-8")
CODE = Path(__file__).read_text(encoding="utf-8")
MAX_TOKENS = 700


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    asked = {"model": MODEL, "system": "Reply in Latin.", "messages": [{"role": "user", "content": PROSE[:n]}]}
    prose = client.messages.count_tokens(**asked).input_tokens
    asked["messages"] = [{"role": "user", "content": CODE[:n]}]
    code = client.messages.count_tokens(**asked).input_tokens
    print("PROSE_TOKENS=%d" % prose)
    print("CODE_TOKENS=%d" % code)
    print("DENSER=%s" % ("prose" if prose > code else "code"))
    print("FORECAST=%.6f" % forecast_cost(code, MAX_TOKENS))
    if code + MAX_TOKENS > 200_000:
        raise SystemExit(1)
    print(client.messages.create(max_tokens=MAX_TOKENS, **asked).content[0].text)


if __name__ == "__main__":
    main()
