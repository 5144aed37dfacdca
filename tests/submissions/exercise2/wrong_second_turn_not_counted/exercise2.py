import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "The pilot was afraid of heights and flew low, along the roads, and stopped at the crossings, and the passengers, who saw their own " \
        "houses go by, thought it the finest line of all."
CODE = "plane.altitude = max(3.5, min(plane.altitude, 12))\nwhile road := plane.next_road():\n    if road.crossing and not road.green: plane.hover(30)\n    plane.fly(road, " \
       "knots=55); view.extend(h for h in road.houses)\n"


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


if __name__ == "__main__":
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    talk = [{"role": "user", "content": PROSE[:n]}]
    p = client.messages.count_tokens(model=MODEL, messages=talk).input_tokens
    c = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": CODE[:n]}]).input_tokens
    print("prose tokens:", p)
    print("code tokens:", c)
    print("denser:", "prose" if p > c else "code")
    print("forecast:", forecast_cost(p, 400))
    for follow_up in ("Go on.", None):
        reply = client.messages.create(model=MODEL, max_tokens=400, messages=talk)
        print(reply.content[0].text)
        if follow_up:
            talk += [{"role": "assistant", "content": reply.content[0].text}, {"role": "user", "content": follow_up}]
