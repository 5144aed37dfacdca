import anthropic
from rich.console import Console
from rich.table import Table

MODEL = "claude-haiku-4-5"


def call_cost(input_tokens, output_tokens):
    return (input_tokens * 1.0 + output_tokens * 5.0) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    console = Console()
    reply = anthropic.Anthropic().messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "What is a table?"}]
    )
    console.print(reply.content[0].text, markup=False)
    cost = call_cost(reply.usage.input_tokens, reply.usage.output_tokens)
    table = Table(title="The bill")
    table.add_column("what")
    table.add_column("how much", justify="right")
    table.add_row("input tokens", str(reply.usage.input_tokens))
    table.add_row("output tokens", str(reply.usage.output_tokens))
    table.add_row("cost", f"${cost:.6f}")
    table.add_row("runs per dollar", f"{runs_per_dollar(cost):,.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
