"""The vocabulary of checks: pure functions of a trace, and the reading of what it holds."""
