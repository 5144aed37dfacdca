import anthropic
from rich.console import Console
from rich.table import Table

MODEL = "claude-sonnet-4-6"
INPUT_PRICE = 3.00
OUTPUT_PRICE = 15.00
QUESTIONS = ["What is a token?", "Why does an answer cost more than a question?"]


def call_cost(input_tokens, output_tokens):
    return (input_tokens * INPUT_PRICE + output_tokens * OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1 / cost


def main():
    client = anthropic.Anthropic()
    table = Table(title="What did each call cost?")
    heads = ("Question", "Model", "Input tokens", "Output tokens", "Cost (USD)", "Runs per dollar", "Stop reason")
    for head in heads:
        table.add_column(head, justify="right")
    for question in QUESTIONS:
        message = client.messages.create(
            model=MODEL, max_tokens=400, messages=[{"role": "user", "content": question}]
        )
        print(message.content[0].text)
        used = message.usage
        cost = call_cost(used.input_tokens, used.output_tokens)
        table.add_row(
            str(len(question)), "sonnet", str(used.input_tokens), str(used.output_tokens), f"{cost:.6f}",
            f"{runs_per_dollar(cost):.0f}", message.stop_reason,
        )
    Console().print(table)


if __name__ == "__main__":
    main()
