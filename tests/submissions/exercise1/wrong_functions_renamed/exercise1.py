import anthropic

MODEL = "claude-haiku-4-5"


def kosten(eingabe, ausgabe):
    return (eingabe * 1.0 + ausgabe * 5.0) / 1_000_000


def aufrufe_pro_dollar(kosten_eines_aufrufs):
    return 1 / kosten_eines_aufrufs


if __name__ == "__main__":
    antwort = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Wie spät ist es?"}]
    )
    print(antwort.content[0].text)
    k = kosten(antwort.usage.input_tokens, antwort.usage.output_tokens)
    print("input tokens:", antwort.usage.input_tokens)
    print("output tokens:", antwort.usage.output_tokens)
    print("cost:", k)
    print("runs per dollar:", aufrufe_pro_dollar(k))
