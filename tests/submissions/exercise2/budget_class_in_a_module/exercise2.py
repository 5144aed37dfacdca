from budget import Budget

MODEL = "claude-haiku-4-5"
PROSE = "The station was so small that the train had to decide whether to stop the first carriage or the last, and it was known " \
        "in the valley that the mayor always travelled in the middle."
CODE = "int stop(const Train& t, const Station& s) { for (auto i = 0u; i < t.size(); ++i) { if (t[i].has(mayor)) return i - 1; } " \
       "return s.len() > 0 ? 0 : -1; } // O(n), n == t.size()"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    n = min(len(PROSE), len(CODE))
    prose, code = Budget(MODEL, PROSE[:n]), Budget(MODEL, CODE[:n], max_tokens=333)
    print("prose tokens:", prose.tokens)
    print("code tokens:", code.tokens)
    print("denser:", "prose" if prose.tokens > code.tokens else "code")
    print("forecast:", forecast_cost(code.tokens, code.max_tokens))
    print(code.send() if code.fits else "(did not fit)")


if __name__ == "__main__":
    main()
