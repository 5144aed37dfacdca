import anthropic
from rich import box
from rich.console import Console
from rich.table import Table

MODEL = "claude-haiku-4-5"
MAX_TOKENS = 500
PROSE = "In the museum of lost things there is one empty case, and the guide says nothing when the visitors come to it, but waits, " \
        "until somebody has felt in his pockets, as somebody always does."
CODE = "museum = {i: case for i, case in enumerate(cases) if case is not None}\nempty = [i for i in range(len(cases)) if i not in museum]\n" \
       "for v in visitors:\n    v.pockets = sorted(v.pockets, key=str)[:-1]\n"
console = Console(width=60)


def forecast_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def main():
    client = anthropic.Anthropic()
    n = min(len(PROSE), len(CODE))
    p, c = [
        client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": s[:n]}]).input_tokens
        for s in (PROSE, CODE)
    ]
    table = Table("measure", "value", box=box.SIMPLE)
    table.add_row("prose tokens", f"[bold]{p}[/]")
    table.add_row("code tokens", f"[bold]{c}[/]")
    table.add_row("denser", "[green]prose[/]" if p > c else "[green]code[/]")
    table.add_row("forecast", f"${forecast_cost(p, MAX_TOKENS):.6f}")
    console.print(table)
    if p + MAX_TOKENS > 200_000:
        console.print("[red]too long[/]")
        return
    reply = client.messages.create(
        model=MODEL, max_tokens=MAX_TOKENS, messages=[{"role": "user", "content": PROSE[:n]}]
    )
    console.print(reply.content[0].text, markup=False)


if __name__ == "__main__":
    main()
