from dataclasses import dataclass, field
from functools import cached_property

import anthropic


@dataclass
class Budget:
    model: str
    text: str
    max_tokens: int = 500
    client: anthropic.Anthropic = field(default_factory=anthropic.Anthropic, repr=False)

    @property
    def request(self):
        return {"model": self.model, "messages": [{"role": "user", "content": self.text}]}

    @cached_property
    def tokens(self):
        return self.client.messages.count_tokens(**self.request).input_tokens

    @property
    def fits(self):
        return self.tokens + self.max_tokens <= 200_000

    def send(self):
        return self.client.messages.create(max_tokens=self.max_tokens, **self.request).content[0].text
