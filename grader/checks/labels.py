"""The labels after which a program prints its numbers, as the exercises ask for them: spelled here alone."""

from __future__ import annotations

INPUT, OUTPUT = "input tokens", "output tokens"
COST, RUNS, FORECAST = "cost", "runs per dollar", "forecast"
COUNTED = {"prose": "prose tokens", "code": "code tokens"}

ALL = (INPUT, OUTPUT, COST, RUNS, *COUNTED.values(), FORECAST)
