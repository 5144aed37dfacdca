import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "Two neighbours shared a wall and quarrelled through it for years, until the wall was taken down for repairs and they found " \
        "that without it they had nothing to say to each other that could not be said more briefly."
CODE = "#!/bin/sh\nset -eu\nwall=$(cat wall.txt | wc -l); for side in left right; do grep -c \"quarrel\" \"$side.log\" || true; done\n" \
       "[ \"$wall\" -gt 0 ] && rm -rf -- wall.txt && echo \"$(date +%s): down\" >> repairs.log\nexit $?\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    asked = dict(model=MODEL, messages=[{"role": "user", "content": PROSE[:n]}])
    p = client.messages.count_tokens(**asked).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": CODE[:n]}]).input_tokens
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, 300))
    reply = client.messages.create(max_tokens=300, **asked)
    print(reply.content[0].text)
    again = client.messages.count_tokens(**asked).input_tokens
    print("checked once more:", again == p)


if __name__ == "__main__":
    main()
