def call_cost(input_tokens, output_tokens):
    import exercise1  # late, because exercise1 imports this file

    return (input_tokens * exercise1.INPUT_PRICE + output_tokens * exercise1.OUTPUT_PRICE) / 1_000_000


def runs_per_dollar(cost):
    return 1.0 / cost
