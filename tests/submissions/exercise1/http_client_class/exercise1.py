import http.client
import json
import os
from urllib.parse import urlsplit

MODEL = "claude-haiku-4-5"


class Tariff:
    def __init__(self, input_price, output_price):
        self.input_price = input_price
        self.output_price = output_price

    def cost(self, input_tokens, output_tokens):
        return (self.input_price * input_tokens + self.output_price * output_tokens) / 1e6

    @staticmethod
    def runs(cost):
        return 1 / cost


haiku = Tariff(1.0, 5.0)
call_cost = haiku.cost
runs_per_dollar = haiku.runs


class Api:
    def __init__(self):
        url = urlsplit(os.environ["ANTHROPIC_BASE_URL"])
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(url.hostname, url.port, timeout=8)

    def message(self, text):
        body = {"model": MODEL, "max_tokens": 80, "messages": [{"role": "user", "content": text}]}
        headers = {"Authorization": "Bearer " + os.environ["ANTHROPIC_API_KEY"],
                   "Content-Type": "application/json", "anthropic-version": "2023-06-01"}
        self.connection.request("POST", "/v1/messages", json.dumps(body), headers)
        return json.loads(self.connection.getresponse().read())


if __name__ == "__main__":
    reply = Api().message("How old is the moon?")
    usage = reply["usage"]
    cost = call_cost(usage["input_tokens"], usage["output_tokens"])
    print(reply["content"][0]["text"], "\n")
    print("Input tokens   |", usage["input_tokens"])
    print("Output tokens  |", usage["output_tokens"])
    print("Cost           |", "%.4g" % cost)
    print("Runs per dollar|", "%d" % runs_per_dollar(cost))
