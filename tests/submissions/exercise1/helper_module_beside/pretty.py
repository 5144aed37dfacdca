from money import call_cost, runs_per_dollar


def show(usage):
    cost = call_cost(usage.input_tokens, usage.output_tokens)
    print("input tokens:", usage.input_tokens)
    print("output tokens:", usage.output_tokens)
    print("cost:", "{0:.8f}".format(cost).rstrip("0"), "dollars")
    print("runs per dollar:", int(runs_per_dollar(cost)))
