import sys

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 420
PROSE = "There was a rule that the last one in the office should switch off the light, and because nobody wanted to be the last " \
        "one, the light was off by three and the work was done in the dark."
CODE = "office.workers.forEach((w, i, all) => { if (i === all.length - 1) { light.off({ at: '15:00', by: w.id }); } else { w.leave(); } }); " \
       "console.assert(light.isOff === true, 'light');"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    messages = anthropic.Anthropic().messages
    n = min(len(PROSE), len(CODE))
    found = []
    for sample in (PROSE, CODE):
        raw = messages.with_raw_response.count_tokens(
            model=MODEL, messages=[{"role": "user", "content": sample[:n]}]
        )
        found.append(raw.parse().input_tokens)
    print("{0} prose tokens: {1}\n{0} code tokens: {2}".format("->", *found))
    print("-> denser:", "prose" if found[0] > found[1] else "code")
    print("-> forecast: ${:.6f}".format(forecast_cost(found[1], MAX_TOKENS)))
    if found[1] + MAX_TOKENS > 200_000:
        sys.exit("-> too long")
    with messages.with_streaming_response.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": CODE[:n]}]
    ) as response:
        print(response.parse().content[0].text)


if __name__ == "__main__":
    main()
