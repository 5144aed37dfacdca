from decimal import Decimal

import anthropic

MODEL = "claude-opus-4-8"
INPUT_PRICE = Decimal("5")
OUTPUT_PRICE = Decimal("25")
PROMPT = "What is a proof?"


def main():
    beta = anthropic.Anthropic(max_retries=3, timeout=120).beta.messages
    args = dict(model=MODEL, max_tokens=1600, system="Be brief but complete.",
                messages=[{"role": "user", "content": PROMPT}])
    beta.create(**args)
    with beta.stream(**args) as stream:
        for chunk in stream.text_stream:
            print(chunk, end="", flush=True)
        snapshot = stream.get_final_message()
    u = snapshot.usage
    print("\n")
    print("stop reason ...", snapshot.stop_reason)
    print("input tokens ..", u.input_tokens)
    print("output tokens .", u.output_tokens)
    print("cost .......... $", (u.input_tokens * INPUT_PRICE + u.output_tokens * OUTPUT_PRICE) / 10**6, sep="")


if __name__ == "__main__":
    main()
