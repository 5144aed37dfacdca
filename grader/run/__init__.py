"""Runs a submission under a scenario and writes its trace. Never judges."""
