import anthropic
from rich.console import Console

MODEL = "claude-haiku-4-5"
console = Console(highlight=False, soft_wrap=True)


def main():
    client = anthropic.Anthropic()
    ask = {"model": MODEL, "max_tokens": 2000, "messages": [{"role": "user", "content": "What makes you rich?"}]}
    with console.status("waiting"):
        client.messages.create(**ask)
    with client.messages.stream(**ask) as stream:
        for text in stream.text_stream:
            console.print(text, end="", markup=False, style="cyan")
        final = stream.get_final_message()
    console.print()
    console.rule()
    console.print(f"[bold]stop reason[/bold]: {final.stop_reason}")
    console.print(f"[bold]input tokens[/bold]: {final.usage.input_tokens}")
    console.print(f"[bold]output tokens[/bold]: {final.usage.output_tokens}")
    console.print(f"[bold]cost[/bold]: ${(final.usage.input_tokens + 5 * final.usage.output_tokens) / 1e6:.6f}")


if __name__ == "__main__":
    main()
