import json

import anthropic

MODEL = "claude-haiku-4-5"


def main():
    client = anthropic.Anthropic()
    body = dict(model=MODEL, max_tokens=1900, messages=[{"role": "user", "content": "Explain a rainbow."}])
    with client.messages.with_streaming_response.create(**body) as response:
        print(json.loads(response.read())["content"][0]["text"][:40], "...")
    bill = {}
    with client.messages.with_streaming_response.create(stream=True, **body) as response:
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line[5:])
            if event["type"] == "content_block_delta":
                print(event["delta"]["text"], end="", flush=True)
            bill.update(event.get("message", {}).get("usage", {}))
            bill.update(event.get("usage", {}))
            if event["type"] == "message_delta":
                bill["stop_reason"] = event["delta"]["stop_reason"]
    print()
    bill["cost"] = (bill["input_tokens"] + 5 * bill["output_tokens"]) / 1_000_000
    print(json.dumps({k: bill[k] for k in ("stop_reason", "input_tokens", "output_tokens", "cost")}, indent=2))


if __name__ == "__main__":
    main()
