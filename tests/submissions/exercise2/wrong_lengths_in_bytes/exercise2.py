import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "Él señor Núñez leía el periódico de atrás hacia adelante, según él para saber ya cómo terminaba todo, y así la mañana le parecía " \
        "más corta, aunque su mujer, doña Inés, decía que él sólo buscaba los crucigramas."
CODE = "for (const p of [...paper.pages].reverse()) { if (p.kind === 'crossword') { await solve(p, { by: 'Ines' }); break; } read(p); } " \
       "console.log(`${paper.pages.length - i} pages, ${Date.now() - t0} ms`); module.exports = {};"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def first_bytes(text, size):
    return text.encode("utf-8")[:size].decode("utf-8", errors="ignore")


def main():
    client = anthropic.Anthropic()
    size = min(len(PROSE.encode()), len(CODE.encode())) - 20
    requests = {
        name: {"model": MODEL, "messages": [{"role": "user", "content": first_bytes(text, size)}]}
        for name, text in (("prose", PROSE), ("code", CODE))
    }
    n = {name: client.messages.count_tokens(**r).input_tokens for name, r in requests.items()}
    print("prose tokens:", n["prose"], "code tokens:", n["code"])
    print("denser:", "code" if n["code"] > n["prose"] else "prose")
    print("forecast:", forecast_cost(n["prose"], MAX_TOKENS))
    print(client.messages.create(max_tokens=MAX_TOKENS, **requests["prose"]).content[0].text)


if __name__ == "__main__":
    main()
