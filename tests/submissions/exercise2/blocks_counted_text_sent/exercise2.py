import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 350
SYSTEM = "You answer in one sentence."
PROSE = "The lighthouse keeper wrote letters to the fog, and since the fog came every evening he took it for granted " \
        "that they were read, if not always with the attention they deserved."
CODE = "fn keeper(fog: &mut Vec<Letter>) -> Result<usize, Error> { let mut n = 0; for l in fog.iter_mut() { l.read = true; " \
       "n += 1; } if n == 0 { return Err(Error::NoFog); } Ok(n) }"
client = anthropic.Anthropic()


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def count(text, **more):
    blocks = [{"type": "text", "text": text}]
    answer = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": blocks}], **more)
    return answer.input_tokens


def main():
    n = min(len(PROSE), len(CODE))
    prose, code = count(PROSE[:n]), count(CODE[:n])
    print("prose tokens:", prose)
    print("code tokens:", code)
    print("denser:", "code" if code > prose else "prose")
    question = "Shorten this: " + PROSE
    total = count(question, system=SYSTEM)
    print("forecast:", forecast_cost(total, MAX_TOKENS))
    if total + MAX_TOKENS > 200_000:
        return
    reply = client.messages.create(
        model=MODEL,
        max_tokens=MAX_TOKENS,
        system=[{"type": "text", "text": SYSTEM}],
        messages=[{"role": "user", "content": question}],
    )
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
