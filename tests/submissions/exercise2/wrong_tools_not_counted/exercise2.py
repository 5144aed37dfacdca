import anthropic

MODEL = "claude-opus-4-8"
MAX_TOKENS = 640
PROSE = "The locksmith could open every door in town but his own, to which he had no key, because his wife had the key, and she " \
        "was out, and when she came he had just learned how it is done."
CODE = "impl Door { pub fn open(&self, k: Option<&Key>) -> bool { match k { Some(k) if k.id == self.lock => true, Some(_) => false, None => " \
       "self.owner.is_locksmith() && !self.own } } }"
TOOL = {
    "name": "open_door",
    "description": "Open a door by its number.",
    "input_schema": {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
}


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 5.0 + output_tokens * 25.0) / 1_000_000


def main():
    messages_api = anthropic.Anthropic().messages
    size = min(len(PROSE), len(CODE))
    body = dict(model=MODEL, messages=[{"role": "user", "content": PROSE[:size]}])
    p = messages_api.count_tokens(**body).input_tokens
    c = messages_api.count_tokens(model=MODEL, messages=[{"role": "user", "content": CODE[:size]}]).input_tokens
    print("prose tokens:", p, "/ code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print(f"forecast: ${forecast_cost(p, MAX_TOKENS):.6f}")
    reply = messages_api.create(**body, tools=[TOOL], max_tokens=MAX_TOKENS)
    print([b.type for b in reply.content])


if __name__ == "__main__":
    main()
