# -*- coding: latin-1 -*-
# Écrit par Zoé, à la bibliothèque
import anthropic

MODEL = "claude-haiku-4-5"


def call_cost(entrée, sortie):
    return (entrée * 1.0 + sortie * 5.0) / 1_000_000


def runs_per_dollar(coût):
    return 1 / coût


réponse = anthropic.Anthropic().messages.create(
    model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Où est la bibliothèque ?"}]
)
print(réponse.content[0].text)
coût = call_cost(réponse.usage.input_tokens, réponse.usage.output_tokens)
print("Jetons d'entrée (input tokens) :", réponse.usage.input_tokens)
print("Jetons de sortie (output tokens) :", réponse.usage.output_tokens)
print(f"Coût (cost) : {coût:.6f} $")
print("Appels par dollar (runs per dollar) :", int(runs_per_dollar(coût)))
