import threading

import anthropic

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "The tram driver knew by the way they stood which of the passengers would get off at the hospital, and he braked there " \
        "so softly that some of them missed the stop and were glad of it."
CODE = "tram.stops['hospital'].brake = 0.15  # softly\nfor p in tram.passengers[:]:\n    if p.stance == 'left' and not p.asleep():\n        " \
       "tram.remove(p); missed -= 1\n    else: missed += p.target == 'hospital'\n"
results = {}


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def count(name, text):
    client = anthropic.Anthropic()
    answer = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}])
    results[name] = answer.input_tokens


def main():
    n = min(len(PROSE), len(CODE))
    count("prose", PROSE[:n])
    count("code", CODE[:n])
    print("prose tokens:", results["prose"])
    print("code tokens:", results["code"])
    print("denser:", max(results, key=results.get))
    client = anthropic.Anthropic()
    thread = threading.Thread(target=count, args=("whole", PROSE + "\nWhy were they glad?"))
    thread.start()
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROSE + "\nWhy were they glad?"}]
    )
    thread.join()
    print("forecast:", forecast_cost(results["whole"], MAX_TOKENS))
    print(reply.content[0].text)


if __name__ == "__main__":
    main()
