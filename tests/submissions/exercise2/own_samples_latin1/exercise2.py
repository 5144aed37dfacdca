# coding: latin-1
import sys

import anthropic

MODEL = "claude-haiku-4-5"
PROSE = "Als der Bürgermeister von Überlingen müde war, übergab er die Schlüssel der Käserei dem Küster, der sie, größer als sein " \
        "eigener Kopf, täglich über den Fluß trug und dabei fröhlich für sich hin summte."
CODE = "<ul class=\"käse\">{% for k in käserei %}<li id=\"k{{ k.id }}\" data-größe='{{ k.größe }}'><a href=\"/käse/{{ k.id }}\">{{ k.name }}" \
       "</a></li>{% else %}<li>&ndash;</li>{% endfor %}</ul><script>init();</script>"


def forecast_cost(eingabe, ausgabe):
    return (eingabe * 1.0 + ausgabe * 5.0) / 1_000_000


def zähle(client, text):
    return client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": text}]).input_tokens


def main():
    client = anthropic.Anthropic()
    länge = min(len(PROSE), len(CODE))
    prosa, code = zähle(client, PROSE[:länge]), zähle(client, CODE[:länge])
    print(f"Prose tokens (Zeichen: {länge}): {prosa}")
    print(f"Code tokens (Zeichen: {länge}): {code}")
    print(f"Denser: {'prose' if prosa > code else 'code'} (größere Zahl gewinnt)")
    if prosa + 250 > 200_000:
        sys.exit("Zu lang für das Fenster.")
    print(f"Forecast: {forecast_cost(prosa, 250):.6f} $")
    antwort = client.messages.create(
        model=MODEL, max_tokens=250, messages=[{"role": "user", "content": PROSE[:länge]}]
    )
    print(antwort.content[0].text)


if __name__ == "__main__":
    main()
