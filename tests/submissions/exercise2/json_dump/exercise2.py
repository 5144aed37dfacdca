import json

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The choir had forty basses and one soprano, and since no piece has been written for this, they sang what there was, " \
        "and the soprano, who was deaf in one ear, found that it sounded very full."
CODE = "choir = Counter(v.part for v in voices)\nassert choir == {'bass': 40, 'soprano': 1}, dict(choir)\nscore = [[p for p in piece if p.part " \
       "in choir] for piece in pieces]\nprint(max(score, key=len) or None)\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


client = anthropic.Anthropic()
n = min(len(PROSE), len(CODE))
counted = {}
for name in ("PROSE", "CODE"):
    messages = [{"role": "user", "content": globals()[name][:n]}]
    counted[name] = client.messages.count_tokens(model=MODEL, messages=messages).input_tokens
result = {
    "characters": n,
    "proseTokens": counted["PROSE"],
    "codeTokens": counted["CODE"],
    "denser": "code" if counted["CODE"] > counted["PROSE"] else "prose",
    "forecast": forecast_cost(counted["CODE"], 999),
}
answer = client.messages.create(model=MODEL, max_tokens=999, messages=messages)
print(answer.content[0].text)
print(json.dumps(result, indent=2))
